//! `/staff/audit-orders`: what auditors ask for, for an administrator who is not of the unit.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use store::rows::audit_order::OrderRow;
use store::rows::visit_case::Did;

use super::{days, or_failure, sample, stage};
use crate::App;
use crate::audit::{Hindrance, order};
use crate::casework::page::{did, id};
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Kind};

/// An order, and what keeps this administrator from deciding on it.
struct Line {
    row: OrderRow,
    hinders: Option<Hindrance>,
}

/// The list.
#[derive(Template)]
#[template(path = "audit/decide.html")]
pub struct DecidePage {
    page: Page,
    now: Timestamp,
    lines: Vec<Line>,
}

impl DecidePage {
    fn days(&self, line: &Line) -> String {
        days(&self.page, &line.row)
    }

    fn stage(&self, line: &Line) -> (String, &'static str) {
        stage(&self.page, &line.row, self.now)
    }

    fn did(&self, one: &Did) -> String {
        did(&self.page, one)
    }

    /// Why nothing can be decided here, where nobody has decided.
    fn hindered(&self, line: &Line) -> Option<String> {
        line.hinders.filter(|why| *why != Hindrance::Decided).map(|why| self.page.t(why.key()))
    }

    /// None; one to decide, one about the own unit, one's own, and those that are decided.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |lines| Self { page: page.clone(), now: sample::NOW, lines };
        let rows = sample::orders();
        let line = |(row, hinders)| Line { row, hinders };
        let waiting = [None, Some(Hindrance::OwnUnit), Some(Hindrance::Yourself)];
        let first = waiting.map(|hinders| line((rows[0].clone(), hinders)));
        let decided = rows[1..].iter().map(|row| line((row.clone(), Some(Hindrance::Decided))));
        vec![of(Vec::new()), of(first.into_iter().chain(decided).collect())]
    }
}

/// `GET /staff/audit-orders`
pub async fn show(State(app): State<App>, page: Page, staff: Staff) -> Result<Response, Failure> {
    let line = |row: OrderRow| Line { hinders: order::hinders(&row, &staff), row };
    let lines = order::list(&app).await?.into_iter().map(line).collect();
    page::show(&DecidePage { page, now: app.now(), lines })
}

/// `POST /staff/audit-orders/{id}`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let grant = match fields.get("decision") {
        "grant" => true,
        "refuse" => false,
        _ => return Err(Failure::of(Kind::NOT_FOUND)),
    };
    match order::decide(&app, &staff, id(&path)?, grant).await {
        Ok(()) => Ok(Redirect::to("/staff/audit-orders").into_response()),
        Err(error) => or_failure(page, error, "/staff/audit-orders"),
    }
}
