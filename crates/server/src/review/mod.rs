//! The review desk: what did not match by itself is decided by a person who sees both sides.
//!
//! Used by reviewers. The decision that matters: nobody sees a person's data, or decides, without a claim of
//! their own that still runs, so two never work on the same application and every opening has a name to it.

use domain::Role;

use crate::http::route::{Access, Endpoint, Object, Route};

pub mod case;
pub mod claims;
pub mod decide;
pub mod error;
pub mod explain;
pub mod marks;
pub mod page;
#[cfg(test)]
mod tests;

const REVIEWER: Access = Access::Staff(&[Role::Reviewer]);
const OWN: &[Object] = &[Object::OwnClaim];

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(Route::get("/review", REVIEWER).objects(&[Object::Any]), page::queue::show),
        Endpoint::new(Route::post("/review/next", REVIEWER).objects(&[Object::Any]), page::queue::next),
        Endpoint::new(Route::get("/review/{id}", REVIEWER).objects(OWN), page::case::show),
        Endpoint::new(
            Route::post("/review/{id}/claim", REVIEWER).objects(&[Object::Any]),
            page::queue::claim,
        ),
        Endpoint::new(Route::post("/review/{id}/renew", REVIEWER).objects(OWN), page::queue::renew),
        Endpoint::new(Route::post("/review/{id}/release", REVIEWER).objects(OWN), page::queue::release),
        Endpoint::new(Route::get("/review/{id}/photo/{photo}", REVIEWER).objects(OWN), page::case::photo),
        Endpoint::new(Route::post("/review/{id}/decide", REVIEWER).objects(OWN), page::case::decide),
    ]
}
