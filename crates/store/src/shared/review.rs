//! The review desk: a queue by due time, and claims that two never hold.
//!
//! A claim is a lease: two columns, taken by one `UPDATE` that only succeeds while nobody else's runs. Taking
//! one does not raise the application's version: nothing in it changed.

use domain::Timestamp;
use domain::id::kind::{ApplicationId, PhotoId, StaffId};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::application::{EventKind, Finding, IMAGE};
use crate::rows::review::{ClaimedBy, Happened, PhotoOf, Queued, Standing, Waiting};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[QUEUE, WAITING, STANDING, ENTERED, CLAIM, CLAIM_NEXT, RENEW, RELEASE, HAPPENED, PHOTOS, PHOTO];

/// What an applicant does: done by a member of staff, it was entered at a service desk. Whoever entered something of
/// an application never decides it. `$staff` is the parameter of who asks, as a literal for `concat!`.
macro_rules! entered_by {
    ($staff:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM application_event AS e WHERE e.application_id = application.id AND e.staff_id = ",
            $staff,
            " AND e.kind IN ('submitted', 'corrected', 'photo_sent'))"
        )
    };
}

/// Whether a member of staff entered something of an application.
pub const ENTERED: &str =
    concat!("SELECT COUNT(*) FROM application WHERE application.id = $1 AND ", entered_by!("$2"));

/// What waits for a reviewer, most urgent first.
pub const QUEUE: &str = "\
    SELECT a.id, a.reference, a.kind, a.finding, a.due_at, a.escalated_at, \
      a.claimed_by, a.claimed_until, s.name AS claimed_name \
    FROM application a LEFT JOIN staff s ON s.id = a.claimed_by \
    WHERE a.stage = 'review' AND (a.finding = $1 OR $1 = '') ORDER BY a.due_at, a.id LIMIT $2";

/// How much waits, how much of it is overdue, and how much is due before a given time.
pub const WAITING: &str = "\
    SELECT COUNT(*), COUNT(CASE WHEN due_at <= $1 THEN 1 END), COUNT(CASE WHEN due_at <= $2 THEN 1 END) \
    FROM application WHERE stage = 'review'";

/// How one application stands.
pub const STANDING: &str = "\
    SELECT a.reference, a.stage, a.version, a.due_at, a.claimed_by, a.claimed_until, s.name AS claimed_name \
    FROM application a LEFT JOIN staff s ON s.id = a.claimed_by WHERE a.id = $1";

/// Claims one that nobody else holds.
pub const CLAIM: &str = concat!(
    "UPDATE application SET claimed_by = $2, claimed_until = $3 \
     WHERE id = $1 AND stage = 'review' AND (claimed_by IS NULL OR claimed_by = $2 OR claimed_until <= $4) \
       AND NOT ",
    entered_by!("$2"),
    " RETURNING id"
);

/// Claims the most urgent one that nobody holds.
pub const CLAIM_NEXT: &str = concat!(
    "UPDATE application SET claimed_by = $1, claimed_until = $2 WHERE id = \
       (SELECT id FROM application WHERE stage = 'review' AND (claimed_by IS NULL OR claimed_until <= $3) \
        AND (finding = $4 OR $4 = '') AND NOT ",
    entered_by!("$1"),
    " ORDER BY due_at, id LIMIT 1) RETURNING id"
);

/// Prolongs one's own claim while it runs.
pub const RENEW: &str = "\
    UPDATE application SET claimed_until = $3 \
    WHERE id = $1 AND stage = 'review' AND claimed_by = $2 AND claimed_until > $4 RETURNING id";

/// Gives one's own claim back.
pub const RELEASE: &str = "\
    UPDATE application SET claimed_by = NULL, claimed_until = NULL WHERE id = $1 AND claimed_by = $2";

/// What happened to an application, in order.
pub const HAPPENED: &str = "\
    SELECT e.id, e.kind, s.name, e.at FROM application_event e LEFT JOIN staff s ON s.id = e.staff_id \
    WHERE e.application_id = $1 ORDER BY e.id";

/// The photos of an application.
pub const PHOTOS: &str = "SELECT id, created_at FROM photo WHERE application_id = $1 ORDER BY id";

/// One photo, if it is of that application.
pub const PHOTO: &str = "SELECT image FROM photo WHERE id = $1 AND application_id = $2";

/// The most urgent applications with this finding, or with any; at most `limit`.
pub async fn queue(c: &mut Conn, finding: Option<Finding>, limit: i64) -> Result<Vec<Queued>, StoreError> {
    let finding = finding.map_or("", Finding::as_str);
    let rows = sqlx::query(QUEUE).bind(finding).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(queued).collect()
}

fn queued(row: &Row) -> Result<Queued, StoreError> {
    let id: i64 = row.try_get("id")?;
    let wrong = |column| StoreError::inconsistent("application", column, id);
    Ok(Queued {
        id: ApplicationId::from_i64(id),
        reference: row.try_get("reference")?,
        kind: row.try_get::<&str, _>("kind")?.parse().map_err(|_| wrong("kind"))?,
        finding: Finding::from_name(row.try_get("finding")?).ok_or_else(|| wrong("finding"))?,
        due_at: time(row, "due_at")?,
        escalated_at: time(row, "escalated_at")?,
        claimed: claimed(row)?,
    })
}

fn time(row: &Row, column: &str) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_micros))
}

fn claimed(row: &Row) -> Result<Option<ClaimedBy>, StoreError> {
    let staff: Option<i64> = row.try_get("claimed_by")?;
    let (Some(staff), Some(until)) = (staff, time(row, "claimed_until")?) else { return Ok(None) };
    let name: Option<String> = row.try_get("claimed_name")?;
    Ok(Some(ClaimedBy { staff: StaffId::from_i64(staff), name: name.unwrap_or_default(), until }))
}

/// How much waits: overdue at `now`, urgent if due before `soon`.
pub async fn waiting(c: &mut Conn, now: Timestamp, soon: Timestamp) -> Result<Waiting, StoreError> {
    let query = sqlx::query_as(WAITING).bind(now.micros()).bind(soon.micros());
    let (all, overdue, urgent) = query.fetch_one(c.raw()).await?;
    Ok(Waiting { all, overdue, urgent })
}

/// How an application stands.
pub async fn standing(c: &mut Conn, id: ApplicationId) -> Result<Option<Standing>, StoreError> {
    let row = sqlx::query(STANDING).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| {
        Ok(Standing {
            reference: row.try_get("reference")?,
            in_review: row.try_get::<&str, _>("stage")? == "review",
            version: row.try_get("version")?,
            due_at: time(&row, "due_at")?,
            claimed: claimed(&row)?,
        })
    })
    .transpose()
}

/// Whether a member of staff entered something of an application, at a service desk.
pub async fn entered(c: &mut Conn, id: ApplicationId, staff: StaffId) -> Result<bool, StoreError> {
    let entered: i64 =
        sqlx::query_scalar(ENTERED).bind(id.as_i64()).bind(staff.as_i64()).fetch_one(c.raw()).await?;
    Ok(entered > 0)
}

/// Claims an application until `until`, unless somebody else's claim still runs at `now`; says whether.
pub async fn claim(
    c: &mut Conn,
    id: ApplicationId,
    staff: StaffId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(CLAIM).bind(id.as_i64()).bind(staff.as_i64()).bind(until.micros());
    Ok(query.bind(now.micros()).fetch_optional(c.raw()).await?.is_some())
}

/// Claims the most urgent application with this finding, or with any, that nobody has claimed at `now`.
pub async fn claim_next(
    c: &mut Conn,
    staff: StaffId,
    finding: Option<Finding>,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<ApplicationId>, StoreError> {
    let query = sqlx::query_scalar(CLAIM_NEXT).bind(staff.as_i64()).bind(until.micros());
    let query = query.bind(now.micros()).bind(finding.map_or("", Finding::as_str));
    let id: Option<i64> = query.fetch_optional(c.raw()).await?;
    Ok(id.map(ApplicationId::from_i64))
}

/// Prolongs a claim that still runs at `now`; says whether it did.
pub async fn renew(
    c: &mut Conn,
    id: ApplicationId,
    staff: StaffId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(RENEW).bind(id.as_i64()).bind(staff.as_i64()).bind(until.micros());
    Ok(query.bind(now.micros()).fetch_optional(c.raw()).await?.is_some())
}

/// Gives one's own claim back; says whether there was one.
pub async fn release(c: &mut Conn, id: ApplicationId, staff: StaffId) -> Result<bool, StoreError> {
    let released = sqlx::query(RELEASE).bind(id.as_i64()).bind(staff.as_i64()).execute(c.raw()).await?;
    Ok(released.rows_affected() == 1)
}

/// What happened to an application, in order.
pub async fn happened(c: &mut Conn, id: ApplicationId) -> Result<Vec<Happened>, StoreError> {
    let rows: Vec<(i64, String, Option<String>, i64)> =
        sqlx::query_as(HAPPENED).bind(id.as_i64()).fetch_all(c.raw()).await?;
    let happened = |(event, kind, staff, at): (i64, String, Option<String>, i64)| {
        let wrong = StoreError::inconsistent("application_event", "kind", event);
        let kind = EventKind::from_name(&kind).ok_or(wrong)?;
        Ok(Happened { kind, staff, at: Timestamp::from_micros(at) })
    };
    rows.into_iter().map(happened).collect()
}

/// Which photos an application has.
pub async fn photos(c: &mut Conn, id: ApplicationId) -> Result<Vec<PhotoOf>, StoreError> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(PHOTOS).bind(id.as_i64()).fetch_all(c.raw()).await?;
    let photo = |(id, at)| PhotoOf { id: PhotoId::from_i64(id), at: Timestamp::from_micros(at) };
    Ok(rows.into_iter().map(photo).collect())
}

/// A photo, opened, if it is of this application.
pub async fn photo(
    c: &mut Conn,
    application: ApplicationId,
    id: PhotoId,
) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, StoreError> {
    let query = sqlx::query_scalar(PHOTO).bind(id.as_i64()).bind(application.as_i64());
    let sealed: Option<Vec<u8>> = query.fetch_optional(c.raw()).await?;
    Ok(sealed.map(|sealed| c.sealer().open_bytes(IMAGE(id.as_i64()), &sealed)).transpose()?)
}
