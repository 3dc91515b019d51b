//! People whose visits were opened are told, within [`TOLD_WITHIN`].
//!
//! Told as soon as an officer is done with them, so that a call comes before a message where it can, and at the latest
//! after [`TOLD_AFTER`]. What they are told names no place and no case: that a case was there would tell who it is.

use std::time::Duration;

use store::rows::notice::NoticeKind;
use store::rows::outbox::MessageKind;
use store::{StoreError, call, read, transact};

use crate::App;
use crate::message::enqueue_for_holder;

/// The latest that anybody is told (the promise).
pub const TOLD_WITHIN: Duration = Duration::from_hours(72);
/// When the job tells whoever was not contacted. The day between the two is for a service that stood still.
pub const TOLD_AFTER: Duration = Duration::from_hours(48);
/// Told in one transaction.
const BATCH: i64 = 50;

/// Tells everybody who is to be told; says how many.
pub async fn tell(app: &App) -> Result<usize, StoreError> {
    let mut all = 0;
    loop {
        let now = app.now();
        let due = read!(app.store, "case.to_tell", StoreError, |tx| {
            call!(tx, visit_task::to_tell(now.minus(TOLD_AFTER), BATCH))
        })?;
        if due.is_empty() {
            return warn(app, all).await;
        }
        let due = &due;
        all += transact!(app.store, "case.tell", StoreError, |tx| {
            let mut told = 0;
            for (task, holder) in due {
                if call!(tx, visit_task::told(*task, now))? {
                    let id = app.new_id();
                    call!(tx, notice::tell(id, *holder, NoticeKind::VisitOpened, now))?;
                    enqueue_for_holder(tx, app, *holder, MessageKind::VisitOpened, Some(now)).await?;
                    told += 1;
                }
            }
            Ok(told)
        })?;
    }
}

/// Whoever was not told in time is counted where it is seen: in the log, and on the officers' first page.
async fn warn(app: &App, told: usize) -> Result<usize, StoreError> {
    let before = app.now().minus(TOLD_WITHIN);
    let late = read!(app.store, "case.late", StoreError, |tx| { call!(tx, visit_task::late(before)) })?;
    if late > 0 {
        tracing::error!(late, "people whose visits were opened have not been told within 72 hours");
    }
    Ok(told)
}
