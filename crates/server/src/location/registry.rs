//! What managers do with their locations: register, change, suspend, resume, close. All of it is recorded.

use domain::Role;
use domain::id::kind::LocationId;
use domain::location::{LocationCode, Poster};
use store::rows::location::{
    CodeRow, EntranceRow, LocationDetails, LocationRow, LocationState, ManagerRow, Spot,
};
use store::{Tx, call, read, transact};

use super::LocationError;
use super::details::is_another;
use crate::App;
use crate::access;
use crate::http::session::Staff;

/// Locations on one page.
pub const PAGE: i64 = 50;

/// A location with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The location.
    pub row: LocationRow,
    /// Its ways in.
    pub entrances: Vec<EntranceRow>,
    /// Who manages it.
    pub managers: Vec<ManagerRow>,
    /// Every version of its posters and tablets, the newest first.
    pub codes: Vec<CodeRow>,
}

/// Loads a location that is this member of staff's: their own, or a checkpoint's where they administer those.
pub async fn reach(tx: &mut Tx, staff: &Staff, id: LocationId) -> Result<LocationRow, LocationError> {
    let row = call!(tx, location::one(id))?.ok_or(LocationError::Unknown)?;
    let administers = row.checkpoint.is_some() && staff.may(&[Role::Administrator]);
    let manages = staff.may(&[Role::LocationManager]) && call!(tx, location_people::manages(staff.id, id))?;
    if administers || manages { Ok(row) } else { Err(LocationError::Unknown) }
}

/// One page (counted from 0) of the locations that somebody manages and whose name or address has this text, how many
/// there are in all, and how many flags of theirs nobody has looked at.
pub async fn list(
    app: &App,
    staff: &Staff,
    text: &str,
    page: i64,
) -> Result<(Vec<LocationRow>, i64, i64), LocationError> {
    read!(app.store, "location.list", LocationError, |tx| {
        let (rows, all) = call!(tx, location_registry::own(staff.id, text, PAGE, page * PAGE))?;
        Ok((rows, all, call!(tx, location_flag::unseen(staff.id))?))
    })
}

/// One location with all that belongs to it.
pub async fn one(app: &App, staff: &Staff, id: LocationId) -> Result<Whole, LocationError> {
    read!(app.store, "location.one", LocationError, |tx| {
        let row = reach(tx, staff, id).await?;
        whole(tx, row).await
    })
}

pub(super) async fn whole(tx: &mut Tx, row: LocationRow) -> Result<Whole, LocationError> {
    let id = row.id;
    Ok(Whole {
        entrances: call!(tx, location_people::entrances(id))?,
        managers: call!(tx, location_people::managers(id))?,
        codes: call!(tx, location_code::of_location(id))?,
        row,
    })
}

/// A location that nobody has decided on yet.
pub(super) fn new_row(app: &App, staff: &Staff, details: LocationDetails) -> LocationRow {
    LocationRow {
        id: app.new_id(),
        details,
        checkpoint: None,
        state: LocationState::Waiting,
        reason: None,
        made_at: app.now(),
        made_by: staff.id,
        decided_at: None,
        decided_by: None,
        version: 0,
    }
}

/// The first version of a poster or tablet.
pub(super) fn first_code(app: &App, staff: &Staff, spot: Spot) -> CodeRow {
    CodeRow {
        code: LocationCode::draw(&*app.entropy),
        location: spot.location,
        entrance: spot.entrance,
        tablet: spot.tablet,
        poster: Poster::first(app.now()),
        made_by: staff.id,
    }
}

/// Writes a location with its manager and the first version of its poster. It opens nothing before it is approved.
pub(super) async fn insert(
    tx: &mut Tx,
    staff: &Staff,
    row: &LocationRow,
    code: &CodeRow,
) -> Result<(), LocationError> {
    call!(tx, location::add(row))?;
    call!(tx, location_people::add_manager(staff.id, row.id, staff.id, row.made_at))?;
    call!(tx, location::add_code(code))?;
    Ok(())
}

/// Registers a location: it waits for a reviewer.
pub async fn add(app: &App, staff: &Staff, details: LocationDetails) -> Result<LocationId, LocationError> {
    let row = new_row(app, staff, details);
    let code = first_code(app, staff, Spot { location: row.id, entrance: None, tablet: false });
    transact!(app.store, "location.add", LocationError, |tx| {
        insert(tx, staff, &row, &code).await?;
        Ok(access::record(tx, app, staff, "add", "location", row.id).await?)
    })?;
    Ok(row.id)
}

/// Where a location stands after a change: another place waits for a reviewer again, and so does what was refused.
fn state_after(row: &LocationRow, details: &LocationDetails) -> LocationState {
    match row.state {
        LocationState::Refused => LocationState::Waiting,
        state if is_another(&row.details, details) && state != LocationState::Closed => {
            LocationState::Waiting
        }
        state => state,
    }
}

/// Changes what a manager says of a location, which had this version when they saw it.
pub async fn change(
    app: &App,
    staff: &Staff,
    id: LocationId,
    version: i64,
    details: &LocationDetails,
) -> Result<(), LocationError> {
    transact!(app.store, "location.change", LocationError, |tx| {
        let row = reach(tx, staff, id).await?;
        if row.state == LocationState::Closed {
            return Err(LocationError::NotNow);
        }
        let state = state_after(&row, details);
        let reason = row.reason.as_deref().filter(|_| state == row.state);
        if !call!(tx, location_registry::change(id, version, details, state, reason))? {
            return Err(LocationError::Changed);
        }
        Ok(access::record(tx, app, staff, "change", "location", id).await?)
    })?;
    app.places.forget(id);
    Ok(())
}

/// What a manager may do with a location as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// For a while nobody registers there.
    Suspend,
    /// They do again.
    Resume,
    /// Never again.
    Close,
}

impl Step {
    /// Each.
    pub const ALL: [Self; 3] = [Self::Suspend, Self::Resume, Self::Close];

    /// The name that the form uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Close => "close",
        }
    }

    /// The step of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }

    /// Where it leads, if it can be taken.
    pub const fn after(self, state: LocationState) -> Option<LocationState> {
        match (self, state) {
            (Self::Suspend, LocationState::Approved) => Some(LocationState::Suspended),
            (Self::Resume, LocationState::Suspended) => Some(LocationState::Approved),
            (Self::Close, LocationState::Closed) | (Self::Suspend | Self::Resume, _) => None,
            (Self::Close, _) => Some(LocationState::Closed),
        }
    }

    /// What stands in the record.
    const fn action(self) -> &'static str {
        match self {
            Self::Suspend => "disable",
            Self::Resume => "enable",
            Self::Close => "withdraw",
        }
    }
}

/// Takes a step with a location.
pub async fn step(app: &App, staff: &Staff, id: LocationId, step: Step) -> Result<(), LocationError> {
    transact!(app.store, "location.step", LocationError, |tx| {
        let row = reach(tx, staff, id).await?;
        let state = step.after(row.state).ok_or(LocationError::NotNow)?;
        if !call!(tx, location_registry::set_state(id, row.version, state, None))? {
            return Err(LocationError::Changed);
        }
        Ok(access::record(tx, app, staff, step.action(), "location", id).await?)
    })?;
    app.places.forget(id);
    Ok(())
}
