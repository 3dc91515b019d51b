//! The page that says why an officer cannot do something now.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::evidence::{EvidenceError, Hindrance};
use crate::http::Failure;
use crate::http::page::{self, Page};

/// What stands in the way.
#[derive(Template)]
#[template(path = "evidence/hindered.html")]
pub struct HinderedPage {
    page: Page,
    hindrance: Hindrance,
    back: String,
    typed: String,
}

impl HinderedPage {
    /// Every hindrance; one with a note that was typed in vain.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |hindrance: &Hindrance| Self {
            page: page.clone(),
            hindrance: *hindrance,
            back: "/evidence".to_owned(),
            typed: if *hindrance == Hindrance::Stopped { "Laboratory of the hospital." } else { "" }
                .to_owned(),
        };
        Hindrance::ALL.iter().map(sample).collect()
    }
}

/// Hindered: the page with 409, which leads to `back`; anything else: the failure.
pub fn or_failure(page: Page, error: EvidenceError, back: String, typed: &str) -> Result<Response, Failure> {
    let EvidenceError::Hindered(hindrance) = error else { return Err(error.into()) };
    let mut response = page::show(&HinderedPage { page, hindrance, back, typed: typed.to_owned() })?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}
