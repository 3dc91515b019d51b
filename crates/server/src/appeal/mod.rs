//! Appeals against colours (docs/appeals.md): a person says why their colour is wrong, a health officer who had no part in
//! it answers within a day, and a city's office looks again if the person asks for it.
//!
//! The decisions that matter: **an appeal sets no colour either**. Whoever answers takes back the evidence that was wrong, or
//! adds what is new, and the rules decide. Where an office was wrong, the decisions that rested on it are marked as revoked
//! and stay on record.

use std::time::Duration;

use domain::Role;

use crate::application::page::{PHOTO_FORM, PHOTO_SECONDS};
use crate::http::route::{Access, Endpoint, Object, Route};

pub mod answer;
pub mod error;
pub mod file;
pub mod page;
#[cfg(test)]
pub(crate) mod tests;

pub use error::{AppealError, Hindrance};

/// How soon an appeal is to be answered unless the installation says otherwise.
pub const DUE: Duration = Duration::from_hours(24);
/// How long after the county's answer the city can be asked.
pub const CITY_WITHIN: Duration = Duration::from_hours(10 * 24);
/// The most photos of an appeal.
pub const PHOTOS: i64 = 5;
/// The longest statement, and the longest answer, in characters.
pub const TEXT_LENGTH: usize = 2000;
/// The kind of the log's leaves that record answers.
pub const LEAF_KIND: &str = "appeal";

const OFFICER: Access = Access::Staff(&[Role::HealthOfficer]);
const ADMINISTRATOR: Access = Access::Staff(&[Role::Administrator]);

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let own_get = |path| Route::get(path, Access::Device).objects(&[Object::OwnSession]);
    let own_post = |path| Route::post(path, Access::Device).objects(&[Object::OwnSession]);
    let any = |route: Route| route.objects(&[Object::Any]);
    let photo = own_post("/my-code/appeals/{id}/photo").upload(PHOTO_FORM, PHOTO_SECONDS);
    vec![
        Endpoint::new(own_get("/my-code/appeal"), page::new::show),
        Endpoint::new(own_post("/my-code/appeal"), page::new::submit),
        Endpoint::new(own_get("/my-code/appeals/{id}"), page::own::show),
        Endpoint::new(photo, page::own::photo),
        Endpoint::new(own_post("/my-code/appeals/{id}/city"), page::own::city),
        Endpoint::new(own_post("/my-code/appeals/{id}/withdraw"), page::own::withdraw),
        Endpoint::new(any(Route::get("/appeals", OFFICER)), page::list::show),
        Endpoint::new(any(Route::get("/appeals/{id}", OFFICER)), page::case::show),
        Endpoint::new(any(Route::post("/appeals/{id}", OFFICER)), page::case::submit),
        Endpoint::new(any(Route::get("/appeals/{id}/photos/{photo}", OFFICER)), page::case::photo),
        Endpoint::new(any(Route::get("/staff/units", ADMINISTRATOR)), page::units::show),
        Endpoint::new(any(Route::post("/staff/units/{id}", ADMINISTRATOR)), page::units::change),
    ]
}
