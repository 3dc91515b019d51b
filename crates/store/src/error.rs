//! What can go wrong in the store, without a word of what the rows hold.

use std::fmt;

use crate::seal::SealError;
use crate::{postgres, sqlite};

/// A failure, and the named transaction in which it happened. Safe to log: it holds engine codes, names of
/// tables and constraints and row ids, never values.
#[derive(Debug)]
pub struct StoreError {
    /// The transaction's name, once it is known.
    pub transaction: Option<&'static str>,
    /// What happened.
    pub failure: Failure,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Another transaction was in the way, more often than we try again.
    #[error("other transactions were in the way ({0})")]
    Contention(String),
    /// A unique key already holds this value.
    #[error("unique key {0} already holds this value")]
    Unique(String),
    /// Another constraint refused the row: a bug, since values are checked before.
    #[error("constraint {0} refused the row")]
    Constraint(String),
    /// The database does not answer, is full, or lost the connection: the outcome of a commit is not known.
    #[error("the database is not available ({0})")]
    Unavailable(String),
    /// The engine refused the statement or gave something unexpected.
    #[error("the database refused ({0})")]
    Engine(String),
    /// A sealed value did not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// A row that no code of ours could have written.
    #[error("{table}.{column} of row {row:016x} holds what cannot be")]
    Inconsistent {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Row id.
        row: i64,
    },
    /// The database was written by a newer program.
    #[error(
        "the database has schema {found}, this program knows up to {known}: start a program at least as new"
    )]
    SchemaTooNew {
        /// The newest migration applied to it.
        found: i64,
        /// The newest migration of this program.
        known: i64,
    },
    /// The keys are not those that this database was begun with.
    #[error("the data keys are not those of this database: restore its own data-keys.json from the backup")]
    OtherKeys,
    /// A migration differs from what was once applied, or failed.
    #[error("migration {0} cannot be applied")]
    Migration(String),
}

impl StoreError {
    /// Whether the transaction may succeed when run again.
    pub fn is_retryable(&self) -> bool {
        matches!(self.failure, Failure::Contention(_))
    }

    /// Whether a unique key refused the row.
    pub fn is_unique(&self) -> bool {
        matches!(self.failure, Failure::Unique(_))
    }

    /// A row that no code of ours could have written.
    pub fn inconsistent(table: &'static str, column: &'static str, row: i64) -> Self {
        Failure::Inconsistent { table, column, row }.into()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.transaction {
            Some(name) => write!(f, "{name}: {}", self.failure),
            None => self.failure.fmt(f),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self { transaction: None, failure }
    }
}

impl From<SealError> for StoreError {
    fn from(error: SealError) -> Self {
        Failure::Sealed(error).into()
    }
}

/// Engines put values into their messages, so only codes and names are kept.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let failure = match error {
            sqlx::Error::Database(e) => of_engine(&*e),
            sqlx::Error::Io(e) => Failure::Unavailable(format!("{:?}", e.kind())),
            sqlx::Error::PoolTimedOut => Failure::Unavailable("no free connection".to_owned()),
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Failure::Unavailable("closed".to_owned()),
            sqlx::Error::ColumnDecode { index, .. } => Failure::Engine(format!("column {index}")),
            sqlx::Error::RowNotFound => Failure::Engine("row not found".to_owned()),
            sqlx::Error::Configuration(_) => Failure::Engine("configuration".to_owned()),
            _ => Failure::Engine("driver".to_owned()),
        };
        failure.into()
    }
}

fn of_engine(error: &dyn sqlx::error::DatabaseError) -> Failure {
    let code = error.code().map(std::borrow::Cow::into_owned).unwrap_or_default();
    if sqlite::dialect::retryable(error) || postgres::dialect::retryable(error) {
        Failure::Contention(code)
    } else if sqlite::dialect::unavailable(error) || postgres::dialect::unavailable(error) {
        Failure::Unavailable(code)
    } else if error.is_unique_violation() {
        Failure::Unique(constraint(error))
    } else if error.is_foreign_key_violation() || error.is_check_violation() {
        Failure::Constraint(constraint(error))
    } else {
        Failure::Engine(code)
    }
}

/// The constraint's name; `SQLite` names the columns instead, in a message of fixed form without values.
fn constraint(error: &dyn sqlx::error::DatabaseError) -> String {
    error.constraint().map_or_else(|| sqlite::dialect::constraint(error), str::to_owned)
}
