//! What figures of durable writes stand beside: one transaction of each request, on the engine of the figure; and a route of
//! axum on a port of its own.

use anyhow::{Context as _, Result};
use axum::Router;
use blackbox::Engine;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use tempfile::TempDir;

/// An empty table on an engine, as durable as the service's own.
pub enum Database {
    /// A file of its own.
    Sqlite(SqlitePool, #[allow(dead_code, reason = "removed when dropped")] TempDir),
    /// On the server of the benchmarks.
    Postgres(PgPool),
}

impl Database {
    /// Makes it.
    pub async fn of(engine: Engine) -> Result<Self> {
        Ok(match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir()?;
                let options = SqliteConnectOptions::new().filename(folder.path().join("beside.db"));
                let options = options.create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
                let options = options.synchronous(SqliteSynchronous::Full);
                let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
                sqlx::query("CREATE TABLE taken (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
                    .execute(&pool)
                    .await?;
                Self::Sqlite(pool, folder)
            }
            Engine::Postgres => {
                #[allow(clippy::disallowed_methods, reason = "`make bench` names its PostgreSQL there")]
                let address = std::env::var("TONGXING_TEST_POSTGRES").context("no PostgreSQL")?;
                let pool = PgPool::connect(&address).await?;
                sqlx::query(
                    "CREATE TABLE IF NOT EXISTS taken (id BIGSERIAL PRIMARY KEY, body BYTEA NOT NULL)",
                )
                .execute(&pool)
                .await?;
                Self::Postgres(pool)
            }
        })
    }

    /// Writes one body, durably.
    pub async fn write(&self, body: &[u8]) {
        match self {
            Self::Sqlite(pool, _) => {
                sqlx::query("INSERT INTO taken (body) VALUES (?1)").bind(body).execute(pool).await.map(drop)
            }
            Self::Postgres(pool) => {
                sqlx::query("INSERT INTO taken (body) VALUES ($1)").bind(body).execute(pool).await.map(drop)
            }
        }
        .expect("a transaction");
    }
}

/// Serves it on a free port; gives its address.
pub async fn served(router: Router) -> Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(origin)
}
