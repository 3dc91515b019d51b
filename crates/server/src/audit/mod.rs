//! Auditors: they read the public log, the rule sets, the figures, the record of accesses, and counts by unit; and on a
//! recorded order they are opened what one unit left in the log.
//!
//! Used at `/audit`, and by administrators at `/staff/audit-orders`. The decision that matters: **nobody opens anything
//! alone**. An auditor asks in writing, an administrator who is somebody else and not of the unit grants it, it ends by
//! itself, and every step stands in the order, in the record of accesses and in the public log.
//!
//! Never: a name, a document, a place or a word of an officer for an auditor. What is opened names people by their
//! numbers alone, as the commitment covers them.

use domain::Role;

use crate::http::route::{Access, Endpoint, Object, Route};

pub mod error;
pub mod file;
pub mod order;
pub mod page;
#[cfg(test)]
mod tests;

pub use error::{AuditError, Hindrance};

const AUDITOR: Access = Access::Staff(&[Role::Auditor]);
const ADMINISTRATOR: Access = Access::Staff(&[Role::Administrator]);
/// How long the making of a file may take: the leaves of a month.
const FILE_SECONDS: u64 = 60;

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let any = |route: Route| route.objects(&[Object::Any]);
    let file = Route::post("/audit/orders/{id}/file", AUDITOR).objects(&[Object::OwnOrder]);
    vec![
        Endpoint::new(any(Route::get("/audit", AUDITOR)), page::home::show),
        Endpoint::new(any(Route::get("/audit/orders", AUDITOR)), page::orders::show),
        Endpoint::new(any(Route::post("/audit/orders", AUDITOR)), page::orders::ask),
        Endpoint::new(any(Route::get("/audit/orders/{id}", AUDITOR)), page::order::show),
        Endpoint::new(file.larger(file.body_limit, FILE_SECONDS), page::order::file),
        Endpoint::new(any(Route::get("/staff/audit-orders", ADMINISTRATOR)), page::decide::show),
        Endpoint::new(any(Route::post("/staff/audit-orders/{id}", ADMINISTRATOR)), page::decide::submit),
    ]
}
