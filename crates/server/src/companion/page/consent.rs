//! `/apply/consent`: the separate consent of a parent or guardian for a person under 14.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::consent::{self, VERSION};
use crate::App;
use crate::application::draft;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};

/// The text, and the box to tick.
#[derive(Template)]
#[template(path = "companion/consent.html")]
pub struct ConsentPage {
    page: Page,
    /// Of the text.
    version: &'static str,
    /// Whether it was given already.
    given: bool,
    errors: FieldErrors,
}

impl ConsentPage {
    /// To be read, not ticked, and given.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |given, errors| Self::of(page.clone(), given, errors);
        vec![
            sample(false, FieldErrors::default()),
            sample(false, not_ticked(page)),
            sample(true, FieldErrors::default()),
        ]
    }

    fn of(page: Page, given: bool, errors: FieldErrors) -> Self {
        Self { page: page.with_form(), version: VERSION, given, errors }
    }

    fn choice(&self) -> Vec<(String, String, bool)> {
        vec![("yes".to_owned(), self.page.t("consent-agree"), false)]
    }
}

fn not_ticked(page: &Page) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors
        .add("consent", page.t(if page.is_at_desk() { "desk-consent-child-error" } else { "consent-error" }));
    errors
}

/// `GET /apply/consent`
pub async fn show(State(app): State<App>, device: Device, page: Page) -> Result<Response, Failure> {
    let draft = draft::load(&app, device.id).await?.unwrap_or_default();
    let given = consent::stands(&app, device.id, draft.corrects).await?;
    page::show(&ConsentPage::of(page, given, FieldErrors::default()))
}

/// `POST /apply/consent`: records it, and goes on where the application stands.
pub async fn give(
    State(app): State<App>,
    device: Device,
    page: Page,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(language) = fields.language_switch() {
        let mut response = show(State(app.clone()), device, page.in_language(language)).await?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    if !fields.has("consent", "yes") {
        let errors = not_ticked(&page);
        return page::show_invalid(&ConsentPage::of(page, false, errors));
    }
    consent::give(&app, &device, page.words.0).await?;
    Ok(Redirect::to("/apply/check").into_response())
}
