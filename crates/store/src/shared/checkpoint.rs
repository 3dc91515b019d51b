//! Checkpoints, and the devices that inspectors use there.
//!
//! The decision that matters: a device is known by its public key alone. The enrolment code is kept as a hash, counts
//! once, and is gone when it has been used.

use domain::checkpoint::CheckpointKind;
use domain::id::kind::{CheckpointId, InspectorDeviceId, StaffId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::checkpoint::{CheckpointRow, InspectorDeviceRow, NewInspectorDevice};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[ADD, CLOSE, ALL, ONE, ADD_DEVICE, NEW_CODE, ENROL, DEVICES, DEVICE, SEEN, WITHDRAW];

/// Adds a checkpoint.
pub const ADD: &str = "INSERT INTO checkpoint (id, name, place, kind, made_at) VALUES ($1, $2, $3, $4, $5)";

/// Closes a checkpoint: nobody begins a shift there any more.
pub const CLOSE: &str = "UPDATE checkpoint SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL";

/// Every checkpoint, the open ones first.
pub const ALL: &str = "\
    SELECT id, name, place, kind, made_at, closed_at FROM checkpoint \
    ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, name, id";

/// One checkpoint.
pub const ONE: &str = "SELECT id, name, place, kind, made_at, closed_at FROM checkpoint WHERE id = $1";

/// Names a device.
pub const ADD_DEVICE: &str = "\
    INSERT INTO inspector_device (id, name, code_hash, code_until, made_at, made_by) \
    VALUES ($1, $2, $3, $4, $5, $6)";

/// Another code for a device that has not been enrolled.
pub const NEW_CODE: &str = "\
    UPDATE inspector_device SET code_hash = $2, code_until = $3 \
    WHERE id = $1 AND enrolled_at IS NULL AND withdrawn_at IS NULL";

/// Enrols the device of a code.
pub const ENROL: &str = "\
    UPDATE inspector_device SET public_key = $2, enrolled_at = $3, enrolled_by = $4, code_hash = NULL, \
    code_until = NULL WHERE code_hash = $1 AND code_until > $3 AND enrolled_at IS NULL AND withdrawn_at IS NULL \
    RETURNING id, name";

/// Every device, those in use first.
pub const DEVICES: &str = "\
    SELECT id, name, code_until, public_key, made_at, enrolled_at, enrolled_by, seen_at, app, waiting, withdrawn_at \
    FROM inspector_device ORDER BY CASE WHEN withdrawn_at IS NULL THEN 0 ELSE 1 END, name";

/// One device.
pub const DEVICE: &str = "\
    SELECT id, name, code_until, public_key, made_at, enrolled_at, enrolled_by, seen_at, app, waiting, withdrawn_at \
    FROM inspector_device WHERE id = $1";

/// A device was heard of.
pub const SEEN: &str = "UPDATE inspector_device SET seen_at = $2, app = $3, waiting = $4 WHERE id = $1";

/// Withdraws a device: it is refused from now on.
pub const WITHDRAW: &str = "\
    UPDATE inspector_device SET withdrawn_at = $2, withdrawn_by = $3, code_hash = NULL, code_until = NULL \
    WHERE id = $1 AND withdrawn_at IS NULL";

/// Adds a checkpoint, open from now on.
pub async fn add(
    c: &mut Conn,
    id: CheckpointId,
    name: &str,
    place: &str,
    kind: CheckpointKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(ADD).bind(id.as_i64()).bind(name).bind(place).bind(kind.as_str());
    query.bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Closes a checkpoint; `false` if there is none to close.
pub async fn close(c: &mut Conn, id: CheckpointId, now: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query(CLOSE).bind(id.as_i64()).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Every checkpoint, the open ones first.
pub async fn all(c: &mut Conn) -> Result<Vec<CheckpointRow>, StoreError> {
    sqlx::query(ALL).fetch_all(c.raw()).await?.iter().map(checkpoint).collect()
}

/// One checkpoint, open or closed.
pub async fn one(c: &mut Conn, id: CheckpointId) -> Result<Option<CheckpointRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.as_ref().map(checkpoint).transpose()
}

fn checkpoint(row: &Row) -> Result<CheckpointRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let kind: String = row.try_get(3)?;
    Ok(CheckpointRow {
        id: Id::from_i64(id),
        name: row.try_get(1)?,
        place: row.try_get(2)?,
        kind: CheckpointKind::from_name(&kind)
            .ok_or_else(|| StoreError::inconsistent("checkpoint", "kind", id))?,
        made_at: Timestamp::from_micros(row.try_get(4)?),
        closed_at: time(row, 5)?,
    })
}

/// Names a device, and keeps the hash of its enrolment code. A name that is taken is a unique failure.
pub async fn add_device(c: &mut Conn, new: &NewInspectorDevice, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(ADD_DEVICE)
        .bind(new.id.as_i64())
        .bind(&new.name)
        .bind(&new.code_hash[..])
        .bind(new.code_until.micros())
        .bind(now.micros())
        .bind(new.by.as_i64())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Another code for a device that has not been enrolled; `false` if there is no such device.
pub async fn new_code(
    c: &mut Conn,
    id: InspectorDeviceId,
    code_hash: &[u8; 32],
    until: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(NEW_CODE).bind(id.as_i64()).bind(&code_hash[..]).bind(until.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Enrols the device that this code was made for. Gives its id and name, or nothing: the code is unknown, used or over.
pub async fn enrol(
    c: &mut Conn,
    code_hash: &[u8; 32],
    public_key: &[u8; 65],
    by: StaffId,
    now: Timestamp,
) -> Result<Option<(InspectorDeviceId, String)>, StoreError> {
    let query = sqlx::query_as(ENROL).bind(&code_hash[..]).bind(&public_key[..]);
    let query = query.bind(now.micros()).bind(by.as_i64());
    let row: Option<(i64, String)> = query.fetch_optional(c.raw()).await?;
    Ok(row.map(|(id, name)| (Id::from_i64(id), name)))
}

/// Every device, those in use first.
pub async fn devices(c: &mut Conn) -> Result<Vec<InspectorDeviceRow>, StoreError> {
    sqlx::query(DEVICES).fetch_all(c.raw()).await?.iter().map(device_row).collect()
}

/// One device, whatever its state.
pub async fn device(c: &mut Conn, id: InspectorDeviceId) -> Result<Option<InspectorDeviceRow>, StoreError> {
    let row = sqlx::query(DEVICE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.as_ref().map(device_row).transpose()
}

fn device_row(row: &Row) -> Result<InspectorDeviceRow, StoreError> {
    Ok(InspectorDeviceRow {
        id: Id::from_i64(row.try_get(0)?),
        name: row.try_get(1)?,
        code_until: time(row, 2)?,
        public_key: row.try_get(3)?,
        made_at: Timestamp::from_micros(row.try_get(4)?),
        enrolled_at: time(row, 5)?,
        enrolled_by: row.try_get::<Option<i64>, _>(6)?.map(Id::from_i64),
        seen_at: time(row, 7)?,
        app: row.try_get(8)?,
        waiting: row.try_get(9)?,
        withdrawn_at: time(row, 10)?,
    })
}

fn time(row: &Row, index: usize) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.try_get::<Option<i64>, _>(index)?.map(Timestamp::from_micros))
}

/// Notes that a device was heard of, with which application, and how many items it still had to send.
pub async fn seen(
    c: &mut Conn,
    id: InspectorDeviceId,
    app: i64,
    waiting: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(SEEN).bind(id.as_i64()).bind(now.micros()).bind(app).bind(waiting);
    query.execute(c.raw()).await?;
    Ok(())
}

/// Withdraws a device, enrolled or not; `false` if there is none to withdraw.
pub async fn withdraw(
    c: &mut Conn,
    id: InspectorDeviceId,
    by: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(WITHDRAW).bind(id.as_i64()).bind(now.micros()).bind(by.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}
