//! What was noticed at locations: managers see it of their own, administrators of all. Looking at it changes nothing else.

use domain::id::kind::{LocationFlagId, LocationId};
use domain::{Role, Timestamp};
use store::rows::location::{LocationFlagKind, LocationFlagRow};
use store::{StoreError, call, read, transact};

use super::LocationError;
use crate::App;
use crate::access;
use crate::http::session::Staff;

/// How many are listed.
const SHOWN: i64 = 200;

/// A flag with the name of its location.
pub type Named = (LocationFlagRow, String);

/// Raises one of an hour, or says of the one that is there how much it has become. `number`: how many networks, or entries.
pub async fn raise(
    app: &App,
    (location, hour): (LocationId, i64),
    kind: LocationFlagKind,
    number: i64,
) -> Result<(), StoreError> {
    let flag = LocationFlagRow {
        id: app.new_id(),
        location,
        kind,
        hour,
        number,
        made_at: app.now(),
        seen_at: None,
        checked_at: None,
    };
    let new =
        transact!(app.store, "location.flag", StoreError, |tx| { call!(tx, location_flag::raise(&flag)) })?;
    if new {
        tracing::warn!(kind = kind.as_str(), %location, number, "a location that its managers should look at");
    }
    Ok(())
}

/// The hour since 1970 of a moment.
pub const fn hour(at: Timestamp) -> i64 {
    at.seconds().div_euclid(3600)
}

/// The flags that concern this member of staff, the newest first.
pub async fn list(app: &App, staff: &Staff) -> Result<Vec<Named>, LocationError> {
    read!(app.store, "location.flags", LocationError, |tx| {
        if staff.may(&[Role::Administrator]) {
            return Ok(call!(tx, location_flag::all(SHOWN))?);
        }
        Ok(call!(tx, location_flag::of_manager(staff.id, SHOWN))?)
    })
}

/// Notes that they have looked at it. A manager's look and an administrator's are two.
pub async fn seen(app: &App, staff: &Staff, id: LocationFlagId) -> Result<(), LocationError> {
    let now = app.now();
    transact!(app.store, "location.flag_seen", LocationError, |tx| {
        let checked =
            staff.may(&[Role::Administrator]) && call!(tx, location_flag::checked(id, staff.id, now))?;
        let seen = staff.may(&[Role::LocationManager]) && call!(tx, location_flag::seen(id, staff.id, now))?;
        if !checked && !seen {
            return Err(LocationError::Unknown);
        }
        Ok(access::record(tx, app, staff, "seen", "location-flag", id).await?)
    })
}
