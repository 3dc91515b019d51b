//! Service desks: a member of staff applies and prints for people who come without a phone, with their documents.
//!
//! A visit takes the place of the phone. What is about the person stands in a device session that no cookie opens, and
//! while the visit is open the pages of a phone stand below `/desk`, by the same handlers: there is no second copy of
//! the questions, of the match, of its limits or of its words. The decision that matters: a visit is open in one staff
//! session, for one person, for as long as somebody uses it; whoever comes back shows their document again.
//!
//! Architecture invariants: nobody is found but by what they carry: the reference number, and the number and date of
//! birth of their document. What a desk does for somebody is recorded where they can read it. Whoever entered
//! something at a desk never decides it. A desk never moves a code away from a phone.

use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Role;

use crate::http::page::AT_DESK;
use crate::http::route::{Access, Endpoint, Object, Route};
use crate::http::{Failure, Kind};
use crate::{application, companion, holder, pass};

pub mod close;
pub mod find;
pub mod page;
pub mod slip;
#[cfg(test)]
mod tests;
pub mod visit;

const OFFICER: Access = Access::Staff(&[Role::DeskOfficer]);

/// The routes of this folder.
pub fn endpoints() -> Vec<Endpoint> {
    let officer = |route: Route| route.objects(&[Object::Any]);
    let mut all = vec![
        Endpoint::new(officer(Route::get("/desk", OFFICER)), page::start::show),
        Endpoint::new(officer(Route::get("/desk/new", OFFICER)), page::new::show),
        Endpoint::new(officer(Route::post("/desk/new", OFFICER)), page::new::begin),
        Endpoint::new(officer(Route::get("/desk/find", OFFICER)), page::find::show),
        Endpoint::new(officer(Route::post("/desk/find", OFFICER)), page::find::find),
        Endpoint::new(officer(Route::get("/desk/ended", OFFICER)), page::ended::show),
        Endpoint::new(officer(Route::get("/desk/closed", OFFICER)), page::ended::closed),
    ];
    all.extend(of_the_visit().into_iter().map(stays_at_desk));
    all
}

/// What is about the person whose visit is open.
fn of_the_visit() -> Vec<Endpoint> {
    let get = |path| Route::get(path, Access::Visit).objects(&[Object::OwnVisit]);
    let post = |path| Route::post(path, Access::Visit).objects(&[Object::OwnVisit]);
    let mut all = vec![
        Endpoint::new(post("/desk/next"), page::start::next),
        Endpoint::new(get("/desk/slip"), page::slip::show),
        Endpoint::new(post("/desk/slip"), page::slip::renew),
        Endpoint::new(get("/desk/my-code"), page::code::show),
        Endpoint::new(get("/desk/apply/consent"), companion::page::consent::show),
        Endpoint::new(post("/desk/apply/consent"), companion::page::consent::give),
        Endpoint::new(get("/desk/my-code/print"), pass::page::print::show),
        Endpoint::new(post("/desk/my-code/print"), pass::page::print::issue),
        Endpoint::new(get("/desk/my-code/print/{paper}"), pass::page::print::pdf),
        Endpoint::new(get("/desk/my-code/health"), holder::page::health::show),
        Endpoint::new(post("/desk/my-code/health"), holder::page::health::declare),
        Endpoint::new(get("/desk/my-data"), holder::page::data::show),
        Endpoint::new(get("/desk/my-data/correct"), holder::page::correct::show),
        Endpoint::new(post("/desk/my-data/correct"), holder::page::correct::start),
        Endpoint::new(get("/desk/my-data/delete"), holder::page::delete::confirm),
        Endpoint::new(post("/desk/my-data/delete"), page::ended::close),
    ];
    all.extend(application::page::endpoints_at_desk());
    all
}

/// After this many seconds without a request the desk's browser leaves the person's page by itself: a little later
/// than the visit ends.
const LEAVE: &str = "610; url=/desk/ended";

/// The person's pages stay at the desk: where a handler sends a phone on, the desk is sent to the same page below
/// `/desk`. Nothing of a person stays on a screen that nobody uses.
fn stays_at_desk(endpoint: Endpoint) -> Endpoint {
    Endpoint { route: endpoint.route, handler: endpoint.handler.layer(from_fn(stay)) }
}

async fn stay(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let failed = response.extensions().get::<Failure>().map(|failure| failure.kind);
    if failed == Some(Kind::OTHER_PERSON) {
        // A form of the visit before: that has ended, and nothing was changed.
        return Redirect::to("/desk/ended").into_response();
    }
    let headers = response.headers_mut();
    let away = headers.get(header::LOCATION).and_then(|to| to.to_str().ok());
    let below = away.filter(|to| to.starts_with('/') && !is_at_desk(to)).map(|to| format!("{AT_DESK}{to}"));
    if let Some(value) = below.and_then(|to| HeaderValue::try_from(to).ok()) {
        headers.insert(header::LOCATION, value);
    }
    headers.insert(header::REFRESH, HeaderValue::from_static(LEAVE));
    response
}

fn is_at_desk(path: &str) -> bool {
    path.strip_prefix(AT_DESK).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}
