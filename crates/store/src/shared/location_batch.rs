//! What became of files of locations.

use domain::id::kind::{LocationBatchId, StaffId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::location::LocationBatchRow;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ADD, ONE, OF_STAFF, FORGET];

/// A file was read.
pub const ADD: &str = "\
    INSERT INTO location_batch (id, staff_id, made_at, rows_read, added, there, refused, report) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// One of somebody's own.
pub const ONE: &str = "\
    SELECT id, staff_id, made_at, rows_read, added, there, refused, report FROM location_batch \
    WHERE id = $1 AND staff_id = $2";

/// Somebody's own, the newest first, without their reports.
pub const OF_STAFF: &str = "\
    SELECT id, staff_id, made_at, rows_read, added, there, refused, '' FROM location_batch \
    WHERE staff_id = $1 ORDER BY made_at DESC, id DESC LIMIT $2";

/// Those of files that were handed in long ago.
pub const FORGET: &str = "DELETE FROM location_batch WHERE made_at < $1";

/// Keeps what became of a file.
pub async fn add(c: &mut Conn, row: &LocationBatchRow) -> Result<(), StoreError> {
    sqlx::query(ADD)
        .bind(row.id.as_i64())
        .bind(row.staff.as_i64())
        .bind(row.made_at.micros())
        .bind(row.rows_read)
        .bind(row.added)
        .bind(row.there)
        .bind(row.refused)
        .bind(&row.report)
        .execute(c.raw())
        .await?;
    Ok(())
}

/// One of somebody's own.
pub async fn one(
    c: &mut Conn,
    id: LocationBatchId,
    staff: StaffId,
) -> Result<Option<LocationBatchRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).bind(staff.as_i64()).fetch_optional(c.raw()).await?;
    row.as_ref().map(batch).transpose()
}

/// Somebody's own, the newest first; their reports are left out.
pub async fn of_staff(c: &mut Conn, staff: StaffId, limit: i64) -> Result<Vec<LocationBatchRow>, StoreError> {
    let rows = sqlx::query(OF_STAFF).bind(staff.as_i64()).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(batch).collect()
}

/// Forgets what became of files before `before`; the locations stay. Gives how many.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

fn batch(row: &Row) -> Result<LocationBatchRow, StoreError> {
    Ok(LocationBatchRow {
        id: Id::from_i64(row.try_get(0)?),
        staff: Id::from_i64(row.try_get(1)?),
        made_at: Timestamp::from_micros(row.try_get(2)?),
        rows_read: row.try_get(3)?,
        added: row.try_get(4)?,
        there: row.try_get(5)?,
        refused: row.try_get(6)?,
        report: row.try_get(7)?,
    })
}
