//! `/review/locations`: what waits for a reviewer; several can be approved at once.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::LocationId;
use store::rows::location::{LocationRow, LocationState};

use super::{address, kind_words, sample};
use crate::App;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};
use crate::location::review;

/// The queue.
#[derive(Template)]
#[template(path = "location/queue.html")]
pub struct QueuePage {
    page: Page,
    /// Each with whether the reviewer manages it.
    rows: Vec<(LocationRow, bool)>,
    all: i64,
}

impl QueuePage {
    fn kind(&self, row: &LocationRow) -> String {
        kind_words(&self.page, row.details.kind)
    }

    fn address(&self, row: &LocationRow) -> String {
        address(&self.page, row)
    }

    fn since(&self, row: &LocationRow) -> String {
        self.page.words.date_time(row.made_at)
    }

    fn more(&self) -> i64 {
        self.all - i64::try_from(self.rows.len()).unwrap_or(0)
    }

    /// Nothing, and some, more than are shown, one of them the reviewer's own.
    pub fn samples(page: &Page) -> Vec<Self> {
        let row = || sample::row(LocationState::Waiting);
        let with = |rows, all| Self { page: page.clone(), rows, all };
        vec![with(Vec::new(), 0), with(vec![(row(), false), (row(), true)], 120)]
    }
}

/// `GET /review/locations`
pub async fn show(State(app): State<App>, page: Page, staff: Staff) -> Result<Response, Failure> {
    let (rows, all) = review::queue(&app, &staff).await?;
    page::show(&QueuePage { page, rows, all })
}

/// `POST /review/locations`: approves those that are ticked, as they were when the page was shown.
pub async fn approve(State(app): State<App>, staff: Staff, fields: Fields) -> Result<Response, Failure> {
    let ticked: Vec<(LocationId, i64)> = fields.all("location").filter_map(read).collect();
    review::approve(&app, &staff, &ticked).await?;
    Ok(Redirect::to("/review/locations").into_response())
}

/// A box's value: id and version.
fn read(value: &str) -> Option<(LocationId, i64)> {
    let (id, version) = value.split_once('.')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}
