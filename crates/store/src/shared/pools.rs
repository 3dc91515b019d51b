//! The connections of one engine: where transactions begin, and where the schema is brought up to date.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Pool;
use sqlx::migrate::{MigrateError, Migrator};

use super::Db;
use super::conn::Conn;
use super::dialect;
use crate::error::{Failure, StoreError};
use crate::seal::Sealer;

/// The pools that writers and readers take their connections from; one and the same on PostgreSQL.
#[derive(Clone)]
pub struct Pools {
    writers: Pool<Db>,
    readers: Pool<Db>,
}

/// Several servers that start at once may meet on any migration; the loser looks again, so often beyond one loss for
/// each.
const MIGRATION_ATTEMPTS: usize = 5;

impl Pools {
    /// From open pools, after bringing the schema up to date.
    pub(super) async fn ready(writers: Pool<Db>, readers: Pool<Db>) -> Result<Self, StoreError> {
        migrate(&writers).await?;
        Ok(Self { writers, readers })
    }

    pub(crate) async fn write(&self, sealer: &Arc<Sealer>) -> Result<Conn, StoreError> {
        Ok(Conn::new(self.writers.begin_with(dialect::BEGIN_WRITE).await?, sealer.clone()))
    }

    pub(crate) async fn read(&self, sealer: &Arc<Sealer>) -> Result<Conn, StoreError> {
        Ok(Conn::new(self.readers.begin_with(dialect::BEGIN_READ).await?, sealer.clone()))
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

async fn migrate(pool: &Pool<Db>) -> Result<(), StoreError> {
    let mut migrator: Migrator = dialect::MIGRATOR;
    // No advisory locks (design section 10): each migration is one transaction with its own entry.
    migrator.set_locking(false);
    let known = migrator.iter().map(|m| m.version).max().unwrap_or(0);
    let attempts = migrator.iter().count() + MIGRATION_ATTEMPTS;
    let mut attempt = 1;
    loop {
        match migrator.run(pool).await {
            Ok(()) => return Ok(()),
            Err(MigrateError::VersionMissing(found)) => {
                return Err(Failure::SchemaTooNew { found, known }.into());
            }
            Err(error) if attempt == attempts => return Err(failed(&error)),
            Err(_) => attempt += 1,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Migrations hold no personal data, so the engine's own words may be kept: whoever wrote one needs them.
fn failed(error: &MigrateError) -> StoreError {
    Failure::Migration(match error {
        MigrateError::VersionMismatch(version) => format!("{version}: it was changed after it was applied"),
        other => format!("({other})"),
    })
    .into()
}
