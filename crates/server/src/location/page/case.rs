//! `/review/locations/{id}`: one location, as a reviewer decides on it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use store::rows::location::{LocationRow, LocationState};

use super::{address, id_of, kind_words, sample, state};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};
use crate::location::LocationError;
use crate::location::registry::Whole;
use crate::location::review::{self, LONGEST_REASON};

/// What the page shows.
#[derive(Template)]
#[template(path = "location/case.html")]
pub struct CasePage {
    page: Page,
    row: LocationRow,
    whole: Whole,
    /// Whether the reviewer manages it: then they do not decide.
    own: bool,
    typed: Fields,
    errors: FieldErrors,
}

impl CasePage {
    fn new(page: Page, whole: Whole, own: bool, typed: Fields) -> Self {
        let page = page.with_form();
        Self { page, row: whole.row.clone(), whole, own, typed, errors: FieldErrors::default() }
    }

    fn tag(&self) -> (&'static str, &'static str) {
        state(self.row.state)
    }

    fn kind(&self) -> String {
        kind_words(&self.page, self.row.details.kind)
    }

    fn address(&self) -> String {
        address(&self.page, &self.row)
    }

    fn waits(&self) -> bool {
        self.row.state == LocationState::Waiting
    }

    /// Before it was approved it was decided on once: it moved, or was refused.
    fn again(&self) -> Option<String> {
        self.row.decided_at.map(|at| self.page.words.date_time(at))
    }

    fn wrong(mut self, key: &str) -> Self {
        let field = if key == "location-decide-none" { "decision" } else { "reason" };
        let message = self.page.t1(key, "most", LONGEST_REASON);
        self.errors.add(field, message);
        self
    }

    fn choices(&self) -> Vec<(String, String)> {
        ["approve", "refuse"]
            .map(|one| (one.to_owned(), self.page.t(format!("location-decide-{one}"))))
            .into()
    }

    /// Waiting; one that moved; with each error; the reviewer's own; decided.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |state, own| Self::new(page.clone(), sample::whole(state), own, Fields::default());
        let waiting = || of(LocationState::Waiting, false);
        let mut moved = waiting();
        moved.row.decided_at = Some(sample::AT);
        let keys = [
            "location-decide-none",
            "location-reason-none",
            "location-reason-long",
            "location-decide-changed",
        ];
        let mut all =
            vec![waiting(), moved, of(LocationState::Waiting, true), of(LocationState::Approved, false)];
        all.extend(keys.map(|key| waiting().wrong(key)));
        all
    }
}

/// `GET /review/locations/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (whole, own) = review::case(&app, &staff, id_of(&id)?).await?;
    let typed = Fields::from_pairs([("version", whole.row.version.to_string())]);
    page::show(&CasePage::new(page, whole, own, typed))
}

/// The reviewer's decision, or the locale key of what is wrong with the form.
pub(super) fn decision(fields: &Fields) -> Result<Result<(), &str>, &'static str> {
    let reason = fields.get("reason");
    match fields.get("decision") {
        "approve" => Ok(Ok(())),
        "refuse" if reason.is_empty() => Err("location-reason-none"),
        "refuse" if reason.chars().count() > LONGEST_REASON => Err("location-reason-long"),
        "refuse" => Ok(Err(reason)),
        _ => Err("location-decide-none"),
    }
}

/// `POST /review/locations/{id}`
pub async fn decide(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let (whole, own) = review::case(&app, &staff, id).await?;
    if let Some(chosen) = fields.language_switch() {
        let mut response = page::show(&CasePage::new(page.in_language(chosen), whole, own, fields))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let decision = match decision(&fields) {
        Err(key) => return page::show_invalid(&CasePage::new(page, whole, own, fields).wrong(key)),
        Ok(decision) => decision,
    };
    let version = fields.get("version").parse().unwrap_or(-1);
    match review::decide(&app, &staff, id, version, decision).await {
        Ok(()) => Ok(Redirect::to("/review/locations").into_response()),
        Err(LocationError::Changed) => {
            // They look at what it says now, and then decide.
            fields.set("version", whole.row.version.to_string());
            page::show_invalid(&CasePage::new(page, whole, own, fields).wrong("location-decide-changed"))
        }
        Err(error) => Err(error.into()),
    }
}
