//! Reports for the authority's own system, in the order in which they changed.
//!
//! The decision that matters: a change gets its place in the export by a job, after it is committed, and places are
//! given by one transaction at a time (`store`, `report_desk`). A client that keeps the cursor of its last answer is
//! given every report, and every change of it, once: what changes again comes again, with a higher version.

use store::rows::report::FedReport;
use store::{StoreError, call, transact};

use crate::App;
use crate::access::record_by;
use crate::http::session::Client;
use crate::staff::{By, Tools};

/// The most reports of one answer.
pub const PAGE: i64 = 200;
/// Reports that one transaction gives their places.
const BATCH: i64 = 500;

/// Gives what has changed its place in the export; says how many.
pub async fn feed(app: &App) -> Result<usize, StoreError> {
    let mut all = 0;
    loop {
        let done =
            transact!(app.store, "report.feed", StoreError, |tx| { call!(tx, report_desk::feed(BATCH)) })?;
        if done == 0 {
            return Ok(all);
        }
        all += done;
    }
}

/// What stands after `after`; `None` where no answer of this database can have had that cursor: after a restore a client
/// would otherwise ask beyond the end until as much has happened again, and hear nothing of it. Each report that is
/// given is recorded as opened by the client's unit.
pub async fn after(app: &App, client: &Client, after: i64) -> Result<Option<Vec<FedReport>>, StoreError> {
    transact!(app.store, "report.export", StoreError, |tx| {
        if after > call!(tx, report_desk::last_fed())? {
            return Ok(None);
        }
        let reports = call!(tx, report_desk::fed(after, PAGE))?;
        let by = By::client(client);
        for report in &reports {
            record_by(tx, Tools::of(app), by, "export", "temperature_report", report.row.id).await?;
        }
        Ok(Some(reports))
    })
}
