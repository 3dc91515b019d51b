//! Reports of abnormal temperatures.

use domain::Timestamp;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::report::{NewReport, REPORT};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[INSERT];

/// A report comes in.
pub const INSERT: &str = "\
    INSERT INTO temperature_report (id, holder_id, checkpoint_id, shift_id, device_id, staff_id, unit_id, exported, \
    report, taken_at, received_at, due_at, stage, version) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open', 0)";

/// Puts a report into the queue.
pub async fn insert(c: &mut Conn, row: &NewReport, now: Timestamp) -> Result<(), StoreError> {
    let sealed = c.sealer().seal(REPORT(row.id.as_i64()), &row.report);
    sqlx::query(INSERT)
        .bind(row.id.as_i64())
        .bind(row.holder.map(domain::Id::as_i64))
        .bind(row.checkpoint.as_i64())
        .bind(row.shift.map(|shift| shift.0.to_vec()))
        .bind(row.device.map(domain::Id::as_i64))
        .bind(row.staff.as_i64())
        .bind(row.unit.as_i64())
        .bind(i64::from(row.exported))
        .bind(sealed)
        .bind(row.taken_at.micros())
        .bind(now.micros())
        .bind(row.due_at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}
