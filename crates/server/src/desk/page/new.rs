//! `/desk/new`: the consent of the person before the desk, taken before anything of them is typed.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::desk::visit;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};
use crate::{App, consent};

/// The text, and the box that the officer ticks.
#[derive(Template)]
#[template(path = "desk/new.html")]
pub struct NewPage {
    page: Page,
    /// Of the text.
    version: &'static str,
    errors: FieldErrors,
}

impl NewPage {
    /// To be read out, and not ticked.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self::of(page.clone(), FieldErrors::default()), Self::of(page.clone(), not_ticked(page))]
    }

    fn of(page: Page, errors: FieldErrors) -> Self {
        Self { page: page.with_form(), version: consent::VERSION, errors }
    }

    fn choice(&self) -> Vec<(String, String, bool)> {
        vec![("yes".to_owned(), self.page.t("desk-consent-agree"), false)]
    }
}

fn not_ticked(page: &Page) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.add("consent", page.t("desk-consent-error"));
    errors
}

/// `GET /desk/new`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&NewPage::of(page, FieldErrors::default()))
}

/// `POST /desk/new`: the visit begins.
pub async fn begin(
    State(app): State<App>,
    staff: Staff,
    page: Page,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(language) = fields.language_switch() {
        let shown = NewPage::of(page.in_language(language), FieldErrors::default());
        let mut response = page::show(&shown)?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    if !fields.has("consent", "yes") {
        let errors = not_ticked(&page);
        return page::show_invalid(&NewPage::of(page, errors));
    }
    visit::begin(&app, &staff, page.words.0).await?;
    Ok(Redirect::to("/desk/apply/kind").into_response())
}
