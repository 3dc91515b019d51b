//! `/recover/choose`: one contact, several people: which of them is to be opened on this phone.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Reference;

use super::super::recover;
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
    /// References, as value and label.
    options: Vec<(String, String)>,
    chosen: String,
    errors: FieldErrors,
}

impl ChoosePage {
    fn new(page: Page, all: &[Reference]) -> Self {
        let options = all.iter().map(|one| (one.to_string(), one.to_string())).collect();
        Self { page: page.with_form(), options, chosen: String::new(), errors: FieldErrors::default() }
    }

    /// Two to choose from; none chosen.
    pub fn samples(page: &Page) -> Vec<Self> {
        let option = |text: &str| (text.to_owned(), text.to_owned());
        let options = vec![option("HB-7K3M-92QD"), option("HB-4PWX-H6TR")];
        let sample = |errors| Self {
            page: page.clone().with_form(),
            options: options.clone(),
            chosen: String::new(),
            errors,
        };
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
