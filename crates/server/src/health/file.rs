//! How a report enters: by devices' outboxes, and by the page that needs no script.

use domain::Timestamp;
use store::rows::report::{NewReport, ReportEvent, ReportEventKind};
use store::{StoreError, Tx, call};

use crate::App;

/// When a report that comes in now is to be acknowledged.
pub fn due(app: &App) -> Timestamp {
    app.now().plus(app.settings.report_due)
}

/// Puts a report that was [checked](domain::report::Report::check) into the queue, in the transaction that keeps what
/// it came in: the only way in which a report enters. Whoever calls it twice with one id fails: what a device or a
/// person sends again is found out before.
pub async fn file(tx: &mut Tx, app: &App, new: NewReport) -> Result<(), StoreError> {
    let now = app.now();
    call!(tx, report::insert(&new, now))?;
    let event = ReportEvent {
        id: app.new_id(),
        report: new.id,
        at: now,
        kind: ReportEventKind::Received,
        by: Some((new.staff, new.unit)),
        note: None,
    };
    call!(tx, report::add_event(&event))
}
