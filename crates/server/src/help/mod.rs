//! The start page and help: what the notice tells applicants and inspectors, in our own words.

use crate::http::route::{Access, Endpoint, Route};

pub mod film;
pub mod guide;
pub mod page;

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let page = |path| Route::get(path, Access::Everyone);
    vec![
        Endpoint::new(page("/"), page::start::show),
        Endpoint::new(page("/help"), page::guide::index),
        Endpoint::new(page("/help/apply"), page::guide::apply),
        Endpoint::new(page("/help/show"), page::guide::present),
        Endpoint::new(page("/help/check"), page::guide::check),
        Endpoint::new(page("/help/filing"), page::guide::filing),
        Endpoint::new(page("/help/captions/{language}"), page::captions::show),
    ]
}
