//! `/cases`: the unit's cases, what other units ask for, and what waits for this unit's shares.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use store::rows::visit_case::{CaseRow, OpeningRow};

use super::{Officer, keys as keys_page, sample, text, window};
use crate::App;
use crate::casework::case::{self, Board, TEXT_LENGTH};
use crate::casework::keys::Lasts;
use crate::casework::share::{self, Turn};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};

/// The first page of health officers' cases.
#[derive(Template)]
#[template(path = "casework/list.html")]
pub struct ListPage {
    page: Page,
    staff: Staff,
    board: Board,
    reference: String,
    errors: FieldErrors,
}

/// What an officer of this unit has to do with an opening: the end of a locale key `case-todo-…`.
pub(super) fn todo(row: &OpeningRow, staff: &Staff) -> Option<&'static str> {
    match &row.decided {
        None if row.asked.unit == staff.unit => Some("wait-decision"),
        None => Some("decide"),
        Some(_) => match share::turn(row, staff) {
            Ok(Turn::First(_) | Turn::Second(_)) => Some("open"),
            Ok(Turn::Again(_)) => Some("wait-share"),
            Err(_) => (row.case_unit == staff.unit).then_some("wait-share"),
        },
    }
}

impl ListPage {
    /// What concerns this unit, with what is to be done.
    fn openings(&self) -> Vec<(&OpeningRow, &'static str)> {
        let todo = |row| Some((row, todo(row, &self.staff)?));
        let mut all: Vec<_> = self.board.openings.iter().filter_map(todo).collect();
        all.sort_by_key(|(_, todo)| todo.starts_with("wait"));
        all
    }

    fn window(&self, row: &OpeningRow) -> String {
        window(&self.page, row.first, row.last)
    }

    fn made_at(&self, row: &CaseRow) -> String {
        self.page.words.date_time(row.made.at)
    }

    /// The halves whose keys end soon.
    fn ending(&self) -> Vec<String> {
        let soon = self.board.lasts.iter().filter(|one: &&Lasts| one.soon);
        soon.map(|one| keys_page::lasts(&self.page, one)).collect()
    }

    fn hint(&self) -> String {
        self.page.t1("case-reference-hint", "length", TEXT_LENGTH)
    }

    /// Nothing; everything, with a mistake.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut errors = FieldErrors::default();
        errors.add("reference", page.t("case-error-reference"));
        let of = |board, errors| Self {
            page: page.clone(),
            staff: sample::staff(),
            board,
            reference: String::new(),
            errors,
        };
        vec![of(Board::default(), FieldErrors::default()), of(sample::board(), errors)]
    }
}

/// `GET /cases`
pub async fn show(State(app): State<App>, page: Page, officer: Officer) -> Result<Response, Failure> {
    let board = case::board(&app, &officer.0).await?;
    let (reference, errors) = (String::new(), FieldErrors::default());
    page::show(&ListPage { page, staff: officer.0, board, reference, errors })
}

/// `POST /cases`
pub async fn register(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    fields: Fields,
) -> Result<Response, Failure> {
    let reference = text(&fields, "reference");
    let mut errors = FieldErrors::default();
    if reference.is_empty() {
        errors.add("reference", page.t("case-error-reference"));
    } else if reference.chars().count() > TEXT_LENGTH {
        errors.add("reference", page.t1("case-error-long", "length", TEXT_LENGTH));
    } else {
        let id = case::register(&app, &officer.0, &reference).await?;
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    }
    let board = case::board(&app, &officer.0).await?;
    page::show_invalid(&ListPage { page, staff: officer.0, board, reference, errors })
}
