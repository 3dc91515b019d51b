//! The start page and help: what the notice tells applicants and inspectors, in our own words.

use crate::http::route::{Access, Endpoint, Route};

pub mod page;

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::new(Route::get("/", Access::Everyone), page::start::show)]
}
