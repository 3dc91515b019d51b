//! Checking a pass at a checkpoint: text or a photo of a code in, a verdict with its reasons out.
//!
//! Used by inspectors through their page. The decision that matters: **nothing of a scan is kept but what a report of an
//! abnormal temperature says of it.** The text goes back into the page's own form (never into an address, where logs
//! and histories would keep it), the verdict goes into one log line without anything of the pass and into the numbers of
//! the shift (`plain`), and no row is written. Codes of others are judged by `recognition`, which notes that it
//! recognised one, and nothing of it. Scanning that is no checking is noticed (`abuse`).

use crate::http::route::{Access, Endpoint, Object, Route};
use domain::Role;

pub mod abuse;
pub mod admin;
pub mod api;
pub mod arrive;
pub mod asked;
pub mod configuration;
pub mod content;
pub mod device;
pub mod enrolment;
pub mod envelope;
pub mod import;
pub mod inputs;
pub mod inspect;
pub mod outbox;
pub mod page;
pub mod photo;
pub mod plain;
pub mod seal;
pub mod seal_keys;
pub mod settings;
pub mod shift;
pub mod short;
pub mod temperature;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
pub(crate) mod tests;

const PHOTO_LIMIT: usize = picture::MAX_BYTES + 64 * 1024;
const PHOTO_SECONDS: u64 = 30;
const OUTBOX_LIMIT: usize = 256 * 1024;
const ANSWER_SECONDS: u64 = 10;
/// For the largest file over a slow line, and for opening its items.
const IMPORT_SECONDS: u64 = 180;

/// What one server keeps in memory for the devices at checkpoints.
#[derive(Default)]
pub struct Parts {
    /// The settings that they go by, as they were signed last.
    pub configuration: configuration::Kept,
    /// What they send, on its way to the database.
    pub arrivals: arrive::Arrivals,
    /// The keys that they seal to, derived at first use: that takes as long as opening an item.
    pub seal_keys: std::sync::OnceLock<Vec<seal::SealKey>>,
}

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let mut all = of_inspectors();
    all.extend(of_administrators());
    all
}

fn of_administrators() -> Vec<Endpoint> {
    let administrators = Access::Staff(&[Role::Administrator]);
    let get = |path| Route::get(path, administrators).objects(&[Object::Any]);
    let post = |path| Route::post(path, administrators).objects(&[Object::Any]);
    vec![
        Endpoint::new(get("/staff/checkpoints"), page::places::list),
        Endpoint::new(post("/staff/checkpoints"), page::places::add),
        Endpoint::new(post("/staff/checkpoints/close"), page::places::close),
        Endpoint::new(post("/staff/checkpoints/reopen"), page::places::reopen),
        Endpoint::new(get("/staff/checkpoints/flags"), page::flags::list),
        Endpoint::new(post("/staff/checkpoints/flags"), page::flags::seen),
        Endpoint::new(get("/staff/devices"), page::devices::list),
        Endpoint::new(post("/staff/devices"), page::devices::add),
        Endpoint::new(post("/staff/devices/code"), page::devices::new_code),
        Endpoint::new(post("/staff/devices/withdraw"), page::devices::withdraw),
        Endpoint::new(get("/staff/devices/import"), page::import::show),
        Endpoint::new(
            post("/staff/devices/import").upload(import::MOST_BYTES + 64 * 1024, IMPORT_SECONDS),
            page::import::upload,
        ),
    ]
}

fn of_inspectors() -> Vec<Endpoint> {
    let inspectors = Access::Staff(&[Role::Inspector]);
    let own = |route: Route| route.objects(&[Object::OwnAccount]);
    let of_device = |route: Route| route.objects(&[Object::OwnDevice]);
    vec![
        Endpoint::new(Route::get("/check", inspectors), page::check::show),
        Endpoint::new(
            Route::post("/check", inspectors).upload(PHOTO_LIMIT, PHOTO_SECONDS),
            page::check::judge,
        ),
        Endpoint::new(
            Route::get("/.well-known/tongxing-checkpoint.jws", Access::Everyone),
            api::configuration::show,
        ),
        Endpoint::new(own(Route::get("/api/v1/checkpoint/session", inspectors)), api::session::show),
        Endpoint::new(Route::post("/api/v1/checkpoint/devices", inspectors), api::devices::enrol),
        Endpoint::new(Route::post("/api/v1/checkpoint/shifts", inspectors), api::shifts::begin),
        Endpoint::new(
            of_device(Route::post("/api/v1/checkpoint/outbox", Access::InspectorDevice))
                .larger(OUTBOX_LIMIT, ANSWER_SECONDS),
            api::outbox::send,
        ),
        Endpoint::new(
            of_device(Route::post("/api/v1/checkpoint/check", Access::InspectorDevice)),
            api::check::check,
        ),
        Endpoint::new(Route::get("/inspect", Access::Everyone), page::inspect::show),
        Endpoint::new(Route::get("/inspect/in/{language}", Access::Everyone), page::inspect::show_in),
        Endpoint::new(own(Route::post("/check/shift", inspectors)), page::gate::begin),
        Endpoint::new(own(Route::post("/check/shift/end", inspectors)), page::gate::end),
        Endpoint::new(Route::get("/check/no-code", inspectors), page::no_code::show),
        Endpoint::new(Route::post("/check/no-code", inspectors), page::no_code::submit),
        Endpoint::new(Route::post("/check/report", inspectors), page::second::submit),
        Endpoint::new(Route::get("/check/reported/{action}", inspectors), page::reported::show),
    ]
}
