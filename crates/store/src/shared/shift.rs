//! Shifts: one inspector at one checkpoint.
//!
//! The decision that matters: what a device sends may arrive in any order. What belongs to a shift whose beginning has
//! not arrived is put down to the inspector who was last known to work with that device, at the same checkpoint; when
//! the beginning arrives, it is put right. Counts are so far in the shift, so the largest counts.

use domain::checkpoint::ClientId;
use domain::id::kind::InspectorDeviceId;
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::checkpoint::{Counts, ShiftRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[BEGIN, ONE, LATEST, OF_STAFF, SETTLE, SETTLE_REPORTS, SETTLE_SCANS, COUNT, END, FORGET];

/// Begins a shift.
pub const BEGIN: &str = "\
    INSERT INTO shift (id, device_id, staff_id, unit_id, checkpoint_id, parent, signed_in_at, begun_at, until_at, \
    received_at, guessed, passes, checks, stops, normal, abnormal) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, 0, 0) ON CONFLICT (id) DO NOTHING";

/// One shift.
pub const ONE: &str = "\
    SELECT id, device_id, staff_id, unit_id, checkpoint_id, parent, signed_in_at, begun_at, until_at, ended_at, \
    passes, checks, stops, normal, abnormal, guessed FROM shift WHERE id = $1";

/// The shift of a device that began last before a time.
pub const LATEST: &str = "\
    SELECT id, device_id, staff_id, unit_id, checkpoint_id, parent, signed_in_at, begun_at, until_at, ended_at, \
    passes, checks, stops, normal, abnormal, guessed FROM shift WHERE device_id = $1 AND begun_at <= $2 \
    ORDER BY begun_at DESC, id DESC LIMIT 1";

/// The shift of a member of staff that goes on without a device.
pub const OF_STAFF: &str = "\
    SELECT id, device_id, staff_id, unit_id, checkpoint_id, parent, signed_in_at, begun_at, until_at, ended_at, \
    passes, checks, stops, normal, abnormal, guessed FROM shift \
    WHERE staff_id = $1 AND device_id IS NULL AND until_at > $2 AND ended_at IS NULL ORDER BY begun_at DESC LIMIT 1";

/// The beginning of a shift arrives after what belongs to it: once, for what begins it again is another's word.
pub const SETTLE: &str = "\
    UPDATE shift SET checkpoint_id = $2, parent = $3, staff_id = $4, unit_id = $5, signed_in_at = $6, begun_at = $7, \
    until_at = $8, guessed = 0 WHERE id = $1 AND guessed = 1";

/// Its reports go over to where it was.
pub const SETTLE_REPORTS: &str = "\
    UPDATE temperature_report SET checkpoint_id = $3, staff_id = $4, unit_id = $5, version = version + 1, \
      feed = NULL \
    WHERE shift_id = $1 AND device_id = $2";

/// So do its scans.
pub const SETTLE_SCANS: &str =
    "UPDATE scan_minute SET checkpoint_id = $2 WHERE device_id = $1 AND minute >= $3 AND minute <= $4";

/// What a shift counts so far: each number only grows.
pub const COUNT: &str = "\
    UPDATE shift SET passes = CASE WHEN passes < $2 THEN $2 ELSE passes END, \
    checks = CASE WHEN checks < $3 THEN $3 ELSE checks END, \
    stops = CASE WHEN stops < $4 THEN $4 ELSE stops END, \
    normal = CASE WHEN normal < $5 THEN $5 ELSE normal END, \
    abnormal = CASE WHEN abnormal < $6 THEN $6 ELSE abnormal END WHERE id = $1";

/// Ends a shift; the first end counts.
pub const END: &str = "\
    UPDATE shift SET ended_at = CASE WHEN ended_at < $2 THEN ended_at ELSE $2 END WHERE id = $1";

/// Forgets shifts that began before a time and that no report names.
pub const FORGET: &str = "\
    DELETE FROM shift WHERE begun_at < $1 \
    AND NOT EXISTS (SELECT 1 FROM temperature_report WHERE temperature_report.shift_id = shift.id)";

/// Begins a shift, with its counts at nothing; `false` if this very shift was begun before.
pub async fn begin(c: &mut Conn, row: &ShiftRow, now: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query(BEGIN)
        .bind(row.id.0.to_vec())
        .bind(row.device.map(Id::as_i64))
        .bind(row.staff.as_i64())
        .bind(row.unit.as_i64())
        .bind(row.checkpoint.as_i64())
        .bind(row.parent.map(|parent| parent.0.to_vec()))
        .bind(row.signed_in_at.micros())
        .bind(row.begun_at.micros())
        .bind(row.until.micros())
        .bind(now.micros())
        .bind(i64::from(row.guessed))
        .execute(c.raw())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// One shift.
pub async fn one(c: &mut Conn, id: ClientId) -> Result<Option<ShiftRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.0.to_vec()).fetch_optional(c.raw()).await?;
    row.as_ref().map(read).transpose()
}

/// The shift of `device` that began last, at `at` at the latest.
pub async fn latest(
    c: &mut Conn,
    device: InspectorDeviceId,
    at: Timestamp,
) -> Result<Option<ShiftRow>, StoreError> {
    let query = sqlx::query(LATEST).bind(device.as_i64()).bind(at.micros());
    query.fetch_optional(c.raw()).await?.as_ref().map(read).transpose()
}

/// The shift in which a member of staff works at `now` without a device.
pub async fn of_staff(
    c: &mut Conn,
    staff: domain::id::kind::StaffId,
    now: Timestamp,
) -> Result<Option<ShiftRow>, StoreError> {
    let query = sqlx::query(OF_STAFF).bind(staff.as_i64()).bind(now.micros());
    query.fetch_optional(c.raw()).await?.as_ref().map(read).transpose()
}

/// The beginning of a shift has arrived after what belongs to it: that goes over to where the shift was.
pub async fn settle(c: &mut Conn, row: &ShiftRow) -> Result<(), StoreError> {
    let settled = sqlx::query(SETTLE)
        .bind(row.id.0.to_vec())
        .bind(row.checkpoint.as_i64())
        .bind(row.parent.map(|parent| parent.0.to_vec()))
        .bind(row.staff.as_i64())
        .bind(row.unit.as_i64())
        .bind(row.signed_in_at.micros())
        .bind(row.begun_at.micros())
        .bind(row.until.micros())
        .execute(c.raw())
        .await?;
    let Some(device) = row.device.filter(|_| settled.rows_affected() == 1) else { return Ok(()) };
    sqlx::query(SETTLE_REPORTS)
        .bind(row.id.0.to_vec())
        .bind(device.as_i64())
        .bind(row.checkpoint.as_i64())
        .bind(row.staff.as_i64())
        .bind(row.unit.as_i64())
        .execute(c.raw())
        .await?;
    sqlx::query(SETTLE_SCANS)
        .bind(device.as_i64())
        .bind(row.checkpoint.as_i64())
        .bind(row.begun_at.seconds() / 60)
        .bind(row.until.seconds() / 60)
        .execute(c.raw())
        .await?;
    Ok(())
}

/// What a shift counts so far: each number only grows.
pub async fn count(c: &mut Conn, id: ClientId, counts: &Counts) -> Result<(), StoreError> {
    sqlx::query(COUNT)
        .bind(id.0.to_vec())
        .bind(counts.passes)
        .bind(counts.checks)
        .bind(counts.stops)
        .bind(counts.normal)
        .bind(counts.abnormal)
        .execute(c.raw())
        .await?;
    Ok(())
}

/// A shift ended at `at`; of several ends the first counts.
pub async fn end(c: &mut Conn, id: ClientId, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(END).bind(id.0.to_vec()).bind(at.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Forgets shifts that began before `before` and that no report names. Gives how many.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

fn read(row: &Row) -> Result<ShiftRow, StoreError> {
    let time = |index: usize| row.try_get::<i64, _>(index).map(Timestamp::from_micros);
    let client = |bytes: Vec<u8>| {
        let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| StoreError::inconsistent("shift", "id", 0));
        bytes.map(ClientId)
    };
    Ok(ShiftRow {
        id: client(row.try_get(0)?)?,
        device: row.try_get::<Option<i64>, _>(1)?.map(Id::from_i64),
        staff: Id::from_i64(row.try_get(2)?),
        unit: Id::from_i64(row.try_get(3)?),
        checkpoint: Id::from_i64(row.try_get(4)?),
        parent: row.try_get::<Option<Vec<u8>>, _>(5)?.map(client).transpose()?,
        signed_in_at: time(6)?,
        begun_at: time(7)?,
        until: time(8)?,
        ended_at: row.try_get::<Option<i64>, _>(9)?.map(Timestamp::from_micros),
        counts: Counts {
            passes: row.try_get(10)?,
            checks: row.try_get(11)?,
            stops: row.try_get(12)?,
            normal: row.try_get(13)?,
            abnormal: row.try_get(14)?,
        },
        guessed: row.try_get::<i64, _>(15)? != 0,
    })
}
