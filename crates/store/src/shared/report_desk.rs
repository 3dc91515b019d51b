//! Reports of abnormal temperatures as they are read: the queue, one of them, figures, and the export.
//!
//! The decision that matters: a report's place in the export is given after the change has been committed, by one
//! transaction at a time, which holds the one row of `report_feed` until it is committed itself. So a place is never
//! seen before the places below it, however long the transactions of changes take, and a client that goes on after
//! the last place it has seen misses nothing.

use domain::checkpoint::CheckpointKind;
use domain::id::kind::{HolderId, TemperatureReportId};
use domain::report::ReportOutcome;
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::report::{
    FedReport, QueueStamp, REPORT, ReportFigures, ReportPlace, ReportRow, ReportStage,
};
use crate::rows::review::ClaimedBy;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    QUEUE,
    ONE,
    DONE,
    OF_HOLDER,
    WAITING,
    ACKNOWLEDGED,
    MEDIAN,
    STAMP,
    UNFED,
    NEXT_FEED,
    SET_FEED,
    FED,
    LAST_FEED,
];

macro_rules! reports {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.holder_id, r.checkpoint_id, c.name, c.place, c.kind, COALESCE(u.name, ''), r.exported, \
               r.report, r.taken_at, r.received_at, r.due_at, r.escalated_at, r.stage, r.officer_id, \
               COALESCE(s.name, ''), r.lease_until, r.acknowledged_at, r.done_at, r.outcome, r.confirmed_at, \
               r.version, r.feed \
             FROM temperature_report r JOIN checkpoint c ON c.id = r.checkpoint_id \
             LEFT JOIN unit u ON u.id = r.unit_id LEFT JOIN staff s ON s.id = r.officer_id ",
            $rest
        )
    };
}

/// What is not done: what nobody has acknowledged first, in the order in which it is due. What came in files of
/// withdrawn devices stands behind all the rest: it is due at once, long after it was measured, and in thousands.
pub const QUEUE: &str = reports!(
    "WHERE r.done_at IS NULL \
     ORDER BY r.exported, CASE WHEN r.acknowledged_at IS NULL THEN 0 ELSE 1 END, r.due_at, r.id LIMIT $1 OFFSET $2"
);

/// One report.
pub const ONE: &str = reports!("WHERE r.id = $1");

/// What was done since a time, the newest first.
pub const DONE: &str = reports!("WHERE r.done_at >= $1 ORDER BY r.done_at DESC, r.id DESC LIMIT $2");

/// The reports about a holder, the newest first.
pub const OF_HOLDER: &str = reports!("WHERE r.holder_id = $1 ORDER BY r.id DESC");

/// What is not done, how much of it is late, and the newest of it.
pub const WAITING: &str = "\
    SELECT COUNT(*), COUNT(CASE WHEN acknowledged_at IS NULL AND due_at <= $1 THEN 1 END), COALESCE(MAX(id), 0) \
    FROM temperature_report WHERE done_at IS NULL";

/// How many were acknowledged since a time.
pub const ACKNOWLEDGED: &str = "SELECT COUNT(*) FROM temperature_report WHERE acknowledged_at >= $1";

/// How long the one at this place took, of those that were acknowledged since a time.
pub const MEDIAN: &str = "\
    SELECT acknowledged_at - received_at FROM temperature_report WHERE acknowledged_at >= $1 \
    ORDER BY acknowledged_at - received_at LIMIT 1 OFFSET $2";

/// What changes whenever the queue does.
pub const STAMP: &str = "\
    SELECT COUNT(*), CAST(COALESCE(SUM(version), 0) AS BIGINT), COALESCE(MAX(id), 0) \
    FROM temperature_report WHERE done_at IS NULL";

/// What has changed and has no place in the export.
pub const UNFED: &str = "SELECT id FROM temperature_report WHERE feed IS NULL ORDER BY id LIMIT $1";

/// Takes this many places.
pub const NEXT_FEED: &str = "UPDATE report_feed SET last = last + $1 WHERE id = 1 RETURNING last";

/// Gives a report its place.
pub const SET_FEED: &str = "UPDATE temperature_report SET feed = $2 WHERE id = $1";

/// The last place that was given.
pub const LAST_FEED: &str = "SELECT last FROM report_feed WHERE id = 1";

/// What stands after a place in the export.
pub const FED: &str = reports!("WHERE r.feed > $1 ORDER BY r.feed LIMIT $2");

/// What is not done, at most `limit` after the first `offset`.
pub async fn queue(c: &mut Conn, limit: i64, offset: i64) -> Result<Vec<ReportRow>, StoreError> {
    let rows = sqlx::query(QUEUE).bind(limit).bind(offset).fetch_all(c.raw()).await?;
    rows.iter().map(|row| report(c, row)).collect()
}

/// One report.
pub async fn by_id(c: &mut Conn, id: TemperatureReportId) -> Result<Option<ReportRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| report(c, &row)).transpose()
}

/// What was done since `since`, the newest first, at most `limit`.
pub async fn done(c: &mut Conn, since: Timestamp, limit: i64) -> Result<Vec<ReportRow>, StoreError> {
    let rows = sqlx::query(DONE).bind(since.micros()).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| report(c, row)).collect()
}

/// The reports about a holder, the newest first.
pub async fn of_holder(c: &mut Conn, holder: HolderId) -> Result<Vec<ReportRow>, StoreError> {
    let rows = sqlx::query(OF_HOLDER).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| report(c, row)).collect()
}

/// How much there is to do at `now`, and how soon what came in was acknowledged since `since`.
pub async fn figures(c: &mut Conn, since: Timestamp, now: Timestamp) -> Result<ReportFigures, StoreError> {
    let (open, overdue, newest): (i64, i64, i64) =
        sqlx::query_as(WAITING).bind(now.micros()).fetch_one(c.raw()).await?;
    let query = sqlx::query_scalar(ACKNOWLEDGED).bind(since.micros());
    let acknowledged: i64 = query.fetch_one(c.raw()).await?;
    let middle = (acknowledged - 1).max(0) / 2;
    let query = sqlx::query_scalar(MEDIAN).bind(since.micros()).bind(middle);
    let median = query.fetch_optional(c.raw()).await?;
    let newest = (newest != 0).then(|| Id::from_i64(newest));
    Ok(ReportFigures { open, overdue, newest, acknowledged, median })
}

/// What changes whenever the queue does.
pub async fn stamp(c: &mut Conn) -> Result<QueueStamp, StoreError> {
    let (open, versions, newest) = sqlx::query_as(STAMP).fetch_one(c.raw()).await?;
    Ok(QueueStamp { open, versions, newest })
}

/// Gives up to `limit` changed reports their places in the export; says how many.
pub async fn feed(c: &mut Conn, limit: i64) -> Result<usize, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(UNFED).bind(limit).fetch_all(c.raw()).await?;
    let Ok(count) = i64::try_from(ids.len()) else { return Ok(0) };
    if count == 0 {
        return Ok(0);
    }
    let last: i64 = sqlx::query_scalar(NEXT_FEED).bind(count).fetch_one(c.raw()).await?;
    for (id, place) in ids.iter().zip(last - count + 1..) {
        sqlx::query(SET_FEED).bind(id).bind(place).execute(c.raw()).await?;
    }
    Ok(ids.len())
}

/// What stands after place `after` in the export, at most `limit`.
pub async fn fed(c: &mut Conn, after: i64, limit: i64) -> Result<Vec<FedReport>, StoreError> {
    let rows = sqlx::query(FED).bind(after).bind(limit).fetch_all(c.raw()).await?;
    let fed = |row: &Row| Ok(FedReport { feed: row.try_get(22)?, row: report(c, row)? });
    rows.iter().map(fed).collect()
}

/// The last place in the export that was given: no cursor of ours is beyond it.
pub async fn last_fed(c: &mut Conn) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(LAST_FEED).fetch_one(c.raw()).await?)
}

fn time(row: &Row, column: usize) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_micros))
}

fn report(c: &Conn, row: &Row) -> Result<ReportRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("temperature_report", column, id);
    let officer: Option<i64> = row.try_get(14)?;
    let claimed = match officer.zip(time(row, 16)?) {
        Some((staff, until)) => Some(ClaimedBy { staff: Id::from_i64(staff), name: row.try_get(15)?, until }),
        None => None,
    };
    let outcome: Option<String> = row.try_get(19)?;
    let outcome = outcome.map(|name| ReportOutcome::from_name(&name).ok_or_else(|| wrong("outcome")));
    Ok(ReportRow {
        id: Id::from_i64(id),
        holder: row.try_get::<Option<i64>, _>(1)?.map(Id::from_i64),
        place: ReportPlace {
            checkpoint: Id::from_i64(row.try_get(2)?),
            name: row.try_get(3)?,
            place: row.try_get(4)?,
            kind: CheckpointKind::from_name(row.try_get(5)?).ok_or_else(|| wrong("checkpoint.kind"))?,
        },
        unit: row.try_get(6)?,
        exported: row.try_get::<i64, _>(7)? != 0,
        report: c.sealer().open(REPORT(id), row.try_get(8)?)?,
        taken_at: Timestamp::from_micros(row.try_get(9)?),
        received_at: Timestamp::from_micros(row.try_get(10)?),
        due_at: Timestamp::from_micros(row.try_get(11)?),
        escalated_at: time(row, 12)?,
        stage: ReportStage::from_name(row.try_get(13)?).ok_or_else(|| wrong("stage"))?,
        claimed,
        acknowledged_at: time(row, 17)?,
        done: time(row, 18)?.zip(outcome.transpose()?),
        confirmed_at: time(row, 20)?,
        version: row.try_get(21)?,
    })
}
