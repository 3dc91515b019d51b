//! Cases, and the opening of sealed visits (docs/cases.md, docs/sealed-visits.md): a health officer registers a case and
//! asks for the visits of one location and window, an officer of another unit approves, the officers of the two units
//! that hold the day keys open them in their own browsers, and what comes of it are people to be contacted.
//!
//! Used by the pages below `/cases`, by `/staff/visit-keys` and by the job that tells people. The decision that
//! matters: **the server hands each unit its own half alone**, never both to one person, and none before another unit
//! has approved. It has no private key and never asks for one.
//!
//! Never: a visit or a share for the public-security role, whatever other role its account has; a place in what the
//! person is told; a colour that changes because a visit was opened.

use domain::Role;

use crate::http::route::{Access, Endpoint, Object, Route};

pub mod case;
pub mod donate;
pub mod error;
pub mod keys;
pub mod leaf;
pub mod opening;
pub mod page;
pub mod share;
pub mod task;
pub mod tell;
#[cfg(test)]
pub(crate) mod tests;
pub mod when;

pub use error::{CaseError, Hindrance};

const OFFICER: Access = Access::Staff(&[Role::HealthOfficer]);
const ADMINISTRATOR: Access = Access::Staff(&[Role::Administrator]);
const ANY: &[Object] = &[Object::Any];
const OWN: &[Object] = &[Object::OwnClaim];
const OWN_UNIT: &[Object] = &[Object::OwnUnit];

/// The largest file of opened shares or visits that is read, in bytes: the shares of two days are 400 kB, and 100,000
/// visits 15 MB.
const LARGEST: usize = 32 * 1024 * 1024;
/// The largest list of public keys: a year of days.
const LARGEST_LIST: usize = 256 * 1024;
const UPLOAD_SECONDS: u64 = 60;
/// The largest diary that is given, in bytes: 14 days of places with long notes, as a form writes Chinese.
const DIARY_LIMIT: usize = 2 * 1024 * 1024;
const DIARY_SECONDS: u64 = 30;

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let any = |route: Route| route.objects(ANY);
    let own_unit = |route: Route| route.objects(OWN_UNIT);
    let own = |route: Route| route.objects(OWN);
    let file = |path| own_unit(Route::get(path, OFFICER)).larger(64 * 1024, UPLOAD_SECONDS);
    let upload = |path| own_unit(Route::post(path, OFFICER)).upload(LARGEST, UPLOAD_SECONDS);
    vec![
        Endpoint::new(any(Route::get("/staff/visit-keys", ADMINISTRATOR)), page::keys::show),
        Endpoint::new(
            any(Route::post("/staff/visit-keys", ADMINISTRATOR)).upload(LARGEST_LIST, UPLOAD_SECONDS),
            page::keys::submit,
        ),
        Endpoint::new(any(Route::post("/staff/visit-keys/withdraw", ADMINISTRATOR)), page::keys::withdraw),
        Endpoint::new(own_unit(Route::get("/cases/keys", OFFICER)), page::own_keys::show),
        Endpoint::new(own_unit(Route::post("/cases/keys", OFFICER)), page::own_keys::confirm),
        Endpoint::new(own_unit(Route::get("/cases", OFFICER)), page::list::show),
        Endpoint::new(any(Route::post("/cases", OFFICER)), page::list::register),
        Endpoint::new(own_unit(Route::get("/cases/{id}", OFFICER)), page::case::show),
        Endpoint::new(own_unit(Route::post("/cases/{id}/close", OFFICER)), page::case::close),
        Endpoint::new(own_unit(Route::post("/cases/{id}/code", OFFICER)), page::case::code),
        Endpoint::new(own_unit(Route::get("/cases/{id}/ask", OFFICER)), page::ask::show),
        Endpoint::new(own_unit(Route::post("/cases/{id}/ask", OFFICER)), page::ask::submit),
        Endpoint::new(any(Route::get("/cases/openings/{id}", OFFICER)), page::opening::show),
        Endpoint::new(any(Route::post("/cases/openings/{id}/decide", OFFICER)), page::opening::decide),
        Endpoint::new(file("/cases/openings/{id}/shares"), page::files::shares),
        Endpoint::new(file("/cases/openings/{id}/opened"), page::files::opened),
        Endpoint::new(file("/cases/openings/{id}/records"), page::files::records),
        Endpoint::new(upload("/cases/openings/{id}/opened"), page::files::hand_in_opened),
        Endpoint::new(upload("/cases/openings/{id}/visits"), page::files::hand_in_visits),
        Endpoint::new(own_unit(Route::get("/cases/tasks", OFFICER)), page::tasks::show),
        Endpoint::new(own_unit(Route::get("/cases/tasks/{id}", OFFICER)), page::task::show),
        Endpoint::new(own_unit(Route::post("/cases/tasks/{id}/take", OFFICER)), page::task::take),
        Endpoint::new(own(Route::post("/cases/tasks/{id}/release", OFFICER)), page::task::release),
        Endpoint::new(own(Route::post("/cases/tasks/{id}/outcome", OFFICER)), page::task::finish),
        Endpoint::new(
            Route::get("/donate", Access::Device).objects(&[Object::OwnSession]),
            page::donate::show,
        ),
        Endpoint::new(
            Route::post("/donate", Access::Device)
                .objects(&[Object::OwnSession])
                .larger(DIARY_LIMIT, DIARY_SECONDS),
            page::donate::submit,
        ),
    ]
}
