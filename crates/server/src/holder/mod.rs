//! What holders do themselves once they have a code: declare their health anew and their trips, get ready for days without the
//! internet, correct their details, see and take away what is held about them.
//!
//! Used by phones, under `/my-code` and `/my-data`. The decision that matters: nothing here makes a colour or
//! issues a pass by itself. A new declaration goes to the rules, changed details go to the match, and the phone is
//! given a new pass when it next asks.
//!
//! Architecture invariants: a holder reads and changes nothing but what their own session leads to; what the match
//! found is never told before a decision.

pub mod data;
pub mod erase;
pub mod health;
pub mod log_proof;
pub mod page;
pub mod reported;
#[cfg(test)]
mod tests;
pub mod trip;

use crate::http::route::{Access, Endpoint, Object, Route};

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let get = |path| Route::get(path, Access::Device).objects(&[Object::OwnSession]);
    let post = |path| Route::post(path, Access::Device).objects(&[Object::OwnSession]);
    vec![
        Endpoint::new(get("/my-code/health"), page::health::show),
        Endpoint::new(post("/my-code/health"), page::health::declare),
        Endpoint::new(get("/my-code/trips"), page::trips::show),
        Endpoint::new(post("/my-code/trips"), page::trips::declare),
        Endpoint::new(post("/my-code/trips/remove"), page::trips::remove),
        Endpoint::new(get("/my-data"), page::data::show),
        Endpoint::new(get("/my-data/export"), page::data::export),
        Endpoint::new(get("/my-data/log/{leaf}"), page::data::proof),
        Endpoint::new(get("/my-data/correct"), page::correct::show),
        Endpoint::new(post("/my-data/correct"), page::correct::start),
        Endpoint::new(get("/my-data/delete"), page::delete::confirm),
        Endpoint::new(post("/my-data/delete"), page::delete::delete),
        Endpoint::new(Route::get("/my-data/deleted", Access::Everyone), page::delete::deleted),
    ]
}
