//! `/cases/tasks`: the people to be contacted for the unit's cases. The list names nobody.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use store::rows::review::ClaimedBy;
use store::rows::visit_case::TaskRow;

use super::{Officer, sample};
use crate::App;
use crate::casework::task;
use crate::http::Failure;
use crate::http::page::{self, Page};
use crate::http::session::Staff;

/// The list.
#[derive(Template)]
#[template(path = "casework/tasks.html")]
pub struct TasksPage {
    page: Page,
    staff: Staff,
    rows: Vec<TaskRow>,
    now: domain::Timestamp,
}

impl TasksPage {
    fn made_at(&self, row: &TaskRow) -> String {
        self.page.words.date_time(row.made_at)
    }

    /// Who has it, as long as their time lasts.
    fn claim<'a>(&self, row: &'a TaskRow) -> Option<&'a ClaimedBy> {
        row.claimed.as_ref().filter(|claim| claim.until > self.now)
    }

    fn is_mine(&self, claim: &ClaimedBy) -> bool {
        claim.staff == self.staff.id
    }

    /// Nothing, and tasks that are free, one's own and another's.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |rows| Self { page: page.clone(), staff: sample::staff(), rows, now: sample::NOW };
        vec![of(Vec::new()), of(sample::tasks())]
    }
}

/// `GET /cases/tasks`
pub async fn show(State(app): State<App>, page: Page, officer: Officer) -> Result<Response, Failure> {
    let rows = task::list(&app, &officer.0).await?;
    page::show(&TasksPage { page, staff: officer.0, rows, now: app.now() })
}
