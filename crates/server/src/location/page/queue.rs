//! `/review/locations`: what waits for a reviewer; several can be approved at once.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::LocationId;
use store::rows::location::{LocationRow, LocationState};

use super::case::decision;
use super::{address, kind_words, sample};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};
use crate::location::review::{self, LONGEST_REASON};

/// The queue.
#[derive(Template)]
#[template(path = "location/queue.html")]
pub struct QueuePage {
    page: Page,
    /// Each with whether the reviewer manages it.
    rows: Vec<(LocationRow, bool)>,
    all: i64,
    typed: Fields,
    errors: FieldErrors,
}

impl QueuePage {
    fn new(page: Page, rows: Vec<(LocationRow, bool)>, all: i64, typed: Fields) -> Self {
        Self { page: page.with_form(), rows, all, typed, errors: FieldErrors::default() }
    }

    fn wrong(mut self, key: &str) -> Self {
        let field = if key.starts_with("location-reason") { "reason" } else { "ticked" };
        let message = self.page.t1(key, "most", LONGEST_REASON);
        self.errors.add(field, message);
        self
    }

    /// What a box of this location sends: id and version.
    fn value(row: &LocationRow) -> String {
        format!("{}.{}", row.id, row.version)
    }

    fn ticked(&self, row: &LocationRow) -> bool {
        self.typed.has("location", &Self::value(row))
    }

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

    /// Nothing; some, more than are shown, one of them the reviewer's own; with each error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let row = || sample::row(LocationState::Waiting);
        let with = |rows, all| Self::new(page.clone(), rows, all, Fields::default());
        let some = || with(vec![(row(), false), (row(), true)], 120);
        let mut all = vec![with(Vec::new(), 0), some()];
        let keys = ["location-none-ticked", "location-decide-none", "location-reason-none"];
        all.extend(keys.map(|key| some().wrong(key)));
        all
    }
}

/// `GET /review/locations`
pub async fn show(State(app): State<App>, page: Page, staff: Staff) -> Result<Response, Failure> {
    let (rows, all) = review::queue(&app, &staff).await?;
    page::show(&QueuePage::new(page, rows, all, Fields::default()))
}

/// `POST /review/locations`: decides on those that are ticked, as they were when the page was shown.
pub async fn decide(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    let ticked: Vec<(LocationId, i64)> = fields.all("location").filter_map(read).collect();
    let chosen = fields.language_switch();
    let decision = match decision(&fields) {
        Ok(_) if ticked.is_empty() => Err("location-none-ticked"),
        read => read,
    };
    match (chosen, decision) {
        (Some(chosen), _) => {
            let (rows, all) = review::queue(&app, &staff).await?;
            let mut response = page::show(&QueuePage::new(page.in_language(chosen), rows, all, fields))?;
            language::remember(&app.settings, chosen, &mut response);
            Ok(response)
        }
        (None, Err(key)) => {
            let (rows, all) = review::queue(&app, &staff).await?;
            page::show_invalid(&QueuePage::new(page, rows, all, fields).wrong(key))
        }
        (None, Ok(decision)) => {
            review::decide_several(&app, &staff, &ticked, decision).await?;
            Ok(Redirect::to("/review/locations").into_response())
        }
    }
}

/// A box's value: id and version.
fn read(value: &str) -> Option<(LocationId, i64)> {
    let (id, version) = value.split_once('.')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}
