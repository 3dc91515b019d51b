//! From one stage to the next: the only way in which an application changes its stage.
//!
//! Used by the match, by the applicant's pages and by the review desk. Checks that the step is allowed, moves the
//! 24-hour clock, writes the event, and saves the row only if nobody else did since it was read.

use domain::application::{DUE, Shown, Stage, shown};
use domain::id::kind::StaffId;
use store::rows::application::{ApplicationEvent, ApplicationRow, EventKind};
use store::rows::outbox::MessageKind;
use store::{StoreError, Tx, call};

use super::ApplicationError;
use crate::{App, message};

/// Moves `row` to `next`, and saves it with whatever else the caller changed in it. Whoever decides, asks or
/// corrects ends the reviewer's claim.
pub async fn advance(
    tx: &mut Tx,
    app: &App,
    row: &mut ApplicationRow,
    next: Stage,
    event: EventKind,
    by: Option<StaffId>,
) -> Result<(), ApplicationError> {
    if !row.stage.may_become(next) {
        return Err(ApplicationError::Transition { from: row.stage, to: next });
    }
    let now = app.now();
    row.stage = next;
    row.clock = row.clock.at_stage(next, now);
    (row.claimed_by, row.claimed_until) = (None, None);
    if next.is_final() {
        (row.decided_at, row.decided_by) = (Some(now), by);
        call!(tx, application::delete_photos(row.id))?;
        call!(tx, rematch::stop_waiting(row.id))?;
        call!(tx, device::end_correction(row.device, row.id))?;
    }
    if next == Stage::Withdrawn {
        call!(tx, contact::remove(row.id))?; // nothing more will be told
        if row.changes.is_none() {
            crate::partner::grant::end_of_device(tx, app, row.device).await?;
        }
    }
    save(tx, row).await?;
    Ok(note(tx, app, row, event, by).await?)
}

/// Saves `row` as it is, if nobody else changed it since it was read.
pub async fn save(tx: &mut Tx, row: &mut ApplicationRow) -> Result<(), ApplicationError> {
    if call!(tx, application::save(row))? { Ok(()) } else { Err(ApplicationError::Changed) }
}

/// Writes down what happened.
pub async fn note(
    tx: &mut Tx,
    app: &App,
    row: &ApplicationRow,
    kind: EventKind,
    staff: Option<StaffId>,
) -> Result<(), StoreError> {
    let event = ApplicationEvent { id: app.new_id(), application: row.id, kind, staff, at: app.now() };
    call!(tx, application::add_event(&event))?;
    tell(tx, app, row, kind).await
}

/// Tells the applicant by their contact what they would read on their page: no more, and nothing earlier.
async fn tell(tx: &mut Tx, app: &App, row: &ApplicationRow, event: EventKind) -> Result<(), StoreError> {
    let now = app.now();
    let (kind, at) = match event {
        EventKind::Submitted => (MessageKind::Received, Some(row.sent_at.plus(DUE))),
        EventKind::Asked => (MessageKind::NeedsInformation, None),
        EventKind::Issued => (MessageKind::Issued, None),
        EventKind::Refused => (MessageKind::Refused, None),
        EventKind::Recovered => (MessageKind::Moved, Some(now)),
        // A page never says of a passport that it is late: only one for which something like it is on file can be.
        EventKind::Overdue
            if shown(row.stage, row.kind(), row.sent_at, row.clock.due_at, now) == Shown::Overdue =>
        {
            (MessageKind::Overdue, None)
        }
        EventKind::Waiting
        | EventKind::Review
        | EventKind::Claimed
        | EventKind::Released
        | EventKind::Corrected
        | EventKind::PhotoSent
        | EventKind::Withdrawn
        | EventKind::Escalated
        | EventKind::Overdue => return Ok(()),
    };
    // A change of a holder's document has no contact of its own: the holder's are used.
    match row.changes {
        Some((holder, _)) => message::enqueue_for_holder(tx, app, holder, kind, at).await,
        None => message::enqueue(tx, app, row.id, kind, at).await,
    }
}
