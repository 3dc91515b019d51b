//! Partner applications (鄂汇办, and applications like those of Alipay and `WeChat`): what they may do for people who allow it.
//!
//! Used by partners, whose requests are signed (`/api/v1/partner/…`, `docs/partner-api.md`), by holders (the page that
//! asks them, "My data"), and by administrators (`/staff/partners`). The decision that matters: a partner acts for a
//! holder only under that holder's grant, which names the functions, ends, and can be taken back at any time; every use
//! is recorded where the holder sees it.
//!
//! Architecture invariants: a private key of a partner is never here; a grant never reaches another holder than that of
//! the document that was passed on; what is passed on is never stored once it was refused; nobody is ever sent
//! elsewhere than to the partner's registered address; a partner never learns what the match found, nor a colour but by
//! a pass; a nonce never counts twice.

pub mod api;
pub mod entry;
mod error;
pub mod grant;
pub mod page;
pub mod passed;
pub mod registry;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use error::PartnerError;

use domain::Role;
use domain::partner::Function;

use crate::http::route::{Access, Endpoint, Object, Route};

const ADMINISTRATORS: Access = Access::Staff(&[Role::Administrator]);

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let mut all = functions();
    all.extend(of_people());
    all.extend(of_administrators());
    all
}

/// The seven functions.
fn functions() -> Vec<Endpoint> {
    let post = |path, function| Route::post(path, Access::Partner(function));
    let granted = |path, function| post(path, function).objects(&[Object::OwnGrant]);
    vec![
        Endpoint::new(post("/api/v1/partner/entries", Function::Apply), api::entries::enter),
        Endpoint::new(granted("/api/v1/partner/query", Function::Query), api::query::query),
        Endpoint::new(granted("/api/v1/partner/pass", Function::MakeCode), api::pass::make),
        Endpoint::new(granted("/api/v1/partner/health", Function::DeclareHealth), api::health::declare),
        Endpoint::new(granted("/api/v1/partner/trips", Function::DeclareTrip), api::trips::declare),
        Endpoint::new(granted("/api/v1/partner/corrections", Function::Correct), api::correct::correct),
        Endpoint::new(post("/api/v1/partner/verify", Function::VerifyCode), api::verify::verify),
    ]
}

fn of_people() -> Vec<Endpoint> {
    let own = |route: Route| route.objects(&[Object::OwnSession]);
    vec![
        Endpoint::new(Route::get("/partner/{token}", Access::Everyone), page::entry::show),
        Endpoint::new(Route::post("/partner/{token}", Access::Everyone), page::entry::answer),
        Endpoint::new(own(Route::get("/my-data/apps", Access::Device)), page::apps::show),
        Endpoint::new(own(Route::post("/my-data/apps", Access::Device)), page::apps::end),
    ]
}

fn of_administrators() -> Vec<Endpoint> {
    let get = |path| Route::get(path, ADMINISTRATORS).objects(&[Object::Any]);
    let post = |path| Route::post(path, ADMINISTRATORS).objects(&[Object::Any]);
    vec![
        Endpoint::new(get("/staff/partners"), page::registry::list),
        Endpoint::new(get("/staff/partners/new"), page::registry::new),
        Endpoint::new(post("/staff/partners/new"), page::registry::add),
        Endpoint::new(get("/staff/partners/{id}"), page::partner::show),
        Endpoint::new(post("/staff/partners/{id}"), page::partner::change),
        Endpoint::new(post("/staff/partners/{id}/keys"), page::partner::add_key),
        Endpoint::new(post("/staff/partners/{id}/keys/withdraw"), page::partner::withdraw_key),
        Endpoint::new(post("/staff/partners/{id}/suspend"), page::partner::suspend),
        Endpoint::new(post("/staff/partners/{id}/resume"), page::partner::resume),
    ]
}
