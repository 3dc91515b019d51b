//! Versions of posters: another one takes the place of one that is old, or was copied.

use std::time::Duration;

use domain::id::kind::LocationId;
use domain::location::LocationCode;
use store::rows::location::{CodeRow, LocationState, PosterRow, Spot};
use store::{call, read, transact};

use super::LocationError;
use super::registry::reach;
use crate::App;
use crate::access;
use crate::http::session::Staff;

/// The newest version of a poster or tablet, among these.
pub fn current(codes: &[CodeRow], spot: Spot) -> Option<&CodeRow> {
    codes.iter().find(|code| code.spot() == spot && code.poster.ends.is_none())
}

/// Makes a new version, so that those before open for this long; with no time at all, all that hang anywhere end now.
/// `version` is the one that the manager saw: a form that is sent twice makes one.
pub async fn rotate(
    app: &App,
    staff: &Staff,
    spot: Spot,
    version: u32,
    grace: Duration,
) -> Result<(), LocationError> {
    let (now, code) = (app.now(), LocationCode::draw(&*app.entropy));
    transact!(app.store, "location.rotate", LocationError, |tx| {
        let row = reach(tx, staff, spot.location).await?;
        if row.state == LocationState::Closed {
            return Err(LocationError::NotNow);
        }
        let codes = call!(tx, location_code::of_location(spot.location))?;
        let old = current(&codes, spot).ok_or(LocationError::Unknown)?;
        if old.poster.version != version {
            // Somebody made a new one meanwhile, with time for the old: what was copied ends all the same.
            if grace.is_zero() {
                call!(tx, location_code::end_old(spot, now))?;
                access::record(tx, app, staff, "rotate", "location", spot.location).await?;
            }
            return Ok(());
        }
        let (old, new) = old.poster.rotated(now, grace)?;
        call!(tx, location_code::end(spot, old.ends.unwrap_or(now)))?;
        let new = CodeRow {
            code,
            location: spot.location,
            entrance: spot.entrance,
            tablet: spot.tablet,
            poster: new,
            made_by: staff.id,
        };
        call!(tx, location::add_code(&new))?;
        call!(tx, location_code::forget_tablets(spot.location, now))?;
        Ok(access::record(tx, app, staff, "rotate", "location", spot.location).await?)
    })?;
    app.places.forget(spot.location);
    Ok(())
}

/// What stands on the newest posters of a location. One that is not approved has none to print.
pub async fn of_location(app: &App, staff: &Staff, id: LocationId) -> Result<Vec<PosterRow>, LocationError> {
    read!(app.store, "location.posters", LocationError, |tx| {
        if reach(tx, staff, id).await?.state != LocationState::Approved {
            return Err(LocationError::NotNow);
        }
        Ok(call!(tx, location_code::posters(id))?)
    })
}

/// Posters in one file.
pub const PART: i64 = 1_000;

/// How many posters all approved locations of a manager have.
pub async fn count(app: &App, staff: &Staff) -> Result<i64, LocationError> {
    read!(app.store, "location.count_posters", LocationError, |tx| {
        Ok(call!(tx, location_code::count_posters(staff.id))?)
    })
}

/// Up to [`PART`] of them: the part of this number, counted from 0.
pub async fn part(app: &App, staff: &Staff, number: i64) -> Result<Vec<PosterRow>, LocationError> {
    read!(app.store, "location.part", LocationError, |tx| {
        Ok(call!(tx, location_code::posters_of_manager(staff.id, PART, number * PART))?)
    })
}
