//! The service over HTTP: one folder a section of the notice, each with its use cases (no HTTP in them),
//! its API endpoints (`api/`) and its pages (`page/`).
//!
//! Architecture invariant: only `http/` and the endpoint files know status codes; a route exists only as a
//! [`http::route::Route`], from which the router, the role matrix and the OpenAPI check are all made.

pub mod app;
pub mod http;
pub mod words;

pub use app::{App, Settings};
