//! Opening an application on this phone with its recovery code. What the phone holds already is said before
//! anything is typed: an application or a code stays, what was typed and not sent is deleted.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use store::{call, read};

use super::super::recovery_code::RecoveryCode;
use super::super::{ApplicationError, draft::Draft, recovery};
use super::apply::begin_session;
use crate::App;
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};

/// Asks for the recovery code.
#[derive(Template)]
#[template(path = "application/recover.html")]
pub struct RecoverPage {
    page: Page,
    /// The locale key that warns of what the phone holds; empty where it holds nothing.
    held: &'static str,
    code: String,
    errors: FieldErrors,
}

impl RecoverPage {
    /// Empty, with what the phone may hold, mistyped, and codes that open nothing here.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |held, key: &str| {
            let mut errors = FieldErrors::default();
            if !key.is_empty() {
                errors.add("code", page.t(key));
            }
            Self { page: page.clone().with_form(), held, code: String::new(), errors }
        };
        vec![
            sample("", ""),
            sample(HOLDS_DRAFT, "recover-mistyped"),
            sample("", "recover-unknown"),
            sample(HOLDS_APPLICATION, "recover-occupied"),
        ]
    }
}

impl RecoverPage {
    fn has_application(&self) -> bool {
        self.held == HOLDS_APPLICATION
    }
}

const HOLDS_APPLICATION: &str = "recover-holds-application";
const HOLDS_DRAFT: &str = "recover-holds-draft";

/// What the phone holds that its owner should know of before they open something else on it.
pub async fn held(app: &App, device: Option<Device>) -> Result<&'static str, ApplicationError> {
    let Some(device) = device else { return Ok("") };
    read!(app.store, "application.recover_held", ApplicationError, |tx| {
        let state = call!(tx, device::device_state(device.id))?.ok_or(ApplicationError::NotFound)?;
        if recovery::is_occupied(tx, device.id, &state).await? {
            return Ok(HOLDS_APPLICATION);
        }
        let typed = Draft::of(&state).is_some_and(|draft| !draft.typed.get("kind").is_empty());
        Ok(if typed { HOLDS_DRAFT } else { "" })
    })
}

/// `GET /recover`
pub async fn show(
    State(app): State<App>,
    page: Page,
    device: Option<Extension<Device>>,
) -> Result<Response, Failure> {
    let held = held(&app, device.map(|Extension(device)| device)).await?;
    let page = page.with_form();
    page::show(&RecoverPage { page, held, code: String::new(), errors: FieldErrors::default() })
}

/// `POST /recover`
pub async fn recover(
    State(app): State<App>,
    page: Page,
    ClientAddress(address): ClientAddress,
    device: Option<Extension<Device>>,
    fields: Fields,
) -> Result<Response, Failure> {
    let code = fields.raw("code").to_owned();
    let device = device.map(|Extension(device)| device);
    let held = held(&app, device).await?;
    if let Some(language) = fields.language_switch() {
        let page = page.with_form().in_language(language);
        let mut response = page::show(&RecoverPage { page, held, code, errors: FieldErrors::default() })?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let Ok(parsed) = code.parse::<RecoveryCode>() else { return wrong(page, held, code, "recover-mistyped") };
    app.limits.sign_in(address)?;
    let mut response = Redirect::to("/application").into_response();
    let device = match device {
        Some(device) => device.id,
        None => begin_session(&app, &mut response).await?,
    };
    match recovery::recover(&app, device, &parsed).await {
        Ok(_) => Ok(response),
        Err(ApplicationError::RecoveryCode) => wrong(page, held, code, "recover-unknown"),
        Err(ApplicationError::Occupied) => wrong(page, held, code, "recover-occupied"),
        Err(error) => Err(error.into()),
    }
}

fn wrong(page: Page, held: &'static str, code: String, key: &str) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    errors.add("code", page.t(key));
    page::show_invalid(&RecoverPage { page: page.with_form(), held, code, errors })
}
