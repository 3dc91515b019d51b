//! The queue: what is not done, what is due first on top. No names: those stand behind a claim.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use domain::id::kind::StaffId;
use store::rows::report::{ReportFigures, ReportRow};
use store::rows::review::ClaimedBy;

use super::{is_overdue, last, sample, span_text, time_left};
use crate::App;
use crate::health::claims;
use crate::http::Failure;
use crate::http::page::{self, Page};
use crate::http::session::Staff;

/// The queue.
#[derive(Template)]
#[template(path = "health/queue.html")]
pub struct QueuePage {
    page: Page,
    staff: StaffId,
    rows: Vec<ReportRow>,
    figures: ReportFigures,
    now: Timestamp,
}

impl QueuePage {
    fn is_overdue(&self, row: &ReportRow) -> bool {
        is_overdue(row, self.now)
    }

    fn time_left(&self, row: &ReportRow) -> String {
        time_left(&self.page, row, self.now)
    }

    fn last(&self, row: &ReportRow) -> String {
        last(&self.page, row)
    }

    fn action(&self, row: &ReportRow) -> String {
        self.page.t(format!("report-action-{}", row.report.action.as_str().replace('_', "-")))
    }

    fn claim_of<'a>(&self, row: &'a ReportRow) -> Option<&'a ClaimedBy> {
        row.claimed.as_ref().filter(|claim| claim.until > self.now)
    }

    fn is_mine(&self, claim: &ClaimedBy) -> bool {
        claim.staff == self.staff
    }

    fn more(&self) -> bool {
        self.rows.len() >= usize::try_from(claims::SHOWN).unwrap_or(usize::MAX)
    }

    /// The newest report on the page, by which the script knows a new one.
    fn newest(&self) -> String {
        self.rows.iter().map(|row| row.id.to_string()).max().unwrap_or_default()
    }

    fn median(&self) -> Option<String> {
        let micros = u64::try_from(self.figures.median?).unwrap_or(0);
        Some(span_text(&self.page, Duration::from_micros(micros)))
    }

    /// Empty; and one row of each kind.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |rows, figures| Self {
            page: page.clone(),
            staff: StaffId::from_i64(7),
            rows,
            figures,
            now: sample::NOW,
        };
        let median = Some(252_000_000);
        vec![
            sample(sample::rows(), ReportFigures { open: 4, overdue: 1, acknowledged: 9, median }),
            sample(Vec::new(), ReportFigures::default()),
            sample(
                Vec::new(),
                ReportFigures { acknowledged: 2, median: Some(9_000_000), ..Default::default() },
            ),
        ]
    }
}

/// `GET /reports`
pub async fn show(State(app): State<App>, page: Page, staff: Staff) -> Result<Response, Failure> {
    let (rows, figures) = claims::queue(&app).await?;
    page::show(&QueuePage { page, staff: staff.id, rows, figures, now: app.now() })
}
