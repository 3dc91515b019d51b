//! Opening an application on this phone with its recovery code.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::recovery_code::RecoveryCode;
use super::super::{ApplicationError, recovery};
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
    code: String,
    errors: FieldErrors,
}

impl RecoverPage {
    /// Empty, mistyped, and a code that opens nothing.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |key: &str| {
            let mut errors = FieldErrors::default();
            if !key.is_empty() {
                errors.add("code", page.t(key));
            }
            Self { page: page.clone().with_form(), code: String::new(), errors }
        };
        vec![sample(""), sample("recover-mistyped"), sample("recover-unknown")]
    }
}

/// `GET /recover`
pub async fn show(page: Page) -> Result<Response, Failure> {
    let page = page.with_form();
    page::show(&RecoverPage { page, code: String::new(), errors: FieldErrors::default() })
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
    if let Some(language) = fields.language_switch() {
        let page = page.with_form().in_language(language);
        let mut response = page::show(&RecoverPage { page, code, errors: FieldErrors::default() })?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let Ok(parsed) = code.parse::<RecoveryCode>() else { return wrong(page, code, "recover-mistyped") };
    app.limits.sign_in(address)?;
    let mut response = Redirect::to("/application").into_response();
    let device = match device {
        Some(Extension(device)) => device.id,
        None => begin_session(&app, &mut response).await?,
    };
    match recovery::recover(&app, device, &parsed).await {
        Ok(_) => Ok(response),
        Err(ApplicationError::RecoveryCode) => wrong(page, code, "recover-unknown"),
        Err(error) => Err(error.into()),
    }
}

fn wrong(page: Page, code: String, key: &str) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    errors.add("code", page.t(key));
    page::show_invalid(&RecoverPage { page: page.with_form(), code, errors })
}
