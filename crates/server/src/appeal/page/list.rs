//! `/appeals`: what waits for an answer, the most urgent first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::Timestamp;
use store::rows::appeal::QueuedAppeal;

use super::sample;
use crate::App;
use crate::appeal::answer;
use crate::casework::page::Officer;
use crate::http::Failure;
use crate::http::page::{self, Page};

/// The list.
#[derive(Template)]
#[template(path = "appeal/list.html")]
pub struct ListPage {
    page: Page,
    appeals: Vec<QueuedAppeal>,
    now: Timestamp,
}

impl ListPage {
    fn level(&self, row: &QueuedAppeal) -> String {
        self.page.t(format!("appeal-level-{}", row.level.as_str()))
    }

    fn is_late(&self, row: &QueuedAppeal) -> bool {
        self.now > row.due_at
    }

    /// Nothing; one in time, and one that is late.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |appeals| Self { page: page.clone(), appeals, now: sample::NOW };
        vec![of(Vec::new()), of(sample::queue())]
    }
}

/// `GET /appeals`
pub async fn show(State(app): State<App>, page: Page, _officer: Officer) -> Result<Response, Failure> {
    let appeals = answer::list(&app).await?;
    page::show(&ListPage { page, appeals, now: app.now() })
}
