//! What only PostgreSQL does: connecting, isolation, error codes, batches as arrays.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgDatabaseError, PgPoolOptions};

pub use super::batch::*;
use super::pools::Pools;
use crate::error::{Failure, StoreError};

/// One unchanging view, and a conflict instead of a lost update.
pub const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
/// One unchanging view.
pub const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
/// The schema's history.
pub const MIGRATOR: Migrator = sqlx::migrate!("migrations/postgres");

const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(20);

impl Pools {
    /// Connects to the database at `url`.
    pub async fn open(url: &str, connections: u32) -> Result<Self, StoreError> {
        // The parser's own message would repeat the address, with its password.
        let options = PgConnectOptions::from_str(url).map_err(|_| {
            Failure::Unavailable("the address is not postgres://user:password@host:port/database".to_owned())
        })?;
        let options = options.application_name("tongxing");
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options)
            .await?;
        Self::ready(pool.clone(), pool).await
    }
}

/// `serialization_failure` and `deadlock_detected`.
pub fn retryable(error: &dyn DatabaseError) -> bool {
    matches!(sqlstate(error), Some("40001" | "40P01"))
}

/// Classes 08 (connection), 53 (resources), 57 (shutting down) and a read-only transaction (a demoted node).
pub fn unavailable(error: &dyn DatabaseError) -> bool {
    sqlstate(error)
        .is_some_and(|c| c == "25006" || ["08", "53", "57"].iter().any(|class| c.starts_with(class)))
}

/// What an operator can mend, in words instead of a code (`disk_full`, `too_many_connections`).
pub fn in_words(error: &dyn DatabaseError) -> Option<&'static str> {
    match sqlstate(error)? {
        "53100" => Some("the disk is full"),
        "53300" => Some("it has too many connections"),
        _ => None,
    }
}

fn sqlstate(error: &dyn DatabaseError) -> Option<&str> {
    error.try_downcast_ref::<PgDatabaseError>().map(PgDatabaseError::code)
}
