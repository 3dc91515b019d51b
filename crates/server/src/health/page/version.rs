//! What a device sent twice with different content: the list, and the two side by side.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::Timestamp;
use domain::id::kind::OutboxConflictId;
use domain::report::Report;

use super::{degrees, said, sample};
use crate::App;
use crate::health::version::{self, Came, Versions};
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Kind};

/// The list.
#[derive(Template)]
#[template(path = "health/versions.html")]
pub struct VersionsPage {
    page: Page,
    all: Vec<Came>,
}

/// The two side by side.
#[derive(Template)]
#[template(path = "health/version.html")]
pub struct VersionPage {
    page: Page,
    versions: Versions,
}

/// What both say about one thing.
pub struct Pair {
    key: &'static str,
    first: String,
    second: String,
}

impl Pair {
    fn differs(&self) -> bool {
        self.first != self.second
    }
}

impl VersionsPage {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn time(&self, at: &Timestamp) -> String {
        self.page.words.date_time(*at)
    }

    /// None, and two.
    pub fn samples(page: &Page) -> Vec<Self> {
        let two = vec![sample::came(1), sample::came(2)];
        [Vec::new(), two].map(|all| Self { page: page.clone(), all }).into()
    }
}

impl VersionPage {
    fn came(&self) -> String {
        self.page.words.date_time(self.versions.came.at)
    }

    /// Nothing where one of the two is no report.
    fn pairs(&self) -> Vec<Pair> {
        let first = self.versions.first.as_ref().map(|row| said_by(&self.page, row.taken_at, &row.report));
        let second = self.versions.second.as_ref().map(|(at, report)| said_by(&self.page, *at, report));
        let Some(some) = first.as_ref().or(second.as_ref()) else { return Vec::new() };
        let text = |side: &Option<Vec<(&str, String)>>, at: usize| {
            side.as_ref().map(|lines| lines[at].1.clone()).unwrap_or_default()
        };
        let pair = |(at, (key, _)): (usize, &(&'static str, String))| Pair {
            key,
            first: text(&first, at),
            second: text(&second, at),
        };
        some.iter().enumerate().map(pair).filter(|pair| pair.differs() || !pair.first.is_empty()).collect()
    }

    /// Both; the second alone; the first alone.
    pub fn samples(page: &Page) -> Vec<Self> {
        sample::versions().into_iter().map(|versions| Self { page: page.clone(), versions }).collect()
    }
}

/// Everything that a report says, always in the same lines. Which pass it was is no word for anybody.
fn said_by(page: &Page, at: Timestamp, report: &Report) -> Vec<(&'static str, String)> {
    let readings: Vec<String> = report.readings.iter().map(|one| said::reading(page, one)).collect();
    let last = said::shown(report).and_then(|shown| shown.last_four.clone());
    vec![
        ("version-at", page.words.date_time(at)),
        ("report-col-reading", readings.join(" · ")),
        ("report-threshold", degrees(page, report.threshold)),
        ("report-col-action", said::action(page, report)),
        ("report-subject", said::subject(page, report)),
        ("report-document", said::document(page, report).unwrap_or_default()),
        ("report-last-four", last.unwrap_or_default()),
        ("report-verdict", report.verdict.clone().unwrap_or_default()),
    ]
}

/// `GET /reports/versions`
pub async fn list(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let all = version::list(&app).await?;
    page::show(&VersionsPage { page, all })
}

/// `GET /reports/versions/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id: OutboxConflictId = id.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))?;
    let versions = version::open(&app, &staff, id).await?;
    page::show(&VersionPage { page, versions })
}
