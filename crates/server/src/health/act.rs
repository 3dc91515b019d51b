//! What an officer does with a report of their own: acknowledges it, gives it an outcome, confirms it as evidence; and
//! opens one that is done again, with a reason.
//!
//! The decision that matters: each is only done to the report as it was on the screen, and each once. The same thing
//! sent again by the same officer (a double click, a page sent anew) is no error, and no second event.

use domain::application::CLAIM;
use domain::colour::{EvidenceSource, Fact};
use domain::id::kind::TemperatureReportId;
use domain::report::ReportOutcome;
use domain::residence::Division;
use store::rows::evidence::{EvidenceRow, Origin, Stated};
use store::rows::report::{ReportEventKind, ReportRow};
use store::{Tx, call, transact};

use super::claims::{note, own};
use super::error::{Hindrance, ReportError};
use crate::App;
use crate::decision;
use crate::http::session::Staff;

/// The longest note, in characters.
pub const NOTE_LENGTH: usize = 1000;

/// The officer knows of it: the clock stops.
pub async fn acknowledge(
    app: &App,
    staff: &Staff,
    id: TemperatureReportId,
    version: i64,
) -> Result<(), ReportError> {
    let now = app.now();
    transact!(app.store, "report.acknowledge", ReportError, |tx| {
        let row = own(tx, staff, id, now).await?;
        if row.acknowledged_at.is_some() {
            return Ok(());
        }
        if !call!(tx, report::acknowledge(id, version, now))? {
            return Err(ReportError::Hindered(Hindrance::Changed));
        }
        note(tx, app, staff, id, ReportEventKind::Acknowledged, None).await
    })
}

/// Gives it its outcome, with what the officer wrote.
pub async fn finish(
    app: &App,
    staff: &Staff,
    id: TemperatureReportId,
    version: i64,
    outcome: ReportOutcome,
    text: &str,
) -> Result<(), ReportError> {
    let now = app.now();
    let text = (!text.is_empty()).then(|| text.to_owned());
    transact!(app.store, "report.finish", ReportError, |tx| {
        match own(tx, staff, id, now).await {
            Ok(_) => {}
            Err(ReportError::Hindered(Hindrance::Done))
                if said(tx, staff, id, outcome.into(), text.as_deref()).await? =>
            {
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        if !call!(tx, report::finish(id, version, outcome, now))? {
            return Err(ReportError::Hindered(Hindrance::Changed));
        }
        note(tx, app, staff, id, outcome.into(), text.clone()).await
    })
}

/// Opens a report that is done again: it is this officer's, as if they had just taken it, and may be confirmed or given
/// another outcome. What was said of it before stays in its history, with the reason. Evidence that it became stays.
pub async fn reopen(
    app: &App,
    staff: &Staff,
    id: TemperatureReportId,
    version: i64,
    why: &str,
) -> Result<(), ReportError> {
    let now = app.now();
    transact!(app.store, "report.reopen", ReportError, |tx| {
        let row = call!(tx, report_desk::by_id(id))?.ok_or(ReportError::NotFound)?;
        if row.done.is_none() && said(tx, staff, id, ReportEventKind::Reopened, Some(why)).await? {
            return Ok(());
        }
        if !call!(tx, report::reopen(id, version, staff.id, now.plus(CLAIM)))? {
            return Err(ReportError::Hindered(Hindrance::Changed));
        }
        crate::access::record(tx, app, staff, "reopen", "temperature_report", id).await?;
        note(tx, app, staff, id, ReportEventKind::Reopened, Some(why.to_owned())).await
    })
}

/// Whether this officer did just that last.
async fn said(
    tx: &mut Tx,
    staff: &Staff,
    id: TemperatureReportId,
    kind: ReportEventKind,
    text: Option<&str>,
) -> Result<bool, ReportError> {
    let last = call!(tx, report::last_event(id))?;
    Ok(last.is_some_and(|event| {
        event.kind == kind
            && event.by.is_some_and(|(who, _)| who == staff.id)
            && event.note.as_deref() == text
    }))
}

/// Makes it evidence about its holder, and lets the rules decide with it. `division`: where it was taken, if that is known.
pub async fn confirm(
    app: &App,
    staff: &Staff,
    id: TemperatureReportId,
    version: i64,
    division: Option<Division>,
) -> Result<(), ReportError> {
    let now = app.now();
    transact!(app.store, "report.confirm", ReportError, |tx| {
        let row = own(tx, staff, id, now).await?;
        if row.confirmed_at.is_some() {
            return Ok(());
        }
        let evidence =
            evidence(app, staff, &row, division).ok_or(ReportError::Hindered(Hindrance::NoHolder))?;
        if !call!(tx, report::confirm(id, version, now))? {
            return Err(ReportError::Hindered(Hindrance::Changed));
        }
        call!(tx, evidence::add(&evidence))?;
        decision::decide(tx, app, evidence.holder).await?;
        crate::access::record(tx, app, staff, "confirm", "temperature_report", id).await?;
        note(tx, app, staff, id, ReportEventKind::Confirmed, None).await
    })
}

fn evidence(app: &App, staff: &Staff, row: &ReportRow, division: Option<Division>) -> Option<EvidenceRow> {
    let last = row.report.readings.last()?;
    let fact = Fact::TemperatureReport { tenths: last.tenths, site: last.site, division };
    Some(EvidenceRow {
        id: app.new_id(),
        holder: row.holder?,
        origin: Origin::Report(row.id),
        stated: Stated {
            fact,
            reference: None,
            threshold: Some(row.report.threshold),
            source: EvidenceSource::Report,
            at: row.taken_at,
            until: None,
        },
        added_at: app.now(),
        by: (staff.id, staff.unit),
        superseded: None,
    })
}
