//! What was noticed at locations: managers see it of their own, administrators of all. Looking at it changes nothing else.

use domain::Role;
use domain::id::kind::LocationFlagId;
use store::rows::location::LocationFlagRow;
use store::{call, read, transact};

use super::LocationError;
use crate::App;
use crate::access;
use crate::http::session::Staff;

/// How many are listed.
const SHOWN: i64 = 200;

/// A flag with the name of its location.
pub type Named = (LocationFlagRow, String);

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
