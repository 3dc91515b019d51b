//! Cases: registered by a unit, seen by that unit alone.

use domain::Timestamp;
use domain::id::kind::VisitCaseId;
use store::rows::visit_case::{CaseRow, DonationRow, OpeningRow, TaskRow};
use store::{StoreError, Tx, call, read, transact};

use super::error::hindered;
use super::keys::{self, Lasts};
use super::tell::TOLD_WITHIN;
use super::{CaseError, Hindrance};
use crate::App;
use crate::http::session::Staff;

/// The most that a list shows.
pub const SHOWN: i64 = 200;
/// The longest reference or reason, in characters.
pub const TEXT_LENGTH: usize = 1000;

/// What a health officer finds to do.
#[derive(Clone, Default)]
pub struct Board {
    /// The unit's cases.
    pub cases: Vec<CaseRow>,
    /// Openings that are neither refused nor done, of every unit.
    pub openings: Vec<OpeningRow>,
    /// How many people are to be contacted for the unit's cases.
    pub tasks: i64,
    /// How many people should have been told that their visits were opened, and were not.
    pub late: i64,
    /// How many lists of day keys wait for the unit's confirmation.
    pub lists: usize,
    /// Until when the day keys last.
    pub lasts: Vec<Lasts>,
}

/// What there is to do.
pub async fn board(app: &App, staff: &Staff) -> Result<Board, StoreError> {
    let standing = keys::standing(app).await?;
    let waits = |list: &&store::rows::visit_case::VisitKeyList| {
        list.row.unit == staff.unit && list.row.confirmed_at.is_none() && list.row.withdrawn_at.is_none()
    };
    let lists = standing.lists.iter().filter(waits).count();
    let late = app.now().minus(TOLD_WITHIN);
    read!(app.store, "case.board", StoreError, |tx| {
        Ok(Board {
            cases: call!(tx, visit_case::of_unit(staff.unit, SHOWN))?,
            openings: call!(tx, visit_opening::waiting(SHOWN))?,
            tasks: call!(tx, visit_task::count(staff.unit))?,
            late: call!(tx, visit_task::late(late))?,
            lists,
            lasts: standing.lasts.clone(),
        })
    })
}

/// Registers a case.
pub async fn register(app: &App, staff: &Staff, reference: &str) -> Result<VisitCaseId, StoreError> {
    let (id, now) = (app.new_id(), app.now());
    transact!(app.store, "case.register", StoreError, |tx| {
        call!(tx, visit_case::add(id, reference, (staff.id, staff.unit), now))?;
        crate::access::record(tx, app, staff, "add", "visit_case", id).await?;
        Ok(id)
    })
}

/// A case, opened.
#[derive(Clone)]
pub struct Case {
    /// The case.
    pub row: CaseRow,
    /// Its openings, the newest first.
    pub openings: Vec<OpeningRow>,
    /// The people who were there.
    pub tasks: Vec<TaskRow>,
    /// What was given from phones, and codes that wait.
    pub donations: Vec<DonationRow>,
}

/// The case, where it is this unit's.
pub async fn own(tx: &mut Tx, staff: &Staff, id: VisitCaseId) -> Result<CaseRow, CaseError> {
    let row = call!(tx, visit_case::one(id))?.filter(|row| row.made.unit == staff.unit);
    row.ok_or(CaseError::NotFound)
}

/// The same, where it is not closed.
pub async fn own_open(tx: &mut Tx, staff: &Staff, id: VisitCaseId) -> Result<CaseRow, CaseError> {
    let row = own(tx, staff, id).await?;
    if row.closed_at.is_some() { hindered(Hindrance::Closed) } else { Ok(row) }
}

/// Opens a case.
pub async fn view(app: &App, staff: &Staff, id: VisitCaseId) -> Result<Case, CaseError> {
    let now = app.now();
    transact!(app.store, "case.open", CaseError, |tx| {
        let row = own(tx, staff, id).await?;
        crate::access::record(tx, app, staff, "open", "visit_case", id).await?;
        Ok(Case {
            openings: call!(tx, visit_opening::of_case(id))?,
            tasks: call!(tx, visit_task::of_case(id, SHOWN))?,
            donations: call!(tx, visit_donation::of_case(id, now))?,
            row,
        })
    })
}

/// Closes a case: nothing more is opened for it, and shares that wait for the other unit are forgotten.
pub async fn close(app: &App, staff: &Staff, id: VisitCaseId) -> Result<(), CaseError> {
    let now = app.now();
    transact!(app.store, "case.close", CaseError, |tx| {
        own(tx, staff, id).await?;
        if call!(tx, visit_case::close(id, staff.id, now))? {
            call!(tx, visit_opening::drop_first(id))?;
            crate::access::record(tx, app, staff, "close", "visit_case", id).await?;
        }
        Ok(())
    })
}

/// What has been kept for long enough goes: cases, codes that nobody used, and opened shares to which the other unit
/// did not come. Gives how many rows.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    use crate::holder::erase::VISIT_CASE_KEPT;
    let mut rows = call!(tx, visit_opening::forget_first(now.minus(super::share::FIRST_KEPT)))?;
    rows += call!(tx, visit_donation::forget(now))?;
    Ok(rows + call!(tx, visit_case::forget(now.minus(VISIT_CASE_KEPT), 50))?)
}
