//! The health officers' desk: what inspectors report of abnormal temperatures is taken, acknowledged, followed up and
//! closed here.
//!
//! Nothing here changes a colour or a pass. A confirmed report is evidence, and evidence is not more than that until
//! rules make a colour of it. The public-security role reads no report, by page or by API. Whoever a report is about
//! is shown to the officer who has taken it, and to nobody else.

use domain::Role;

use crate::http::route::{Access, Endpoint, Object, Route, Scope};

pub mod act;
pub mod api;
pub mod case;
pub mod claims;
pub mod error;
pub mod escalate;
pub mod export;
pub mod file;
pub mod live;
pub mod page;
#[cfg(test)]
pub(crate) mod tests;
pub mod version;

pub use file::{due, file, file_all};

const OFFICER: Access = Access::Staff(&[Role::HealthOfficer]);
const ANY: &[Object] = &[Object::Any];
const OWN: &[Object] = &[Object::OwnClaim];

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(Route::get("/reports", OFFICER).objects(ANY), page::queue::show),
        Endpoint::new(Route::get("/reports/done", OFFICER).objects(ANY), page::done::show),
        Endpoint::new(Route::get("/reports/events", OFFICER).objects(ANY), live::events),
        Endpoint::new(Route::get("/reports/versions", OFFICER).objects(ANY), page::version::list),
        Endpoint::new(Route::get("/reports/versions/{id}", OFFICER).objects(ANY), page::version::show),
        Endpoint::new(Route::get("/reports/{id}", OFFICER).objects(ANY), page::report::show),
        Endpoint::new(Route::post("/reports/{id}/take", OFFICER).objects(ANY), page::report::take),
        Endpoint::new(Route::post("/reports/{id}/renew", OFFICER).objects(OWN), page::report::renew),
        Endpoint::new(Route::post("/reports/{id}/release", OFFICER).objects(OWN), page::report::release),
        Endpoint::new(
            Route::post("/reports/{id}/acknowledge", OFFICER).objects(OWN),
            page::report::acknowledge,
        ),
        Endpoint::new(Route::post("/reports/{id}/outcome", OFFICER).objects(OWN), page::report::finish),
        Endpoint::new(Route::post("/reports/{id}/reopen", OFFICER).objects(ANY), page::reopen::submit),
        Endpoint::new(Route::get("/reports/{id}/confirm", OFFICER).objects(OWN), page::confirm::show),
        Endpoint::new(Route::post("/reports/{id}/confirm", OFFICER).objects(OWN), page::confirm::submit),
        Endpoint::new(
            Route::get("/api/v1/reports", Access::Client(Scope::Health)).objects(ANY),
            api::reports,
        ),
    ]
}
