//! The pass and "My health code": issuing, withdrawing, and the lists by which anybody checks.
//!
//! Used by phones (`/my-code`), by checkers (trust list, status lists) and by the use cases that change a
//! colour. The decision that matters: showing and checking never wait for the database. A phone asks for a
//! pass twice a day; what it shows in between it makes itself, and a checker needs two published files only.
//!
//! Architecture invariants: the signing key is reachable only through [`Issuer`]; a withdrawal is written in
//! the transaction of its cause; a status index is used once.

pub mod ahead;
pub mod api;
pub mod card;
mod decoys;
pub mod identity;
pub mod issue;
pub mod issuer;
pub mod lists;
pub mod page;
pub mod paper;
mod place;
pub mod short;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_keys;
mod withdraw;

pub use issuer::{Issuer, IssuerError, Signing, TrustFiles};
pub use withdraw::{leave, leave_in, withdraw_for_holder, withdraw_live, withdraw_of_grant};

use crate::http::route::{Access, Endpoint, Object, Route};

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let own = |route: Route| route.objects(&[Object::OwnSession]);
    vec![
        Endpoint::new(Route::get("/.well-known/tongxing-trust.jws", Access::Everyone), api::published::trust),
        Endpoint::new(Route::get("/.well-known/tongxing-root.json", Access::Everyone), api::published::root),
        Endpoint::new(Route::get("/s", Access::Everyone), api::published::current),
        Endpoint::new(Route::get("/s/{list}", Access::Everyone), api::published::status),
        Endpoint::new(own(Route::post("/api/v1/my-code/pass", Access::Device)), api::live::issue),
        Endpoint::new(own(Route::get("/my-code", Access::Device)), page::code::show),
        Endpoint::new(own(Route::post("/my-code/notices", Access::Device)), page::code::notices_seen),
        Endpoint::new(own(Route::get("/my-code/print", Access::Device)), page::print::show),
        Endpoint::new(own(Route::post("/my-code/print", Access::Device)), page::print::issue),
        Endpoint::new(own(Route::get("/my-code/picture", Access::Device)), page::picture::show),
        Endpoint::new(own(Route::get("/my-code/picture.png", Access::Device)), page::picture::png),
        Endpoint::new(own(Route::get("/my-code/print/{paper}", Access::Device)), page::print::pdf),
        Endpoint::new(own(Route::get("/my-code/short-code", Access::Device)), page::short::show),
        Endpoint::new(own(Route::post("/my-code/short-code", Access::Device)), page::short::make),
        Endpoint::new(own(Route::post("/api/v1/my-code/short-code", Access::Device)), api::short::make),
        Endpoint::new(own(Route::get("/my-code/offline", Access::Device)), page::offline::show),
        Endpoint::new(own(Route::post("/my-code/offline", Access::Device)), page::offline::choose),
        Endpoint::new(own(Route::get("/my-code/leave", Access::Device)), page::leave::confirm),
        Endpoint::new(own(Route::post("/my-code/leave", Access::Device)), page::leave::leave),
        Endpoint::new(Route::get("/my-code/left", Access::Everyone), page::leave::left),
    ]
}
