//! `/evidence/people/{id}/back/{evidence}`: asks why evidence is taken back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use store::rows::evidence::EvidenceRow;

use super::person::after;
use super::{hindered, name, sample, what, when};
use crate::App;
use crate::casework::case::TEXT_LENGTH;
use crate::casework::page::{Officer, id, note};
use crate::evidence::person::{self, Person};
use crate::evidence::{EvidenceError, Hindrance, propose};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};

/// The question.
#[derive(Template)]
#[template(path = "evidence/back.html")]
pub struct BackPage {
    page: Page,
    person: Person,
    row: EvidenceRow,
    note: String,
    errors: FieldErrors,
}

impl BackPage {
    fn name(&self) -> String {
        name(&self.person.document)
    }

    fn what(&self) -> String {
        what(&self.page, &self.row.stated)
    }

    fn when(&self) -> String {
        when(&self.page, &self.row.stated)
    }

    fn hint(&self) -> String {
        self.page.t1("evidence-why-hint", "length", TEXT_LENGTH)
    }

    /// The question, and without an answer.
    pub fn samples(page: &Page) -> Vec<Self> {
        let person = sample::person();
        let mut errors = FieldErrors::default();
        errors.add("note", page.t("evidence-error-why"));
        let of = |errors| Self {
            page: page.clone(),
            row: person.known.rows[0].clone(),
            person: person.clone(),
            note: String::new(),
            errors,
        };
        vec![of(FieldErrors::default()), of(errors)]
    }
}

async fn opened(
    app: &App,
    officer: &Officer,
    path: &(String, String),
) -> Result<(Person, EvidenceRow), EvidenceError> {
    let ids = id(&path.0).ok().zip(id(&path.1).ok());
    let (holder, evidence) = ids.ok_or(EvidenceError::NotFound)?;
    let person = person::open(app, &officer.0, holder).await?;
    let row =
        person.known.rows.iter().find(|row| row.id == evidence).cloned().ok_or(EvidenceError::NotFound)?;
    if row.by.1 != officer.0.unit {
        return Err(EvidenceError::Hindered(Hindrance::OtherUnit));
    }
    if row.superseded.is_some() {
        return Err(EvidenceError::Hindered(Hindrance::Superseded));
    }
    Ok((person, row))
}

/// `GET /evidence/people/{id}/back/{evidence}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<(String, String)>,
) -> Result<Response, Failure> {
    match opened(&app, &officer, &path).await {
        Ok((person, row)) => {
            page::show(&BackPage { page, person, row, note: String::new(), errors: FieldErrors::default() })
        }
        Err(error) => hindered::or_failure(page, error, format!("/evidence/people/{}", path.0), ""),
    }
}

/// `POST /evidence/people/{id}/back/{evidence}`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let note = note(&page, &fields, Some("evidence-error-why"), &mut errors);
    if errors.is_empty() {
        let (holder, evidence) = (id(&path.0)?, id(&path.1)?);
        let done = propose::take_back(&app, &officer.0, holder, evidence, &note).await;
        return after(page, done, &path.0, &note);
    }
    match opened(&app, &officer, &path).await {
        Ok((person, row)) => page::show_invalid(&BackPage { page, person, row, note, errors }),
        Err(error) => hindered::or_failure(page, error, format!("/evidence/people/{}", path.0), &note),
    }
}
