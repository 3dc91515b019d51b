//! One application under review: both sides, what differs, photos, history, and the decision.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::id::kind::ApplicationId;
use domain::matching::DocumentDetails;
use store::rows::application::Finding;
use store::rows::review::Happened;

use super::hindered;
use super::queue::time_left;
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Kind, language};
use crate::review::case::{self, Case, Other};
use crate::review::decide::{self, Choice, MESSAGE_LENGTH};
use crate::review::explain::explain;
use crate::review::marks::{self, Marked};
use crate::review::{claims, error::ReviewError};
use crate::words::Language;

/// A field of the document on both sides.
pub struct Row {
    key: &'static str,
    applied: Marked,
    other: Marked,
    differs: bool,
}

/// What was typed into the decision form.
#[derive(Default)]
pub struct Typed {
    choice: String,
    message: String,
    version: i64,
    errors: FieldErrors,
}

/// The page.
#[derive(Template)]
#[template(path = "review/case.html")]
pub struct CasePage {
    page: Page,
    opened: Case,
    rows: Vec<Row>,
    typed: Typed,
    now: Timestamp,
}

impl CasePage {
    fn new(page: Page, case: Case, typed: Typed, now: Timestamp) -> Self {
        let rows = rows(&case.row.details, case.other.as_ref().map(Other::details));
        Self { page: page.with_form(), opened: case, rows, typed, now }
    }

    fn kind(&self) -> String {
        self.page.t(format!("review-kind-{}", self.opened.row.kind().as_str()))
    }

    fn finding(&self) -> String {
        self.page.t(format!("review-finding-{}", self.opened.row.finding.as_str()))
    }

    fn side(&self) -> &'static str {
        match self.opened.other {
            Some(Other::Filed(_)) => "review-side-filed",
            Some(Other::Held(_)) => "review-side-held",
            None => "",
        }
    }

    fn differences(&self) -> Vec<String> {
        let other = self.opened.other.as_ref().map(Other::details);
        other.map(|other| explain(self.page.words, &self.opened.row.details, other)).unwrap_or_default()
    }

    /// Locale keys of what to look at before deciding.
    fn checks(&self) -> [&'static str; 3] {
        match (self.opened.row.finding, &self.opened.other) {
            (Finding::Further, _) => {
                ["review-check-further-1", "review-check-further-2", "review-check-further-3"]
            }
            (_, Some(_)) => ["review-check-near-1", "review-check-near-2", "review-check-near-3"],
            (_, None) => ["review-check-absent-1", "review-check-absent-2", "review-check-absent-3"],
        }
    }

    fn time_left(&self) -> String {
        time_left(&self.page, self.opened.row.clock.due_at, self.now)
    }

    fn is_overdue(&self) -> bool {
        self.opened.row.clock.is_overdue(self.now)
    }

    fn applicant_language(&self) -> &'static str {
        Language::from_tag(&self.opened.row.language).unwrap_or_default().own_name()
    }

    fn asked(&self) -> Option<String> {
        let asked = self.opened.row.asked?;
        Some(self.page.t(format!("review-asked-{}", asked.as_str())))
    }

    fn event(&self, event: &Happened) -> String {
        self.page.t(format!("review-event-{}", event.kind.as_str().replace('_', "-")))
    }

    fn groups() -> [(&'static str, Vec<Choice>); 3] {
        let of = |test: fn(&Choice) -> bool| Choice::all().into_iter().filter(test).collect();
        [
            ("review-group-approve", of(|c| *c == Choice::Approve)),
            ("review-group-ask", of(|c| matches!(c, Choice::Ask(_)))),
            ("review-group-refuse", of(|c| matches!(c, Choice::Refuse(_)))),
        ]
    }

    fn approve_hint(&self) -> &'static str {
        match (self.opened.row.finding, &self.opened.other) {
            (Finding::Further, _) => "review-approve-further",
            (_, Some(_)) => "review-approve-filed",
            (_, None) => "review-approve-applied",
        }
    }

    fn message_hint(&self) -> String {
        self.page.t2("review-message-hint", "language", self.applicant_language(), "length", MESSAGE_LENGTH)
    }

    /// Near, further with an error, and a permit with a photo that came back from the applicant.
    pub fn samples(page: &Page) -> Vec<Self> {
        crate::review::page::sample_cases()
            .into_iter()
            .map(|case| {
                let now = case.row.submitted_at.plus(std::time::Duration::from_hours(5));
                let mut typed = Typed::default();
                if case.row.finding == Finding::Further {
                    typed.errors.add("decision", page.t("review-error-choice"));
                    typed.errors.add("message", page.t1("review-error-length", "length", MESSAGE_LENGTH));
                }
                Self::new(page.clone(), case, typed, now)
            })
            .collect()
    }
}

fn rows(applied: &DocumentDetails, other: Option<&DocumentDetails>) -> Vec<Row> {
    let Some(other) = other else { return one_sided(applied) };
    let [family, given, chinese] = marks::name(&applied.name, &other.name);
    let text = |a: String, b: String| {
        // What one side does not state contradicts nothing.
        if a.is_empty() || b.is_empty() {
            (marks::plain(&a), marks::plain(&b))
        } else {
            marks::characters(&a, &b)
        }
    };
    let pairs = [
        ("review-field-number", marks::characters(applied.number.canonical(), other.number.canonical())),
        ("review-field-state", text(applied.issuing_state.to_string(), other.issuing_state.to_string())),
        ("review-field-family", family),
        ("review-field-given", given),
        ("review-field-chinese", chinese),
        ("review-field-birth", marks::date(applied.birth_date, other.birth_date)),
        ("review-field-nationality", text(applied.nationality.to_string(), other.nationality.to_string())),
        ("review-field-sex", text(sex(applied), sex(other))),
        ("review-field-expiry", text(expiry(applied), expiry(other))),
    ];
    let row = |(key, (applied, other)): (&'static str, (Marked, Marked))| {
        let differs = applied.iter().chain(&other).any(|piece| piece.differs);
        Row { key, applied, other, differs }
    };
    pairs.into_iter().map(row).filter(stated).collect()
}

/// The applicant's side alone, where there is nothing to compare it with.
fn one_sided(applied: &DocumentDetails) -> Vec<Row> {
    let row = |(key, text): (&'static str, String)| Row {
        key,
        applied: marks::plain(&text),
        other: Marked::new(),
        differs: false,
    };
    let texts = [
        ("review-field-number", applied.number.grouped()),
        ("review-field-state", applied.issuing_state.to_string()),
        ("review-field-family", applied.name.primary().to_owned()),
        ("review-field-given", applied.name.secondary().to_owned()),
        ("review-field-chinese", applied.name.chinese().unwrap_or_default().to_owned()),
        ("review-field-birth", applied.birth_date.to_string()),
        ("review-field-nationality", applied.nationality.to_string()),
        ("review-field-sex", sex(applied)),
        ("review-field-expiry", expiry(applied)),
    ];
    texts.into_iter().map(row).filter(stated).collect()
}

fn stated(row: &Row) -> bool {
    !row.applied.is_empty() || !row.other.is_empty()
}

fn sex(details: &DocumentDetails) -> String {
    details.sex.map(|sex| sex.as_str().to_owned()).unwrap_or_default()
}

fn expiry(details: &DocumentDetails) -> String {
    details.expiry.map(|date| date.to_string()).unwrap_or_default()
}

/// `GET /review/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    match case::open(&app, &staff, id).await {
        Ok(case) => {
            let typed = Typed { version: case.row.version, ..Typed::default() };
            page::show(&CasePage::new(page, case, typed, app.now()))
        }
        Err(error) => hindered::or_forbidden(page, id, error),
    }
}

/// `GET /review/{id}/photo/{photo}`: never cached, never anything but a picture.
pub async fn photo(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path((id, photo)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    let photo = photo.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))?;
    match case::photo(&app, &staff, id, photo).await {
        Ok(jpeg) => {
            let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")];
            Ok((headers, jpeg).into_response())
        }
        Err(error) => hindered::or_forbidden(page, id, error),
    }
}

/// `POST /review/{id}/decide`
pub async fn decide(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    if let Some(language) = fields.language_switch() {
        let page = page.in_language(language);
        let mut response =
            again(&app, page, &staff, id, typed(&fields, FieldErrors::default()), page::show).await?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let (choice, errors) = checked(&page, &fields);
    let Some(choice) = choice.filter(|_| errors.is_empty()) else {
        return again(&app, page, &staff, id, typed(&fields, errors), page::show_invalid).await;
    };
    let (version, message) = (version(&fields), message(&fields));
    match decide::decide(&app, &staff, id, version, choice, &message).await {
        Ok(()) => Ok(Redirect::to("/review").into_response()),
        Err(error) => hindered::or_failure(page, id, error, &message),
    }
}

/// Shows the page again with what was typed, and prolongs the claim: its holder is at work.
async fn again(
    app: &App,
    page: Page,
    staff: &Staff,
    id: ApplicationId,
    typed: Typed,
    show: fn(&CasePage) -> Result<Response, Failure>,
) -> Result<Response, Failure> {
    let message = typed.message.clone();
    match renewed(app, staff, id).await {
        Ok(case) => show(&CasePage::new(page, case, typed, app.now())),
        Err(error) => hindered::or_failure(page, id, error, &message),
    }
}

async fn renewed(app: &App, staff: &Staff, id: ApplicationId) -> Result<Case, ReviewError> {
    claims::renew(app, staff, id).await?;
    case::open(app, staff, id).await
}

fn typed(fields: &Fields, errors: FieldErrors) -> Typed {
    Typed {
        choice: fields.get("decision").to_owned(),
        message: fields.raw("message").to_owned(),
        version: version(fields),
        errors,
    }
}

/// The version that was on the screen; one that nothing has if the field was tampered with.
fn version(fields: &Fields) -> i64 {
    fields.get("version").parse().unwrap_or(-1)
}

/// Browsers send line ends as CR LF; people count them as one.
fn message(fields: &Fields) -> String {
    fields.get("message").replace("\r\n", "\n")
}

fn checked(page: &Page, fields: &Fields) -> (Option<Choice>, FieldErrors) {
    let mut errors = FieldErrors::default();
    let choice = Choice::from_name(fields.get("decision"));
    if choice.is_none() {
        errors.add("decision", page.t("review-error-choice"));
    }
    let length = message(fields).chars().count();
    if length > MESSAGE_LENGTH {
        errors.add("message", page.t1("review-error-length", "length", MESSAGE_LENGTH));
    } else if length == 0 && choice.is_some_and(Choice::needs_message) {
        errors.add("message", page.t("review-error-message"));
    }
    (choice, errors)
}
