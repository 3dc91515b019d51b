//! What was done in the last days.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use store::rows::report::ReportRow;

use super::{last, sample};
use crate::App;
use crate::health::case::{self, DONE_DAYS};
use crate::http::Failure;
use crate::http::page::{self, Page};

/// What was done.
#[derive(Template)]
#[template(path = "health/done.html")]
pub struct DonePage {
    page: Page,
    rows: Vec<ReportRow>,
}

impl DonePage {
    fn days() -> u64 {
        DONE_DAYS
    }

    fn last(&self, row: &ReportRow) -> String {
        last(&self.page, row)
    }

    fn done_at(&self, row: &ReportRow) -> String {
        row.done.map(|(at, _)| self.page.words.date_time(at)).unwrap_or_default()
    }

    fn outcome(&self, row: &ReportRow) -> String {
        let name = |outcome: domain::report::ReportOutcome| outcome.as_str().replace('_', "-");
        row.done
            .map(|(_, outcome)| self.page.t(format!("report-outcome-{}", name(outcome))))
            .unwrap_or_default()
    }

    /// Nothing; and one of each outcome.
    pub fn samples(page: &Page) -> Vec<Self> {
        [Vec::new(), sample::done()].map(|rows| Self { page: page.clone(), rows }).into()
    }
}

/// `GET /reports/done`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let rows = case::done(&app).await?;
    page::show(&DonePage { page, rows })
}
