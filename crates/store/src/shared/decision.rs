//! Colour decisions: added, never changed. The newest of a holder counts.

use domain::colour::{Colour, Fired};
use domain::id::kind::{DecisionId, HolderId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::decision::DecisionRow;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[INSERT, CURRENT, ONE];

/// Adds a decision.
pub const INSERT: &str = "\
    INSERT INTO decision (id, holder_id, colour, reasons, rule_set, declaration_id, leaf_id, decided_at, until_at, \
    since_at, fired, unit_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// The newest decision about a holder.
pub const CURRENT: &str = "\
    SELECT id, colour, reasons, rule_set, declaration_id, leaf_id, decided_at, until_at, since_at, fired, unit_id, \
      revoked_at FROM decision WHERE holder_id = $1 ORDER BY id DESC LIMIT 1";

/// One decision about a holder.
pub const ONE: &str = "\
    SELECT id, colour, reasons, rule_set, declaration_id, leaf_id, decided_at, until_at, since_at, fired, unit_id, \
      revoked_at FROM decision WHERE holder_id = $1 AND id = $2";

/// Adds a decision.
pub async fn insert(c: &mut Conn, row: &DecisionRow) -> Result<(), StoreError> {
    let reasons = serde_json::to_string(&row.reasons).expect("a list of names is JSON");
    let fired = serde_json::to_string(&row.fired).expect("names and ids are JSON");
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
        .bind(row.since.map(Timestamp::micros))
        .bind(fired)
        .bind(row.unit.map(Id::as_i64))
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The decision about `holder` that counts: the newest.
pub async fn current(c: &mut Conn, holder: HolderId) -> Result<Option<DecisionRow>, StoreError> {
    let row = sqlx::query(CURRENT).bind(holder.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| read(holder, &row)).transpose()
}

/// One decision about `holder`.
pub async fn one(c: &mut Conn, holder: HolderId, id: DecisionId) -> Result<Option<DecisionRow>, StoreError> {
    let row = sqlx::query(ONE).bind(holder.as_i64()).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| read(holder, &row)).transpose()
}

/// A decision about `holder` from the columns of [`CURRENT`].
pub(super) fn read(holder: HolderId, row: &Row) -> Result<DecisionRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("decision", column, id);
    let (colour, reasons): (String, String) = (row.try_get(1)?, row.try_get(2)?);
    let (declaration, unit): (Option<i64>, Option<i64>) = (row.try_get(4)?, row.try_get(10)?);
    let (until, since): (Option<i64>, Option<i64>) = (row.try_get(7)?, row.try_get(8)?);
    let (fired, revoked): (Option<String>, Option<i64>) = (row.try_get(9)?, row.try_get(11)?);
    let fired: Vec<Fired> =
        fired.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json)).map_err(|_| wrong("fired"))?;
    Ok(DecisionRow {
        id: Id::from_i64(id),
        holder,
        colour: Colour::from_name(&colour).ok_or_else(|| wrong("colour"))?,
        reasons: serde_json::from_str(&reasons).map_err(|_| wrong("reasons"))?,
        rule_set: row.try_get(3)?,
        declaration: declaration.map(Id::from_i64),
        leaf: Id::from_i64(row.try_get(5)?),
        decided_at: Timestamp::from_micros(row.try_get(6)?),
        until: until.map(Timestamp::from_micros),
        since: since.map(Timestamp::from_micros),
        fired,
        unit: unit.map(Id::from_i64),
        revoked: revoked.map(Timestamp::from_micros),
    })
}
