//! `/check/reported/…`: the report of a check, as it is stored, and what the inspector does now.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use credential::Temperature;
use domain::checkpoint::ClientId;
use domain::report::{Action, Report};
use serde::Deserialize;

use super::gate::{self, Gate};
use crate::App;
use crate::checkpoint::plain::report;
use crate::checkpoint::plain::{check_text, read_check};
use crate::checkpoint::temperature;
use crate::http::Failure;
use crate::http::page::{self, Page};

/// The page after a report.
#[derive(Template)]
#[template(path = "checkpoint/reported.html")]
pub struct ReportedPage {
    page: Page,
    action: Action,
    /// The verdict on the code, part of class names and locale keys; none for a person without one.
    verdict: Option<String>,
    /// The readings as people write them.
    readings: String,
    /// Whether what was just sent says something else than the report, and was not stored.
    differs: bool,
    gate: Gate,
}

/// Which report the address is about.
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    check: String,
}

impl ReportedPage {
    fn of(page: Page, report: &Report, differs: bool, gate: Gate) -> Self {
        let readings: Vec<String> = report
            .readings
            .iter()
            .map(|reading| format!("{} °C", temperature::show(Temperature(reading.tenths))))
            .collect();
        let verdict = report.verdict.as_ref().map(|verdict| verdict.to_lowercase());
        Self { page, action: report.action, verdict, readings: readings.join(", "), differs, gate }
    }

    /// What was done, in words.
    fn done(&self) -> String {
        self.page.t(format!("fever-action-{}", self.action.as_str()))
    }

    /// After each action and each verdict, and after other content.
    pub fn samples(page: &Page) -> Vec<Self> {
        let [gate, ..] = Gate::samples(page);
        let one = |(&action, verdict): (&Action, Option<&str>)| Self {
            page: page.clone(),
            action,
            verdict: verdict.map(str::to_owned),
            readings: "37.8 °C, 38.1 °C".to_owned(),
            differs: verdict.is_none(),
            gate: gate.clone(),
        };
        let verdicts = [Some("pass"), Some("check"), Some("stop"), None];
        Action::ALL.iter().flat_map(|action| verdicts.map(|verdict| one((action, verdict)))).collect()
    }
}

/// Where the page of a report is. The number of the check says nothing of anybody.
pub fn address(check: ClientId, action: Action) -> Response {
    let path = format!("/check/reported/{}?check={}", action.as_str(), check_text(check));
    Redirect::to(&path).into_response()
}

/// The report that stands, where other content came for the same check.
pub async fn differs(app: &App, page: Page, report: &Report) -> Result<Response, Failure> {
    let (_, gate) = gate::stand(app, &page).await;
    let mut response = page::show(&ReportedPage::of(page, report, true, gate))?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}

/// `GET /check/reported/<action>`: the report is made, and what the inspector does now. Loading it again does nothing;
/// without a report behind it there is no such page.
pub async fn show(
    State(app): State<App>,
    page: Page,
    Path(action): Path<String>,
    Query(Which { check }): Query<Which>,
) -> Result<Response, Failure> {
    let stored = match read_check(&check) {
        Some(check) => report::of_check(&app, check).await?,
        None => None,
    };
    let Some(report) = stored.filter(|report| report.action.as_str() == action) else {
        return Ok(Redirect::to("/check").into_response());
    };
    let (_, gate) = gate::stand(&app, &page).await;
    page::show(&ReportedPage::of(page, &report, false, gate))
}
