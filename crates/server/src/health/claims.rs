//! Who works on which report. As at the review desk it is a lease of [`CLAIM`], prolonged while its holder works; two
//! officers never have one at the same time.

use domain::application::CLAIM;
use domain::id::kind::TemperatureReportId;
use domain::{Id, Timestamp};
use store::rows::report::{ReportEvent, ReportEventKind, ReportFigures, ReportRow};
use store::{Tx, call, read, transact};

use super::error::{Hindrance, ReportError};
use crate::App;
use crate::http::session::Staff;

/// The most rows of one page of the queue, and of the list of done ones.
pub const SHOWN: i64 = 100;

/// One page of the queue.
#[derive(Debug, Clone, Default)]
pub struct QueuePart {
    /// What stands on it.
    pub rows: Vec<ReportRow>,
    /// How much there is to do in all, and how soon it was acknowledged today.
    pub figures: ReportFigures,
    /// Which page, from 1 on.
    pub page: i64,
    /// How many there are; 1 where there is nothing to do.
    pub pages: i64,
}

/// A page of the queue; the last one where so many are no more.
pub async fn queue(app: &App, page: i64) -> Result<QueuePart, ReportError> {
    let now = app.now();
    let today = Timestamp::of_day(now.day());
    read!(app.store, "report.queue", ReportError, |tx| {
        let figures = call!(tx, report_desk::figures(today, now))?;
        let pages = ((figures.open + SHOWN - 1) / SHOWN).max(1);
        let page = page.clamp(1, pages);
        let rows = call!(tx, report_desk::queue(SHOWN, (page - 1) * SHOWN))?;
        Ok(QueuePart { rows, figures, page, pages })
    })
}

/// Takes a report, or says what stands in the way. Taking again what one has prolongs it, and is no event.
pub async fn take(app: &App, staff: &Staff, id: TemperatureReportId) -> Result<(), ReportError> {
    let now = app.now();
    transact!(app.store, "report.take", ReportError, |tx| {
        if call!(tx, report::renew(id, staff.id, now, now.plus(CLAIM)))? {
            return Ok(());
        }
        if call!(tx, report::take(id, staff.id, now, now.plus(CLAIM)))? {
            return note(tx, app, staff, id, ReportEventKind::Taken, None).await;
        }
        let row = call!(tx, report_desk::by_id(id))?.ok_or(ReportError::NotFound)?;
        Err(ReportError::Hindered(hindrance(&row, staff, now).unwrap_or(Hindrance::Changed)))
    })
}

/// Prolongs one's own time, or says why it cannot be.
pub async fn renew(app: &App, staff: &Staff, id: TemperatureReportId) -> Result<(), ReportError> {
    let now = app.now();
    transact!(app.store, "report.renew", ReportError, |tx| {
        if call!(tx, report::renew(id, staff.id, now, now.plus(CLAIM)))? {
            return Ok(());
        }
        own(tx, staff, id, now).await.map(|_| ())
    })
}

/// Gives one's own back; what is not one's own stays as it is.
pub async fn release(app: &App, staff: &Staff, id: TemperatureReportId) -> Result<(), ReportError> {
    transact!(app.store, "report.release", ReportError, |tx| {
        if call!(tx, report::release(id, staff.id))? {
            note(tx, app, staff, id, ReportEventKind::Released, None).await?;
        }
        Ok(())
    })
}

/// Adds what an officer did to a report, and what they wrote with it.
pub async fn note(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    report: TemperatureReportId,
    kind: ReportEventKind,
    note: Option<String>,
) -> Result<(), ReportError> {
    let (id, by): (Id<_>, _) = (app.new_id(), Some((staff.id, staff.unit)));
    let event = ReportEvent { id, report, at: app.now(), kind, by, note };
    Ok(call!(tx, report::add_event(&event))?)
}

/// The report as it stands, if it is this officer's.
pub async fn own(
    tx: &mut Tx,
    staff: &Staff,
    id: TemperatureReportId,
    now: Timestamp,
) -> Result<ReportRow, ReportError> {
    let row = call!(tx, report_desk::by_id(id))?.ok_or(ReportError::NotFound)?;
    match hindrance(&row, staff, now) {
        None => Ok(row),
        Some(hindrance) => Err(ReportError::Hindered(hindrance)),
    }
}

/// What keeps this officer from working on it; nothing where it is theirs.
pub fn hindrance(row: &ReportRow, staff: &Staff, now: Timestamp) -> Option<Hindrance> {
    if row.done.is_some() {
        return Some(Hindrance::Done);
    }
    match &row.claimed {
        Some(claim) if claim.until > now && claim.staff == staff.id => None,
        Some(claim) if claim.until > now => {
            Some(Hindrance::Theirs { name: claim.name.clone(), until: claim.until })
        }
        Some(claim) if claim.staff == staff.id => Some(Hindrance::Lapsed),
        _ => Some(Hindrance::Untaken),
    }
}
