//! A tablet at a door: it shows another code every day, and nobody is signed in on it.
//!
//! The decision that matters: **the tablet has a token of its own, which opens the code and nothing else.** A manager's
//! session would end after twelve hours, and would be there for whoever touches the tablet.

use domain::Timestamp;
use domain::id::kind::{LocationEntranceId, LocationId};
use domain::location::Shown;
use store::rows::location::{LocationRow, LocationState, Spot};
use store::{call, read, transact};

use super::posters::current;
use super::registry::{first_code, reach};
use super::{LocationError, daily_key};
use crate::App;
use crate::access;
use crate::http::session::{Staff, new_token, token_hash};

/// What a tablet shows.
pub struct Today {
    /// Where it hangs.
    pub location: LocationRow,
    /// At which entrance, where it is for one.
    pub entrance: Option<String>,
    /// The code of the day.
    pub shown: Shown,
    /// When another one takes its place.
    pub until: Timestamp,
}

/// Lets this browser show the code of a place; gives the token for its cookie.
pub async fn begin(
    app: &App,
    staff: &Staff,
    id: LocationId,
    entrance: Option<LocationEntranceId>,
) -> Result<String, LocationError> {
    let (token, hash) = new_token(&*app.entropy);
    let spot = Spot { location: id, entrance, tablet: true };
    let first = first_code(app, staff, spot);
    transact!(app.store, "location.tablet", LocationError, |tx| {
        if reach(tx, staff, id).await?.state != LocationState::Approved {
            return Err(LocationError::NotNow);
        }
        call!(tx, location_people::touch(id))?;
        if let Some(entrance) = entrance {
            let open = call!(tx, location_people::entrances(id))?;
            open.iter().find(|one| one.id == entrance).ok_or(LocationError::Unknown)?;
        }
        let codes = call!(tx, location_code::of_location(id))?;
        let code = if let Some(there) = current(&codes, spot) {
            there.code
        } else {
            let versions = codes.iter().filter(|code| code.spot() == spot).map(|code| code.poster.version);
            let mut new = first.clone();
            new.poster.version = versions.max().unwrap_or(0) + 1;
            call!(tx, location::add_code(&new))?;
            new.code
        };
        call!(tx, location_code::add_tablet(&hash, code, staff.id, app.now()))?;
        Ok(access::record(tx, app, staff, "add", "tablet", id).await?)
    })?;
    Ok(token)
}

/// Ends the code of a tablet: whatever browser shows it shows nothing from now on.
pub async fn end(
    app: &App,
    staff: &Staff,
    id: LocationId,
    entrance: Option<LocationEntranceId>,
) -> Result<(), LocationError> {
    let now = app.now();
    transact!(app.store, "location.tablet_end", LocationError, |tx| {
        reach(tx, staff, id).await?;
        call!(tx, location_code::end(Spot { location: id, entrance, tablet: true }, now))?;
        call!(tx, location_code::forget_tablets(id, now))?;
        Ok(access::record(tx, app, staff, "withdraw", "tablet", id).await?)
    })?;
    app.places.forget(id);
    Ok(())
}

/// What the browser with this token shows now; none if it is no tablet, or no longer.
pub async fn today(app: &App, token: &str) -> Result<Option<Today>, LocationError> {
    let (hash, now) = (token_hash(token), app.now());
    let found = read!(app.store, "location.tablet_shown", LocationError, |tx| {
        let Some(code) = call!(tx, location_code::tablet(&hash))? else { return Ok(None) };
        let row = call!(tx, location::by_code(code))?.filter(|row| row.poster.ends.is_none());
        let Some(row) = row else { return Ok(None) };
        let location = call!(tx, location::one(row.location))?.ok_or(LocationError::Unknown)?;
        let entrances = call!(tx, location_people::entrances(row.location))?;
        let entrance = entrances.into_iter().find(|one| Some(one.id) == row.entrance).map(|one| one.name);
        Ok(Some((code, location, entrance)))
    })?;
    Ok(found.map(|(code, location, entrance)| Today {
        location,
        entrance,
        shown: daily_key(&app.store).shown(code, now),
        until: Timestamp::of_day(now.day() + 1),
    }))
}
