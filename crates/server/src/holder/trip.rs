//! The trips that a holder declares, on the page or through an application that they allowed it.
//!
//! The decision that matters: a trip is whereabouts, so it is sealed, short-lived and the holder's own: they see each
//! one and remove it at will. It makes no colour by itself.

use domain::id::kind::{HolderId, PartnerId, TripId};
use domain::trip::Trip;
use store::rows::partner::TripRow;
use store::{StoreError, Tx, call, read, transact};

use crate::http::session::Device;
use crate::partner::PartnerError;
use crate::{App, consent};

/// The most trips of one holder that are kept.
pub const MOST_TRIPS: i64 = 50;

/// The trips of a holder, the one declared last first.
pub async fn list(app: &App, holder: HolderId) -> Result<Vec<TripRow>, StoreError> {
    read!(app.store, "trip.list", StoreError, |tx| { call!(tx, trip::held(holder)) })
}

/// Declares a trip of the holder whose code this phone shows.
pub async fn declare(app: &App, device: &Device, trip: &Trip) -> Result<TripId, PartnerError> {
    let holder = device.holder.ok_or(PartnerError::NoCode)?;
    transact!(app.store, "trip.declare", PartnerError, |tx| {
        declare_in(tx, app, holder, trip, None, consent::TRIP_VERSION).await
    })
}

/// Declares a trip of `holder` in the transaction that made sure of them.
pub async fn declare_in(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    trip: &Trip,
    by: Option<PartnerId>,
    consent: &str,
) -> Result<TripId, PartnerError> {
    if !call!(tx, holder::lock(holder))? {
        return Err(PartnerError::NoCode);
    }
    if let Some(same) = call!(tx, trip::held(holder))?.into_iter().find(|row| row.trip == *trip) {
        // Pressed twice.
        return Ok(same.id);
    }
    if call!(tx, trip::count(holder))? >= MOST_TRIPS {
        return Err(PartnerError::TooManyTrips);
    }
    let id = app.new_id();
    call!(tx, trip::declare(id, holder, trip, by, consent, app.now()))?;
    Ok(id)
}

/// Removes a trip of the holder whose code this phone shows.
pub async fn remove(app: &App, device: &Device, id: TripId) -> Result<(), PartnerError> {
    let holder = device.holder.ok_or(PartnerError::NoCode)?;
    transact!(app.store, "trip.remove", PartnerError, |tx| {
        if call!(tx, trip::remove(id, holder))? { Ok(()) } else { Err(PartnerError::Unknown) }
    })
}
