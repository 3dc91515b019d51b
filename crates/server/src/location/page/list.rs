//! `/locations`: a manager's own, with where each stands.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use store::rows::location::{LocationRow, LocationState};

use super::{address, kind_words, sample, state};
use crate::App;
use crate::http::Failure;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::location::registry::{self, PAGE};

/// The list.
#[derive(Template)]
#[template(path = "location/list.html")]
pub struct ListPage {
    page: Page,
    rows: Vec<LocationRow>,
    find: String,
    number: i64,
    all: i64,
    unseen: i64,
}

impl ListPage {
    fn tag(row: &LocationRow) -> (&'static str, &'static str) {
        state(row.state)
    }

    fn kind(&self, row: &LocationRow) -> String {
        kind_words(&self.page, row.details.kind)
    }

    fn address(&self, row: &LocationRow) -> String {
        address(&self.page, row)
    }

    /// The address of another page of the list.
    fn at(&self, number: i64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("find", &self.find).append_pair("page", &number.to_string());
        format!("/locations?{}", query.finish())
    }

    fn more(&self) -> bool {
        (self.number + 1) * PAGE < self.all
    }

    /// Nothing; one in each state; nothing found; a page in the middle.
    pub fn samples(page: &Page) -> Vec<Self> {
        let states = LocationState::EVERY.iter().map(|state| sample::row(*state)).collect();
        let with = |rows, find: &str, number, all, unseen| Self {
            page: page.clone(),
            rows,
            find: find.to_owned(),
            number,
            all,
            unseen,
        };
        vec![
            with(Vec::new(), "", 0, 0, 0),
            with(states, "", 0, 5, 2),
            with(Vec::new(), "nowhere", 0, 0, 0),
            with(vec![sample::row(LocationState::Approved)], "市", 1, 151, 0),
        ]
    }
}

/// What is asked for.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    find: String,
    #[serde(default)]
    page: String,
}

/// `GET /locations`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let number = asked.page.parse().unwrap_or(0).clamp(0, 100_000);
    let find: String = asked.find.trim().chars().take(200).collect();
    let (rows, all, unseen) = registry::list(&app, &staff, &find, number).await?;
    page::show(&ListPage { page, rows, find, number, all, unseen })
}
