//! One connection inside a transaction, with the sealer at hand for the statements that need it.

use std::sync::Arc;

use sqlx::{Database, Transaction};

use super::Db;
use crate::error::StoreError;
use crate::seal::Sealer;

/// A connection in a transaction. Dropped, it rolls back.
pub struct Conn {
    transaction: Transaction<'static, Db>,
    sealer: Arc<Sealer>,
}

impl Conn {
    pub(super) fn new(transaction: Transaction<'static, Db>, sealer: Arc<Sealer>) -> Self {
        Self { transaction, sealer }
    }

    /// The driver's connection: statements are executed on it.
    pub fn raw(&mut self) -> &mut <Db as Database>::Connection {
        &mut self.transaction
    }

    /// Seals, opens and indexes.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    pub(crate) async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback().await?)
    }
}
