//! Units whose evidence made too many colours worse: stopped until somebody of another unit has looked.

use domain::id::kind::{EvidenceStopId, StaffId, UnitId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use super::evidence_proposal::did;
use crate::error::StoreError;
use crate::rows::evidence::{STOP_NOTE, StopReason, StopRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[LOCK, STOP, LIFT, STOPS, ALL_OF_UNIT, LAST_LIFTED, FORGET];

/// Changes nothing, and makes two transactions about one unit wait for each other or be run again.
pub const LOCK: &str = "UPDATE unit SET name = name WHERE id = $1";

/// Stops a unit, unless it is stopped.
pub const STOP: &str = "\
    INSERT INTO evidence_stop (id, unit_id, reason, changes, made_at) \
    SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM evidence_stop WHERE unit_id = $2 AND lifted_at IS NULL)";

/// Lifts a stop, by somebody of another unit.
pub const LIFT: &str = "\
    UPDATE evidence_stop SET lifted_at = $2, lifted_by = $3, lifted_unit = $4, note = $5 \
    WHERE id = $1 AND lifted_at IS NULL AND unit_id <> $4";

macro_rules! stops {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.unit_id, COALESCE(u.name, ''), e.reason, e.changes, e.made_at, e.note, \
               e.lifted_at, e.lifted_by, COALESCE(l.name, ''), e.lifted_unit, COALESCE(lu.name, '') \
             FROM evidence_stop e LEFT JOIN unit u ON u.id = e.unit_id \
             LEFT JOIN staff l ON l.id = e.lifted_by LEFT JOIN unit lu ON lu.id = e.lifted_unit ",
            $rest
        )
    };
}

/// The stops, those that stand first, then the newest.
pub const STOPS: &str =
    stops!("ORDER BY CASE WHEN e.lifted_at IS NULL THEN 0 ELSE 1 END, e.id DESC LIMIT $1");

/// All stops of a unit.
pub const ALL_OF_UNIT: &str = stops!("WHERE e.unit_id = $1 ORDER BY e.id");

/// Whether a unit is stopped, and when its last stop was lifted.
pub const LAST_LIFTED: &str = "\
    SELECT COUNT(*) - COUNT(lifted_at), MAX(lifted_at) FROM evidence_stop WHERE unit_id = $1";

/// Forgets those that were lifted before a time.
pub const FORGET: &str = "DELETE FROM evidence_stop WHERE lifted_at < $1";

/// Makes this transaction the only one that counts a unit's changes.
pub async fn lock(c: &mut Conn, unit: UnitId) -> Result<(), StoreError> {
    sqlx::query(LOCK).bind(unit.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Stops a unit; whether it was not stopped.
pub async fn stop(
    c: &mut Conn,
    id: EvidenceStopId,
    unit: UnitId,
    (reason, changes): (StopReason, i64),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(STOP).bind(id.as_i64()).bind(unit.as_i64()).bind(reason.as_str());
    Ok(query.bind(changes).bind(now.micros()).execute(c.raw()).await?.rows_affected() == 1)
}

/// Lifts a stop of another unit than `by`'s; whether it stood.
pub async fn lift(
    c: &mut Conn,
    id: EvidenceStopId,
    (staff, unit): (StaffId, UnitId),
    note: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let note = c.sealer().seal(STOP_NOTE(id.as_i64()), &note.to_owned());
    let query = sqlx::query(LIFT).bind(id.as_i64()).bind(now.micros()).bind(staff.as_i64());
    Ok(query.bind(unit.as_i64()).bind(note).execute(c.raw()).await?.rows_affected() == 1)
}

/// The stops, those that stand first, then the newest.
pub async fn stops(c: &mut Conn, limit: i64) -> Result<Vec<StopRow>, StoreError> {
    let rows = sqlx::query(STOPS).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| read(c, row)).collect()
}

/// All stops of a unit, in their order.
pub async fn all_of_unit(c: &mut Conn, unit: UnitId) -> Result<Vec<StopRow>, StoreError> {
    let rows = sqlx::query(ALL_OF_UNIT).bind(unit.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| read(c, row)).collect()
}

/// Whether a unit is stopped, and when its last stop was lifted.
pub async fn of_unit(c: &mut Conn, unit: UnitId) -> Result<(bool, Option<Timestamp>), StoreError> {
    let (open, lifted): (i64, Option<i64>) =
        sqlx::query_as(LAST_LIFTED).bind(unit.as_i64()).fetch_one(c.raw()).await?;
    Ok((open > 0, lifted.map(Timestamp::from_micros)))
}

/// Forgets those that were lifted before a time; gives how many.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

fn read(c: &Conn, row: &Row) -> Result<StopRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let (note, lifted): (Option<Vec<u8>>, Option<i64>) = (row.try_get(6)?, row.try_get(7)?);
    let reason = StopReason::from_name(row.try_get(3)?);
    Ok(StopRow {
        id: Id::from_i64(id),
        unit: Id::from_i64(row.try_get(1)?),
        unit_name: row.try_get(2)?,
        reason: reason.ok_or_else(|| StoreError::inconsistent("evidence_stop", "reason", id))?,
        changes: row.try_get(4)?,
        made_at: Timestamp::from_micros(row.try_get(5)?),
        lifted: lifted.map(|_| did(row, 7)).transpose()?,
        note: note.map(|sealed| c.sealer().open(STOP_NOTE(id), &sealed)).transpose()?,
    })
}
