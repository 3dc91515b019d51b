//! The queue: what is not done, what is due first on top. No names: those stand behind a claim.

use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::Timestamp;
use domain::id::kind::{StaffId, TemperatureReportId};
use serde::Deserialize;
use store::rows::report::{ReportFigures, ReportRow};
use store::rows::review::ClaimedBy;

use super::{is_overdue, last, sample, span_text, time_left};
use crate::App;
use crate::health::claims::{self, QueuePart, SHOWN};
use crate::http::Failure;
use crate::http::page::{self, Page};
use crate::http::session::Staff;

/// The queue.
#[derive(Template)]
#[template(path = "health/queue.html")]
pub struct QueuePage {
    page: Page,
    staff: StaffId,
    part: QueuePart,
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

    /// “101 to 200 of 345”, where there is more than one page.
    fn span(&self) -> Option<String> {
        let first = (self.part.page - 1) * SHOWN + 1;
        let last = first - 1 + i64::try_from(self.part.rows.len()).unwrap_or(SHOWN);
        let values = [
            ("first", first.to_string()),
            ("last", last.to_string()),
            ("all", self.part.figures.open.to_string()),
        ];
        (self.part.pages > 1).then(|| self.page.words.with("report-span", &values))
    }

    /// The newest report of the whole queue, by which the script knows a new one, on whatever page it stands.
    fn newest(&self) -> String {
        self.part.figures.newest.map(|id| id.to_string()).unwrap_or_default()
    }

    fn median(&self) -> Option<String> {
        let micros = u64::try_from(self.part.figures.median?).unwrap_or(0);
        Some(span_text(&self.page, Duration::from_micros(micros)))
    }

    /// One row of each kind; nothing to do; the middle one of three pages.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |rows, figures, (at, pages)| Self {
            page: page.clone(),
            staff: StaffId::from_i64(7),
            part: QueuePart { rows, figures, page: at, pages },
            now: sample::NOW,
        };
        let median = Some(252_000_000);
        let newest = Some(TemperatureReportId::from_i64(5));
        let figures = |open| ReportFigures { open, overdue: 1, newest, acknowledged: 9, median };
        let quick = ReportFigures { acknowledged: 2, median: Some(9_000_000), ..Default::default() };
        let mut late = sample::rows();
        late.iter_mut().skip(2).for_each(|row| row.exported = true);
        vec![
            sample(sample::rows(), figures(4), (1, 1)),
            sample(Vec::new(), ReportFigures::default(), (1, 1)),
            sample(Vec::new(), quick, (1, 1)),
            sample(late, figures(204), (2, 3)),
        ]
    }
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    page: String,
}

/// `GET /reports`, with `page=…`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let part = claims::queue(&app, asked.page.parse().unwrap_or(1)).await?;
    page::show(&QueuePage { page, staff: staff.id, part, now: app.now() })
}
