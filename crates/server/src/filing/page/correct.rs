//! `/filing/{id}/correct`: other details in the place of a filing's, with the reason.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::FilingId;
use store::rows::register::FilingState;

use super::view::id_of;
use super::{entry_of, errors_of, fields_of, kinds, sample_entry, sexes, switched, today};
use crate::App;
use crate::filing::entry::{judge, reason};
use crate::filing::register::{self, RegisterError, Why, acting, judge_reason};
use crate::http::fields::FieldErrors;
use crate::http::page;
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Kind, Page};

/// The form, with what is on file or what was typed.
#[derive(Template)]
#[template(path = "filing/correct.html")]
pub struct CorrectPage {
    page: Page,
    id: FilingId,
    fields: Fields,
    errors: FieldErrors,
    kinds: Vec<(&'static str, String)>,
    sexes: Vec<(&'static str, String)>,
}

impl CorrectPage {
    fn new(page: Page, id: FilingId, fields: Fields, errors: FieldErrors) -> Self {
        Self { kinds: kinds(&page), sexes: sexes(&page), page: page.with_form(), id, fields, errors }
    }

    /// As opened, and refused.
    pub fn samples(page: &Page) -> Vec<Self> {
        let fields = || fields_of(&sample_entry("X12345678", "ANNA MARIA"));
        let mut errors = FieldErrors::default();
        errors.add("reason", reason(page.words, "reason.empty", None, None));
        errors.add("number", page.t("filing-error-taken"));
        errors.add("main", page.t("filing-error-stale"));
        let id = FilingId::from_i64(1);
        vec![
            Self::new(page.clone(), id, fields(), FieldErrors::default()),
            Self::new(page.clone(), id, fields(), errors),
        ]
    }
}

/// `GET /filing/{id}/correct`
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
    let mut fields = fields_of(&opened.filing.details);
    fields.set("version", opened.filing.version.to_string());
    page::show(&CorrectPage::new(page, opened.filing.id, fields, FieldErrors::default()))
}

/// `POST /filing/{id}/correct`
pub async fn submit(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    if let Some(language) = fields.language_switch() {
        let shown = CorrectPage::new(page.in_language(language), id, fields, FieldErrors::default());
        return Ok(switched(&app, language, page::show(&shown)?));
    }
    if fields.get("action") == "start" {
        return page::show(&CorrectPage::new(page, id, fields, FieldErrors::default()));
    }
    let judged = judge(&entry_of(&fields), today(&app));
    let mut errors = judged.as_ref().err().map(|wrong| errors_of(&page, wrong)).unwrap_or_default();
    if let Err(code) = judge_reason(fields.raw("reason")) {
        errors.add("reason", reason(page.words, code, None, None));
    }
    let details = match judged {
        Ok(details) if errors.is_empty() => details,
        _ => return page::show_invalid(&CorrectPage::new(page, id, fields, errors)),
    };
    match register::correct(&app, id, &details, &why(&staff, &fields)).await {
        Ok(_) => Ok(Redirect::to(&format!("/filing/{id}?done=corrected")).into_response()),
        Err(error) => {
            match error {
                RegisterError::Taken(_) => errors.add("number", page.t("filing-error-taken")),
                RegisterError::Stale => errors.add("main", page.t("filing-error-stale")),
                other => return Err(other.into()),
            }
            page::show_invalid(&CorrectPage::new(page, id, fields, errors))
        }
    }
}

/// What a form says of the change. A version that is no number is never the one on file.
pub fn why(staff: &Staff, fields: &Fields) -> Why {
    Why {
        version: fields.get("version").parse().unwrap_or(-1),
        actor: acting(staff),
        reason: fields.get("reason").to_owned(),
    }
}
