//! The pages about messages: dead letters for the administrator, the whole outbox for the demonstration.

mod dead;
mod shown;

pub use dead::DeadPage;
pub use shown::OutboxPage;

use domain::Role;

use crate::http::route::{Access, Endpoint, Object, Route};

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    const ADMINISTRATOR: Access = Access::Staff(&[Role::Administrator]);
    const ANY: &[Object] = &[Object::Any];
    vec![
        Endpoint::new(Route::get("/staff/messages", ADMINISTRATOR).objects(ANY), dead::show),
        Endpoint::new(Route::post("/staff/messages/{id}/again", ADMINISTRATOR).objects(ANY), dead::again),
        Endpoint::new(Route::post("/staff/messages/{id}/discard", ADMINISTRATOR).objects(ANY), dead::discard),
        Endpoint::new(Route::get("/demonstration/outbox", Access::Everyone), shown::show),
    ]
}
