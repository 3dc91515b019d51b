//! Asking for an opening, and deciding on it. Who decides is of another unit than who asked.

use domain::id::kind::{LocationId, UnitId, VisitCaseId, VisitOpeningId};
use domain::location::Window;
use store::rows::visit_case::{FoundLocation, NewOpening, OpeningRow};
use store::{StoreError, call, read, transact};

use super::error::hindered;
use super::share::{self, Turn};
use super::{CaseError, Hindrance, case, leaf};
use crate::App;
use crate::http::session::Staff;

/// The most locations that a search finds.
const FOUND: i64 = 20;

/// Locations by a part of their name, or by the code of a poster.
pub async fn find(app: &App, text: &str) -> Result<Vec<FoundLocation>, StoreError> {
    read!(app.store, "case.find", StoreError, |tx| {
        if let Ok(code) = text.parse::<domain::location::LocationCode>()
            && let Some(row) = call!(tx, location::by_code(code))?
        {
            return Ok(call!(tx, visit_case::location(row.location))?.into_iter().collect());
        }
        call!(tx, visit_case::find_locations(text, FOUND))
    })
}

/// One location.
pub async fn location(app: &App, id: LocationId) -> Result<Option<FoundLocation>, StoreError> {
    read!(app.store, "case.location", StoreError, |tx| { call!(tx, visit_case::location(id)) })
}

/// Asks for the visits of a location and a window.
pub async fn ask(
    app: &App,
    staff: &Staff,
    id: VisitCaseId,
    (location, window): (LocationId, Window),
    reason: &str,
) -> Result<VisitOpeningId, CaseError> {
    let new = NewOpening {
        id: app.new_id(),
        case: id,
        location,
        first: window.first(),
        last: window.last(),
        reason: reason.to_owned(),
        at: app.now(),
        by: (staff.id, staff.unit),
    };
    let new = &new;
    parties(app, (location, window.first(), window.last())).await?;
    transact!(app.store, "opening.ask", CaseError, |tx| {
        case::own_open(tx, staff, id).await?;
        if call!(tx, visit_case::location(location))?.is_none() {
            return Err(CaseError::NotFound);
        }
        call!(tx, visit_opening::add(new))?;
        crate::access::record(tx, app, staff, "ask", "visit_opening", new.id).await?;
        leaf::add(tx, app, staff, leaf::ASKED, (new.id, "asked", "")).await?;
        Ok(new.id)
    })
}

/// The two units that hold the keys of a window; none where there is nothing to open. Read by itself: while a transaction
/// writes, nobody checks in.
async fn parties(
    app: &App,
    place: (LocationId, domain::location::Slot, domain::location::Slot),
) -> Result<Option<[UnitId; 2]>, CaseError> {
    read!(app.store, "opening.parties", CaseError, |tx| {
        let material = share::material(tx, place).await?;
        let Some(names) = material.parties()? else { return Ok(None) };
        let mut units = Vec::new();
        for name in names {
            units.extend(call!(tx, visit_keys::unit(name.as_str()))?);
        }
        let units: [UnitId; 2] = units.try_into().map_err(|_| CaseError::Hindered(Hindrance::UnitsChange))?;
        Ok(Some(units))
    })
}

/// An opening, as an officer sees it.
#[derive(Clone)]
pub struct View {
    /// The opening.
    pub row: OpeningRow,
    /// What the case rests on: for its own unit, and for whoever may decide.
    pub reference: Option<String>,
    /// Whether this officer may decide.
    pub may_decide: bool,
    /// What this officer may open now, or what stands in the way.
    pub turn: Result<Turn, Hindrance>,
    /// How many shares of the other unit are opened and wait.
    pub waiting_shares: usize,
}

/// Opens the page of an opening.
pub async fn view(app: &App, staff: &Staff, id: VisitOpeningId) -> Result<View, CaseError> {
    transact!(app.store, "opening.view", CaseError, |tx| {
        let row = call!(tx, visit_opening::one(id))?.filter(|row| concerns(row, staff));
        let row = row.ok_or(CaseError::NotFound)?;
        crate::access::record(tx, app, staff, "open", "visit_opening", id).await?;
        let may_decide = may_decide(&row, staff).is_ok();
        let reference = if row.case_unit == staff.unit || may_decide {
            call!(tx, visit_case::one(row.case))?.map(|case| case.reference)
        } else {
            None
        };
        let turn = share::turn(&row, staff);
        let first = call!(tx, visit_opening::first(id))?;
        let waiting_shares = first.map_or(0, |text| text.split(|byte| *byte == b'\n').count() - 1);
        Ok(View { row, reference, may_decide, turn, waiting_shares })
    })
}

/// Whether an opening is anything to this officer's unit: until it is decided any unit may decide; then it is the units'
/// that asked, decided, and open.
fn concerns(row: &OpeningRow, staff: &Staff) -> bool {
    let Some((decided, _)) = &row.decided else { return true };
    let parties = row.parties.iter().flatten().map(|party| party.unit);
    parties.chain([row.case_unit, row.asked.unit, decided.unit]).any(|unit| unit == staff.unit)
}

fn may_decide(row: &OpeningRow, staff: &Staff) -> Result<(), Hindrance> {
    if row.case_closed {
        Err(Hindrance::Closed)
    } else if row.decided.is_some() {
        Err(Hindrance::Decided)
    } else if row.asked.unit == staff.unit || row.asked.by == staff.id || row.case_unit == staff.unit {
        Err(Hindrance::OwnUnit)
    } else {
        Ok(())
    }
}

/// Approves or refuses. Where there is nothing to open, an approved opening is done at once.
pub async fn decide(app: &App, staff: &Staff, id: VisitOpeningId, approve: bool) -> Result<(), CaseError> {
    let now = app.now();
    let row = read!(app.store, "opening.decided", CaseError, |tx| {
        call!(tx, visit_opening::one(id))?.ok_or(CaseError::NotFound)
    })?;
    may_decide(&row, staff).map_err(CaseError::Hindered)?;
    let parties = if approve { parties(app, (row.location, row.first, row.last)).await? } else { None };
    transact!(app.store, "opening.decide", CaseError, |tx| {
        let row = call!(tx, visit_opening::one(id))?.ok_or(CaseError::NotFound)?;
        may_decide(&row, staff).map_err(CaseError::Hindered)?;
        let decided = (approve, parties);
        if !call!(tx, visit_opening::decide(id, (staff.id, staff.unit), decided, now))? {
            return hindered(Hindrance::Decided);
        }
        let action = if approve { "approve" } else { "refuse" };
        crate::access::record(tx, app, staff, action, "visit_opening", id).await?;
        leaf::add(tx, app, staff, leaf::DECIDED, (id, "decided", action)).await?;
        if approve && parties.is_none() {
            call!(tx, visit_opening::finish(id, None, (0, 0), now))?;
            leaf::add(tx, app, staff, leaf::OPENED, (id, "nothing", "0")).await?;
        }
        Ok(())
    })
}
