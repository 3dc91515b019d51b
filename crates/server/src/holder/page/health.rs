//! `/my-code/health`: the health questions again, once a day.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::application::answers::{Step, health as answers};
use crate::application::page::step;
use crate::holder::health::{self, HealthError, Taken};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};

/// The questions.
#[derive(Template)]
#[template(path = "holder/health.html")]
pub struct HealthPage {
    page: Page,
    typed: Fields,
    errors: FieldErrors,
}

/// It was declared today already.
#[derive(Template)]
#[template(path = "holder/health_today.html")]
pub struct HealthTodayPage {
    page: Page,
    at: String,
    again_at: String,
}

impl HealthPage {
    /// Empty, and with every error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let typed = Fields::default();
        let errors = answers::read(&typed, page.words).err().unwrap_or_default();
        [FieldErrors::default(), errors].map(|errors| Self::of(page.clone(), typed.clone(), errors)).into()
    }

    fn of(page: Page, typed: Fields, errors: FieldErrors) -> Self {
        Self { page: page.with_form(), typed, errors }
    }

    fn symptoms(&self) -> Vec<(String, String, bool)> {
        step::symptoms(&self.page, &self.typed)
    }

    fn yes_no(&self) -> Vec<(String, String)> {
        step::yes_no(&self.page)
    }

    fn truthful(&self) -> Vec<(String, String, bool)> {
        step::truthful(&self.page, &self.typed)
    }
}

impl HealthTodayPage {
    /// One.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = domain::Timestamp::from_seconds(1_795_435_200);
        let again_at = domain::Timestamp::of_day(at.day() + 1);
        vec![Self::of(page.clone(), Taken { at, again_at })]
    }

    fn of(page: Page, taken: Taken) -> Self {
        let (at, again_at) = (page.words.date_time(taken.at), page.words.date_time(taken.again_at));
        Self { page, at, again_at }
    }
}

/// `GET /my-code/health`. A phone without a code is sent to its application.
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    match health::today(&app, holder).await? {
        Some(taken) => page::show(&HealthTodayPage::of(page, taken)),
        None => page::show(&HealthPage::of(page, Fields::default(), FieldErrors::default())),
    }
}

/// `POST /my-code/health`: declares anew. The code page then asks for the pass of the colour that was decided.
pub async fn declare(
    State(app): State<App>,
    page: Page,
    device: Device,
    fields: Fields,
) -> Result<Response, Failure> {
    let mut typed = Fields::default();
    typed.replace(Step::Health.fields(), &fields);
    if let Some(language) = fields.language_switch() {
        let shown = HealthPage::of(page.in_language(language), typed, FieldErrors::default());
        let mut response = page::show(&shown)?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let declared = match answers::read(&typed, page.words) {
        Ok(declared) => declared,
        Err(errors) => return page::show_invalid(&HealthPage::of(page, typed, errors)),
    };
    match health::declare(&app, &device, &declared).await {
        Ok(_) => Ok(Redirect::to("/my-code").into_response()),
        Err(HealthError::Today(taken)) => {
            let wait = taken.again_at.since(app.now()).as_secs() + 1;
            let mut response = page::show(&HealthTodayPage::of(page, taken))?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            response.headers_mut().insert(header::RETRY_AFTER, wait.into());
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}
