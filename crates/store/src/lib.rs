//! Every SQL statement of the service, for `SQLite` and PostgreSQL, and what keeps personal data unreadable in
//! both: sealing and blind indexes.
//!
//! Used by `server` and `cli`. The one decision that matters: there is **one SQL text**, in `shared/`, compiled
//! once against each native driver; `dialect.rs` holds the few differences. [`transact!`] runs a named
//! transaction that may run again, so its body has no effect outside the database; [`call!`] is how a body
//! reaches a statement. Only `cli` (and tests) choose the engine, by calling [`Store::open_sqlite`] or
//! [`Store::open_postgres`].
//!
//! Architecture invariants: no personal data in a [`StoreError`]; no column of personal data that is not
//! sealed; no write outside a named transaction.

#![allow(
    clippy::duplicate_mod,
    reason = "one SQL text, compiled once for each driver: the point of this crate"
)]

pub mod blind;
pub mod error;
pub mod keyfile;
pub mod keys;
mod macros;
pub mod postgres;
pub mod rows;
pub mod seal;
pub mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use blind::BlindIndex;
pub use error::{Failure, StoreError};
pub use keys::DataKeys;
pub use seal::{Place, SealError, Sealer};
pub use store::{Attempts, Engine, Step, Store, Tx, body};
