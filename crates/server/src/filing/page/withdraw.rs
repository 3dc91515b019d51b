//! `/filing/{id}/withdraw`: takes a filing back, with the reason.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::FilingId;
use store::rows::register::FilingState;

use super::correct::why;
use super::view::id_of;
use super::{Line, lines, sample_entry, switched};
use crate::App;
use crate::filing::entry::reason;
use crate::filing::register::{self, Opened, RegisterError, judge_reason};
use crate::http::fields::FieldErrors;
use crate::http::page;
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Kind, Page};

/// What is taken back, and why.
#[derive(Template)]
#[template(path = "filing/withdraw.html")]
pub struct WithdrawPage {
    page: Page,
    id: FilingId,
    version: String,
    typed: String,
    lines: Vec<Line>,
    errors: FieldErrors,
}

impl WithdrawPage {
    fn new(page: Page, opened: &Opened, fields: &Fields, errors: FieldErrors) -> Self {
        let version = match fields.get("version") {
            "" => opened.filing.version.to_string(),
            given => given.to_owned(),
        };
        Self {
            id: opened.filing.id,
            version,
            typed: fields.raw("reason").to_owned(),
            lines: lines(&page, &opened.filing.details),
            errors,
            page: page.with_form(),
        }
    }

    /// As opened, and refused.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut errors = FieldErrors::default();
        errors.add("reason", reason(page.words, "reason.empty", None, None));
        let sample = |errors| Self {
            page: page.clone().with_form(),
            id: FilingId::from_i64(1),
            version: "1".to_owned(),
            typed: String::new(),
            lines: lines(page, &sample_entry("X12345678", "ANNA MARIA")),
            errors,
        };
        vec![sample(FieldErrors::default()), sample(errors)]
    }
}

/// `GET /filing/{id}/withdraw`
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let opened = register::open(&app, &staff, id_of(&id)?).await?;
    if opened.filing.state != FilingState::Active {
        return Err(Failure::of(Kind::GONE));
    }
    page::show(&WithdrawPage::new(page, &opened, &Fields::default(), FieldErrors::default()))
}

/// `POST /filing/{id}/withdraw`
pub async fn submit(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    if let Some(language) = fields.language_switch() {
        let opened = register::open(&app, &staff, id).await?;
        let shown = WithdrawPage::new(page.in_language(language), &opened, &fields, FieldErrors::default());
        return Ok(switched(&app, language, page::show(&shown)?));
    }
    let mut errors = FieldErrors::default();
    match judge_reason(fields.raw("reason")) {
        Err(code) => errors.add("reason", reason(page.words, code, None, None)),
        Ok(()) => match register::withdraw(&app, id, &why(&staff, &fields)).await {
            Ok(_) => return Ok(Redirect::to(&format!("/filing/{id}?done=withdrawn")).into_response()),
            Err(RegisterError::Stale) => errors.add("main", page.t("filing-error-stale")),
            Err(other) => return Err(other.into()),
        },
    }
    let opened = register::open(&app, &staff, id).await?;
    page::show_invalid(&WithdrawPage::new(page, &opened, &fields, errors))
}
