//! Sessions: who is behind the hash of a token.

use domain::id::kind::{DeviceSessionId, StaffId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::companion::COMPANION;
use crate::rows::session::{ClientRow, DeviceRow, StaffSessionRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    STAFF,
    STAFF_BEGIN,
    STAFF_SEEN,
    STAFF_END,
    STAFF_END_ALL,
    STAFF_END_OTHERS,
    STAFF_COUNT,
    STAFF_END_OLD,
    DEVICE,
    DEVICE_BEGIN,
    DEVICE_END,
    DEVICE_END_CONSENT,
    DEVICE_END_CODES,
    DEVICE_END_GRANTS,
    CLIENT,
];

/// The member of staff behind a session that is neither too old nor idle for too long.
pub const STAFF: &str = "\
    SELECT staff.id, staff.name, staff.unit_id, staff.roles, staff_session.seen_at \
    FROM staff_session JOIN staff ON staff.id = staff_session.staff_id \
    WHERE staff_session.token_hash = $1 AND staff_session.created_at > $2 AND staff_session.seen_at > $3 \
    AND staff.disabled_at IS NULL";

/// Begins a staff session.
pub const STAFF_BEGIN: &str = "\
    INSERT INTO staff_session (token_hash, staff_id, created_at, seen_at) VALUES ($1, $2, $3, $3)";

/// Notes that a staff session was used.
pub const STAFF_SEEN: &str = "UPDATE staff_session SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2";

/// Ends a staff session.
pub const STAFF_END: &str = "DELETE FROM staff_session WHERE token_hash = $1";

/// Ends every session of a member of staff.
pub const STAFF_END_ALL: &str = "DELETE FROM staff_session WHERE staff_id = $1";

/// Ends every session of a member of staff but one.
pub const STAFF_END_OTHERS: &str = "DELETE FROM staff_session WHERE staff_id = $1 AND token_hash <> $2";

/// How many live sessions a member of staff has.
pub const STAFF_COUNT: &str = "\
    SELECT COUNT(*) FROM staff_session WHERE staff_id = $1 AND created_at > $2 AND seen_at > $3";

/// Removes sessions that ended by age or idling.
pub const STAFF_END_OLD: &str = "DELETE FROM staff_session WHERE created_at <= $1 OR seen_at <= $2";

/// The phone behind a token, and whom it shows. A companion is found only on the phone that it hangs on: once it has
/// been taken off, the phone shows its owner. No token leads to a companion's row itself.
pub const DEVICE: &str = "\
    SELECT shown.id, phone.id AS phone_id, shown.application_id, shown.holder_id, shown.companion, \
      (SELECT COUNT(*) FROM device_session AS other WHERE other.guardian_id = phone.id) AS companions \
    FROM device_session AS phone JOIN device_session AS shown ON shown.id = COALESCE( \
      (SELECT hung.id FROM device_session AS hung WHERE hung.id = phone.shown_id AND hung.guardian_id = phone.id), \
      phone.id) \
    WHERE phone.token_hash = $1 AND phone.guardian_id IS NULL";

/// Begins a device session.
pub const DEVICE_BEGIN: &str = "\
    INSERT INTO device_session (id, token_hash, created_at, seen_at) VALUES ($1, $2, $3, $3)";

/// Ends a device session.
pub const DEVICE_END: &str = "DELETE FROM device_session WHERE id = $1";

/// A consent that no application was sent for goes with its session.
pub const DEVICE_END_CONSENT: &str =
    "DELETE FROM guardian_consent WHERE device_session_id = $1 AND application_id IS NULL";

/// The one-time codes that a phone asked for go with its session: each names a contact.
pub const DEVICE_END_CODES: &str = "DELETE FROM contact_code WHERE device_session_id = $1";
/// What was allowed on a phone goes with its session.
pub const DEVICE_END_GRANTS: &str = "DELETE FROM partner_grant WHERE device_session_id = $1";

/// The machine client behind a token.
pub const CLIENT: &str =
    "SELECT id, unit_id, scope FROM api_client WHERE token_hash = $1 AND disabled_at IS NULL";

/// The member of staff behind a session that began after `born_after`, was used after `seen_after`, and
/// whose account is not disabled.
pub async fn staff(
    c: &mut Conn,
    token_hash: &[u8; 32],
    born_after: Timestamp,
    seen_after: Timestamp,
) -> Result<Option<StaffSessionRow>, StoreError> {
    let row: Option<(i64, String, i64, String, i64)> = sqlx::query_as(STAFF)
        .bind(&token_hash[..])
        .bind(born_after.micros())
        .bind(seen_after.micros())
        .fetch_optional(c.raw())
        .await?;
    Ok(row.map(|(id, name, unit_id, roles, seen_at)| StaffSessionRow {
        id: Id::from_i64(id),
        name,
        unit_id: Id::from_i64(unit_id),
        roles,
        seen_at: Timestamp::from_micros(seen_at),
    }))
}

/// Begins a session of a member of staff.
pub async fn begin_staff(
    c: &mut Conn,
    token_hash: &[u8; 32],
    staff: StaffId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(STAFF_BEGIN)
        .bind(&token_hash[..])
        .bind(staff.as_i64())
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Notes that a session was used at `now`.
pub async fn staff_seen(c: &mut Conn, token_hash: &[u8; 32], now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(STAFF_SEEN).bind(&token_hash[..]).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Ends one session.
pub async fn end_staff(c: &mut Conn, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query(STAFF_END).bind(&token_hash[..]).execute(c.raw()).await?;
    Ok(())
}

/// Ends every session of a member of staff.
pub async fn end_staff_sessions(c: &mut Conn, staff: StaffId) -> Result<(), StoreError> {
    sqlx::query(STAFF_END_ALL).bind(staff.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Ends every session of a member of staff but this one.
pub async fn end_other_staff_sessions(
    c: &mut Conn,
    staff: StaffId,
    keep: &[u8; 32],
) -> Result<(), StoreError> {
    sqlx::query(STAFF_END_OTHERS).bind(staff.as_i64()).bind(&keep[..]).execute(c.raw()).await?;
    Ok(())
}

/// How many live sessions a member of staff has: begun after `born_after`, used after `seen_after`.
pub async fn count_staff(
    c: &mut Conn,
    staff: StaffId,
    born_after: Timestamp,
    seen_after: Timestamp,
) -> Result<i64, StoreError> {
    let query = sqlx::query_scalar(STAFF_COUNT).bind(staff.as_i64()).bind(born_after.micros());
    Ok(query.bind(seen_after.micros()).fetch_one(c.raw()).await?)
}

/// Removes sessions that began before `born_after` or were last used before `seen_after`.
pub async fn end_old_staff(
    c: &mut Conn,
    born_after: Timestamp,
    seen_after: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(STAFF_END_OLD).bind(born_after.micros()).bind(seen_after.micros()).execute(c.raw()).await?;
    Ok(())
}

/// The phone behind a token, and the person that it shows.
pub async fn device(c: &mut Conn, token_hash: &[u8; 32]) -> Result<Option<DeviceRow>, StoreError> {
    let row = sqlx::query(DEVICE).bind(&token_hash[..]).fetch_optional(c.raw()).await?;
    let Some(row) = row else { return Ok(None) };
    let id: i64 = row.try_get("id")?;
    let sealed: Option<&[u8]> = row.try_get("companion")?;
    Ok(Some(DeviceRow {
        id: Id::from_i64(id),
        phone: Id::from_i64(row.try_get("phone_id")?),
        application_id: row.try_get::<Option<i64>, _>("application_id")?.map(Id::from_i64),
        holder_id: row.try_get::<Option<i64>, _>("holder_id")?.map(Id::from_i64),
        companion: sealed.map(|sealed| c.sealer().open(COMPANION(id), sealed)).transpose()?,
        companions: row.try_get::<i64, _>("companions")?.unsigned_abs(),
    }))
}

/// Begins a phone's session.
pub async fn begin_device(
    c: &mut Conn,
    id: DeviceSessionId,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(DEVICE_BEGIN)
        .bind(id.as_i64())
        .bind(&token_hash[..])
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Ends a phone's session: what its cookie opened stays, but not for this cookie.
pub async fn end_device(c: &mut Conn, id: DeviceSessionId) -> Result<(), StoreError> {
    for statement in [DEVICE_END, DEVICE_END_CONSENT, DEVICE_END_CODES, DEVICE_END_GRANTS] {
        sqlx::query(statement).bind(id.as_i64()).execute(c.raw()).await?;
    }
    Ok(())
}

/// The machine client behind a token that is not disabled.
pub async fn client(c: &mut Conn, token_hash: &[u8; 32]) -> Result<Option<ClientRow>, StoreError> {
    let row: Option<(i64, i64, String)> =
        sqlx::query_as(CLIENT).bind(&token_hash[..]).fetch_optional(c.raw()).await?;
    Ok(row.map(|(id, unit_id, scope)| ClientRow {
        id: Id::from_i64(id),
        unit_id: Id::from_i64(unit_id),
        scope,
    }))
}
