//! `/cases/{id}`: one case with its openings, its people, and what was given from phones.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::donation::DonationCode;
use domain::location::Slot;
use store::rows::visit_case::{DonationRow, OpeningRow, Remembered, TaskRow};

use super::{Officer, hindered, id, sample, window};
use crate::App;
use crate::casework::case::{self, Case};
use crate::casework::{donate, when};
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};

/// The case.
#[derive(Template)]
#[template(path = "casework/case.html")]
pub struct CasePage {
    page: Page,
    /// What is asked for is over by now.
    now: Timestamp,
    case: Case,
    /// A code that was just made: shown once.
    code: Option<String>,
}

/// What a phone remembers, ready to be asked for.
pub struct ToAsk {
    location: String,
    from: String,
    until: String,
}

impl CasePage {
    fn made_at(&self) -> String {
        self.page.words.date_time(self.case.row.made.at)
    }

    fn window(&self, row: &OpeningRow) -> String {
        window(&self.page, row.first, row.last)
    }

    fn state(&self, row: &OpeningRow) -> String {
        self.page.t(format!("case-opening-{}", opening_state(row)))
    }

    fn opened(&self, row: &OpeningRow) -> Option<String> {
        row.opened.map(|done| self.page.t2("case-opened-of", "visits", done.visits, "records", done.records))
    }

    fn task_state(&self, row: &TaskRow) -> String {
        task_state(&self.page, row)
    }

    fn waits(&self, row: &DonationRow) -> Option<String> {
        row.given
            .is_none()
            .then(|| self.page.t1("case-code-until", "until", self.page.words.date_time(row.until)))
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn given_at(&self, at: &Timestamp) -> String {
        self.page.t1("case-given-at", "at", self.page.words.date_time(*at))
    }

    fn when(&self, one: &Remembered) -> String {
        let time = |at: Option<i64>| at.map(|at| self.page.words.date_time(Timestamp::from_seconds(at)));
        match (time(one.entered), time(one.left)) {
            (Some(from), Some(until)) => self.page.t2("case-window", "from", from, "until", until),
            (Some(from), None) => from,
            (None, Some(until)) => until,
            (None, None) => self.page.t("case-given-no-time"),
        }
    }

    /// What can be asked for with one click: a place that the service knows, and when.
    fn to_ask(&self, one: &Remembered) -> Option<ToAsk> {
        let entered = Timestamp::from_seconds(one.entered?);
        let left = one.left.map_or(entered.plus(std::time::Duration::from_hours(2)), Timestamp::from_seconds);
        // Both ends of their slots: a visit within a minute is a window too.
        let until = Slot::of(left).next().start();
        let (from, until) = (Slot::of(entered).start(), if until > self.now { self.now } else { until });
        let location = one.location.clone()?;
        (from < until).then(|| ToAsk { location, from: when::typed(from), until: when::typed(until) })
    }

    fn code_life() -> u64 {
        DonationCode::LIFE.as_secs() / 60
    }

    /// A new one; one with everything in it and a code; a closed one.
    pub fn samples(page: &Page) -> Vec<Self> {
        let code = Some("7K3M9-2QD4R".to_owned());
        let [new, full, closed] = sample::cases();
        [(new, None), (full, code), (closed, None)]
            .map(|(case, code)| Self { page: page.clone(), now: sample::NOW, case, code })
            .into()
    }
}

/// The end of a locale key `case-opening-…`.
pub(super) fn opening_state(row: &OpeningRow) -> &'static str {
    match (&row.opened, &row.decided, row.opened_first) {
        (Some(_), ..) => "opened",
        (None, None, _) => "asked",
        (None, Some((_, false)), _) => "refused",
        (None, Some(_), None) => "approved",
        (None, Some(_), Some(_)) => "half",
    }
}

/// What became of a task, or that it is open.
pub(super) fn task_state(page: &Page, row: &TaskRow) -> String {
    match row.done {
        Some((_, outcome)) => page.t(format!("task-outcome-{}", outcome.as_str().replace('_', "-"))),
        None => page.t("task-open"),
    }
}

/// `GET /cases/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let case = case::view(&app, &officer.0, id(&path)?).await?;
    page::show(&CasePage { page, now: app.now(), case, code: None })
}

/// `POST /cases/{id}/close`
pub async fn close(
    State(app): State<App>,
    officer: Officer,
    Path(path): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    case::close(&app, &officer.0, id(&path)?).await?;
    Ok(Redirect::to("/cases").into_response())
}

/// `POST /cases/{id}/code`: a code for giving, on the page that answers and nowhere else.
pub async fn code(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    match donate::make_code(&app, &officer.0, id).await {
        Ok(code) => {
            let case = case::view(&app, &officer.0, id).await?;
            page::show(&CasePage { page, now: app.now(), case, code: Some(code.grouped()) })
        }
        Err(error) => hindered::or_failure(page, error, format!("/cases/{id}"), ""),
    }
}
