//! Companions: children, elderly people and others whose codes a phone shows beside its owner's.
//!
//! Each has an application, a match, a code and a recovery code of their own. The decision that matters: a companion
//! is a device session of its own that hangs on the phone's and that no cookie opens; the phone's session says whom it
//! shows, and every page of "own session" is then that person's (docs/decisions/0009). The danger is the wrong
//! person: so one code a screen, the name on top of every page, and no form of one person that changes another.

pub mod add;
pub mod consent;
mod error;
pub mod page;
pub mod people;
pub mod recovered;
#[cfg(test)]
mod tests;

pub use error::CompanionError;

use crate::http::route::{Access, Endpoint, Object, Route};

/// The routes of this folder. What is about the phone stands below `/my-code`, where it works without a network.
pub fn endpoints() -> Vec<Endpoint> {
    let phone = |route: Route| route.objects(&[Object::OwnPhone]);
    let own = |route: Route| route.objects(&[Object::OwnSession]);
    vec![
        Endpoint::new(phone(Route::get("/my-code/people", Access::Device)), page::people::show),
        Endpoint::new(phone(Route::post("/my-code/people/show", Access::Device)), page::people::switch),
        Endpoint::new(phone(Route::get("/my-code/people/add", Access::Device)), page::add::show),
        Endpoint::new(phone(Route::post("/my-code/people/add", Access::Device)), page::add::add),
        Endpoint::new(own(Route::get("/apply/consent", Access::Device)), page::consent::show),
        Endpoint::new(own(Route::post("/apply/consent", Access::Device)), page::consent::give),
    ]
}
