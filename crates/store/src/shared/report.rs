//! Reports of abnormal temperatures: how they come in, and what happens to them.
//!
//! Whoever has a report has a lease, as at the review desk. Taking one raises its version all the same: the
//! authority's own system is to see that somebody has it. Every change takes the report's place in the export
//! away; `report_feed` gives it the next one.

use domain::Timestamp;
use domain::id::kind::{StaffId, TemperatureReportId};
use domain::report::ReportOutcome;
use sqlx::Row as _;

use super::conn::Conn;
use super::{Row, batch};
use crate::error::StoreError;
use crate::rows::report::{NOTE, NewReport, REPORT, ReportEvent, ReportEventKind, ReportHappened};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    INSERT,
    batch::INSERT_REPORTS,
    RECEIVED,
    ADD_EVENT,
    EVENTS,
    TAKE,
    RENEW,
    RELEASE,
    ACKNOWLEDGE,
    FINISH,
    REOPEN,
    CONFIRM,
    LATE,
    ESCALATE,
    LAST_EVENT,
];

/// A report comes in.
pub const INSERT: &str = "\
    INSERT INTO temperature_report (id, holder_id, checkpoint_id, shift_id, device_id, staff_id, unit_id, exported, \
    report, taken_at, received_at, due_at, stage, version) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'open', 0)";

/// Something happens to a report.
pub const ADD_EVENT: &str = "\
    INSERT INTO report_event (id, report_id, at, kind, staff_id, unit_id, note) VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// What happened to a report, in order.
pub const EVENTS: &str = "\
    SELECT e.id, e.kind, e.at, s.name, u.name, e.note FROM report_event e \
    LEFT JOIN staff s ON s.id = e.staff_id LEFT JOIN unit u ON u.id = e.unit_id \
    WHERE e.report_id = $1 ORDER BY e.id";

/// What happened to a report last.
pub const LAST_EVENT: &str = "\
    SELECT id, at, kind, staff_id, unit_id, note FROM report_event WHERE report_id = $1 ORDER BY id DESC LIMIT 1";
/// That reports came in, as the first thing that happened to each.
pub const RECEIVED: &str = concat!(
    "INSERT INTO report_event (id, report_id, at, kind, staff_id, unit_id) \
     SELECT id, id, received_at, 'received', staff_id, unit_id FROM temperature_report WHERE id ",
    among_1!()
);

/// Takes one that nobody else has.
pub const TAKE: &str = "\
    UPDATE temperature_report SET officer_id = $2, lease_until = $3, version = version + 1, feed = NULL, \
      stage = CASE WHEN stage = 'open' THEN 'taken' ELSE stage END \
    WHERE id = $1 AND done_at IS NULL AND (officer_id IS NULL OR officer_id = $2 OR lease_until <= $4) \
    RETURNING id";

/// Prolongs one's own lease while it runs.
pub const RENEW: &str = "\
    UPDATE temperature_report SET lease_until = $3 \
    WHERE id = $1 AND done_at IS NULL AND officer_id = $2 AND lease_until > $4 RETURNING id";

/// Gives one's own back.
pub const RELEASE: &str = "\
    UPDATE temperature_report SET officer_id = NULL, lease_until = NULL, version = version + 1, feed = NULL, \
      stage = CASE WHEN stage = 'taken' THEN 'open' ELSE stage END \
    WHERE id = $1 AND done_at IS NULL AND officer_id = $2 RETURNING id";

/// Acknowledges one's own.
pub const ACKNOWLEDGE: &str = "\
    UPDATE temperature_report SET acknowledged_at = $3, stage = 'acknowledged', version = version + 1, feed = NULL \
    WHERE id = $1 AND version = $2 AND acknowledged_at IS NULL AND done_at IS NULL RETURNING id";

/// Done. Whoever gives it its outcome knows of it.
pub const FINISH: &str = "\
    UPDATE temperature_report SET outcome = $3, done_at = $4, acknowledged_at = COALESCE(acknowledged_at, $4), \
      stage = 'done', officer_id = NULL, lease_until = NULL, version = version + 1, feed = NULL \
    WHERE id = $1 AND version = $2 AND done_at IS NULL RETURNING id";

/// It is not done after all, and is the officer's who says so.
pub const REOPEN: &str = "\
    UPDATE temperature_report SET outcome = NULL, done_at = NULL, stage = 'acknowledged', officer_id = $3, \
      lease_until = $4, version = version + 1, feed = NULL \
    WHERE id = $1 AND version = $2 AND done_at IS NOT NULL RETURNING id";

/// It is evidence from now on.
pub const CONFIRM: &str = "\
    UPDATE temperature_report SET confirmed_at = $3, version = version + 1, feed = NULL \
    WHERE id = $1 AND version = $2 AND confirmed_at IS NULL AND holder_id IS NOT NULL RETURNING id";

/// What nobody acknowledged in time, and is not escalated yet.
pub const LATE: &str = "\
    SELECT id FROM temperature_report WHERE done_at IS NULL AND acknowledged_at IS NULL AND escalated_at IS NULL \
      AND due_at <= $1 ORDER BY due_at, id LIMIT $2";

/// Escalates one, unless that was done or somebody acknowledged it meanwhile.
pub const ESCALATE: &str = "\
    UPDATE temperature_report SET escalated_at = $2, version = version + 1, feed = NULL \
    WHERE id = $1 AND done_at IS NULL AND acknowledged_at IS NULL AND escalated_at IS NULL AND due_at <= $2 \
    RETURNING id";

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

/// Puts reports into the queue and notes that they came, one statement for all.
pub async fn insert_all(c: &mut Conn, rows: &[NewReport], now: Timestamp) -> Result<(), StoreError> {
    let seal = |row: &NewReport| c.sealer().seal(REPORT(row.id.as_i64()), &row.report);
    let sealed: Vec<Vec<u8>> = rows.iter().map(seal).collect();
    if rows.is_empty() {
        return Ok(());
    }
    batch::insert_reports(c, rows, &sealed, now).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id.as_i64()).collect();
    sqlx::query(RECEIVED).bind(batch::list(&ids)).execute(c.raw()).await?;
    Ok(())
}

/// Adds what happened to a report.
pub async fn add_event(c: &mut Conn, event: &ReportEvent) -> Result<(), StoreError> {
    let id = event.id.as_i64();
    let note = event.note.as_ref().map(|note| c.sealer().seal(NOTE(id), note));
    sqlx::query(ADD_EVENT)
        .bind(id)
        .bind(event.report.as_i64())
        .bind(event.at.micros())
        .bind(event.kind.as_str())
        .bind(event.by.map(|(staff, _)| staff.as_i64()))
        .bind(event.by.map(|(_, unit)| unit.as_i64()))
        .bind(note)
        .execute(c.raw())
        .await?;
    Ok(())
}

/// What happened to a report, in order.
pub async fn events(c: &mut Conn, id: TemperatureReportId) -> Result<Vec<ReportHappened>, StoreError> {
    let rows = sqlx::query(EVENTS).bind(id.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| happened(c, row)).collect()
}

/// What happened to a report last.
pub async fn last_event(
    c: &mut Conn,
    report: TemperatureReportId,
) -> Result<Option<ReportEvent>, StoreError> {
    use domain::Id;
    let row = sqlx::query(LAST_EVENT).bind(report.as_i64()).fetch_optional(c.raw()).await?;
    let Some(row) = row else { return Ok(None) };
    let id: i64 = row.try_get(0)?;
    let kind = ReportEventKind::from_name(row.try_get(2)?);
    let (staff, unit): (Option<i64>, Option<i64>) = (row.try_get(3)?, row.try_get(4)?);
    let note: Option<Vec<u8>> = row.try_get(5)?;
    Ok(Some(ReportEvent {
        id: Id::from_i64(id),
        report,
        at: Timestamp::from_micros(row.try_get(1)?),
        kind: kind.ok_or_else(|| StoreError::inconsistent("report_event", "kind", id))?,
        by: staff.zip(unit).map(|(staff, unit)| (Id::from_i64(staff), Id::from_i64(unit))),
        note: note.map(|sealed| c.sealer().open(NOTE(id), &sealed)).transpose()?,
    }))
}

fn happened(c: &Conn, row: &Row) -> Result<ReportHappened, StoreError> {
    let id: i64 = row.try_get(0)?;
    let kind = ReportEventKind::from_name(row.try_get(1)?);
    let note: Option<Vec<u8>> = row.try_get(5)?;
    Ok(ReportHappened {
        kind: kind.ok_or_else(|| StoreError::inconsistent("report_event", "kind", id))?,
        at: Timestamp::from_micros(row.try_get(2)?),
        staff: row.try_get(3)?,
        unit: row.try_get(4)?,
        note: note.map(|sealed| c.sealer().open(NOTE(id), &sealed)).transpose()?,
    })
}

/// Takes a report until `until`, unless somebody else's lease still runs at `now` or it is done; says whether.
pub async fn take(
    c: &mut Conn,
    id: TemperatureReportId,
    staff: StaffId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(TAKE).bind(id.as_i64()).bind(staff.as_i64()).bind(until.micros());
    Ok(query.bind(now.micros()).fetch_optional(c.raw()).await?.is_some())
}

/// Prolongs a lease that still runs at `now`; says whether it did.
pub async fn renew(
    c: &mut Conn,
    id: TemperatureReportId,
    staff: StaffId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(RENEW).bind(id.as_i64()).bind(staff.as_i64()).bind(until.micros());
    Ok(query.bind(now.micros()).fetch_optional(c.raw()).await?.is_some())
}

/// Gives one's own report back; says whether it was one's own.
pub async fn release(c: &mut Conn, id: TemperatureReportId, staff: StaffId) -> Result<bool, StoreError> {
    let query = sqlx::query(RELEASE).bind(id.as_i64()).bind(staff.as_i64());
    Ok(query.fetch_optional(c.raw()).await?.is_some())
}

/// Acknowledges a report as it stood at `version`; `false` if it has changed since, or is acknowledged.
pub async fn acknowledge(
    c: &mut Conn,
    id: TemperatureReportId,
    version: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(ACKNOWLEDGE).bind(id.as_i64()).bind(version).bind(now.micros());
    Ok(query.fetch_optional(c.raw()).await?.is_some())
}

/// Gives a report as it stood at `version` its outcome; `false` if it has changed since, or is done.
pub async fn finish(
    c: &mut Conn,
    id: TemperatureReportId,
    version: i64,
    outcome: ReportOutcome,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(FINISH).bind(id.as_i64()).bind(version).bind(outcome.as_str());
    Ok(query.bind(now.micros()).fetch_optional(c.raw()).await?.is_some())
}

/// Takes its outcome from a report that was done as it stood at `version`, and gives it to an officer until `until`;
/// `false` if it has changed since, or is not done.
pub async fn reopen(
    c: &mut Conn,
    id: TemperatureReportId,
    version: i64,
    officer: StaffId,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(REOPEN).bind(id.as_i64()).bind(version).bind(officer.as_i64());
    Ok(query.bind(until.micros()).fetch_optional(c.raw()).await?.is_some())
}

/// Notes that a report as it stood at `version` is evidence; `false` if it has changed since, is evidence already, or
/// is about no holder.
pub async fn confirm(
    c: &mut Conn,
    id: TemperatureReportId,
    version: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(CONFIRM).bind(id.as_i64()).bind(version).bind(now.micros());
    Ok(query.fetch_optional(c.raw()).await?.is_some())
}

/// What nobody acknowledged in time, and is not escalated yet.
pub async fn late(c: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<TemperatureReportId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(LATE).bind(now.micros()).bind(limit).fetch_all(c.raw()).await?;
    Ok(ids.into_iter().map(TemperatureReportId::from_i64).collect())
}

/// Escalates a report that is late at `now`; says whether it was to be.
pub async fn escalate(c: &mut Conn, id: TemperatureReportId, now: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query(ESCALATE).bind(id.as_i64()).bind(now.micros());
    Ok(query.fetch_optional(c.raw()).await?.is_some())
}
