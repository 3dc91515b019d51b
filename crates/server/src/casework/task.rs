//! People to be contacted. As with reports, a task is one officer's for a while, and only then says whom it is about.

use domain::Timestamp;
use domain::application::CLAIM;
use domain::id::kind::VisitTaskId;
use store::rows::visit_case::{TaskOutcome, TaskRow};
use store::{StoreError, Tx, call, read, transact};

use super::case::SHOWN;
use super::error::hindered;
use super::{CaseError, Hindrance};
use crate::App;
use crate::health::case::{self as health_case, Holder};
use crate::http::session::Staff;

/// A task, opened.
#[derive(Clone)]
pub struct Task {
    /// The task.
    pub row: TaskRow,
    /// Whom it is about, where it is the officer's own.
    pub holder: Option<Holder>,
}

/// What is to be done for the cases of the officer's unit, the oldest first.
pub async fn list(app: &App, staff: &Staff) -> Result<Vec<TaskRow>, StoreError> {
    read!(app.store, "case.tasks", StoreError, |tx| { call!(tx, visit_task::of_unit(staff.unit, SHOWN)) })
}

async fn of_unit(tx: &mut Tx, staff: &Staff, id: VisitTaskId) -> Result<TaskRow, CaseError> {
    let row = call!(tx, visit_task::one(id))?.filter(|row| row.case_unit == staff.unit);
    row.ok_or(CaseError::NotFound)
}

/// Whether a task is this officer's now.
pub fn is_own(row: &TaskRow, staff: &Staff, now: Timestamp) -> bool {
    row.done.is_none()
        && row.claimed.as_ref().is_some_and(|claim| claim.staff == staff.id && claim.until > now)
}

/// Opens a task; whom it is about stands behind one's own claim.
pub async fn view(app: &App, staff: &Staff, id: VisitTaskId) -> Result<Task, CaseError> {
    let now = app.now();
    transact!(app.store, "task.open", CaseError, |tx| {
        let row = of_unit(tx, staff, id).await?;
        crate::access::record(tx, app, staff, "open", "visit_task", id).await?;
        let holder = if is_own(&row, staff, now) {
            crate::access::record(tx, app, staff, "open", "holder", row.holder).await?;
            Some(health_case::about(tx, row.holder).await?)
        } else {
            None
        };
        Ok(Task { row, holder })
    })
}

/// Takes a task, or prolongs one's own.
pub async fn take(app: &App, staff: &Staff, id: VisitTaskId) -> Result<(), CaseError> {
    let now = app.now();
    transact!(app.store, "task.take", CaseError, |tx| {
        let row = of_unit(tx, staff, id).await?;
        if row.done.is_some() {
            return hindered(Hindrance::Done);
        }
        if !call!(tx, visit_task::take(id, staff.id, now, now.plus(CLAIM)))? {
            return hindered(Hindrance::NotYours);
        }
        crate::access::record(tx, app, staff, "claim", "visit_task", id).await?;
        Ok(())
    })
}

/// Gives one's own back; what is not one's own stays as it is.
pub async fn release(app: &App, staff: &Staff, id: VisitTaskId) -> Result<(), CaseError> {
    transact!(app.store, "task.release", CaseError, |tx| {
        of_unit(tx, staff, id).await?;
        call!(tx, visit_task::release(id, staff.id))?;
        Ok(())
    })
}

/// Ends one's own. It changes no colour: evidence is added by its own rules.
pub async fn finish(
    app: &App,
    staff: &Staff,
    id: VisitTaskId,
    outcome: TaskOutcome,
    note: &str,
) -> Result<(), CaseError> {
    let now = app.now();
    let note = (!note.is_empty()).then_some(note);
    transact!(app.store, "task.finish", CaseError, |tx| {
        let row = of_unit(tx, staff, id).await?;
        if row.done.is_some() {
            return hindered(Hindrance::Done);
        }
        if !call!(tx, visit_task::finish(id, staff.id, (outcome, note), now))? {
            return hindered(Hindrance::NotYours);
        }
        crate::access::record(tx, app, staff, "finish", "visit_task", id).await?;
        Ok(())
    })
}
