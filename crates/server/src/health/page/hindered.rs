//! The page that says why an officer cannot do something with a report now. What they had typed is still on it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Timestamp;
use domain::id::kind::TemperatureReportId;

use crate::health::error::{Hindrance, ReportError};
use crate::http::page::{self, Page};
use crate::http::{Failure, Kind};

/// What stands in the way.
#[derive(Template)]
#[template(path = "health/hindered.html")]
pub struct HinderedPage {
    page: Page,
    id: TemperatureReportId,
    hindrance: Hindrance,
    typed: String,
}

impl HinderedPage {
    fn heading(&self) -> String {
        self.page.t(format!("report-hindered-{}-title", self.hindrance.as_str()))
    }

    fn explanation(&self) -> String {
        let key = format!("report-hindered-{}", self.hindrance.as_str());
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

    /// Every hindrance; one with a note that was typed in vain.
    pub fn samples(page: &Page) -> Vec<Self> {
        let theirs =
            Hindrance::Theirs { name: "Li Ying".to_owned(), until: Timestamp::from_seconds(1_795_436_000) };
        let all = [
            Hindrance::Untaken,
            theirs,
            Hindrance::Lapsed,
            Hindrance::Changed,
            Hindrance::Done,
            Hindrance::NoHolder,
        ];
        let sample = |hindrance: Hindrance| Self {
            page: page.clone(),
            id: TemperatureReportId::from_i64(1),
            typed: if hindrance == Hindrance::Lapsed { "Reached by phone." } else { "" }.to_owned(),
            hindrance,
        };
        all.into_iter().map(sample).collect()
    }
}

/// The report of an address.
pub fn id(text: &str) -> Result<TemperatureReportId, Failure> {
    text.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))
}

/// Hindered: the page with 409; anything else: the failure.
pub fn or_failure(
    page: Page,
    id: TemperatureReportId,
    error: ReportError,
    typed: &str,
) -> Result<Response, Failure> {
    let ReportError::Hindered(hindrance) = error else { return Err(error.into()) };
    let mut response = page::show(&HinderedPage { page, id, hindrance, typed: typed.to_owned() })?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}
