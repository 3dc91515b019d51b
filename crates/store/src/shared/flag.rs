//! How many codes devices scan, and what of it an administrator should look at. Never about a holder.

use domain::id::kind::{CheckpointFlagId, CheckpointId, InspectorDeviceId, StaffId, UnitId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::checkpoint::{FlagKind, FlagRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[SCANS, SINCE, RAISE, LATEST, UNITS, SEEN, FORGET_SCANS, FORGET];

/// How many codes a device scanned in a minute: what it sends of one minute adds up.
pub const SCANS: &str = "\
    INSERT INTO scan_minute (device_id, minute, checkpoint_id, scans) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (device_id, minute) DO UPDATE SET scans = scan_minute.scans + excluded.scans";

/// How many codes a device scanned in some minutes.
pub const SINCE: &str = "\
    SELECT CAST(COALESCE(SUM(scans), 0) AS BIGINT) FROM scan_minute \
    WHERE device_id = $1 AND minute >= $2 AND minute <= $3";

/// Something to look at, once.
pub const RAISE: &str = "\
    INSERT INTO checkpoint_flag (id, kind, device_id, checkpoint_id, other_checkpoint_id, minute, scans, made_at, \
      unit_id) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
    ON CONFLICT (kind, device_id, unit_id, checkpoint_id, minute) DO NOTHING";

/// What was noticed last.
pub const LATEST: &str = "\
    SELECT id, kind, device_id, checkpoint_id, other_checkpoint_id, minute, scans, made_at, seen_at, unit_id \
    FROM checkpoint_flag ORDER BY made_at DESC, id DESC LIMIT $1";

/// The units that flags name.
pub const UNITS: &str =
    "SELECT id, name FROM unit WHERE id IN (SELECT unit_id FROM checkpoint_flag WHERE unit_id <> 0)";

/// An administrator has looked at it.
pub const SEEN: &str =
    "UPDATE checkpoint_flag SET seen_at = $2, seen_by = $3 WHERE id = $1 AND seen_at IS NULL";

/// Forgets minutes before one.
pub const FORGET_SCANS: &str = "DELETE FROM scan_minute WHERE minute < $1";

/// Forgets what was noticed before a time.
pub const FORGET: &str = "DELETE FROM checkpoint_flag WHERE made_at < $1";

/// A device scanned so many codes more in a minute.
pub async fn scans(
    c: &mut Conn,
    device: InspectorDeviceId,
    minute: i64,
    checkpoint: CheckpointId,
    scans: i64,
) -> Result<(), StoreError> {
    let query = sqlx::query(SCANS).bind(device.as_i64()).bind(minute).bind(checkpoint.as_i64());
    query.bind(scans).execute(c.raw()).await?;
    Ok(())
}

/// How many codes a device scanned from minute `first` to minute `last`, both counted.
pub async fn scanned(
    c: &mut Conn,
    device: InspectorDeviceId,
    first: i64,
    last: i64,
) -> Result<i64, StoreError> {
    let query = sqlx::query_scalar(SINCE).bind(device.as_i64()).bind(first).bind(last);
    Ok(query.fetch_one(c.raw()).await?)
}

/// Something to look at; `false` if this has been noticed before.
pub async fn raise(c: &mut Conn, row: &FlagRow) -> Result<bool, StoreError> {
    let done = sqlx::query(RAISE)
        .bind(row.id.as_i64())
        .bind(row.kind.as_str())
        .bind(row.device.as_i64())
        .bind(row.checkpoint.as_i64())
        .bind(row.other_checkpoint.map(Id::as_i64))
        .bind(row.minute)
        .bind(row.scans)
        .bind(row.made_at.micros())
        .bind(row.unit.map_or(0, Id::as_i64))
        .execute(c.raw())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// What was noticed last, at most `most`.
pub async fn latest(c: &mut Conn, most: i64) -> Result<Vec<FlagRow>, StoreError> {
    sqlx::query(LATEST).bind(most).fetch_all(c.raw()).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<FlagRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let kind: String = row.try_get(1)?;
    Ok(FlagRow {
        id: Id::from_i64(id),
        kind: FlagKind::from_name(&kind)
            .ok_or_else(|| StoreError::inconsistent("checkpoint_flag", "kind", id))?,
        device: Id::from_i64(row.try_get(2)?),
        unit: Some(row.try_get::<i64, _>(9)?).filter(|unit| *unit != 0).map(Id::from_i64),
        checkpoint: Id::from_i64(row.try_get(3)?),
        other_checkpoint: row.try_get::<Option<i64>, _>(4)?.map(Id::from_i64),
        minute: row.try_get(5)?,
        scans: row.try_get(6)?,
        made_at: Timestamp::from_micros(row.try_get(7)?),
        seen_at: row.try_get::<Option<i64>, _>(8)?.map(Timestamp::from_micros),
    })
}

/// The names of the units that flags name.
pub async fn units(c: &mut Conn) -> Result<Vec<(UnitId, String)>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(UNITS).fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(|(id, name)| (Id::from_i64(id), name)).collect())
}

/// An administrator has looked at it; `false` if it was looked at before.
pub async fn seen(
    c: &mut Conn,
    id: CheckpointFlagId,
    by: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(SEEN).bind(id.as_i64()).bind(now.micros()).bind(by.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Forgets how many codes were scanned, and what was noticed, before `before`. Gives how many rows.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    let minutes = sqlx::query(FORGET_SCANS).bind(before.seconds() / 60).execute(c.raw()).await?;
    let flags = sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected();
    Ok(minutes.rows_affected() + flags)
}
