//! One report: what was measured, what happened, whom it is about, and what the officer does with it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::id::kind::TemperatureReportId;
use domain::report::{Reading, ReportOutcome, Subject};
use store::rows::evidence::EvidenceRow;
use store::rows::report::{ReportHappened, ReportRow};

use super::{degrees, hindered, is_overdue, last, said, sample, time_left};
use crate::App;
use crate::health::act::{self, NOTE_LENGTH};
use crate::health::case::{self, Case};
use crate::health::claims;
use crate::health::error::{Hindrance, ReportError};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};

/// What was typed into the form of the outcome, or of the reason to open it again.
#[derive(Default)]
pub struct Typed {
    pub(super) outcome: String,
    pub(super) note: String,
    pub(super) version: i64,
    pub(super) errors: FieldErrors,
}

/// The page.
#[derive(Template)]
#[template(path = "health/report.html")]
pub struct ReportPage {
    page: Page,
    opened: Case,
    typed: Typed,
    now: Timestamp,
}

impl ReportPage {
    pub(super) fn new(page: Page, opened: Case, typed: Typed, now: Timestamp) -> Self {
        let page =
            if opened.hindrance.is_none() || opened.row.done.is_some() { page.with_form() } else { page };
        Self { page, opened, typed, now }
    }

    fn last(&self, row: &ReportRow) -> String {
        last(&self.page, row)
    }

    fn time_left(&self) -> String {
        time_left(&self.page, &self.opened.row, self.now)
    }

    fn is_overdue(&self) -> bool {
        is_overdue(&self.opened.row, self.now)
    }

    fn is_mine(&self) -> bool {
        self.opened.hindrance.is_none()
    }

    fn is_done(&self) -> bool {
        self.opened.row.done.is_some()
    }

    fn until(&self) -> String {
        let until = self.opened.row.claimed.as_ref().map(|claim| self.page.words.date_time(claim.until));
        until.unwrap_or_default()
    }

    /// Who has it, where it is somebody else's.
    fn other(&self) -> Option<&str> {
        match &self.opened.hindrance {
            Some(Hindrance::Theirs { name, .. }) => Some(name),
            _ => None,
        }
    }

    fn degrees(&self, tenths: u16) -> String {
        degrees(&self.page, tenths)
    }

    fn reading(&self, one: &Reading) -> String {
        said::reading(&self.page, one)
    }

    fn action(&self) -> String {
        said::action(&self.page, &self.opened.row.report)
    }

    fn place_kind(&self) -> String {
        self.page.t(format!("report-place-{}", self.opened.row.place.kind.as_str()))
    }

    fn subject(&self) -> String {
        said::subject(&self.page, &self.opened.row.report)
    }

    fn document(&self) -> Option<String> {
        said::document(&self.page, &self.opened.row.report)
    }

    fn last_four(&self) -> Option<&str> {
        said::shown(&self.opened.row.report)?.last_four.as_deref()
    }

    fn second_came(&self, at: Timestamp) -> String {
        self.page.t1("version-one", "at", self.page.words.date_time(at))
    }

    /// Said where a pass was shown and leads to nobody.
    fn leads_nowhere(&self) -> bool {
        self.opened.row.holder.is_none() && matches!(self.opened.row.report.subject, Subject::Pass { .. })
    }

    fn event(&self, event: &ReportHappened) -> String {
        self.page.t(format!("report-event-{}", event.kind.as_str().replace('_', "-")))
    }

    fn stage(&self, row: &ReportRow) -> String {
        let name = row.done.map_or(row.stage.as_str(), |(_, outcome)| outcome.as_str()).replace('_', "-");
        let group = if row.done.is_some() { "outcome" } else { "stage" };
        self.page.t(format!("report-{group}-{name}"))
    }

    fn evidence(&self, one: &EvidenceRow) -> String {
        let at = self.page.words.date_time(one.stated.at);
        format!("{} · {at}", crate::evidence::page::what(&self.page, &one.stated))
    }

    fn outcomes(&self) -> Vec<(&'static str, String)> {
        let option = |outcome: &ReportOutcome| {
            let name = outcome.as_str();
            (name, self.page.t(format!("report-choice-{}", name.replace('_', "-"))))
        };
        ReportOutcome::ALL.iter().map(option).collect()
    }

    fn note_hint(&self) -> String {
        self.page.t1("report-note-hint", "length", NOTE_LENGTH)
    }

    fn reopen_hint(&self) -> String {
        self.page.t1("report-reopen-hint", "length", NOTE_LENGTH)
    }

    /// One's own about a holder, one's own about nobody with an error, somebody else's, a free one, and a done one.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |(number, opened): (usize, Case)| {
            let mut typed = Typed { version: opened.row.version, ..Typed::default() };
            if number == 1 {
                typed.errors.add("outcome", page.t("report-error-outcome"));
                "Asked to come in.".clone_into(&mut typed.note);
            }
            Self::new(page.clone(), opened, typed, sample::NOW)
        };
        sample::cases().into_iter().enumerate().map(sample).collect()
    }
}

/// `GET /reports/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let opened = case::open(&app, &staff, hindered::id(&id)?).await?;
    let typed = Typed { version: opened.row.version, ..Typed::default() };
    page::show(&ReportPage::new(page, opened, typed, app.now()))
}

fn back(id: TemperatureReportId) -> Response {
    Redirect::to(&format!("/reports/{id}")).into_response()
}

/// Back to the report, or the page that says what stands in the way.
pub(super) fn answered(
    page: Page,
    id: TemperatureReportId,
    done: Result<(), ReportError>,
) -> Result<Response, Failure> {
    match done {
        Ok(()) => Ok(back(id)),
        Err(error) => hindered::or_failure(page, id, error, ""),
    }
}

/// `POST /reports/{id}/take`
pub async fn take(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    answered(page, id, claims::take(&app, &staff, id).await)
}

/// `POST /reports/{id}/renew`
pub async fn renew(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    answered(page, id, claims::renew(&app, &staff, id).await)
}

/// `POST /reports/{id}/release`
pub async fn release(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    claims::release(&app, &staff, hindered::id(&id)?).await?;
    Ok(Redirect::to("/reports").into_response())
}

/// `POST /reports/{id}/acknowledge`
pub async fn acknowledge(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    answered(page, id, act::acknowledge(&app, &staff, id, version(&fields)).await)
}

/// `POST /reports/{id}/outcome`
pub async fn finish(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    if let Some(language) = fields.language_switch() {
        let typed = typed(&fields, FieldErrors::default());
        let mut response = again(&app, page.in_language(language), &staff, id, typed, page::show).await?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let (outcome, errors) = checked(&page, &fields);
    let Some(outcome) = outcome.filter(|_| errors.is_empty()) else {
        return again(&app, page, &staff, id, typed(&fields, errors), page::show_invalid).await;
    };
    let note = note(&fields);
    match act::finish(&app, &staff, id, version(&fields), outcome, &note).await {
        Ok(()) => Ok(Redirect::to("/reports").into_response()),
        Err(error) => hindered::or_failure(page, id, error, &note),
    }
}

/// Shows the page again with what was typed, and prolongs the claim: its holder is at work.
async fn again(
    app: &App,
    page: Page,
    staff: &Staff,
    id: TemperatureReportId,
    typed: Typed,
    show: fn(&ReportPage) -> Result<Response, Failure>,
) -> Result<Response, Failure> {
    let note = typed.note.clone();
    match renewed(app, staff, id).await {
        Ok(case) => show(&ReportPage::new(page, case, typed, app.now())),
        Err(error) => hindered::or_failure(page, id, error, &note),
    }
}

async fn renewed(app: &App, staff: &Staff, id: TemperatureReportId) -> Result<Case, ReportError> {
    claims::renew(app, staff, id).await?;
    case::open(app, staff, id).await
}

fn typed(fields: &Fields, errors: FieldErrors) -> Typed {
    Typed {
        outcome: fields.get("outcome").to_owned(),
        note: fields.raw("note").to_owned(),
        version: version(fields),
        errors,
    }
}

/// The version that was on the screen; one that nothing has if the field was tampered with.
pub fn version(fields: &Fields) -> i64 {
    fields.get("version").parse().unwrap_or(-1)
}

/// Browsers send line ends as CR LF; people count them as one.
pub(super) fn note(fields: &Fields) -> String {
    fields.get("note").replace("\r\n", "\n")
}

fn checked(page: &Page, fields: &Fields) -> (Option<ReportOutcome>, FieldErrors) {
    let mut errors = FieldErrors::default();
    let outcome = ReportOutcome::from_name(fields.get("outcome"));
    if outcome.is_none() {
        errors.add("outcome", page.t("report-error-outcome"));
    }
    if note(fields).chars().count() > NOTE_LENGTH {
        errors.add("note", page.t1("report-error-note", "length", NOTE_LENGTH));
    }
    (outcome, errors)
}
