//! `/recognition`: for travellers, which codes are accepted on entering the province, and what they do not do.

use askama::Template;
use axum::response::Response;

use crate::http::Failure;
use crate::http::page::{self, Page};

/// The codes that are accepted, as ends of locale keys.
const CODES: [&str; 6] = ["national", "national-pass", "hcert", "shc", "nzcp", "vds-nc"];
/// What a code of others does not do.
const LIMITS: [&str; 4] = ["entry", "colour", "kept", "hand"];

/// What the page shows.
#[derive(Template)]
#[template(path = "recognition/accepted.html")]
pub struct AcceptedPage {
    page: Page,
}

impl AcceptedPage {
    fn codes(&self) -> impl Iterator<Item = (String, String)> {
        let word = |end: String| self.page.t(format!("recognition-{end}"));
        CODES.iter().map(move |code| (word(format!("{code}-title")), word((*code).to_owned())))
    }

    fn limits(&self) -> impl Iterator<Item = String> {
        LIMITS.iter().map(|limit| self.page.t(format!("recognition-limit-{limit}")))
    }

    /// As it is.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self { page: page.clone() }]
    }
}

/// `GET /recognition`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&AcceptedPage { page })
}
