//! The page that says why a reviewer cannot work on an application now, and what they can do instead. What
//! they had typed is still on it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Timestamp;
use domain::id::kind::ApplicationId;

use crate::http::page::{self, Page};
use crate::http::{Failure, Kind};
use crate::review::error::{Hindrance, ReviewError};

/// What stands in the way.
#[derive(Template)]
#[template(path = "review/hindered.html")]
pub struct HinderedPage {
    page: Page,
    id: ApplicationId,
    reference: String,
    hindrance: Hindrance,
    typed: String,
}

impl HinderedPage {
    fn heading(&self) -> String {
        self.page.t(format!("review-hindered-{}-title", self.hindrance.as_str()))
    }

    fn explanation(&self) -> String {
        let key = format!("review-hindered-{}", self.hindrance.as_str());
        match &self.hindrance {
            Hindrance::Theirs { until, .. } => self.page.t1(key, "until", self.page.words.date_time(*until)),
            _ => self.page.t(key),
        }
    }

    fn other(&self) -> Option<&str> {
        match &self.hindrance {
            Hindrance::Theirs { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Every hindrance; one with a message that was typed in vain.
    pub fn samples(page: &Page) -> Vec<Self> {
        let theirs =
            Hindrance::Theirs { name: "Li Ying".to_owned(), until: Timestamp::from_seconds(1_795_436_000) };
        let all = [
            Hindrance::Unclaimed,
            theirs,
            Hindrance::Lapsed,
            Hindrance::Entered,
            Hindrance::Changed,
            Hindrance::Ended,
        ];
        let sample = |hindrance: Hindrance| Self {
            page: page.clone(),
            id: ApplicationId::from_i64(1),
            reference: "HB-7K3M-92QJ".to_owned(),
            typed: if hindrance == Hindrance::Lapsed {
                "Please send a photo.".to_owned()
            } else {
                String::new()
            },
            hindrance,
        };
        all.into_iter().map(sample).collect()
    }
}

/// The application of an address.
pub fn id(text: &str) -> Result<ApplicationId, Failure> {
    text.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))
}

/// Hindered: the page with 409; anything else: the failure.
pub fn or_failure(
    page: Page,
    id: ApplicationId,
    error: ReviewError,
    typed: &str,
) -> Result<Response, Failure> {
    answer(StatusCode::CONFLICT, page, id, error, typed)
}

/// The same for what may only be looked at under one's own claim: 403.
pub fn or_forbidden(page: Page, id: ApplicationId, error: ReviewError) -> Result<Response, Failure> {
    answer(StatusCode::FORBIDDEN, page, id, error, "")
}

fn answer(
    status: StatusCode,
    page: Page,
    id: ApplicationId,
    error: ReviewError,
    typed: &str,
) -> Result<Response, Failure> {
    let ReviewError::Hindered(hindrance, reference) = error else { return Err(error.into()) };
    let shown = HinderedPage { page, id, reference, hindrance, typed: typed.to_owned() };
    let mut response = page::show(&shown)?;
    *response.status_mut() = status;
    Ok(response)
}
