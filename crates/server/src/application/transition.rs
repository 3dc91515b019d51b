//! From one stage to the next: the only way in which an application changes its stage.
//!
//! Used by the match, by the applicant's pages and by the review desk. Checks that the step is allowed, moves the
//! 24-hour clock, writes the event, and saves the row only if nobody else did since it was read.

use domain::application::Stage;
use domain::id::kind::StaffId;
use store::rows::application::{ApplicationEvent, ApplicationRow, EventKind};
use store::{StoreError, Tx, call};

use super::ApplicationError;
use crate::App;

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
    call!(tx, application::add_event(&event))
}
