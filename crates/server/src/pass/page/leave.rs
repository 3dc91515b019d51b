//! `/my-code/leave`: removes the code from this phone.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::http::cookie::{self, CookieKind};
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields};

/// Asks first: without the recovery code there is no way back.
#[derive(Template)]
#[template(path = "pass/leave.html")]
pub struct LeavePage {
    page: Page,
}

impl LeavePage {
    /// There is one state.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self { page: page.clone() }]
    }
}

/// Says that it is done.
#[derive(Template)]
#[template(path = "pass/left.html")]
pub struct LeftPage {
    page: Page,
}

impl LeftPage {
    /// There is one state.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self { page: page.clone() }]
    }
}

/// `GET /my-code/leave`.
pub async fn confirm(page: Page, _device: Device) -> Result<Response, Failure> {
    page::show(&LeavePage { page })
}

/// `POST /my-code/leave`: withdraws the live pass, ends the session, and clears what the browser keeps.
pub async fn leave(State(app): State<App>, device: Device, _checked: Fields) -> Result<Response, Failure> {
    crate::pass::leave(&app, &device).await?;
    let mut response = Redirect::to("/my-code/left").into_response();
    cookie::append(&mut response, &CookieKind::Device.clear(&app.settings));
    if app.settings.is_https() {
        // Browsers ignore it on plain HTTP; there the page's script clears.
        let name = HeaderName::from_static("clear-site-data");
        response.headers_mut().insert(name, HeaderValue::from_static("\"storage\""));
    }
    Ok(response)
}

/// `GET /my-code/left`.
pub async fn left(page: Page) -> Result<Response, Failure> {
    page::show(&LeftPage { page })
}
