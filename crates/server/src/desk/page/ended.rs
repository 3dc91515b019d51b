//! `/desk/ended` and `/desk/closed`: nobody's visit is open any more, and why.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::start::forgetting;
use crate::App;
use crate::desk::close;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields};

/// Why the visit has ended.
#[derive(Template)]
#[template(path = "desk/ended.html")]
pub struct EndedPage {
    page: Page,
    /// The person's data were deleted.
    closed: bool,
}

impl EndedPage {
    /// Left alone, and closed.
    pub fn samples(page: &Page) -> Vec<Self> {
        [false, true].map(|closed| Self { page: page.clone(), closed }).into()
    }
}

/// `GET /desk/ended`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&EndedPage { page, closed: false })
}

/// `GET /desk/closed`
pub async fn closed(page: Page) -> Result<Response, Failure> {
    page::show(&EndedPage { page, closed: true })
}

/// `POST /desk/my-data/delete`: erases what is held of the person, and ends their visit.
pub async fn close(State(app): State<App>, device: Device, _checked: Fields) -> Result<Response, Failure> {
    close::close(&app, &device).await?;
    Ok(forgetting(&app, Redirect::to("/desk/closed").into_response()))
}
