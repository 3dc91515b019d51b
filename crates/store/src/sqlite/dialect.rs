//! What only `SQLite` does: opening, pragmas, error codes, batches as one JSON argument.

use std::fs::OpenOptions;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteError, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};

pub use super::batch::*;
use super::pools::Pools;
use crate::error::{Failure, StoreError};

/// Takes the write lock at once: a transaction that reads first and writes later could not wait for it.
pub const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
/// The view is fixed by the first read.
pub const BEGIN_READ: &str = "BEGIN";
/// The schema's history.
pub const MIGRATOR: Migrator = sqlx::migrate!("migrations/sqlite");

/// Another process (`tongxing filing import` beside the server) may hold the write lock this long.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a statement waits for a free connection. Longer than [`BUSY_TIMEOUT`], behind which it may stand.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
const READERS: u32 = 4;
/// Page caches in KiB (negative means KiB to `SQLite`): the writer's holds the inner pages of every index at a
/// million filings.
const WRITER_CACHE: &str = "-65536";
const READER_CACHE: &str = "-8192";
/// Pages (4 KiB) in the log before it is folded into the file: an import rewrites the same index pages many
/// times, and only their last version is copied.
const AUTOCHECKPOINT: &str = "16384";

impl Pools {
    /// Opens or makes the database at `path`. One connection writes, so that writers queue in order here
    /// instead of spinning on the file's lock.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path)
            .map_err(|e| Failure::Unavailable(format!("{}: {e}", path.display())))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("wal_autocheckpoint", AUTOCHECKPOINT);
        let opened = identity(path);
        let place: Arc<Path> = path.into();
        let options_of_pool = move || {
            let (before, after) = (Arc::clone(&place), Arc::clone(&place));
            SqlitePoolOptions::new()
                .acquire_timeout(ACQUIRE_TIMEOUT)
                // A file that was deleted or replaced goes on taking writes that nobody will ever read again. And a
                // full disk ends a transaction without the driver's knowledge, which refuses every later one.
                .before_acquire(move |connection, _| {
                    let usable = identity(&before) == opened && !connection.is_in_transaction();
                    Box::pin(async move { Ok(usable) })
                })
                .after_connect(move |_, _| {
                    let same = identity(&after) == opened;
                    Box::pin(async move { if same { Ok(()) } else { Err(sqlx::Error::WorkerCrashed) } })
                })
        };
        // What a statement of many rows would need to be undone is kept in memory: by default each page that it touches is
        // first copied to a file of its own, a third of what writing visits costs. The database itself is as durable.
        let writer = options.clone().pragma("cache_size", WRITER_CACHE).pragma("temp_store", "memory");
        let reader = options.pragma("cache_size", READER_CACHE).pragma("query_only", "on");
        let writers = options_of_pool().max_connections(1).connect_with(writer).await?;
        let readers = options_of_pool().max_connections(READERS).connect_lazy_with(reader);
        Self::ready(writers, readers).await
    }
}

/// Device and inode of the file at `path`; `None` if there is none.
fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// `SQLITE_BUSY` (5) and `SQLITE_LOCKED` (6), with their extended codes.
pub fn retryable(error: &dyn DatabaseError) -> bool {
    matches!(primary_code(error), Some(5 | 6))
}

/// `READONLY` (8), `IOERR` (10), `FULL` (13), `CANTOPEN` (14).
pub fn unavailable(error: &dyn DatabaseError) -> bool {
    matches!(primary_code(error), Some(8 | 10 | 13 | 14))
}

/// What an operator can mend, in words instead of a number.
pub fn in_words(error: &dyn DatabaseError) -> Option<&'static str> {
    match primary_code(error)? {
        8 => Some("its file cannot be written"),
        10 => Some("the disk gave an error"),
        13 => Some("the disk is full"),
        14 => Some("its file cannot be opened"),
        _ => None,
    }
}

/// What a message like `UNIQUE constraint failed: filing.lookup` names.
pub fn constraint(error: &dyn DatabaseError) -> String {
    let named = error.message().split_once("constraint failed: ").map(|(_, name)| name);
    named.unwrap_or("unnamed").to_owned()
}

fn primary_code(error: &dyn DatabaseError) -> Option<i32> {
    let error = error.try_downcast_ref::<SqliteError>()?;
    error.code()?.parse::<i32>().ok().map(|code| code & 0xFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn a_transaction_that_the_database_ended_by_itself_stops_no_later_one() {
        let fresh = testing::sqlite().await;
        let pools = Pools::open(fresh.place.as_ref()).await.unwrap();
        let sealer = Arc::new(testing::sealer());
        for _ in 0..2 {
            let mut ended = pools.write(&sealer).await.unwrap();
            // What a full disk does in the midst of a transaction.
            sqlx::query("ROLLBACK").execute(ended.raw()).await.unwrap();
            assert!(ended.roll_back().await.is_err(), "it is not there any more");
            pools.write(&sealer).await.unwrap().commit().await.unwrap();
            let mut dropped = pools.write(&sealer).await.unwrap();
            sqlx::query("ROLLBACK").execute(dropped.raw()).await.unwrap();
        }
        pools.write(&sealer).await.unwrap().commit().await.unwrap();
        pools.close().await;
        fresh.remove().await;
    }
}
