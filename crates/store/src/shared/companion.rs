//! Companions: the people whose codes one phone shows, beside its owner.
//!
//! The decision that matters: a companion is a device session of its own that no cookie opens. Its token hash is
//! random bytes, not the hash of anything; only the cookie of the phone that it hangs on leads to it.

use domain::id::kind::{ApplicationId, DeviceSessionId, GuardianConsentId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::companion::{COMPANION, Companion, ConsentRow, PersonRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[PEOPLE, LOCK, COUNT, ADD, SHOW, BRING, CONSENT_INSERT, CONSENT_LINK, CONSENTS];

/// The people of a phone, its owner first, then in the order in which they were added.
pub const PEOPLE: &str = "\
    SELECT id, application_id, holder_id, moved_at, \
      CAST(CASE WHEN draft IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_draft, companion \
    FROM device_session WHERE (id = $1 AND guardian_id IS NULL) OR guardian_id = $1 \
    ORDER BY CASE WHEN guardian_id IS NULL THEN 0 ELSE 1 END, created_at, id";

/// Makes the transaction the only one about the people of a phone; finds nothing where it is no phone's own row.
pub const LOCK: &str =
    "UPDATE device_session SET seen_at = $2 WHERE id = $1 AND guardian_id IS NULL RETURNING id";

/// How many companions a phone has.
pub const COUNT: &str = "SELECT COUNT(*) FROM device_session WHERE guardian_id = $1";

/// Adds a companion.
pub const ADD: &str = "\
    INSERT INTO device_session (id, token_hash, guardian_id, companion, created_at, seen_at) \
    VALUES ($1, $2, $3, $4, $5, $5)";

/// Shows a person of the phone; null shows its owner.
pub const SHOW: &str = "UPDATE device_session SET shown_id = $2 WHERE id = $1 AND guardian_id IS NULL";

/// The companions of one phone are another's from now on.
pub const BRING: &str = "UPDATE device_session SET guardian_id = $2 WHERE guardian_id = $1";

/// Records a consent.
pub const CONSENT_INSERT: &str = "\
    INSERT INTO guardian_consent (id, device_session_id, version, language, made_at, taken_by) \
    VALUES ($1, $2, $3, $4, $5, $6)";

/// The application for which the consent was given has been sent.
pub const CONSENT_LINK: &str = "\
    UPDATE guardian_consent SET application_id = $2 WHERE device_session_id = $1 AND application_id IS NULL";

/// The consents that count for what a session is about to send: those not used yet, and those of the application
/// that is being corrected.
pub const CONSENTS: &str = "\
    SELECT version, language, made_at, taken_by FROM guardian_consent \
    WHERE (device_session_id = $1 AND application_id IS NULL) OR application_id = $2 ORDER BY id DESC";

/// The people of a phone, its owner first.
pub async fn people(c: &mut Conn, phone: DeviceSessionId) -> Result<Vec<PersonRow>, StoreError> {
    let rows = sqlx::query(PEOPLE).bind(phone.as_i64()).fetch_all(c.raw()).await?;
    rows.iter()
        .map(|row| {
            let id: i64 = row.try_get("id")?;
            let sealed: Option<&[u8]> = row.try_get("companion")?;
            Ok(PersonRow {
                id: Id::from_i64(id),
                application: row.try_get::<Option<i64>, _>("application_id")?.map(Id::from_i64),
                holder: row.try_get::<Option<i64>, _>("holder_id")?.map(Id::from_i64),
                moved_at: row.try_get::<Option<i64>, _>("moved_at")?.map(Timestamp::from_micros),
                has_draft: row.try_get::<i64, _>("has_draft")? != 0,
                companion: sealed.map(|sealed| c.sealer().open(COMPANION(id), sealed)).transpose()?,
            })
        })
        .collect()
}

/// Makes the transaction the only one about the people of a phone until it ends, and gives how many companions it
/// has; `None` where `phone` is no phone's own session.
pub async fn lock(c: &mut Conn, phone: DeviceSessionId, now: Timestamp) -> Result<Option<u64>, StoreError> {
    let there = sqlx::query(LOCK).bind(phone.as_i64()).bind(now.micros()).fetch_optional(c.raw()).await?;
    if there.is_none() {
        return Ok(None);
    }
    let count: i64 = sqlx::query_scalar(COUNT).bind(phone.as_i64()).fetch_one(c.raw()).await?;
    Ok(Some(count.unsigned_abs()))
}

/// Adds a companion to a phone. `nobodys` are random bytes where other sessions have the hash of their token.
pub async fn add(
    c: &mut Conn,
    id: DeviceSessionId,
    phone: DeviceSessionId,
    companion: &Companion,
    nobodys: &[u8; 32],
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = c.sealer().seal(COMPANION(id.as_i64()), companion);
    let query = sqlx::query(ADD).bind(id.as_i64()).bind(&nobodys[..]).bind(phone.as_i64());
    query.bind(sealed).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Shows a person of the phone; `None` shows its owner. Whoever is not of this phone is never shown: see
/// [`session::device`](super::session::device).
pub async fn show(
    c: &mut Conn,
    phone: DeviceSessionId,
    person: Option<DeviceSessionId>,
) -> Result<(), StoreError> {
    let person = person.map(Id::as_i64);
    sqlx::query(SHOW).bind(phone.as_i64()).bind(person).execute(c.raw()).await?;
    Ok(())
}

/// The companions of the phone `from` are those of the phone `to` from now on.
pub async fn bring(c: &mut Conn, from: DeviceSessionId, to: DeviceSessionId) -> Result<(), StoreError> {
    sqlx::query(BRING).bind(from.as_i64()).bind(to.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Records that a parent or guardian consented for the person of this session.
pub async fn consent(
    c: &mut Conn,
    id: GuardianConsentId,
    device: DeviceSessionId,
    consent: &ConsentRow,
) -> Result<(), StoreError> {
    let query = sqlx::query(CONSENT_INSERT).bind(id.as_i64()).bind(device.as_i64());
    let query = query.bind(&consent.version).bind(&consent.language).bind(consent.made_at.micros());
    let query = query.bind(consent.taken_by.map(Id::as_i64));
    query.execute(c.raw()).await?;
    Ok(())
}

/// The consent that was given in this session belongs to the application that was sent.
pub async fn link_consent(
    c: &mut Conn,
    device: DeviceSessionId,
    application: ApplicationId,
) -> Result<(), StoreError> {
    sqlx::query(CONSENT_LINK).bind(device.as_i64()).bind(application.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// The consents for what this session is about to send, the newest first: `corrects` is the application that is
/// being corrected.
pub async fn consents(
    c: &mut Conn,
    device: DeviceSessionId,
    corrects: Option<ApplicationId>,
) -> Result<Vec<ConsentRow>, StoreError> {
    let query = sqlx::query_as(CONSENTS).bind(device.as_i64()).bind(corrects.map(Id::as_i64));
    let rows: Vec<ConsentColumns> = query.fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(consent_row).collect())
}

/// Version, language, when, and by whom it was taken.
pub(super) type ConsentColumns = (String, String, i64, Option<i64>);

pub(super) fn consent_row((version, language, at, by): ConsentColumns) -> ConsentRow {
    ConsentRow { version, language, made_at: Timestamp::from_micros(at), taken_by: by.map(Id::from_i64) }
}
