//! Public figures: what was decided each day, how fast, by which rules, and where the public log stands.
//!
//! Used by anybody, at `/figures` and as JSON. The decision that matters (decision 0040): **no number under ten is
//! shown, and none can be worked out** from what is shown, nor together with the public log, nor by looking twice. So only
//! days that are over are counted, once each; there are no totals; and where what is left out would be known from the
//! log's own number of decisions, more is left out ([`hide`]).
//!
//! Never: a figure that is counted by each request, or by going through the people.

pub mod count;
pub mod current;
pub mod hide;
pub mod page;
#[cfg(test)]
mod tests;

use crate::http::route::{Access, Endpoint, Route};

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let shown = current::Shown::default();
    let (for_page, for_file) = (shown.clone(), shown);
    let show = move |app, page| page::show(app, page, for_page.clone());
    let file = move |app| page::file(app, for_file.clone());
    vec![
        Endpoint::new(Route::get("/figures", Access::Everyone), show),
        Endpoint::new(Route::get("/figures.json", Access::Everyone), file),
    ]
}
