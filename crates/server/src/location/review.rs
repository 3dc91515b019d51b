//! Reviewers decide on locations: whether the place is there, and called so.

use domain::id::kind::LocationId;
use store::rows::location::LocationRow;
use store::{Tx, call, read, transact};

use super::LocationError;
use super::registry::{Whole, whole};
use crate::App;
use crate::access;
use crate::http::session::Staff;

/// How many locations the queue shows.
pub const SHOWN: i64 = 100;
/// Characters of a reason.
pub const LONGEST_REASON: usize = 500;

/// What waits, the oldest first, each with whether the reviewer manages it; and how many wait in all.
pub async fn queue(app: &App, staff: &Staff) -> Result<(Vec<(LocationRow, bool)>, i64), LocationError> {
    read!(app.store, "location.queue", LocationError, |tx| {
        let (rows, all) = call!(tx, location_registry::waiting(SHOWN))?;
        let mut queue = Vec::with_capacity(rows.len());
        for row in rows {
            let own = call!(tx, location_people::manages(staff.id, row.id))?;
            queue.push((row, own));
        }
        Ok((queue, all))
    })
}

/// One location, whatever its state, and whether the reviewer manages it.
pub async fn case(app: &App, staff: &Staff, id: LocationId) -> Result<(Whole, bool), LocationError> {
    read!(app.store, "location.case", LocationError, |tx| {
        let row = call!(tx, location::one(id))?.ok_or(LocationError::Unknown)?;
        let own = call!(tx, location_people::manages(staff.id, id))?;
        Ok((whole(tx, row).await?, own))
    })
}

/// Decides on a location that had this version when the reviewer saw it: `Ok` approves, `Err` refuses for this reason.
pub async fn decide(
    app: &App,
    staff: &Staff,
    id: LocationId,
    version: i64,
    decision: Result<(), &str>,
) -> Result<(), LocationError> {
    transact!(app.store, "location.decide", LocationError, |tx| {
        decide_in(tx, app, staff, (id, version), decision).await
    })?;
    app.places.forget(id);
    Ok(())
}

async fn decide_in(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    (id, version): (LocationId, i64),
    decision: Result<(), &str>,
) -> Result<(), LocationError> {
    if call!(tx, location_people::manages(staff.id, id))? {
        return Err(LocationError::Own);
    }
    if !call!(tx, location_registry::decide(id, version, decision, staff.id, app.now()))? {
        return Err(LocationError::Changed);
    }
    let action = if decision.is_ok() { "approve" } else { "refuse" };
    Ok(access::record(tx, app, staff, action, "location", id).await?)
}

/// Decides on several alike; gives how many were decided on: those that were changed in between, decided on by somebody
/// else, or are the reviewer's own stay as they are.
pub async fn decide_several(
    app: &App,
    staff: &Staff,
    ticked: &[(LocationId, i64)],
    decision: Result<(), &str>,
) -> Result<usize, LocationError> {
    let mut decided = 0;
    for (id, version) in ticked {
        match decide(app, staff, *id, *version, decision).await {
            Ok(()) => decided += 1,
            Err(LocationError::Changed | LocationError::Own) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(decided)
}
