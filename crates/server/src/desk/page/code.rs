//! `/desk/my-code`: the person has a code: print it, give them their slip, change what they want changed. Where a phone
//! shows the living code, a desk has nothing to show: paper is what goes with the person.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::declaration::Colour;
use store::rows::notice::NoticeRow;
use store::{StoreError, call, read};

use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Kind};

/// What can be done for a person who has a code.
#[derive(Template)]
#[template(path = "desk/code.html")]
pub struct CodePage {
    page: Page,
    colour: Colour,
    reasons: Vec<String>,
    notices: Vec<NoticeRow>,
}

impl CodePage {
    /// Green; and yellow, with something to be told.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |colour, reason: &str, notices| Self {
            page: page.clone().at_a_desk(),
            colour,
            reasons: vec![reason.to_owned()],
            notices,
        };
        let notice = NoticeRow {
            id: domain::Id::from_i64(1),
            kind: store::rows::notice::NoticeKind::SecondApplication,
            at: domain::Timestamp::from_seconds(1_795_435_200),
        };
        vec![
            sample(Colour::Green, "declared_healthy", Vec::new()),
            sample(Colour::Yellow, "declared_symptoms", vec![notice]),
        ]
    }
}

/// `GET /desk/my-code`. Whoever has no code yet is shown how their application stands.
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    let (decision, notices) = read!(app.store, "desk.code", StoreError, |tx| {
        Ok((call!(tx, decision::current(holder))?, call!(tx, notice::unseen(holder))?))
    })?;
    let decision = decision.ok_or(Failure::of(Kind::NOT_FOUND))?;
    page::show(&CodePage { page, colour: decision.colour, reasons: decision.reasons, notices })
}
