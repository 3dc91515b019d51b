//! One report as a health officer sees it. Opening it is recorded; whom it is about stands behind one's own claim.

use domain::Timestamp;
use domain::contact::Contact;
use domain::id::kind::{HolderId, TemperatureReportId};
use domain::matching::DocumentDetails;
use domain::residence::Residence;
use store::rows::evidence::EvidenceRow;
use store::rows::report::{ReportHappened, ReportRow};
use store::{StoreError, Tx, call, transact};

use super::claims::{SHOWN, hindrance};
use super::error::{Hindrance, ReportError};
use super::version::{self, Came};
use crate::App;
use crate::holder::erase::TEMPERATURE_KEPT;
use crate::http::session::Staff;

/// How far back the page of what was done looks.
pub const DONE_DAYS: u64 = 7;

/// Whom a report is about. Personal: never printed.
#[derive(Clone)]
pub struct Holder {
    /// Whose code it is.
    pub id: HolderId,
    /// Their document.
    pub document: Option<DocumentDetails>,
    /// The contacts that they confirmed.
    pub contacts: Vec<Contact>,
    /// Where they said that they stay and can be reached.
    pub residence: Option<Residence>,
    /// The other reports about them, the newest first.
    pub others: Vec<ReportRow>,
    /// The evidence about them, the newest first.
    pub evidence: Vec<EvidenceRow>,
}

/// A report, opened.
#[derive(Clone)]
pub struct Case {
    /// The report.
    pub row: ReportRow,
    /// What happened so far.
    pub history: Vec<ReportHappened>,
    /// Whom it is about, where it is the officer's own and leads to a holder.
    pub holder: Option<Holder>,
    /// What keeps the officer from working on it; nothing where it is their own.
    pub hindrance: Option<Hindrance>,
    /// What came later under its id with other content.
    pub versions: Vec<Came>,
}

/// Opens a report.
pub async fn open(app: &App, staff: &Staff, id: TemperatureReportId) -> Result<Case, ReportError> {
    let now = app.now();
    transact!(app.store, "report.open", ReportError, |tx| {
        let row = call!(tx, report_desk::by_id(id))?.ok_or(ReportError::NotFound)?;
        let hindrance = hindrance(&row, staff, now);
        crate::access::record(tx, app, staff, "open", "temperature_report", id).await?;
        let holder = match row.holder.filter(|_| hindrance.is_none()) {
            Some(holder) => {
                crate::access::record(tx, app, staff, "open", "holder", holder).await?;
                Some(of(tx, holder, id).await?)
            }
            None => None,
        };
        let versions = version::of(tx, id).await?;
        Ok(Case { history: call!(tx, report::events(id))?, holder, hindrance, versions, row })
    })
}

async fn of(tx: &mut Tx, holder: HolderId, report: TemperatureReportId) -> Result<Holder, StoreError> {
    let mut holder = about(tx, holder).await?;
    holder.others.retain(|other| other.id != report);
    Ok(holder)
}

/// How a person is reached, and what is known of their temperatures.
pub(crate) async fn about(tx: &mut Tx, holder: HolderId) -> Result<Holder, StoreError> {
    let mut contacts: Vec<Contact> = Vec::new();
    for reachable in call!(tx, contact::of_holder(holder))? {
        if !contacts.contains(&reachable.contact) {
            contacts.push(reachable.contact);
        }
    }
    let applications = call!(tx, held::applications(holder))?;
    let others = call!(tx, report_desk::of_holder(holder))?;
    Ok(Holder {
        id: holder,
        document: call!(tx, holder::document(holder))?,
        contacts,
        residence: applications.into_iter().next_back().map(|row| row.residence),
        others,
        evidence: call!(tx, evidence::of_holder(holder))?,
    })
}

/// What was done in the last days, the newest first.
pub async fn done(app: &App) -> Result<Vec<ReportRow>, ReportError> {
    let since = since(app.now());
    store::read!(app.store, "report.done", ReportError, |tx| {
        Ok(call!(tx, report_desk::done(since, SHOWN))?)
    })
}

fn since(now: Timestamp) -> Timestamp {
    const DAY: std::time::Duration = std::time::Duration::from_hours(24);
    let days = u32::try_from(DONE_DAYS).unwrap_or(u32::MAX);
    now.minus(DAY.saturating_mul(days).min(TEMPERATURE_KEPT))
}
