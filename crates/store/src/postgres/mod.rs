//! The shared statements, compiled for the PostgreSQL driver.

/// The driver.
pub type Db = sqlx::Postgres;

pub mod dialect;

#[path = "../shared/conn.rs"]
pub mod conn;
#[path = "../shared/decision.rs"]
pub mod decision;
#[path = "../shared/log.rs"]
pub mod log;
#[path = "../shared/pools.rs"]
pub mod pools;
#[path = "../shared/session.rs"]
pub mod session;
#[path = "../shared/staff.rs"]
pub mod staff;
