//! Colour decisions: added, never changed. The newest of a holder counts.

use domain::declaration::{Colour, ColourReason};
use domain::id::kind::HolderId;
use domain::{Id, Timestamp};

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::decision::DecisionRow;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[INSERT, CURRENT];

/// Adds a decision.
pub const INSERT: &str = "\
    INSERT INTO decision (id, holder_id, colour, reasons, rule_set, declaration_id, leaf_id, decided_at, until_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// The newest decision about a holder.
pub const CURRENT: &str = "\
    SELECT id, colour, reasons, rule_set, declaration_id, leaf_id, decided_at, until_at \
    FROM decision WHERE holder_id = $1 ORDER BY id DESC LIMIT 1";

/// Adds a decision.
pub async fn insert(c: &mut Conn, row: &DecisionRow) -> Result<(), StoreError> {
    let reasons = serde_json::to_string(&row.reasons).expect("a list of names is JSON");
    sqlx::query(INSERT)
        .bind(row.id.as_i64())
        .bind(row.holder.as_i64())
        .bind(row.colour.as_str())
        .bind(reasons)
        .bind(&row.rule_set)
        .bind(row.declaration.map(Id::as_i64))
        .bind(row.leaf.as_i64())
        .bind(row.decided_at.micros())
        .bind(row.until.map(Timestamp::micros))
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The decision about `holder` that counts: the newest.
pub async fn current(c: &mut Conn, holder: HolderId) -> Result<Option<DecisionRow>, StoreError> {
    let row = sqlx::query_as(CURRENT).bind(holder.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| read(holder, row)).transpose()
}

/// The columns of [`CURRENT`].
pub(super) type Row = (i64, String, String, String, Option<i64>, i64, i64, Option<i64>);

/// A decision about `holder` from its columns.
pub(super) fn read(holder: HolderId, row: Row) -> Result<DecisionRow, StoreError> {
    let (id, colour, reasons, rule_set, declaration, leaf, decided_at, until) = row;
    let wrong = |column| StoreError::inconsistent("decision", column, id);
    let reasons: Vec<ColourReason> = serde_json::from_str(&reasons).map_err(|_| wrong("reasons"))?;
    Ok(DecisionRow {
        id: Id::from_i64(id),
        holder,
        colour: Colour::from_name(&colour).ok_or_else(|| wrong("colour"))?,
        reasons,
        rule_set,
        declaration: declaration.map(Id::from_i64),
        leaf: Id::from_i64(leaf),
        decided_at: Timestamp::from_micros(decided_at),
        until: until.map(Timestamp::from_micros),
    })
}
