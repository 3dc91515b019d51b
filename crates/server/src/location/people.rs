//! Who manages a location with whom, and its entrances.

use domain::id::kind::{LocationEntranceId, LocationId, StaffId};
use store::rows::location::{LocationState, Spot};
use store::{call, transact};

use super::LocationError;
use super::registry::{first_code, reach};
use crate::App;
use crate::access;
use crate::http::session::Staff;
use crate::staff::sign_in::canonical_login;

/// The most entrances, and the most managers, that one location has.
pub const MOST: usize = 50;

/// Lets somebody else who manages locations manage this one too.
pub async fn add(app: &App, staff: &Staff, id: LocationId, login: &str) -> Result<(), LocationError> {
    let login = canonical_login(login);
    transact!(app.store, "location.add_manager", LocationError, |tx| {
        reach(tx, staff, id).await?;
        call!(tx, location_people::touch(id))?;
        let other = call!(tx, location_people::manager_by_login(&login))?.ok_or(LocationError::NoManager)?;
        if call!(tx, location_people::managers(id))?.len() >= MOST {
            return Err(LocationError::TooMany);
        }
        if call!(tx, location_people::add_manager(other, id, staff.id, app.now()))? {
            access::record(tx, app, staff, "appoint", "location", id).await?;
        }
        Ok(())
    })
}

/// Takes the location from a manager, or gives it up oneself. The last one stays.
pub async fn remove(app: &App, staff: &Staff, id: LocationId, other: StaffId) -> Result<(), LocationError> {
    transact!(app.store, "location.remove_manager", LocationError, |tx| {
        reach(tx, staff, id).await?;
        call!(tx, location_people::touch(id))?;
        if !call!(tx, location_people::manages(other, id))? {
            return Ok(());
        }
        if !call!(tx, location_people::remove_manager(other, id))? {
            return Err(LocationError::LastManager);
        }
        Ok(access::record(tx, app, staff, "dismiss", "location", id).await?)
    })
}

/// Adds an entrance, with a poster of its own.
pub async fn add_entrance(
    app: &App,
    staff: &Staff,
    id: LocationId,
    name: &str,
) -> Result<LocationEntranceId, LocationError> {
    let entrance: LocationEntranceId = app.new_id();
    let code = first_code(app, staff, Spot { location: id, entrance: Some(entrance), tablet: false });
    transact!(app.store, "location.add_entrance", LocationError, |tx| {
        let row = reach(tx, staff, id).await?;
        if row.state == LocationState::Closed {
            return Err(LocationError::NotNow);
        }
        if call!(tx, location_people::entrances(id))?.len() >= MOST {
            return Err(LocationError::TooMany);
        }
        call!(tx, location_people::add_entrance(entrance, id, name, app.now()))?;
        call!(tx, location::add_code(&code))?;
        Ok(access::record(tx, app, staff, "change", "location", id).await?)
    })?;
    Ok(entrance)
}

/// Closes an entrance: its poster and its tablet open nothing from now on.
pub async fn close_entrance(
    app: &App,
    staff: &Staff,
    id: LocationId,
    entrance: LocationEntranceId,
) -> Result<(), LocationError> {
    let now = app.now();
    transact!(app.store, "location.close_entrance", LocationError, |tx| {
        reach(tx, staff, id).await?;
        if !call!(tx, location_people::close_entrance(entrance, id, now))? {
            return Ok(());
        }
        for tablet in [false, true] {
            let spot = Spot { location: id, entrance: Some(entrance), tablet };
            call!(tx, location_code::end(spot, now))?;
        }
        call!(tx, location_code::forget_tablets(id, now))?;
        Ok(access::record(tx, app, staff, "change", "location", id).await?)
    })?;
    app.places.forget(id);
    Ok(())
}
