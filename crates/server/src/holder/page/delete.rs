//! `/my-data/delete`: closes the code and deletes what is held.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::companion::people;
use crate::holder::erase;
use crate::http::cookie::{self, CookieKind};
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields};
use crate::pass::page::code::kept_as;

/// Asks first, and says what has to be kept.
#[derive(Template)]
#[template(path = "holder/delete.html")]
pub struct DeletePage {
    page: Page,
    has_code: bool,
    /// The companions who are removed with the phone's owner.
    along: Vec<String>,
    /// What the browser keeps for a companion, who leaves alone; empty: for everybody.
    kept_as: String,
}

/// Says that it is done.
#[derive(Template)]
#[template(path = "holder/deleted.html")]
pub struct DeletedPage {
    page: Page,
}

impl DeletePage {
    /// With a code and without; with companions.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |has_code, along: &[&str]| Self {
            page: page.clone(),
            has_code,
            along: along.iter().map(|name| (*name).to_owned()).collect(),
            kept_as: String::new(),
        };
        vec![sample(true, &[]), sample(false, &[]), sample(true, &["Lena", "奶奶"])]
    }
}

impl DeletedPage {
    /// One.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self { page: page.clone() }]
    }
}

/// `GET /my-data/delete`
pub async fn confirm(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    if device.holder.is_none() && device.application.is_none() {
        return Ok(Redirect::to("/apply").into_response());
    }
    let (mut along, mut kept) = (Vec::new(), String::new());
    if device.is_companion() {
        kept = kept_as(device.id, device.holder);
    } else {
        along.extend(people::list(&app, &device).await?.into_iter().filter_map(|person| person.name));
    }
    page::show(&DeletePage { page, has_code: device.holder.is_some(), along, kept_as: kept })
}

/// `POST /my-data/delete`: erases, ends the session, and clears what the browser keeps.
pub async fn delete(State(app): State<App>, device: Device, _checked: Fields) -> Result<Response, Failure> {
    erase::erase(&app, &device).await?;
    if device.is_companion() {
        return Ok(Redirect::to("/my-code/people").into_response());
    }
    let mut response = Redirect::to("/my-data/deleted").into_response();
    cookie::append(&mut response, &CookieKind::Device.clear(&app.settings));
    if app.settings.is_https() {
        // Browsers ignore it on plain HTTP; there the page's script clears.
        let name = HeaderName::from_static("clear-site-data");
        response.headers_mut().insert(name, HeaderValue::from_static("\"storage\""));
    }
    Ok(response)
}

/// `GET /my-data/deleted`
pub async fn deleted(page: Page) -> Result<Response, Failure> {
    page::show(&DeletedPage { page })
}
