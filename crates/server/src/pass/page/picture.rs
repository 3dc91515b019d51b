//! `/my-code/picture`: the printed pass as a picture, for phones whose browser keeps nothing (web views without a
//! service worker) and for people without a printer. Works without script: a picture can be held and saved anywhere.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Kind};
use crate::pass::card::{Card, languages};
use crate::pass::issue::{self, Issued};
use crate::pass::paper as printing;

/// The picture, and how to save it.
#[derive(Template)]
#[template(path = "pass/picture.html")]
pub struct PicturePage {
    page: Page,
    until: String,
}

impl PicturePage {
    /// With a pass: without one there is no such page.
    pub fn samples(page: &Page) -> Vec<Self> {
        vec![Self { page: page.clone(), until: Card::sample(31, 8).until(page.words) }]
    }
}

/// The printed pass that is good now.
async fn printed(app: &App, device: &Device) -> Result<Option<Issued>, Failure> {
    let Some(holder) = device.holder else { return Ok(None) };
    Ok(issue::printed_now(app, holder).await?)
}

/// `GET /my-code/picture`. Who has no printed pass is sent to where it is made.
pub async fn show(State(app): State<App>, device: Device, page: Page) -> Result<Response, Failure> {
    let Some(issued) = printed(&app, &device).await? else {
        return Ok(Redirect::to("/my-code/print").into_response());
    };
    let card = Card::of(&issued).ok_or(Failure::of(Kind::INTERNAL))?;
    page::show(&PicturePage { until: card.until(page.words), page })
}

/// `GET /my-code/picture.png`: the same for each request, and in no cache on the way.
pub async fn png(State(app): State<App>, device: Device, page: Page) -> Result<Response, Failure> {
    let issued = printed(&app, &device).await?.ok_or(Failure::of(Kind::NOT_FOUND))?;
    let (languages, hotline) = (languages(page.words.0), page.hotline.clone());
    let drawn = tokio::task::spawn_blocking(move || printing::png(&issued, &languages, &hotline)).await;
    let bytes = drawn.map_err(|_| Failure::of(Kind::INTERNAL))??;
    Ok(([(header::CONTENT_TYPE, "image/png")], bytes).into_response())
}
