//! The service over HTTP: one folder a section of the notice, each with its use cases (no HTTP in them),
//! its API endpoints (`api/`) and its pages (`page/`).
//!
//! Architecture invariant: only `http/` and the endpoint files know status codes; a route exists only as a
//! [`http::route::Route`], from which the router, the role matrix and the OpenAPI check are all made.

pub mod access;
pub mod app;
pub mod appeal;
pub mod application;
pub mod audit;
pub mod batch;
pub mod casework;
pub mod checkpoint;
pub mod companion;
pub mod consent;
pub mod contact;
pub mod decision;
pub mod demonstration;
pub mod desk;
pub mod evidence;
pub mod figures;
pub mod filing;
pub mod health;
pub mod help;
pub mod holder;
pub mod http;
pub mod jobs;
pub mod location;
pub mod message;
pub mod openapi;
pub mod partner;
pub mod pass;
pub mod recognition;
pub mod review;
pub mod roles;
pub mod samples;
pub mod staff;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod transparency;
pub mod visit;
pub mod words;

pub use app::{App, Parts, REPORT_DUE, Settings};
use http::Endpoint;

/// Every endpoint of the service.
pub fn endpoints() -> Vec<Endpoint> {
    let mut all = vec![http::language::endpoint()];
    all.extend(http::assets::endpoints());
    all.extend(http::health::endpoints());
    all.push(http::metrics::endpoint());
    all.extend(help::endpoints());
    all.extend(demonstration::endpoints());
    all.extend(filing::endpoints());
    all.extend(openapi::endpoints());
    all.extend(staff::endpoints());
    all.extend(checkpoint::endpoints());
    all.extend(recognition::endpoints());
    all.extend(partner::endpoints());
    all.extend(pass::endpoints());
    all.extend(holder::endpoints());
    all.extend(contact::endpoints());
    all.extend(message::endpoints());
    all.extend(review::endpoints());
    all.extend(figures::endpoints());
    all.extend(audit::endpoints());
    all.extend(health::endpoints());
    all.extend(application::endpoints());
    all.extend(companion::endpoints());
    all.extend(desk::endpoints());
    all.extend(location::endpoints());
    all.extend(visit::endpoints());
    all.extend(casework::endpoints());
    all.extend(evidence::endpoints());
    all.extend(appeal::endpoints());
    all.extend(decision::endpoints());
    all.extend(transparency::endpoints());
    all
}

/// The service's router.
pub fn router(app: &App) -> axum::Router {
    http::router::router(app, endpoints())
}
