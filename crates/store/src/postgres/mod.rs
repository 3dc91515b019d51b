//! The shared statements, compiled for the PostgreSQL driver.

/// The driver.
pub type Db = sqlx::Postgres;

pub mod dialect;

#[path = "../shared/conn.rs"]
pub mod conn;
#[path = "../shared/log.rs"]
pub mod log;
#[path = "../shared/pools.rs"]
pub mod pools;
