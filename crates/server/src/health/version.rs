//! Second versions: what a device sent under the id of a report that it had sent before, with other content.
//!
//! The decision that matters: the first one counts and nothing is put in its place, whatever came later. Both say
//! something about a person's health, so health officers alone compare them, and opening is recorded; administrators
//! see that it happened, and with which device.

use std::collections::HashMap;

use domain::Timestamp;
use domain::id::kind::{OutboxConflictId, TemperatureReportId};
use domain::report::Report;
use store::rows::checkpoint::ConflictRow;
use store::rows::report::ReportRow;
use store::{StoreError, Tx, call, read, transact};

use super::error::ReportError;
use crate::App;
use crate::checkpoint::content::Content;
use crate::http::session::Staff;

/// As many as the list shows; older ones stand at their reports.
const MOST: i64 = 200;

/// That a second version came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// Which.
    pub id: OutboxConflictId,
    /// The name of the device.
    pub device: String,
    /// When.
    pub at: Timestamp,
    /// The report that came first.
    pub report: Option<TemperatureReportId>,
}

/// Both versions.
#[derive(Clone)]
pub struct Versions {
    /// That it came.
    pub came: Came,
    /// The first; none where it was no report, or is deleted by now.
    pub first: Option<ReportRow>,
    /// The second, and when it says that it was made; none where it is no report.
    pub second: Option<(Timestamp, Report)>,
}

/// Whether one of the two is a report.
pub fn is_report(row: &ConflictRow) -> bool {
    row.report.is_some() || second(row).is_some()
}

fn second(row: &ConflictRow) -> Option<(Timestamp, Report)> {
    match Content::read(&row.content)? {
        Content::Report { at, report, .. } => Some((Timestamp::from_seconds(at), report)),
        _ => None,
    }
}

/// Those of these that are about reports, with the names of their devices.
async fn came(tx: &mut Tx, rows: &[ConflictRow]) -> Result<Vec<Came>, StoreError> {
    let devices: HashMap<_, _> =
        call!(tx, checkpoint::devices())?.into_iter().map(|one| (one.id, one.name)).collect();
    let one = |row: &ConflictRow| Came {
        id: row.id,
        device: devices.get(&row.device).cloned().unwrap_or_else(|| row.device.to_string()),
        at: row.received_at,
        report: row.report,
    };
    Ok(rows.iter().filter(|row| is_report(row)).map(one).collect())
}

/// The second versions of a report, the oldest first.
pub async fn of(tx: &mut Tx, report: TemperatureReportId) -> Result<Vec<Came>, StoreError> {
    let rows = call!(tx, arrival::conflicts_of(report))?;
    if rows.is_empty() { Ok(Vec::new()) } else { came(tx, &rows).await }
}

/// The second versions that came last, the newest first.
pub async fn list(app: &App) -> Result<Vec<Came>, ReportError> {
    read!(app.store, "report.versions", ReportError, |tx| {
        let rows = call!(tx, arrival::conflicts(MOST))?;
        Ok(came(tx, &rows).await?)
    })
}

/// Opens both.
pub async fn open(app: &App, staff: &Staff, id: OutboxConflictId) -> Result<Versions, ReportError> {
    transact!(app.store, "report.version", ReportError, |tx| {
        let row = call!(tx, arrival::one_conflict(id))?.filter(is_report).ok_or(ReportError::NotFound)?;
        crate::access::record(tx, app, staff, "open", "outbox-conflict", id).await?;
        let first = match row.report {
            Some(report) => call!(tx, report_desk::by_id(report))?,
            None => None,
        };
        if let Some(first) = &first {
            crate::access::record(tx, app, staff, "open", "temperature_report", first.id).await?;
        }
        let came = came(tx, std::slice::from_ref(&row)).await?.pop().ok_or(ReportError::NotFound)?;
        Ok(Versions { came, first, second: second(&row) })
    })
}
