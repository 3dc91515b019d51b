//! The queue: what waits for a reviewer, most urgent first. No names: those stand behind a claim.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::application::{DUE, ESCALATE};
use domain::id::kind::{ApplicationId, StaffId};
use serde::Deserialize;
use store::rows::application::Finding;
use store::rows::review::{ClaimedBy, Queued, Waiting};

use super::hindered;
use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};
use crate::review::claims;

/// What the queue can be narrowed to.
pub const FINDINGS: [Finding; 3] = [Finding::Near, Finding::Further, Finding::Absent];

/// The queue.
#[derive(Template)]
#[template(path = "review/queue.html")]
pub struct QueuePage {
    page: Page,
    staff: StaffId,
    finding: Option<Finding>,
    rows: Vec<Queued>,
    waiting: Waiting,
    now: Timestamp,
    nothing_free: bool,
}

impl QueuePage {
    fn findings() -> [Finding; 3] {
        FINDINGS
    }

    fn finding_name(&self) -> &'static str {
        self.finding.map_or("", Finding::as_str)
    }

    fn is_overdue(&self, row: &Queued) -> bool {
        row.due_at.is_some_and(|due| due <= self.now)
    }

    fn is_escalated(&self, row: &Queued) -> bool {
        let late = row.due_at.is_some_and(|due| due <= self.now.plus(DUE.saturating_sub(ESCALATE)));
        !self.is_overdue(row) && (late || row.escalated_at.is_some())
    }

    fn time_left(&self, row: &Queued) -> String {
        time_left(&self.page, row.due_at, self.now)
    }

    fn claim_of<'a>(&self, row: &'a Queued) -> Option<&'a ClaimedBy> {
        row.claimed.as_ref().filter(|claim| claim.until > self.now)
    }

    fn is_mine(&self, claim: &ClaimedBy) -> bool {
        claim.staff == self.staff
    }

    fn more(&self) -> bool {
        self.rows.len() >= usize::try_from(claims::QUEUE_SHOWN).unwrap_or(usize::MAX)
    }

    /// Empty; and one row of each kind: overdue, escalated and claimed by another, one's own, free.
    pub fn samples(page: &Page) -> Vec<Self> {
        use documents::Kind::{HkMacaoPermit, Passport, TaiwanPermit};
        let now = Timestamp::from_seconds(1_795_435_200);
        let hour = |h: u64| Duration::from_secs(h * 3600 + 1200);
        let claim = |staff, name: &str| {
            Some(ClaimedBy {
                staff: StaffId::from_i64(staff),
                name: name.to_owned(),
                until: now.plus(hour(0)),
            })
        };
        let row = |id, reference: &str, kind, finding, due_at, claimed| Queued {
            id: ApplicationId::from_i64(id),
            reference: reference.to_owned(),
            kind,
            finding,
            due_at: Some(due_at),
            escalated_at: None,
            claimed,
        };
        let rows = vec![
            row(1, "HB-7K3M-92QJ", Passport, Finding::Near, now.minus(hour(2)), None),
            row(2, "HB-2X9P-44T5", HkMacaoPermit, Finding::Absent, now.plus(hour(3)), claim(8, "Li Ying")),
            row(3, "HB-M3QW-8R5N", Passport, Finding::Further, now.plus(hour(9)), claim(7, "Wang Fang")),
            row(4, "HB-6ZTA-N7K9", TaiwanPermit, Finding::Absent, now.plus(hour(23)), None),
        ];
        let sample = |finding, rows, waiting, nothing_free| Self {
            page: page.clone(),
            staff: StaffId::from_i64(7),
            finding,
            rows,
            waiting,
            now,
            nothing_free,
        };
        vec![
            sample(None, rows, Waiting { all: 4, overdue: 1, urgent: 2 }, false),
            sample(Some(Finding::Near), Vec::new(), Waiting::default(), true),
        ]
    }
}

/// "3 h 20 min left", or by how much it is late; nothing while the clock stands.
pub fn time_left(page: &Page, due_at: Option<Timestamp>, now: Timestamp) -> String {
    let Some(due) = due_at else { return String::new() };
    let late = due <= now;
    let key = if late { "review-time-late" } else { "review-time-left" };
    let (hours, minutes) = hours_and_minutes(if late { now.since(due) } else { due.since(now) });
    page.t2(key, "hours", hours, "minutes", minutes)
}

/// Whole hours, and the minutes beyond them.
fn hours_and_minutes(span: Duration) -> (u64, u64) {
    let minutes = span.as_secs() / 60;
    (minutes / 60, minutes % 60)
}

/// What the address says about the queue.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// Narrowed to this finding.
    #[serde(default)]
    finding: String,
    /// Set when there was nothing left to claim.
    #[serde(default)]
    none: String,
}

/// `GET /review`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let finding = known(&asked.finding);
    let (rows, waiting) = claims::queue(&app, finding).await?;
    let nothing_free = !asked.none.is_empty();
    page::show(&QueuePage { page, staff: staff.id, finding, rows, waiting, now: app.now(), nothing_free })
}

/// `POST /review/next`
pub async fn next(State(app): State<App>, staff: Staff, fields: Fields) -> Result<Response, Failure> {
    let finding = known(fields.get("finding"));
    let to = match claims::claim_next(&app, &staff, finding).await? {
        Some(id) => format!("/review/{id}"),
        None => format!("/review?none=1&finding={}", finding.map_or("", Finding::as_str)),
    };
    Ok(Redirect::to(&to).into_response())
}

fn known(name: &str) -> Option<Finding> {
    Finding::from_name(name).filter(|finding| FINDINGS.contains(finding))
}

/// `POST /review/{id}/claim`
pub async fn claim(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    match claims::claim(&app, &staff, id).await {
        Ok(()) => Ok(Redirect::to(&format!("/review/{id}")).into_response()),
        Err(error) => hindered::or_failure(page, id, error, ""),
    }
}

/// `POST /review/{id}/renew`
pub async fn renew(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    match claims::renew(&app, &staff, id).await {
        Ok(()) => Ok(Redirect::to(&format!("/review/{id}")).into_response()),
        Err(error) => hindered::or_failure(page, id, error, ""),
    }
}

/// `POST /review/{id}/release`
pub async fn release(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    claims::release(&app, &staff, hindered::id(&id)?).await?;
    Ok(Redirect::to("/review").into_response())
}
