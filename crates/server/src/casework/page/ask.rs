//! `/cases/{id}/ask`: which location, from when to when, and why. First the location is looked for, then chosen.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::{LocationId, VisitCaseId};
use serde::Deserialize;
use store::rows::visit_case::FoundLocation;

use super::{Officer, hindered, id, sample, text};
use crate::App;
use crate::casework::case::{self, TEXT_LENGTH};
use crate::casework::when::{self, BadWindow};
use crate::casework::{CaseError, Hindrance, opening};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};

/// What was typed.
#[derive(Default, Clone)]
struct Typed {
    location: String,
    from: String,
    until: String,
    reason: String,
}

/// The form.
#[derive(Template)]
#[template(path = "casework/ask.html")]
pub struct AskPage {
    page: Page,
    case: VisitCaseId,
    search: String,
    /// What was found, by id; none where nothing was looked for.
    options: Vec<(String, String)>,
    searched: bool,
    typed: Typed,
    errors: FieldErrors,
}

/// What is looked for: the name of a place.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

impl AskPage {
    fn choices(&self) -> Vec<(&str, &str)> {
        self.options.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect()
    }

    fn hint(&self) -> String {
        self.page.t1("case-reason-hint", "length", TEXT_LENGTH)
    }

    /// Nothing looked for; nothing found; two of one name, with every mistake.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut errors = FieldErrors::default();
        errors.add("location", page.t("case-error-location"));
        for bad in [
            BadWindow::From,
            BadWindow::Until,
            BadWindow::Backwards,
            BadWindow::Long,
            BadWindow::NotOver,
            BadWindow::Old,
        ] {
            let (field, key) = said(bad);
            errors.add(field, page.t(key));
        }
        errors.add("reason", page.t("case-error-reason"));
        let of = |search: &str, found: Option<Vec<FoundLocation>>, errors| Self {
            page: page.clone(),
            case: VisitCaseId::from_i64(1),
            search: search.to_owned(),
            searched: found.is_some(),
            options: options(page, found.unwrap_or_default()),
            typed: Typed::default(),
            errors,
        };
        vec![
            of("", None, FieldErrors::default()),
            of("Nowhere", Some(Vec::new()), FieldErrors::default()),
            of("市场", Some(sample::found()), errors),
        ]
    }
}

fn options(page: &Page, found: Vec<FoundLocation>) -> Vec<(String, String)> {
    found.into_iter().map(|one| (one.id.to_string(), named(page, &one))).collect()
}

/// Name, other name and address: enough to tell two alike apart.
fn named(page: &Page, one: &FoundLocation) -> String {
    let other = one.name_other.as_deref().unwrap_or_default();
    let name = if other.is_empty() { one.name.clone() } else { format!("{} {other}", one.name) };
    page.t2("case-location-line", "name", name, "address", &one.address)
}

const fn said(bad: BadWindow) -> (&'static str, &'static str) {
    match bad {
        BadWindow::From => ("from", "case-error-time"),
        BadWindow::Until => ("until", "case-error-time"),
        BadWindow::Backwards => ("until", "case-error-backwards"),
        BadWindow::Long => ("until", "case-error-window"),
        BadWindow::NotOver => ("until", "case-error-not-over"),
        BadWindow::Old => ("from", "case-error-old"),
    }
}

/// `GET /cases/{id}/ask`
pub async fn show(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    Query(search): Query<Search>,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    case::view(&app, &officer.0, id).await?;
    let search = search.q.trim().chars().take(100).collect::<String>();
    let searched = !search.is_empty();
    let found = if searched { opening::find(&app, &search).await? } else { Vec::new() };
    let location = match &found[..] {
        [one] => one.id.to_string(),
        _ => String::new(),
    };
    let typed = Typed { location, ..Typed::default() };
    let options = options(&page, found);
    page::show(&AskPage { page, case: id, search, options, searched, typed, errors: FieldErrors::default() })
}

/// `POST /cases/{id}/ask`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    let typed = Typed {
        location: fields.get("location").to_owned(),
        from: fields.get("from").to_owned(),
        until: fields.get("until").to_owned(),
        reason: text(&fields, "reason"),
    };
    let (location, errors) = (typed.location.parse::<LocationId>().ok(), FieldErrors::default());
    let (search, options) = (fields.get("q").to_owned(), Vec::new());
    let mut form = AskPage { page, case: id, search, options, searched: true, typed, errors };
    if location.is_none() {
        form.errors.add("location", form.page.t("case-error-location"));
    }
    let window = when::window(&form.typed.from, &form.typed.until, (app.now(), app.settings.visits.kept()));
    if let Err(bad) = window {
        let (field, key) = said(bad);
        form.errors.add(field, form.page.t(key));
    }
    let length = form.typed.reason.chars().count();
    if length == 0 || length > TEXT_LENGTH {
        let key = if length == 0 { "case-error-reason" } else { "case-error-long" };
        form.errors.add("reason", form.page.t1(key, "length", TEXT_LENGTH));
    }
    if let (Some(location), Ok(window), true) = (location, window, form.errors.is_empty()) {
        match opening::ask(&app, &officer.0, id, (location, window), &form.typed.reason).await {
            Ok(opening) => return Ok(Redirect::to(&format!("/cases/openings/{opening}")).into_response()),
            Err(CaseError::Hindered(Hindrance::UnitsChange)) => {
                form.errors.add("until", form.page.t("case-hindered-units-change"));
            }
            Err(error) => {
                return hindered::or_failure(form.page, error, format!("/cases/{id}"), &form.typed.reason);
            }
        }
    }
    form.options = again(&app, &form, location).await?;
    page::show_invalid(&form)
}

/// What there is to choose from, with what was chosen.
async fn again(
    app: &App,
    form: &AskPage,
    location: Option<LocationId>,
) -> Result<Vec<(String, String)>, Failure> {
    let mut found =
        if form.search.is_empty() { Vec::new() } else { opening::find(app, &form.search).await? };
    if let Some(id) = location.filter(|id| found.iter().all(|one| one.id != *id)) {
        found.extend(opening::location(app, id).await?);
    }
    Ok(options(&form.page, found))
}
