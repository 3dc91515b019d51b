//! Locations: managers register them, reviewers approve them, posters and tablets carry their codes.
//!
//! Invariants: nobody decides on a location that they manage; what a poster said when it was approved cannot be changed
//! without another approval; a manager reaches their own locations alone, and learns how many people are inside, never
//! who; nothing here changes anything about a person. The decision that matters: **a version of a poster is a row with a
//! code of its own** (decision 0031), so that what was copied can be ended without a word to whoever copied it.

use domain::Role;
use domain::location::DailyKey;
use store::Store;

use crate::http::route::{Access, Endpoint, Object, Route};

pub mod batch;
pub mod checkpoint;
pub mod details;
pub mod error;
pub mod flags;
pub mod inside;
pub mod join;
pub mod page;
pub mod people;
pub mod places;
pub mod posters;
pub mod print;
pub mod registry;
pub mod review;
pub mod tablet;
#[cfg(test)]
mod tests;

pub use error::LocationError;

const MANAGERS: Access = Access::Staff(&[Role::LocationManager]);
/// Administrators keep the locations of checkpoints.
const KEEPERS: Access = Access::Staff(&[Role::LocationManager, Role::Administrator]);
const REVIEWERS: Access = Access::Staff(&[Role::Reviewer]);

/// A thousand posters take half a minute (decision 0030), more where others print too.
const PRINT_SECONDS: u64 = 180;
/// For ten thousand rows over a slow line.
const BATCH_SECONDS: u64 = 120;

/// The key of the codes on tablets: derived from the installation's keys, so that all its servers have the same.
pub fn daily_key(store: &Store) -> DailyKey {
    DailyKey::new(&store.sealer().derived("tongxing tablets v1")[0])
}

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let mut all = vec![
        Endpoint::new(Route::get("/locations/join", Access::Everyone), page::join::show),
        Endpoint::new(Route::post("/locations/join", Access::Everyone), page::join::submit),
        Endpoint::new(Route::get("/tablet", Access::Everyone), page::tablet::show),
    ];
    all.extend(of_managers());
    all.extend(of_one());
    all.extend(of_keepers());
    all.extend(of_others());
    all
}

fn of_managers() -> Vec<Endpoint> {
    let own = |route: Route| route.objects(&[Object::OwnLocation]);
    let get = |path| own(Route::get(path, MANAGERS));
    let post = |path| own(Route::post(path, MANAGERS));
    vec![
        Endpoint::new(get("/locations"), page::list::show),
        Endpoint::new(get("/locations/new"), page::edit::new),
        Endpoint::new(post("/locations/new"), page::edit::add),
        Endpoint::new(get("/locations/batch"), page::batch::show),
        Endpoint::new(
            post("/locations/batch").upload(batch::MOST_BYTES + 64 * 1024, BATCH_SECONDS),
            page::batch::upload,
        ),
        Endpoint::new(get("/locations/batch/columns.csv"), page::batch::columns),
        Endpoint::new(get("/locations/batch/{id}"), page::batch::one),
        Endpoint::new(get("/locations/batch/{id}/report.csv"), page::batch::report),
        Endpoint::new(get("/locations/posters"), page::all_posters::show),
        Endpoint::new(get("/locations/posters/{file}").larger(0, PRINT_SECONDS), page::all_posters::file),
    ]
}

fn of_one() -> Vec<Endpoint> {
    let own = |route: Route| route.objects(&[Object::OwnLocation]);
    let get = |path| own(Route::get(path, MANAGERS));
    let post = |path| own(Route::post(path, MANAGERS));
    vec![
        Endpoint::new(get("/locations/{id}"), page::one::show),
        Endpoint::new(get("/locations/{id}/edit"), page::edit::show),
        Endpoint::new(post("/locations/{id}/edit"), page::edit::change),
        Endpoint::new(post("/locations/{id}/state"), page::one::set_state),
        Endpoint::new(post("/locations/{id}/entrances"), page::one::add_entrance),
        Endpoint::new(post("/locations/{id}/entrances/close"), page::one::close_entrance),
        Endpoint::new(post("/locations/{id}/managers"), page::one::add_manager),
        Endpoint::new(post("/locations/{id}/managers/remove"), page::one::remove_manager),
    ]
}

fn of_keepers() -> Vec<Endpoint> {
    let own = |route: Route| route.objects(&[Object::OwnLocation]);
    let get = |path| own(Route::get(path, KEEPERS));
    let post = |path| own(Route::post(path, KEEPERS));
    vec![
        Endpoint::new(get("/locations/flags"), page::flags::show),
        Endpoint::new(post("/locations/flags"), page::flags::seen),
        Endpoint::new(get("/locations/{id}/posters"), page::posters::show),
        Endpoint::new(post("/locations/{id}/posters/rotate"), page::posters::rotate),
        Endpoint::new(get("/locations/{id}/posters/{file}").larger(0, PRINT_SECONDS), page::posters::file),
        Endpoint::new(get("/locations/{id}/tablet"), page::tablet::set_up),
        Endpoint::new(post("/locations/{id}/tablet"), page::tablet::begin),
        Endpoint::new(post("/locations/{id}/tablet/end"), page::tablet::end),
        Endpoint::new(get("/locations/{id}/inside"), page::inside::show),
    ]
}

fn of_others() -> Vec<Endpoint> {
    let any = |route: Route| route.objects(&[Object::Any]);
    let administrators = Access::Staff(&[Role::Administrator]);
    vec![
        Endpoint::new(any(Route::get("/review/locations", REVIEWERS)), page::queue::show),
        Endpoint::new(any(Route::post("/review/locations", REVIEWERS)), page::queue::decide),
        Endpoint::new(any(Route::get("/review/locations/{id}", REVIEWERS)), page::case::show),
        Endpoint::new(any(Route::post("/review/locations/{id}", REVIEWERS)), page::case::decide),
        Endpoint::new(any(Route::post("/staff/checkpoints/code", administrators)), page::checkpoint::give),
    ]
}
