//! Applications: as they stand, what happened to them, and what the applicant declared and sent.
//!
//! The decision that matters: [`save`] writes a row back only if its version is still the one that was read, so
//! that a reviewer, the match and the applicant can never overwrite one another.

use std::time::Duration;

use domain::application::{DueClock, Stage};
use domain::declaration::HealthAnswers;
use domain::id::kind::{ApplicationId, DeclarationId, DeviceSessionId, HolderId, PhotoId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::application::{
    ANSWERS, ApplicationEvent, ApplicationRow, Asked, ChangeKind, DETAILS, DeclarationRow, EventKind,
    Finding, IMAGE, Late, MESSAGE, Photo, RESIDENCE, micros,
};
use crate::rows::register::lookup;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    INSERT,
    SAVE,
    BY_ID,
    BY_REFERENCE,
    EVENT,
    EVENTS,
    DECLARE,
    DECLARATION,
    DECLARATION_OF_HOLDER,
    ATTEMPT,
    LATE,
    PHOTO_INSERT,
    PHOTOS,
    PHOTOS_DELETE,
];

/// The columns that [`application`] reads, as a literal for `concat!`.
macro_rules! application_columns {
    () => {
        "id, reference, device_session_id, details, residence, language, stage, finding, filing_id, filing_version, \
         holder_id, submitted_at, sent_at, due_at, clock_left, escalated_at, overdue_at, claimed_by, claimed_until, asked, \
         message, refused_for, decided_at, decided_by, consent, changes_holder, change_kind, version"
    };
}
#[allow(unused_imports, reason = "queries of the review desk read whole applications too")]
pub(super) use application_columns;

/// Adds one.
pub const INSERT: &str = "\
    INSERT INTO application (id, reference, device_session_id, lookup, kind, details, residence, language, stage, \
                             finding, submitted_at, sent_at, due_at, clock_left, consent, changes_holder, \
                             change_kind, version) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

/// Writes one back, if nobody else did since it was read.
pub const SAVE: &str = "\
    UPDATE application SET device_session_id = $3, lookup = $4, kind = $5, details = $6, residence = $7, \
      language = $8, stage = $9, finding = $10, filing_id = $11, holder_id = $12, sent_at = $13, due_at = $14, \
      clock_left = $15, escalated_at = $16, overdue_at = $17, claimed_by = $18, claimed_until = $19, asked = $20, \
      message = $21, refused_for = $22, decided_at = $23, decided_by = $24, filing_version = $25, \
      consent = $26, \
      version = version + 1 \
    WHERE id = $1 AND version = $2";

/// One application.
pub const BY_ID: &str = concat!("SELECT ", application_columns!(), " FROM application WHERE id = $1");

/// The application of a reference number.
pub const BY_REFERENCE: &str =
    concat!("SELECT ", application_columns!(), " FROM application WHERE reference = $1");

/// Notes what happened.
pub const EVENT: &str =
    "INSERT INTO application_event (id, application_id, kind, staff_id, at) VALUES ($1, $2, $3, $4, $5)";

/// What happened to an application, oldest first.
pub const EVENTS: &str = "\
    SELECT id, application_id, kind, staff_id, at FROM application_event WHERE application_id = $1 ORDER BY id";

/// Adds a declaration.
pub const DECLARE: &str = "\
    INSERT INTO declaration (id, application_id, holder_id, answers, made_at) VALUES ($1, $2, $3, $4, $5)";

/// The newest declaration of an application.
pub const DECLARATION: &str = "\
    SELECT id, answers, made_at FROM declaration WHERE application_id = $1 ORDER BY id DESC LIMIT 1";

/// The declarations of an application are the holder's.
pub const DECLARATION_OF_HOLDER: &str = "UPDATE declaration SET holder_id = $2 WHERE application_id = $1";

/// Counts one attempt; gives how many there are on that day.
pub const ATTEMPT: &str = "\
    INSERT INTO attempt (document, day, attempts) VALUES ($1, $2, 1) \
    ON CONFLICT (document, day) DO UPDATE SET attempts = attempt.attempts + 1 RETURNING attempts";

/// Undecided applications that are due by a time and not yet noted as overdue, most urgent first.
pub const LATE: &str = "\
    SELECT id, due_at, escalated_at IS NOT NULL, overdue_at IS NOT NULL FROM application \
    WHERE stage IN ('submitted', 'review') AND due_at <= $1 \
      AND (escalated_at IS NULL OR (overdue_at IS NULL AND due_at <= $2)) \
    ORDER BY due_at LIMIT $3";

/// Keeps a photo.
pub const PHOTO_INSERT: &str =
    "INSERT INTO photo (id, application_id, image, created_at) VALUES ($1, $2, $3, $4)";

/// The photos of an application.
pub const PHOTOS: &str = "SELECT id, image, created_at FROM photo WHERE application_id = $1 ORDER BY id";

/// Deletes the photos of an application.
pub const PHOTOS_DELETE: &str = "DELETE FROM photo WHERE application_id = $1";

/// Adds an application.
pub async fn insert(c: &mut Conn, row: &ApplicationRow) -> Result<(), StoreError> {
    let id = row.id.as_i64();
    let details = c.sealer().seal(DETAILS(id), &row.details);
    let residence = c.sealer().seal(RESIDENCE(id), &row.residence);
    let key = lookup(c.sealer(), &row.details);
    sqlx::query(INSERT)
        .bind(id)
        .bind(row.reference.to_string())
        .bind(row.device.as_i64())
        .bind(&key[..])
        .bind(row.kind().as_str())
        .bind(details)
        .bind(residence)
        .bind(&row.language[..])
        .bind(row.stage.as_str())
        .bind(row.finding.as_str())
        .bind(row.submitted_at.micros())
        .bind(row.sent_at.micros())
        .bind(row.clock.due_at.map(Timestamp::micros))
        .bind(row.clock.left.map(micros))
        .bind(row.consent.as_deref())
        .bind(row.changes.map(|(holder, _)| holder.as_i64()))
        .bind(row.changes.map(|(_, why)| why.as_str()))
        .bind(row.version)
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Writes an application back; `false` if somebody else changed it since it was read, and then nothing is
/// written. The row's version rises here too, so that it can be saved again in the same transaction.
pub async fn save(c: &mut Conn, row: &mut ApplicationRow) -> Result<bool, StoreError> {
    let id = row.id.as_i64();
    let details = c.sealer().seal(DETAILS(id), &row.details);
    let residence = c.sealer().seal(RESIDENCE(id), &row.residence);
    let message = row.message.as_ref().map(|text| c.sealer().seal(MESSAGE(id), text));
    let key = lookup(c.sealer(), &row.details);
    let saved = sqlx::query(SAVE)
        .bind(id)
        .bind(row.version)
        .bind(row.device.as_i64())
        .bind(&key[..])
        .bind(row.kind().as_str())
        .bind(details)
        .bind(residence)
        .bind(&row.language[..])
        .bind(row.stage.as_str())
        .bind(row.finding.as_str())
        .bind(row.filing.map(Id::as_i64))
        .bind(row.holder.map(Id::as_i64))
        .bind(row.sent_at.micros())
        .bind(row.clock.due_at.map(Timestamp::micros))
        .bind(row.clock.left.map(micros))
        .bind(row.escalated_at.map(Timestamp::micros))
        .bind(row.overdue_at.map(Timestamp::micros))
        .bind(row.claimed_by.map(Id::as_i64))
        .bind(row.claimed_until.map(Timestamp::micros))
        .bind(row.asked.map(Asked::as_str))
        .bind(message)
        .bind(row.refused_for.as_deref())
        .bind(row.decided_at.map(Timestamp::micros))
        .bind(row.decided_by.map(Id::as_i64))
        .bind(row.filing_version)
        .bind(row.consent.as_deref())
        .execute(c.raw())
        .await?;
    row.version += 1;
    Ok(saved.rows_affected() == 1)
}

/// One application.
pub async fn by_id(c: &mut Conn, id: ApplicationId) -> Result<Option<ApplicationRow>, StoreError> {
    let row = sqlx::query(BY_ID).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| application(c, &row)).transpose()
}

/// The application of a reference number.
pub async fn by_reference(
    c: &mut Conn,
    reference: domain::Reference,
) -> Result<Option<ApplicationRow>, StoreError> {
    let row = sqlx::query(BY_REFERENCE).bind(reference.to_string()).fetch_optional(c.raw()).await?;
    row.map(|row| application(c, &row)).transpose()
}

/// Notes what happened to an application.
pub async fn add_event(c: &mut Conn, event: &ApplicationEvent) -> Result<(), StoreError> {
    sqlx::query(EVENT)
        .bind(event.id.as_i64())
        .bind(event.application.as_i64())
        .bind(event.kind.as_str())
        .bind(event.staff.map(Id::as_i64))
        .bind(event.at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// What happened to an application, oldest first.
pub async fn events(c: &mut Conn, id: ApplicationId) -> Result<Vec<ApplicationEvent>, StoreError> {
    let rows = sqlx::query(EVENTS).bind(id.as_i64()).fetch_all(c.raw()).await?;
    let event = |row: &Row| {
        let id: i64 = row.try_get(0)?;
        let kind = EventKind::from_name(row.try_get(2)?)
            .ok_or_else(|| StoreError::inconsistent("application_event", "kind", id))?;
        Ok(ApplicationEvent {
            id: Id::from_i64(id),
            application: Id::from_i64(row.try_get(1)?),
            kind,
            staff: row.try_get::<Option<i64>, _>(3)?.map(Id::from_i64),
            at: Timestamp::from_micros(row.try_get(4)?),
        })
    };
    rows.iter().map(event).collect()
}

/// Adds a declaration; the holder is known once there is a code.
pub async fn declare(
    c: &mut Conn,
    id: DeclarationId,
    application: ApplicationId,
    holder: Option<HolderId>,
    answers: &HealthAnswers,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = c.sealer().seal(ANSWERS(id.as_i64()), answers);
    sqlx::query(DECLARE)
        .bind(id.as_i64())
        .bind(application.as_i64())
        .bind(holder.map(Id::as_i64))
        .bind(sealed)
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The newest declaration of an application.
pub async fn declaration(c: &mut Conn, id: ApplicationId) -> Result<Option<DeclarationRow>, StoreError> {
    let row = sqlx::query(DECLARATION).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    let Some(row) = row else { return Ok(None) };
    let id: i64 = row.try_get(0)?;
    Ok(Some(DeclarationRow {
        id: Id::from_i64(id),
        answers: c.sealer().open(ANSWERS(id), row.try_get(1)?)?,
        made_at: Timestamp::from_micros(row.try_get(2)?),
    }))
}

/// The declarations of an application are this holder's.
pub async fn give_declarations(c: &mut Conn, id: ApplicationId, holder: HolderId) -> Result<(), StoreError> {
    sqlx::query(DECLARATION_OF_HOLDER).bind(id.as_i64()).bind(holder.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Counts one attempt with a document on a day (days since 1970, Asia/Shanghai); gives how many there are now.
pub async fn count_attempt(c: &mut Conn, number: &documents::Number, day: i64) -> Result<i64, StoreError> {
    let parts = [number.kind().as_str(), number.canonical()];
    let document = c.sealer().index().exact("attempt.document", &parts.map(str::as_bytes));
    let row = sqlx::query(ATTEMPT).bind(&document[..]).bind(day).fetch_one(c.raw()).await?;
    Ok(row.try_get(0)?)
}

/// Undecided applications that are due by `soon` and not yet escalated, or due by `now` and not yet noted as
/// overdue.
pub async fn late(
    c: &mut Conn,
    soon: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Late>, StoreError> {
    let query = sqlx::query_as::<_, (i64, i64, bool, bool)>(LATE);
    let rows = query.bind(soon.micros()).bind(now.micros()).bind(limit).fetch_all(c.raw()).await?;
    let late = |(id, due_at, escalated, overdue)| Late {
        id: Id::from_i64(id),
        due_at: Timestamp::from_micros(due_at),
        escalated,
        overdue,
    };
    Ok(rows.into_iter().map(late).collect())
}

/// Keeps a photo of a document; an earlier one of the same application goes.
pub async fn keep_photo(
    c: &mut Conn,
    id: PhotoId,
    application: ApplicationId,
    jpeg: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    delete_photos(c, application).await?;
    let image = c.sealer().seal_bytes(IMAGE(id.as_i64()), jpeg);
    sqlx::query(PHOTO_INSERT)
        .bind(id.as_i64())
        .bind(application.as_i64())
        .bind(image)
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The photos of an application.
pub async fn photos(c: &mut Conn, application: ApplicationId) -> Result<Vec<Photo>, StoreError> {
    let rows = sqlx::query(PHOTOS).bind(application.as_i64()).fetch_all(c.raw()).await?;
    let photo = |row: &Row| {
        let id: i64 = row.try_get(0)?;
        Ok(Photo {
            id: Id::from_i64(id),
            image: c.sealer().open_bytes(IMAGE(id), row.try_get(1)?)?,
            at: Timestamp::from_micros(row.try_get(2)?),
        })
    };
    rows.iter().map(photo).collect()
}

/// Deletes the photos of an application: it was decided.
pub async fn delete_photos(c: &mut Conn, application: ApplicationId) -> Result<(), StoreError> {
    sqlx::query(PHOTOS_DELETE).bind(application.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// An application from a row of [`application_columns`].
pub(super) fn application(c: &Conn, row: &Row) -> Result<ApplicationRow, StoreError> {
    let id: i64 = row.try_get("id")?;
    let wrong = |column| StoreError::inconsistent("application", column, id);
    let time = |column| row.try_get::<Option<i64>, _>(column).map(|at| at.map(Timestamp::from_micros));
    let number = |column| row.try_get::<Option<i64>, _>(column);
    let message: Option<&[u8]> = row.try_get("message")?;
    let asked: Option<&str> = row.try_get("asked")?;
    Ok(ApplicationRow {
        id: Id::from_i64(id),
        reference: row.try_get::<&str, _>("reference")?.parse().map_err(|_| wrong("reference"))?,
        device: DeviceSessionId::from_i64(row.try_get("device_session_id")?),
        details: c.sealer().open(DETAILS(id), row.try_get("details")?)?,
        residence: c.sealer().open(RESIDENCE(id), row.try_get("residence")?)?,
        language: row.try_get("language")?,
        stage: Stage::from_name(row.try_get("stage")?).ok_or_else(|| wrong("stage"))?,
        finding: Finding::from_name(row.try_get("finding")?).ok_or_else(|| wrong("finding"))?,
        filing: number("filing_id")?.map(Id::from_i64),
        filing_version: number("filing_version")?,
        holder: number("holder_id")?.map(Id::from_i64),
        submitted_at: Timestamp::from_micros(row.try_get("submitted_at")?),
        sent_at: Timestamp::from_micros(row.try_get("sent_at")?),
        clock: clock(time("due_at")?, number("clock_left")?),
        escalated_at: time("escalated_at")?,
        overdue_at: time("overdue_at")?,
        claimed_by: number("claimed_by")?.map(Id::from_i64),
        claimed_until: time("claimed_until")?,
        asked: asked.map(|name| Asked::from_name(name).ok_or_else(|| wrong("asked"))).transpose()?,
        message: message.map(|sealed| c.sealer().open(MESSAGE(id), sealed)).transpose()?,
        refused_for: row.try_get("refused_for")?,
        decided_at: time("decided_at")?,
        decided_by: number("decided_by")?.map(Id::from_i64),
        consent: row.try_get("consent")?,
        changes: changes(row, &wrong)?,
        version: row.try_get("version")?,
    })
}

fn changes(
    row: &Row,
    wrong: &impl Fn(&'static str) -> StoreError,
) -> Result<Option<(HolderId, ChangeKind)>, StoreError> {
    let holder: Option<i64> = row.try_get("changes_holder")?;
    let Some(holder) = holder else { return Ok(None) };
    let why: Option<&str> = row.try_get("change_kind")?;
    let why = why.and_then(ChangeKind::from_name).ok_or_else(|| wrong("change_kind"))?;
    Ok(Some((HolderId::from_i64(holder), why)))
}

fn clock(due_at: Option<Timestamp>, left: Option<i64>) -> DueClock {
    DueClock { due_at, left: left.map(|left| Duration::from_micros(u64::try_from(left).unwrap_or(0))) }
}
