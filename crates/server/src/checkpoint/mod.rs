//! Checking a pass at a checkpoint: text or a photo of a code in, a verdict with its reasons out.
//!
//! Used by inspectors through their page. The one decision that matters: **nothing of a scan is kept.** The
//! text goes back into the page's own form (never into an address, where logs and histories would keep it),
//! the verdict goes into one log line without anything of the pass, and no row is written. Codes of others are
//! judged by `recognition`, which notes that it recognised one, and nothing of it.

use crate::http::route::{Access, Endpoint, Route};
use domain::Role;

pub mod inputs;
pub mod inspect;
pub mod page;
pub mod photo;
pub mod short;
pub mod temperature;
#[cfg(test)]
pub(crate) mod tests;

const PHOTO_LIMIT: usize = picture::MAX_BYTES + 64 * 1024;
const PHOTO_SECONDS: u64 = 30;

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let inspectors = Access::Staff(&[Role::Inspector]);
    vec![
        Endpoint::new(Route::get("/check", inspectors), page::check::show),
        Endpoint::new(
            Route::post("/check", inspectors).upload(PHOTO_LIMIT, PHOTO_SECONDS),
            page::check::judge,
        ),
        Endpoint::new(Route::get("/inspect", Access::Everyone), page::inspect::show),
        Endpoint::new(Route::get("/inspect/in/{language}", Access::Everyone), page::inspect::show_in),
    ]
}
