//! The log's rows: one for every decision, written in the transaction of what it records.
//!
//! A leaf is a salted commitment (design section 7); what it covers is the caller's. Here it only waits to be
//! sequenced.

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::log::Leaf;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[APPEND, ERASE];

/// Adds a leaf.
pub const APPEND: &str = "\
    INSERT INTO log_leaf (id, kind, rule_set, commitment, salt, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)";

/// Destroys a leaf's salt: what it commits to can no longer be guessed.
pub const ERASE: &str = "UPDATE log_leaf SET salt = NULL WHERE id = $1";

/// Adds a leaf to those that wait to be sequenced. Refuses words that the public log cannot carry: one such leaf would
/// stop all that come after it, so what it records is not written either.
pub async fn append(c: &mut Conn, leaf: &Leaf) -> Result<(), StoreError> {
    if leaf.public().to_bytes().is_err() {
        return Err(StoreError::inconsistent("log_leaf", "kind, rule_set", leaf.id.as_i64()));
    }
    sqlx::query(APPEND)
        .bind(leaf.id.as_i64())
        .bind(leaf.kind)
        .bind(leaf.rule_set.as_deref())
        .bind(&leaf.commitment[..])
        .bind(&leaf.salt[..])
        .bind(leaf.recorded_at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Destroys the salt of a leaf. The leaf itself stays: the log is append-only.
pub async fn erase(c: &mut Conn, id: domain::id::kind::LogLeafId) -> Result<(), StoreError> {
    sqlx::query(ERASE).bind(id.as_i64()).execute(c.raw()).await?;
    Ok(())
}
