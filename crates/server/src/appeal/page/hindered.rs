//! What keeps an appeal from being filed or answered now.

use axum::response::Response;

use crate::appeal::AppealError;
use crate::evidence::EvidenceError;
use crate::http::page::Page;
use crate::http::{Failure, hindered};

/// The page of what stands in the way, which leads to `back`, with what was typed; or the failure.
pub fn or_failure(page: Page, error: AppealError, back: String, typed: &str) -> Result<Response, Failure> {
    match error {
        AppealError::Hindered(why) => hindered::show(page, why.key(), back, typed),
        AppealError::Evidence(EvidenceError::Hindered(why)) => hindered::show(page, why.key(), back, typed),
        error => Err(error.into()),
    }
}
