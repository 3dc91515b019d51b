//! The applicant's pages.

mod apply;
mod check;
mod done;
mod recover;
mod recovery_panel;
mod state;
pub mod step;

pub use apply::{ApplyPage, begin_session};
pub use check::{CheckPage, TooManyPage};
pub use done::DonePage;
pub use recover::{RecoverPage, held};
pub use state::{MovedPage, StatePage, WithdrawPage};
pub use step::StepPage;

use axum::extract::State;

use super::answers::Step;
use crate::App;
use crate::http::route::{Access, Endpoint, Object, Route};
use crate::http::session::Device;
use crate::http::{Fields, Page};

/// The most that a photo may have, in bytes, and with what a form puts around it.
pub const MAX_PHOTO: usize = 5 * 1024 * 1024;
/// What a form with such a photo may have.
pub const PHOTO_FORM: usize = MAX_PHOTO + 64 * 1024;
/// How long it may take, in seconds.
pub const PHOTO_SECONDS: u64 = 60;

const OWN: &[Object] = &[Object::OwnSession];

/// The same pages at a service desk, by the same handlers, for the person whose visit is open there.
pub fn endpoints_at_desk() -> Vec<Endpoint> {
    let get = |path| Route::get(path, Access::Visit).objects(&[Object::OwnVisit]);
    let post = |path| Route::post(path, Access::Visit).objects(&[Object::OwnVisit]);
    let photo = post("/desk/application/photo").upload(PHOTO_FORM, PHOTO_SECONDS);
    let mut all = vec![
        Endpoint::new(get("/desk/apply"), apply::show),
        Endpoint::new(post("/desk/apply"), apply::start),
        Endpoint::new(get("/desk/apply/check"), check::show),
        Endpoint::new(post("/desk/apply/check"), check::send),
        Endpoint::new(get("/desk/apply/done"), done::show),
        Endpoint::new(get("/desk/application"), state::show),
        Endpoint::new(post("/desk/application/correct"), state::correct),
        Endpoint::new(photo, state::photo),
        Endpoint::new(get("/desk/application/withdraw"), state::ask_withdraw),
        Endpoint::new(post("/desk/application/withdraw"), state::withdraw),
    ];
    for step in Step::ALL {
        all.extend(step_endpoints(get(step.path_at_desk()), post(step.path_at_desk()), step));
    }
    all
}

fn step_endpoints(get: Route, post: Route, step: Step) -> [Endpoint; 2] {
    let show = move |State(app): State<App>, page: Page, device: Device| step::show(app, page, device, step);
    let keep = move |State(app): State<App>, page: Page, device: Device, fields: Fields| {
        step::keep(app, page, device, step, fields)
    };
    [Endpoint::new(get, show), Endpoint::new(post, keep)]
}

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let get = |path| Route::get(path, Access::Device).objects(OWN);
    let post = |path| Route::post(path, Access::Device).objects(OWN);
    let mut all = vec![
        Endpoint::new(Route::get("/apply", Access::Everyone), apply::show),
        Endpoint::new(Route::post("/apply", Access::Everyone), apply::start),
        Endpoint::new(get("/apply/check"), check::show),
        Endpoint::new(post("/apply/check"), check::send),
        Endpoint::new(get("/apply/done"), done::show),
        Endpoint::new(post("/application/noted"), done::noted),
        Endpoint::new(get("/application"), state::show),
        Endpoint::new(post("/application/correct"), state::correct),
        Endpoint::new(post("/application/photo").upload(PHOTO_FORM, PHOTO_SECONDS), state::photo),
        Endpoint::new(get("/application/withdraw"), state::ask_withdraw),
        Endpoint::new(post("/application/withdraw"), state::withdraw),
        Endpoint::new(Route::get("/recover", Access::Everyone), recover::show),
        Endpoint::new(Route::post("/recover", Access::Everyone), recover::recover),
    ];
    for step in Step::ALL {
        all.extend(step_endpoints(get(step.path()), post(step.path()), step));
    }
    all
}
