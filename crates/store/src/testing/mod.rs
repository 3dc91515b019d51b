//! Fresh stores for tests: a file of its own, or a database of its own in a running PostgreSQL.
//!
//! Used by the test suites of `store`, `server` and the black-box tests. A missing PostgreSQL is a failure,
//! never a skipped test.

pub mod people;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::entropy::SeededEntropy;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::{DataKeys, Sealer, Store};

/// The variable that names the PostgreSQL for tests; its user must be allowed to make databases.
pub const POSTGRES_URL: &str = "TONGXING_TEST_POSTGRES";

/// A folder that is removed with everything in it when dropped.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A new, empty folder under the system's temporary one.
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(unique("store"));
        std::fs::create_dir(&path).expect("a new folder can be made");
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A store with nothing in it, and what must be removed after it.
#[derive(Debug)]
pub struct Fresh {
    /// The store.
    pub store: Store,
    /// Where it is: the `SQLite` file's path, or the PostgreSQL database's address.
    pub place: String,
    folder: Option<Folder>,
    database: Option<String>,
}

/// Keys that are the same in every test run.
pub fn keys() -> DataKeys {
    DataKeys::generate(&SeededEntropy::new(0x7e57))
}

/// A sealer with [`keys`]. Its nonces are repeatable: never for real data.
pub fn sealer() -> Sealer {
    Sealer::new(&keys(), Arc::new(SeededEntropy::new(0x5ea1)))
}

/// An empty `SQLite` store in a folder of its own.
pub async fn sqlite() -> Fresh {
    let folder = Folder::new();
    let path = folder.path().join("test.db");
    let store = Store::open_sqlite(&path, sealer()).await.expect("a new SQLite database opens");
    Fresh { store, place: path.display().to_string(), folder: Some(folder), database: None }
}

/// An empty PostgreSQL store in a database of its own.
pub async fn postgres() -> Fresh {
    let database = unique("tongxing_test");
    admin(&format!("CREATE DATABASE {database}")).await;
    let place = with_database(&server_url(), &database);
    let store = Store::open_postgres(&place, 8, sealer()).await.expect("a new PostgreSQL database opens");
    Fresh { store, place, folder: None, database: Some(database) }
}

impl Fresh {
    /// Takes a table away: whatever needs it fails from then on, as in a database that is broken.
    pub async fn break_table(&self, table: &str) {
        let mut connection = SqliteConnection::connect(&self.place).await.expect("the file opens");
        let statement = AssertSqlSafe(format!("ALTER TABLE {table} RENAME TO broken_{table}"));
        sqlx::query(statement).execute(&mut connection).await.expect("the table was there");
    }

    /// Gives a table back that was taken away.
    pub async fn mend_table(&self, table: &str) {
        let mut connection = SqliteConnection::connect(&self.place).await.expect("the file opens");
        let statement = AssertSqlSafe(format!("ALTER TABLE broken_{table} RENAME TO {table}"));
        sqlx::query(statement).execute(&mut connection).await.expect("the table was taken away");
    }

    /// How many rows each table of a `SQLite` store has: a test that walks all of them cannot forget a new one.
    pub async fn rows(&self) -> BTreeMap<String, i64> {
        let mut connection = SqliteConnection::connect(&self.place).await.expect("the file opens");
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        )
        .fetch_all(&mut connection)
        .await
        .expect("the schema reads");
        let mut all = BTreeMap::new();
        for table in tables {
            let count = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
            let count: i64 = sqlx::query_scalar(count).fetch_one(&mut connection).await.expect("a count");
            all.insert(table, count);
        }
        all
    }

    /// Closes the store and removes what it stood in. Without this a PostgreSQL database stays behind.
    pub async fn remove(mut self) {
        self.store.close().await;
        drop(self.folder.take());
        if let Some(database) = self.database.take() {
            admin(&format!("DROP DATABASE {database} WITH (FORCE)")).await;
        }
    }
}

async fn admin(statement: &str) {
    let mut connection = PgConnection::connect(&server_url())
        .await
        .unwrap_or_else(|e| panic!("the PostgreSQL that {POSTGRES_URL} names does not answer: {e}"));
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.expect("a test database");
    connection.close().await.expect("the connection closes");
}

#[allow(clippy::disallowed_methods, reason = "tests are told by the environment which PostgreSQL to use")]
fn server_url() -> String {
    std::env::var(POSTGRES_URL).unwrap_or_else(|_| {
        panic!("set {POSTGRES_URL} to the address of a PostgreSQL for tests, or run `make test`")
    })
}

/// `postgres://user@host:port/any?options` with another database.
fn with_database(url: &str, database: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, String::new()), |(a, o)| (a, format!("?{o}")));
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    format!("{}/{database}{options}", &address[..end])
}

fn unique(prefix: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // A new hasher is seeded by the operating system; two processes do not meet.
    let noise = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), prefix);
    format!("{prefix}_{}_{noise:016x}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
