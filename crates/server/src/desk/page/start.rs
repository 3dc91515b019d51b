//! `/desk`: the next person: do they apply, or have they been here?

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::desk::visit;
use crate::http::cookie::{self, CookieKind};
use crate::http::page::{self, Page};
use crate::http::session::{Device, Staff};
use crate::http::{Failure, Fields, Kind, actors};

/// The desk between two people.
#[derive(Template)]
#[template(path = "desk/start.html")]
pub struct StartPage {
    page: Page,
    /// Where the visit that is open goes on; empty where none is.
    open: &'static str,
}

impl StartPage {
    /// Nobody there, and a visit that is open.
    pub fn samples(page: &Page) -> Vec<Self> {
        ["", "/desk/application"].map(|open| Self { page: page.clone(), open }).into()
    }
}

/// `GET /desk`
pub async fn show(State(app): State<App>, staff: Staff, page: Page) -> Result<Response, Failure> {
    let open = actors::visit(&app, &staff).await?.map_or("", |(device, _)| begin_at(&device));
    page::show(&StartPage { page, open })
}

/// Where a visit that is open goes on.
fn begin_at(device: &Device) -> &'static str {
    match (device.holder, device.application) {
        (Some(_), _) => "/desk/my-code",
        (None, Some(_)) => "/desk/application",
        (None, None) => "/desk/apply/kind",
    }
}

/// `POST /desk/next`: the visit ends; the browser is told to keep no page of it.
pub async fn next(State(app): State<App>, device: Device, _checked: Fields) -> Result<Response, Failure> {
    let desk = device.desk.ok_or(Failure::of(Kind::NO_VISIT))?;
    visit::end(&app, desk.visit).await?;
    Ok(forgetting(&app, Redirect::to("/desk").into_response()))
}

/// Has the browser drop the pages that it could go back to. Pages are never stored anyway; some browsers hold the last
/// ones in memory all the same. Ignored on plain HTTP.
pub fn forgetting(app: &App, mut response: Response) -> Response {
    // The visitor's language goes with them: the computer's own counts again.
    cookie::append(&mut response, &CookieKind::Language.clear(&app.settings));
    if app.settings.is_https() {
        let name = HeaderName::from_static("clear-site-data");
        response.headers_mut().insert(name, HeaderValue::from_static("\"cache\""));
    }
    response
}
