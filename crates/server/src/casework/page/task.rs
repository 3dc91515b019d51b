//! `/cases/tasks/{id}`: one person to be contacted; who it is stands behind one's own claim.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::VisitTaskId;
use domain::location::Slot;
use store::rows::visit_case::{Seen, TaskOutcome};

use super::case::task_state;
use super::{Officer, hindered, id, note, sample};
use crate::App;
use crate::casework::CaseError;
use crate::casework::case::TEXT_LENGTH;
use crate::casework::task::{self, Task};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};

/// The task.
#[derive(Template)]
#[template(path = "casework/task.html")]
pub struct TaskPage {
    page: Page,
    task: Task,
    outcome: String,
    note: String,
    errors: FieldErrors,
}

impl TaskPage {
    fn state(&self) -> String {
        task_state(&self.page, &self.task.row)
    }

    fn seen(&self, one: &Seen) -> String {
        let at = self.page.words.date_time(Slot::from_number(one.slot).start());
        self.page.t1(if one.entry { "task-entry" } else { "task-exit" }, "at", at)
    }

    fn told(&self) -> String {
        match self.task.row.told_at {
            Some(at) => self.page.t1("task-told", "at", self.page.words.date_time(at)),
            None => self.page.t("task-not-told"),
        }
    }

    fn until(&self) -> Option<String> {
        let claim = self.task.row.claimed.as_ref().filter(|_| self.task.holder.is_some())?;
        Some(self.page.t1("task-yours-until", "until", self.page.words.date_time(claim.until)))
    }

    fn other(&self) -> Option<&str> {
        let claim = self.task.row.claimed.as_ref().filter(|_| self.task.holder.is_none())?;
        Some(&claim.name)
    }

    fn outcomes(&self) -> Vec<(&'static str, String)> {
        let option = |one: &TaskOutcome| {
            (one.as_str(), self.page.t(format!("task-outcome-{}", one.as_str().replace('_', "-"))))
        };
        TaskOutcome::EVERY.iter().map(option).collect()
    }

    fn hint(&self) -> String {
        self.page.t1("report-note-hint", "length", TEXT_LENGTH)
    }

    fn of(page: Page, task: Task) -> Self {
        Self { page, task, outcome: String::new(), note: String::new(), errors: FieldErrors::default() }
    }

    /// A free one, one's own with a mistake, another's, and a done one.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut all: Vec<Self> =
            sample::opened_tasks().into_iter().map(|task| Self::of(page.clone(), task)).collect();
        all[1].errors.add("outcome", page.t("task-error-outcome"));
        "Asked to call back.".clone_into(&mut all[1].note);
        all
    }
}

/// `GET /cases/tasks/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let task = task::view(&app, &officer.0, id(&path)?).await?;
    page::show(&TaskPage::of(page, task))
}

fn answered(page: Page, id: VisitTaskId, done: Result<(), CaseError>) -> Result<Response, Failure> {
    let back = format!("/cases/tasks/{id}");
    match done {
        Ok(()) => Ok(Redirect::to(&back).into_response()),
        Err(error) => hindered::or_failure(page, error, back, ""),
    }
}

/// `POST /cases/tasks/{id}/take`
pub async fn take(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let id = id(&path)?;
    answered(page, id, task::take(&app, &officer.0, id).await)
}

/// `POST /cases/tasks/{id}/release`
pub async fn release(
    State(app): State<App>,
    officer: Officer,
    Path(path): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    task::release(&app, &officer.0, id(&path)?).await?;
    Ok(Redirect::to("/cases/tasks").into_response())
}

/// `POST /cases/tasks/{id}/outcome`
pub async fn finish(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (id, mut errors) = (id(&path)?, FieldErrors::default());
    let note = note(&page, &fields, None, &mut errors);
    let outcome = TaskOutcome::from_name(fields.get("outcome"));
    if outcome.is_none() {
        errors.add("outcome", page.t("task-error-outcome"));
    }
    if let Some(outcome) = outcome.filter(|_| errors.is_empty()) {
        return match task::finish(&app, &officer.0, id, outcome, &note).await {
            Ok(()) => Ok(Redirect::to("/cases/tasks").into_response()),
            Err(error) => hindered::or_failure(page, error, format!("/cases/tasks/{id}"), &note),
        };
    }
    let task = task::view(&app, &officer.0, id).await?;
    if task.holder.is_none() {
        let error = CaseError::Hindered(crate::casework::Hindrance::NotYours);
        return hindered::or_failure(page, error, format!("/cases/tasks/{id}"), &note);
    }
    let outcome = fields.get("outcome").to_owned();
    page::show_invalid(&TaskPage { page, task, outcome, note, errors })
}
