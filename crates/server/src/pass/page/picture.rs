//! `/my-code/picture`: the printed pass as a picture, for phones whose browser keeps nothing (web views without a
//! service worker) and for people without a printer. Works without script: a picture can be held and saved anywhere.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use credential::{Pass, to_text};
use domain::Timestamp;

use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Kind};
use crate::pass::issue::{self, Issued};
use crate::pass::picture::{self, Drawing};

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
        vec![Self { page: page.clone(), until: until(page, Timestamp::from_seconds(1_796_644_800)) }]
    }
}

/// The printed pass that is good now.
async fn printed(app: &App, device: &Device) -> Result<Option<Issued>, Failure> {
    let Some(holder) = device.holder else { return Ok(None) };
    Ok(issue::printed_now(app, holder).await?)
}

/// The year is written out: a picture is kept.
fn until(page: &Page, at: Timestamp) -> String {
    page.t2("print-until-year", "date", page.words.date_time(at), "year", at.local().year())
}

/// What stands on it: what is in its code, and nothing else.
fn drawing(issued: &Issued, page: &Page) -> Option<Drawing> {
    let pass = Pass::parse(&issued.signed).ok()?;
    let claims = pass.claims();
    let birthday = match (claims.birth.day, claims.birth.month) {
        (_, 0) => page.t("print-birthday-unknown"),
        (0, month) => page.t(format!("month-{month}")),
        (day, month) => page.t2("print-day-month", "day", day, "month", page.t(format!("month-{month}"))),
    };
    Some(Drawing {
        title: page.t("print-card-title"),
        check: page.t("print-check"),
        code: to_text(&issued.signed),
        rows: vec![
            (page.t("print-initials"), claims.initials.to_owned()),
            (page.t("print-birthday"), birthday),
            (
                page.t(format!("print-document-{}", claims.document.as_str())),
                format!("…{}", claims.last_four),
            ),
            (page.t("print-until"), until(page, issued.expires_at)),
        ],
        scan: page.t("print-scan"),
        hotline: format!("{} {}", page.t("hotline"), page.hotline),
    })
}

/// `GET /my-code/picture`. Who has no printed pass is sent to where it is made.
pub async fn show(State(app): State<App>, device: Device, page: Page) -> Result<Response, Failure> {
    let Some(issued) = printed(&app, &device).await? else {
        return Ok(Redirect::to("/my-code/print").into_response());
    };
    page::show(&PicturePage { until: until(&page, issued.expires_at), page })
}

/// `GET /my-code/picture.png`: the same for each request, and in no cache on the way.
pub async fn png(State(app): State<App>, device: Device, page: Page) -> Result<Response, Failure> {
    let issued = printed(&app, &device).await?.ok_or(Failure::of(Kind::NOT_FOUND))?;
    let drawing = drawing(&issued, &page).ok_or(Failure::of(Kind::INTERNAL))?;
    let language = page.words.0;
    let drawn = tokio::task::spawn_blocking(move || picture::png(&drawing, language)).await;
    let Ok(Ok(bytes)) = drawn else { return Err(Failure::of(Kind::INTERNAL)) };
    Ok(([(header::CONTENT_TYPE, "image/png")], bytes).into_response())
}
