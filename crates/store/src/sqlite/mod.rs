//! The shared statements, compiled for the `SQLite` driver.

/// The driver.
pub type Db = sqlx::Sqlite;

pub mod dialect;

#[path = "../shared/conn.rs"]
pub mod conn;
#[path = "../shared/log.rs"]
pub mod log;
#[path = "../shared/pools.rs"]
pub mod pools;
