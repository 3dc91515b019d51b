//! Visits: who entered and left a location, sealed so that a case alone opens them (docs/sealed-visits.md).
//!
//! The decision that matters: **nothing here has both a holder and a visit.** Who it is stands in the ticket that the phone
//! brings and in the sealed record, and nowhere else: no row, log line, metric or record of accesses has it. What is
//! counted by person is in this process's memory, under a key of the day.
//!
//! An entry reads nothing from the database: the phone's [`ticket`] says who it is, [`crate::location::places`] where, and
//! the [`writer`] writes many at a time.

pub mod api;
pub mod door;
pub mod error;
pub mod keys;
pub mod networks;
pub mod page;
pub mod quota;
pub mod register;
pub mod retention;
pub mod rule;
pub mod rush;
pub mod seal;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod ticket;
pub mod writer;

use std::num::NonZeroU16;
use std::time::Duration;

use domain::Role;
use store::StoreError;

use crate::App;
use crate::http::route::{Access, Endpoint, Object, Route};

pub use error::VisitError;

/// For every companion that a phone may have, and for its owner.
pub const MOST_PEOPLE: usize = 21;
/// Twenty-one people with their tickets.
const BODY_LIMIT: usize = 16 * 1024;
const ANSWER_SECONDS: u64 = 10;
/// Staff at a door register whom they scan.
const DOOR: Access = Access::Staff(&[Role::LocationManager]);
/// A photo of a code.
const PHOTO_LIMIT: usize = 10 * 1024 * 1024;

/// What an installation chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitSettings {
    /// How long visits are kept, in days.
    pub days: u8,
    /// How many groups of locations have data keys of their own in each minute.
    pub groups: NonZeroU16,
}

impl VisitSettings {
    /// Days that visits may be kept at most.
    pub const MOST_DAYS: u8 = 21;

    /// How long visits are kept.
    pub const fn kept(&self) -> Duration {
        Duration::from_hours(24 * self.days as u64)
    }
}

impl Default for VisitSettings {
    fn default() -> Self {
        Self { days: 14, groups: NonZeroU16::new(16).expect("not zero") }
    }
}

/// What one server keeps in memory for visits.
#[derive(Default)]
pub struct Parts {
    /// The units' keys of the day.
    pub keys: keys::Kept,
    /// Seals and opens what phones hold.
    pub tickets: ticket::Tickets,
    /// How often somebody entered and left today.
    pub quota: quota::Quota,
    /// What is on its way to the database.
    pub writer: writer::Writer,
    /// From where posters are scanned.
    pub networks: networks::Networks,
    /// How many usually come at this hour.
    pub usual: rush::Usual,
    /// How far the job is that forgets.
    pub retention: retention::Kept,
    /// In how many days the units' keys run out, once the job has looked.
    pub days_left: keys::DaysLeft,
}

/// What the job does once a minute.
pub async fn every_minute(app: &App) -> Result<(), StoreError> {
    let now = app.now();
    app.visit.writer.tidy(now);
    app.visit.networks.tidy(now);
    rush::look(app).await.map(|_| ())
}

/// What the job does once an hour.
pub async fn every_hour(app: &App) -> Result<(), StoreError> {
    let warned = keys::warn(app).await;
    retention::forget(app).await?;
    warned.map(|_| ())
}

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let own = |route: Route| route.objects(&[Object::OwnPhone]);
    vec![
        Endpoint::new(own(Route::get("/v/{code}", Access::Everyone)), page::place::show),
        Endpoint::new(own(Route::post("/v/{code}", Access::Ticket)), page::submit::submit),
        Endpoint::new(Route::get("/diary", Access::Everyone), page::diary::show),
        Endpoint::new(
            Route::get("/locations/{id}/door", DOOR).objects(&[Object::OwnLocation]),
            page::door::show,
        ),
        Endpoint::new(
            Route::post("/locations/{id}/door", DOOR)
                .objects(&[Object::OwnLocation])
                .upload(PHOTO_LIMIT, ANSWER_SECONDS),
            page::door::scan,
        ),
        Endpoint::new(own(Route::get("/api/v1/visits/tickets", Access::Device)), api::tickets::show),
        Endpoint::new(
            own(Route::post("/api/v1/visits", Access::Ticket)).larger(BODY_LIMIT, ANSWER_SECONDS),
            api::visits::register,
        ),
    ]
}
