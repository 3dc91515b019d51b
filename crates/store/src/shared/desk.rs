//! Service desks: the visits of people who come without a phone.
//!
//! The decision that matters: a visit is found by the staff session at whose computer it was begun, and by nothing
//! else, and only while it is open and was used a short time ago.

use domain::id::kind::{ApplicationId, DeskVisitId, DeviceSessionId, HolderId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::desk::{HeldVisit, NewVisit, OpenVisit};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[BEGIN, OPEN, SEEN, END, LEFT_OPEN, IDLE, LINK, MADE_HERE, SHOWS, OF_APPLICATION, FORGET];

/// Begins a visit.
pub const BEGIN: &str = "\
    INSERT INTO desk_visit (id, staff_session, staff_id, unit_id, device_session_id, made_session, application_id, \
                            consent, language, started_at, seen_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";

/// The visit that is open at this computer, and what its person holds.
pub const OPEN: &str = "\
    SELECT v.id, v.device_session_id, v.seen_at, d.application_id, d.holder_id \
    FROM desk_visit v JOIN device_session d ON d.id = v.device_session_id \
    WHERE v.staff_session = $1 AND v.ended_at IS NULL AND v.seen_at > $2 ORDER BY v.id DESC LIMIT 1";

/// A visit was used.
pub const SEEN: &str =
    "UPDATE desk_visit SET seen_at = $2 WHERE id = $1 AND ended_at IS NULL AND seen_at < $2";

/// Ends a visit.
pub const END: &str = "\
    UPDATE desk_visit SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING device_session_id";

/// The visits of a computer that have not ended.
pub const LEFT_OPEN: &str =
    "SELECT id FROM desk_visit WHERE staff_session = $1 AND ended_at IS NULL ORDER BY id";

/// Visits that were left open and not used since a time.
pub const IDLE: &str =
    "SELECT id FROM desk_visit WHERE ended_at IS NULL AND seen_at <= $1 ORDER BY seen_at LIMIT $2";

/// Something was sent in a visit; what a person came back for stays.
pub const LINK: &str = "UPDATE desk_visit SET application_id = $2 WHERE id = $1 AND application_id IS NULL";

/// Whether a session was made at a desk.
pub const MADE_HERE: &str =
    "SELECT COUNT(*) FROM desk_visit WHERE device_session_id = $1 AND made_session = 1";

/// The session that shows a holder's code.
pub const SHOWS: &str =
    "SELECT id FROM device_session WHERE holder_id = $1 ORDER BY seen_at DESC, id LIMIT 1";

/// The visits about an application, as they are shown to its person.
pub const OF_APPLICATION: &str = "\
    SELECT COALESCE(unit.name, ''), v.started_at, v.consent \
    FROM desk_visit v LEFT JOIN unit ON unit.id = v.unit_id WHERE v.application_id = $1 ORDER BY v.id";

/// Visits in which nothing was sent.
pub const FORGET: &str = "DELETE FROM desk_visit WHERE application_id IS NULL AND seen_at < $1";

/// Begins a visit.
pub async fn begin(c: &mut Conn, visit: &NewVisit, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(BEGIN)
        .bind(visit.id.as_i64())
        .bind(&visit.staff_session[..])
        .bind(visit.staff.as_i64())
        .bind(visit.unit.as_i64())
        .bind(visit.device.as_i64())
        .bind(i64::from(visit.made_session))
        .bind(visit.application.map(Id::as_i64))
        .bind(visit.consent.as_deref())
        .bind(visit.language.as_str())
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The visit that is open at the computer with this staff session, if it was used after `seen_after`.
pub async fn open(
    c: &mut Conn,
    staff_session: &[u8; 32],
    seen_after: Timestamp,
) -> Result<Option<OpenVisit>, StoreError> {
    let query = sqlx::query(OPEN).bind(&staff_session[..]).bind(seen_after.micros());
    let row = query.fetch_optional(c.raw()).await?;
    row.map(|row| {
        Ok(OpenVisit {
            id: Id::from_i64(row.try_get(0)?),
            device: Id::from_i64(row.try_get(1)?),
            seen_at: Timestamp::from_micros(row.try_get(2)?),
            application: row.try_get::<Option<i64>, _>(3)?.map(Id::from_i64),
            holder: row.try_get::<Option<i64>, _>(4)?.map(Id::from_i64),
        })
    })
    .transpose()
}

/// A visit was used at `now`.
pub async fn seen(c: &mut Conn, id: DeskVisitId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(SEEN).bind(id.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Ends a visit; gives the session that it was about, unless it had ended before.
pub async fn end(
    c: &mut Conn,
    id: DeskVisitId,
    now: Timestamp,
) -> Result<Option<DeviceSessionId>, StoreError> {
    let query = sqlx::query_scalar::<_, i64>(END).bind(id.as_i64()).bind(now.micros());
    Ok(query.fetch_optional(c.raw()).await?.map(Id::from_i64))
}

/// The visits of a computer that have not ended, used or not.
pub async fn left_open(c: &mut Conn, staff_session: &[u8; 32]) -> Result<Vec<DeskVisitId>, StoreError> {
    let query = sqlx::query_scalar::<_, i64>(LEFT_OPEN).bind(&staff_session[..]);
    Ok(query.fetch_all(c.raw()).await?.into_iter().map(Id::from_i64).collect())
}

/// Up to `limit` visits that have not ended, and were not used since `since`.
pub async fn idle(c: &mut Conn, since: Timestamp, limit: i64) -> Result<Vec<DeskVisitId>, StoreError> {
    let query = sqlx::query_scalar::<_, i64>(IDLE).bind(since.micros()).bind(limit);
    Ok(query.fetch_all(c.raw()).await?.into_iter().map(Id::from_i64).collect())
}

/// Something was sent in a visit.
pub async fn link(c: &mut Conn, id: DeskVisitId, application: ApplicationId) -> Result<(), StoreError> {
    sqlx::query(LINK).bind(id.as_i64()).bind(application.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Whether a session was made at a desk, and so is on no phone.
pub async fn made_here(c: &mut Conn, device: DeviceSessionId) -> Result<bool, StoreError> {
    let made: i64 = sqlx::query_scalar(MADE_HERE).bind(device.as_i64()).fetch_one(c.raw()).await?;
    Ok(made > 0)
}

/// The session, of a phone or made at a desk, that shows the code of `holder`.
pub async fn shows(c: &mut Conn, holder: HolderId) -> Result<Option<DeviceSessionId>, StoreError> {
    let query = sqlx::query_scalar::<_, i64>(SHOWS).bind(holder.as_i64());
    Ok(query.fetch_optional(c.raw()).await?.map(Id::from_i64))
}

/// The visits about an application, oldest first.
pub async fn of_application(c: &mut Conn, id: ApplicationId) -> Result<Vec<HeldVisit>, StoreError> {
    let rows = sqlx::query(OF_APPLICATION).bind(id.as_i64()).fetch_all(c.raw()).await?;
    let visit = |row: &Row| {
        let (unit, consent) = (row.try_get(0)?, row.try_get(2)?);
        Ok(HeldVisit { unit, at: Timestamp::from_micros(row.try_get(1)?), consent })
    };
    rows.iter().map(visit).collect()
}

/// Forgets visits from before `before` in which nothing was sent.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}
