//! What nobody acknowledged in time stands on top of the queue, and is told once by e-mail, where an address is set.

use store::rows::report::{ReportEvent, ReportEventKind};
use store::{StoreError, Tx, call, transact};

use crate::App;
use crate::message::enqueue_escalation;

/// Reports that one transaction escalates.
const BATCH: i64 = 50;

/// Escalates what is late; says how many. The e-mail says that there is something, and nothing of it.
pub async fn escalate(app: &App) -> Result<usize, StoreError> {
    let mut all = 0;
    loop {
        let done = transact!(app.store, "report.escalate", StoreError, |tx| { batch(tx, app).await })?;
        if done == 0 {
            return Ok(all);
        }
        all += done;
    }
}

async fn batch(tx: &mut Tx, app: &App) -> Result<usize, StoreError> {
    let now = app.now();
    let mut done = 0;
    for report in call!(tx, report::late(now, BATCH))? {
        if call!(tx, report::escalate(report, now))? {
            let (id, kind) = (app.new_id(), ReportEventKind::Escalated);
            let event = ReportEvent { id, report, at: now, kind, by: None, note: None };
            call!(tx, report::add_event(&event))?;
            done += 1;
        }
    }
    if let Some(to) = app.settings.report_escalation.as_ref().filter(|_| done > 0) {
        enqueue_escalation(tx, app, to).await?;
    }
    Ok(done)
}
