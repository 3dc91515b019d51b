//! Checkpoints where holders register by themselves: a location that belongs to the checkpoint, kept by administrators.

use std::collections::HashMap;

use domain::Timestamp;
use domain::id::kind::{CheckpointId, LocationId};
use domain::location::{LocationKind, Slot};
use store::rows::location::{LocationDetails, LocationRow, LocationState, Spot};
use store::{StoreError, Tx, call, transact};

use super::LocationError;
use super::registry::{first_code, new_row};
use crate::App;
use crate::access;
use crate::http::session::Staff;

/// The division of a checkpoint is said by its place alone: this is the province.
const PROVINCE: &str = "420000";

/// A checkpoint's location, and how many registered there today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// The location.
    pub location: LocationId,
    /// Entries since midnight.
    pub today: i64,
}

/// Gives a checkpoint a location code, unless it has one; gives its location.
pub async fn give(app: &App, staff: &Staff, id: CheckpointId) -> Result<LocationId, LocationError> {
    let details = LocationDetails {
        name: String::new(),
        name_other: None,
        kind: LocationKind::Checkpoint,
        division: PROVINCE.to_owned(),
        address: String::new(),
        capacity: None,
        stay: LocationKind::Checkpoint.usual_stay(),
        entry_rule: false,
    };
    let now = app.now();
    let drawn = LocationRow {
        checkpoint: Some(id),
        state: LocationState::Approved,
        decided_at: Some(now),
        decided_by: Some(staff.id),
        ..new_row(app, staff, details)
    };
    let code = first_code(app, staff, Spot { location: drawn.id, entrance: None, tablet: false });
    transact!(app.store, "location.checkpoint", LocationError, |tx| {
        if let Some(there) = call!(tx, location_registry::of_checkpoint(id))? {
            return Ok(there.id);
        }
        let open = call!(tx, checkpoint::one(id))?.filter(|one| one.closed_at.is_none());
        let checkpoint = open.ok_or(LocationError::Unknown)?;
        let mut row = drawn.clone();
        row.details.name = checkpoint.name;
        row.details.address = checkpoint.place;
        call!(tx, location::add(&row))?;
        call!(tx, location::add_code(&code))?;
        access::record(tx, app, staff, "add", "location", row.id).await?;
        Ok(row.id)
    })
}

/// A checkpoint was closed, or opened again: so is registering there. Other servers know within a minute.
pub async fn follow(tx: &mut Tx, id: CheckpointId, open: bool) -> Result<(), StoreError> {
    let Some(row) = call!(tx, location_registry::of_checkpoint(id))? else { return Ok(()) };
    let state = if open { LocationState::Approved } else { LocationState::Suspended };
    call!(tx, location_registry::set_state(row.id, row.version, state, None))?;
    Ok(())
}

/// Which checkpoints have a location, and how many registered there today.
pub async fn today(tx: &mut Tx, now: Timestamp) -> Result<HashMap<CheckpointId, Registered>, StoreError> {
    let all = call!(tx, location_registry::checkpoints(Slot::of(Timestamp::of_day(now.day()))))?;
    Ok(all.into_iter().map(|(id, location, today)| (id, Registered { location, today })).collect())
}
