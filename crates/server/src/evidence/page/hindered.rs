//! Why an officer cannot do something now.

use axum::response::Response;

use crate::evidence::EvidenceError;
use crate::http::page::Page;
use crate::http::{Failure, hindered};

/// Hindered: the page with 409, which leads to `back`; anything else: the failure.
pub fn or_failure(page: Page, error: EvidenceError, back: String, typed: &str) -> Result<Response, Failure> {
    let EvidenceError::Hindered(hindrance) = error else { return Err(error.into()) };
    hindered::show(page, hindrance.key(), back, typed)
}
