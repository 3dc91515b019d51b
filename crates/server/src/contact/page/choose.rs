//! `/recover/choose`: one contact, several people: which of them is to be opened on this phone.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use documents::Kind;
use domain::Reference;

use super::super::recover::{self, Choice};
use crate::App;
use crate::application::ApplicationError;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};

/// Asks which one.
#[derive(Template)]
#[template(path = "contact/choose.html")]
pub struct ChoosePage {
    page: Page,
    /// References, and what they are called to tell people apart.
    options: Vec<(String, String)>,
    chosen: String,
    errors: FieldErrors,
}

impl ChoosePage {
    fn new(page: Page, all: &[Choice]) -> Self {
        let option = |one: &Choice| {
            let kind = page.t(format!("kind-{}", one.kind.as_str().replace('_', "-")));
            let reference = one.reference.to_string();
            let facts =
                [("reference", reference.clone()), ("initials", one.initials.clone()), ("kind", kind)];
            (reference, page.words.with("recover-choose-option", &facts))
        };
        let options = all.iter().map(option).collect();
        Self { page: page.with_form(), options, chosen: String::new(), errors: FieldErrors::default() }
    }

    /// Two to choose from; none chosen.
    pub fn samples(page: &Page) -> Vec<Self> {
        let choice = |reference: &str, initials: &str, kind| Choice {
            reference: reference.parse().expect("a reference"),
            initials: initials.to_owned(),
            kind,
        };
        let all =
            [choice("HB-7K3M-92QJ", "AME", Kind::Passport), choice("HB-4PWX-H6TD", "LE", Kind::TaiwanPermit)];
        let sample = |errors| Self { errors, ..Self::new(page.clone(), &all) };
        let mut errors = FieldErrors::default();
        errors.add("reference", page.t("recover-choose-error"));
        vec![sample(FieldErrors::default()), sample(errors)]
    }
}

/// `GET /recover/choose`
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let all = recover::choices(&app, device.id).await?;
    if all.is_empty() {
        return Ok(Redirect::to("/recover/contact").into_response());
    }
    page::show(&ChoosePage::new(page, &all))
}

/// `POST /recover/choose`
pub async fn choose(
    State(app): State<App>,
    page: Page,
    device: Device,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(language) = fields.language_switch() {
        let mut response = show(State(app.clone()), page.in_language(language), device).await?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let key = match fields.get("reference").parse::<Reference>() {
        Ok(reference) => match recover::choose(&app, device.id, reference).await {
            Ok(()) => return Ok(Redirect::to("/application").into_response()),
            Err(ApplicationError::Occupied) => "recover-occupied",
            Err(ApplicationError::NotFound) => "recover-choose-error",
            Err(error) => return Err(error.into()),
        },
        Err(_) => "recover-choose-error",
    };
    let all = recover::choices(&app, device.id).await?;
    if all.is_empty() {
        return Ok(Redirect::to("/recover/contact").into_response());
    }
    let mut shown = ChoosePage::new(page, &all);
    shown.errors.add("reference", shown.page.t(key));
    page::show_invalid(&shown)
}
