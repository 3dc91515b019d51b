//! `/my-code/leave`: removes the code from this phone.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::companion::people;
use crate::http::cookie::{self, CookieKind};
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields};
use crate::pass::page::code::kept_as;

/// Asks first: without the recovery code there is no way back.
#[derive(Template)]
#[template(path = "pass/leave.html")]
pub struct LeavePage {
    page: Page,
    /// The companion who is to be removed; `None` where it is the phone's owner.
    companion: Option<String>,
    /// The companions who are removed with the phone's owner.
    along: Vec<String>,
    /// What the page's script is to forget: the one companion; empty for everything.
    kept_as: String,
}

impl LeavePage {
    /// The owner alone, the owner with companions, a companion.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |companion: Option<&str>, along: &[&str]| Self {
            page: page.clone(),
            companion: companion.map(str::to_owned),
            along: along.iter().map(|name| (*name).to_owned()).collect(),
            kept_as: String::new(),
        };
        vec![sample(None, &[]), sample(None, &["Lena", "奶奶"]), sample(Some("Lena"), &[])]
    }

    fn title(&self) -> String {
        let name = self.companion.as_ref();
        name.map_or_else(
            || self.page.t("leave-title"),
            |name| self.page.t1("leave-person-title", "name", name),
        )
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
pub async fn confirm(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let mut along: Vec<String> =
        people::list(&app, &device).await?.into_iter().filter_map(|person| person.name).collect();
    let companion = page.whose.as_ref().and_then(|whose| whose.name.clone());
    let kept_as = if device.is_companion() { kept_as(device.id, device.holder) } else { String::new() };
    if device.is_companion() {
        along.clear();
    }
    page::show(&LeavePage { page, companion, along, kept_as })
}

/// `POST /my-code/leave`: withdraws the live pass, ends the session, and clears what the browser keeps.
pub async fn leave(State(app): State<App>, device: Device, _checked: Fields) -> Result<Response, Failure> {
    crate::pass::leave(&app, &device).await?;
    if device.is_companion() {
        return Ok(Redirect::to("/my-code/people").into_response());
    }
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
