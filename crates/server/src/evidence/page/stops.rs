//! `/staff/evidence-stops`: units whose evidence made too many colours worse; an administrator of another unit looks.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::UnitId;
use store::rows::evidence::StopRow;
use store::rows::visit_case::Did;

use super::{hindered, sample};
use crate::App;
use crate::casework::case::TEXT_LENGTH;
use crate::casework::page::{did, id, note};
use crate::evidence::bulk;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};

/// The list.
#[derive(Template)]
#[template(path = "evidence/stops.html")]
pub struct StopsPage {
    page: Page,
    unit: UnitId,
    stops: Vec<StopRow>,
    /// Of which stop nothing was written.
    wrong: String,
    errors: FieldErrors,
}

impl StopsPage {
    fn why(&self, row: &StopRow) -> String {
        let at = self.page.words.date_time(row.made_at);
        self.page.t2(format!("evidence-stop-{}", row.reason.as_str()), "changes", row.changes, "at", at)
    }

    fn did(&self, one: &Did) -> String {
        did(&self.page, one)
    }

    fn may_lift(&self, row: &StopRow) -> bool {
        row.lifted.is_none() && row.unit != self.unit
    }

    fn is_own(&self, row: &StopRow) -> bool {
        row.lifted.is_none() && row.unit == self.unit
    }

    fn hint(&self) -> String {
        self.page.t1("evidence-stop-note-hint", "length", TEXT_LENGTH)
    }

    fn is_wrong(&self, row: &StopRow) -> bool {
        self.wrong == row.id.to_string()
    }

    /// None; one that another unit lifts with a mistake, one of the own unit, one that was lifted.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut errors = FieldErrors::default();
        errors.add("note", page.t("evidence-error-found"));
        let of = |stops: Vec<StopRow>, wrong: &str, errors| Self {
            page: page.clone(),
            unit: sample::OURS,
            stops,
            wrong: wrong.to_owned(),
            errors,
        };
        let stops = sample::stops();
        let first = stops[0].id.to_string();
        vec![of(Vec::new(), "", FieldErrors::default()), of(stops, &first, errors)]
    }
}

/// `GET /staff/evidence-stops`
pub async fn show(State(app): State<App>, page: Page, staff: Staff) -> Result<Response, Failure> {
    let (stops, unit) = (bulk::list(&app).await?, staff.unit);
    page::show(&StopsPage { page, unit, stops, wrong: String::new(), errors: FieldErrors::default() })
}

/// `POST /staff/evidence-stops/{id}`
pub async fn lift(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (id, mut errors) = (id(&path)?, FieldErrors::default());
    let note = note(&page, &fields, Some("evidence-error-found"), &mut errors);
    if !errors.is_empty() {
        let stops = bulk::list(&app).await?;
        return page::show_invalid(&StopsPage { page, unit: staff.unit, stops, wrong: path, errors });
    }
    match bulk::lift(&app, &staff, id, &note).await {
        Ok(()) => Ok(Redirect::to("/staff/evidence-stops").into_response()),
        Err(error) => hindered::or_failure(page, error, "/staff/evidence-stops".to_owned(), &note),
    }
}
