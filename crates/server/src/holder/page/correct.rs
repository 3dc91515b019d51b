//! `/my-data/correct`: a mistake, or a new document. What follows are the pages of applying, filled in.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use store::rows::application::ChangeKind;

use crate::App;
use crate::application::change;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};

/// Asks what has changed.
#[derive(Template)]
#[template(path = "holder/correct.html")]
pub struct CorrectPage {
    page: Page,
    why: String,
    errors: FieldErrors,
}

impl CorrectPage {
    /// Empty, and with nothing chosen.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut wrong = Self::of(page.clone(), String::new());
        wrong.errors.add("why", page.t("change-error-why"));
        vec![Self::of(page.clone(), String::new()), wrong]
    }

    fn of(page: Page, why: String) -> Self {
        Self { page: page.with_form(), why, errors: FieldErrors::default() }
    }

    fn choices(&self) -> Vec<(String, String)> {
        let choice =
            |why: ChangeKind| (why.as_str().to_owned(), self.page.t(format!("change-{}", why.as_str())));
        [ChangeKind::Mistake, ChangeKind::Renewed].map(choice).into()
    }
}

/// `GET /my-data/correct`. A change that is under way is shown instead.
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    if device.holder.is_none() || change::under_way(&app, &device).await? {
        return Ok(Redirect::to("/application").into_response());
    }
    page::show(&CorrectPage::of(page, String::new()))
}

/// `POST /my-data/correct`: goes on with what stands, to be typed over.
pub async fn start(
    State(app): State<App>,
    page: Page,
    device: Device,
    fields: Fields,
) -> Result<Response, Failure> {
    let why = fields.get("why").to_owned();
    if let Some(language) = fields.language_switch() {
        let mut response = page::show(&CorrectPage::of(page.in_language(language), why))?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    if device.holder.is_none() || change::under_way(&app, &device).await? {
        return Ok(Redirect::to("/application").into_response());
    }
    let Some(kind) = ChangeKind::from_name(&why) else {
        let mut shown = CorrectPage::of(page, why);
        shown.errors.add("why", shown.page.t("change-error-why"));
        return page::show_invalid(&shown);
    };
    change::start(&app, &device, kind).await?;
    let next = if kind == ChangeKind::Renewed { "/apply/document" } else { "/apply/check" };
    Ok(Redirect::to(next).into_response())
}
