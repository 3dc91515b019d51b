//! `/evidence/{id}`: what one unit proposes, for a person of another to confirm or refuse.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::colour::Colour;
use store::rows::evidence::ProposalStage;
use store::rows::visit_case::Did;

use super::{colour, hindered, name, sample, what, when};
use crate::App;
use crate::casework::page::{Officer, did, id};
use crate::evidence::decide::{self, View};
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};

/// The proposal.
#[derive(Template)]
#[template(path = "evidence/proposal.html")]
pub struct ProposalPage {
    page: Page,
    view: View,
}

impl ProposalPage {
    fn name(&self) -> String {
        name(&self.view.person.document)
    }

    fn what(&self) -> String {
        what(&self.page, &self.view.row.stated)
    }

    fn when(&self) -> String {
        when(&self.page, &self.view.row.stated)
    }

    fn did(&self, one: &Did) -> String {
        did(&self.page, one)
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn colour(&self, one: &Colour) -> String {
        colour(&self.page, *one)
    }

    fn stage(&self) -> String {
        self.page.t(format!("evidence-stage-{}", self.view.row.stage.as_str()))
    }

    fn waits(&self) -> bool {
        self.view.row.stage == ProposalStage::Waiting
    }

    /// Each state, as those who may do something see it.
    pub fn samples(page: &Page) -> Vec<Self> {
        sample::views().into_iter().map(|view| Self { page: page.clone(), view }).collect()
    }
}

/// `GET /evidence/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let view = decide::view(&app, &officer.0, id(&path)?).await?;
    page::show(&ProposalPage { page, view })
}

/// `POST /evidence/{id}/decide`
pub async fn decide(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (id, back) = (id(&path)?, format!("/evidence/{path}"));
    let done = match fields.get("decision") {
        "confirm" => decide::confirm(&app, &officer.0, id).await,
        "refuse" => decide::refuse(&app, &officer.0, id).await,
        _ => return Ok(Redirect::to(&back).into_response()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&back).into_response()),
        Err(error) => hindered::or_failure(page, error, "/evidence".to_owned(), ""),
    }
}

/// `POST /evidence/{id}/recall`
pub async fn recall(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    match decide::recall(&app, &officer.0, id(&path)?).await {
        Ok(()) => Ok(Redirect::to(&format!("/evidence/{path}")).into_response()),
        Err(error) => hindered::or_failure(page, error, "/evidence".to_owned(), ""),
    }
}
