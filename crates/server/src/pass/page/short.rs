//! `/my-code/short-code`: a short code on a plain page, for phones without script.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;

use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields};
use crate::pass::api::short::refused;
use crate::pass::short::{self, LIFE, ShortCode};

/// The code, or the button that makes one.
#[derive(Template)]
#[template(path = "pass/short.html")]
pub struct ShortPage {
    page: Page,
    code: Option<ShortCode>,
}

impl ShortPage {
    /// Before, and with a code.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = Timestamp::from_seconds(1_795_435_200);
        let code = ShortCode::new(*b"7K3M92QD", at, at.plus(LIFE));
        vec![Self { page: page.clone(), code: None }, Self { page: page.clone(), code: Some(code) }]
    }

    /// Until when, to the second: the page does not count.
    fn until(code: &ShortCode) -> String {
        let at = code.expires_at.local();
        format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
    }
}

/// `GET /my-code/short-code`: looking makes none.
pub async fn show(device: Device, page: Page) -> Result<Response, Failure> {
    if device.holder.is_none() {
        return Ok(Redirect::to("/application").into_response());
    }
    page::show(&ShortPage { page, code: None })
}

/// `POST /my-code/short-code`: a new one, shown in the answer itself. It stands nowhere else: a page that could be
/// loaded again would need it kept.
pub async fn make(
    State(app): State<App>,
    device: Device,
    page: Page,
    _checked: Fields,
) -> Result<Response, Failure> {
    let code = short::make(&app, &device).await.map_err(refused)?;
    page::show(&ShortPage { page, code: Some(code) })
}
