//! Evidence by hand (docs/evidence.md): officers state facts about people, each with its kind, time and reference, and
//! the published rules make colours of them. Also what is confirmed of temperatures, which comes from `health`.
//!
//! The decisions that matter: **nobody sets a colour**, and **nothing that makes a colour worse counts before a person of
//! another unit has confirmed it**. What makes no colour worse counts at once. Nothing is edited: evidence is added,
//! or taken back. A unit whose evidence makes many colours worse in a short time is stopped until an administrator of
//! another unit has looked.
//!
//! Three ways in, one reading ([`typed`]) and one rule ([`propose`]): a page, a CSV file, and the API of an authority's own
//! system.
//!
//! Never: a visit to a location as evidence. There is no kind for one, and an opened visit makes a task, from which an
//! officer adds evidence about one person like any other.

use domain::Role;

use crate::http::route::{Access, Endpoint, Object, Route, Scope};

pub mod api;
pub mod bulk;
pub mod decide;
pub mod error;
pub mod import;
pub mod page;
pub mod person;
pub mod propose;
#[cfg(test)]
pub(crate) mod tests;
pub mod typed;

pub use error::{EvidenceError, Hindrance};

const OFFICER: Access = Access::Staff(&[Role::HealthOfficer]);
const CLIENT: Access = Access::Client(Scope::Evidence);
const ADMINISTRATOR: Access = Access::Staff(&[Role::Administrator]);
const ANY: &[Object] = &[Object::Any];
const OWN_UNIT: &[Object] = &[Object::OwnUnit];

/// For a thousand rows over a slow line, each written alone.
const IMPORT_SECONDS: u64 = 180;

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let any = |route: Route| route.objects(ANY);
    let import =
        Route::post("/evidence/import", OFFICER).upload(import::MOST_BYTES + 64 * 1024, IMPORT_SECONDS);
    vec![
        Endpoint::new(any(Route::get("/evidence/import", OFFICER)), page::import::show),
        Endpoint::new(any(import), page::import::upload),
        Endpoint::new(Route::get("/evidence/import/columns.csv", OFFICER), page::import::columns),
        Endpoint::new(any(Route::post("/api/v1/evidence", CLIENT)), api::state::state),
        Endpoint::new(Route::get("/api/v1/evidence/{id}", CLIENT).objects(OWN_UNIT), api::became::became),
        Endpoint::new(any(Route::get("/evidence", OFFICER)), page::list::show),
        Endpoint::new(any(Route::post("/evidence/find", OFFICER)), page::list::find),
        Endpoint::new(any(Route::get("/evidence/people/{id}", OFFICER)), page::person::show),
        Endpoint::new(any(Route::post("/evidence/people/{id}", OFFICER)), page::person::submit),
        Endpoint::new(any(Route::get("/evidence/people/{id}/back/{evidence}", OFFICER)), page::back::show),
        Endpoint::new(any(Route::post("/evidence/people/{id}/back/{evidence}", OFFICER)), page::back::submit),
        Endpoint::new(any(Route::get("/evidence/{id}", OFFICER)), page::proposal::show),
        Endpoint::new(any(Route::post("/evidence/{id}/decide", OFFICER)), page::proposal::decide),
        Endpoint::new(
            Route::post("/evidence/{id}/recall", OFFICER).objects(OWN_UNIT),
            page::proposal::recall,
        ),
        Endpoint::new(any(Route::get("/staff/evidence-stops", ADMINISTRATOR)), page::stops::show),
        Endpoint::new(any(Route::post("/staff/evidence-stops/{id}", ADMINISTRATOR)), page::stops::lift),
    ]
}
