//! The start page: apply, open my code, or sign in to work.

use askama::Template;
use axum::response::Response;

use crate::http::page::{self, Page};
use crate::http::{Failure, session::Device};

/// What the start page shows.
#[derive(Template)]
#[template(path = "help/start.html")]
pub struct StartPage {
    page: Page,
    has_application: bool,
    has_code: bool,
}

impl StartPage {
    /// A new phone, one that applied, one that holds a code.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |has_application, has_code| Self { page: page.clone(), has_application, has_code };
        vec![sample(false, false), sample(true, false), sample(true, true)]
    }
}

/// `GET /`
pub async fn show(page: Page, device: Option<axum::Extension<Device>>) -> Result<Response, Failure> {
    let device = device.map(|axum::Extension(device)| device);
    page::show(&StartPage {
        page,
        has_application: device.is_some_and(|d| d.application.is_some()),
        has_code: device.is_some_and(|d| d.holder.is_some()),
    })
}
