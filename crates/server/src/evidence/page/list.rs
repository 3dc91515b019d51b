//! `/evidence`: what waits for another unit, what became of one's own, and whom to add something about.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use store::rows::evidence::{ProposalRow, ProposalStage};

use super::{sample, what};
use crate::App;
use crate::casework::page::Officer;
use crate::evidence::decide::{self, Board};
use crate::evidence::person;
use crate::filing::page::{by_number, kinds};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields};
use crate::staff::By;

/// The board.
#[derive(Template)]
#[template(path = "evidence/list.html")]
pub struct ListPage {
    page: Page,
    board: Board,
    kinds: Vec<(&'static str, String)>,
    fields: Fields,
    errors: FieldErrors,
}

impl ListPage {
    fn new(page: Page, board: Board, fields: Fields, errors: FieldErrors) -> Self {
        let kinds = kinds(&page);
        Self { page, board, kinds, fields, errors }
    }

    fn what(&self, row: &ProposalRow) -> String {
        let what = what(&self.page, &row.stated);
        if row.taken_back.is_some() { self.page.t1("evidence-back-line", "what", what) } else { what }
    }

    fn stage(&self, row: &ProposalRow) -> String {
        self.page.t(format!("evidence-stage-{}", row.stage.as_str()))
    }

    fn waits(row: &ProposalRow) -> bool {
        row.stage == ProposalStage::Waiting
    }

    /// Nothing; everything, and nobody found.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut errors = FieldErrors::default();
        errors.add("number", page.t("evidence-error-nobody"));
        let number =
            Fields::from_pairs([("kind", "passport"), ("number", "L898902C3"), ("issuing_state", "UTO")]);
        vec![
            Self::new(page.clone(), Board::default(), Fields::default(), FieldErrors::default()),
            Self::new(page.clone(), sample::board(), number, errors),
        ]
    }
}

/// `GET /evidence`
pub async fn show(State(app): State<App>, page: Page, officer: Officer) -> Result<Response, Failure> {
    let board = decide::board(&app, &officer.0).await?;
    page::show(&ListPage::new(page, board, Fields::default(), FieldErrors::default()))
}

/// `POST /evidence/find`: posted, because what is searched by must not stand in an address.
pub async fn find(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    fields: Fields,
) -> Result<Response, Failure> {
    let errors = match by_number(&page, &fields) {
        Ok(document) => {
            if let Some(holder) = person::find(&app, By::from(&officer.0), &document).await? {
                return Ok(Redirect::to(&format!("/evidence/people/{holder}")).into_response());
            }
            let mut errors = FieldErrors::default();
            errors.add("number", page.t("evidence-error-nobody"));
            errors
        }
        Err(errors) => errors,
    };
    let board = decide::board(&app, &officer.0).await?;
    page::show_invalid(&ListPage::new(page, board, fields, errors))
}
