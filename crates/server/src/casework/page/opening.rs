//! `/cases/openings/{id}`: one opening, from the question to the people. With script the officer's own browser opens
//! their unit's shares; without it, `tongxing authority open` does, on the files that this page offers.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use store::rows::visit_case::Did;

use super::{Officer, case::opening_state, did, hindered, id, sample, window};
use crate::App;
use crate::casework::opening::{self, View};
use crate::casework::share::Turn;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};

/// The opening.
#[derive(Template)]
#[template(path = "casework/opening.html")]
pub struct OpeningPage {
    page: Page,
    staff: Staff,
    view: View,
}

impl OpeningPage {
    fn window(&self) -> String {
        window(&self.page, self.view.row.first, self.view.row.last)
    }

    fn state(&self) -> String {
        self.page.t(format!("case-opening-{}", opening_state(&self.view.row)))
    }

    fn is_own(&self) -> bool {
        self.view.row.case_unit == self.staff.unit
    }

    fn did(&self, one: &Did) -> String {
        did(&self.page, one)
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn at(&self, at: &Timestamp) -> String {
        self.page.words.date_time(*at)
    }

    fn opened_of(&self) -> Option<String> {
        let done = self.view.row.opened?;
        Some(self.page.t2("case-opened-of", "visits", done.visits, "records", done.records))
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn decided_key(approved: &bool) -> &'static str {
        if *approved { "case-step-approved" } else { "case-step-refused" }
    }

    /// What a script runs in the place of the page.
    fn command(&self) -> &'static str {
        if self.is_second() {
            "tongxing authority open --key-file KEY-FILE --shares SHARES --opened OPENED --records RECORDS > VISITS"
        } else {
            "tongxing authority open --key-file KEY-FILE --shares SHARES > OPENED"
        }
    }

    /// Whose shares are opened first, as a name.
    fn first_unit(&self) -> Option<&str> {
        let half = usize::try_from(self.view.row.opened_first?.half - 1).ok()?;
        self.view.row.parties.as_ref()?.get(half).map(|party| party.name.as_str())
    }

    fn is_second(&self) -> bool {
        matches!(self.view.turn, Ok(Turn::Second(_)))
    }

    fn is_again(&self) -> bool {
        matches!(self.view.turn, Ok(Turn::Again(_)))
    }

    fn may_open(&self) -> bool {
        self.view.turn.is_ok()
    }

    /// Where what came of it is posted to.
    fn target(&self) -> &'static str {
        if self.is_second() { "visits" } else { "opened" }
    }

    /// Why nothing can be opened here, of an opening that is approved and not done.
    fn hindrance(&self) -> Option<String> {
        let approved = self.view.row.decided.as_ref().is_some_and(|(_, approved)| *approved);
        let why = self.view.turn.err().filter(|_| approved && self.view.row.opened.is_none())?;
        Some(self.page.t(why.key()))
    }

    /// Each state of an opening, as those who may do something see it.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |(staff, view): (Staff, View)| Self { page: page.clone(), staff, view };
        sample::openings().into_iter().map(of).collect()
    }
}

/// `GET /cases/openings/{id}`
pub async fn show(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let view = opening::view(&app, &officer.0, id(&path)?).await?;
    page::show(&OpeningPage { page, staff: officer.0, view })
}

/// `POST /cases/openings/{id}/decide`
pub async fn decide(
    State(app): State<App>,
    page: Page,
    officer: Officer,
    Path(path): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (id, back) = (id(&path)?, format!("/cases/openings/{path}"));
    let approve = match fields.get("decision") {
        "approve" => true,
        "refuse" => false,
        _ => return Ok(Redirect::to(&back).into_response()),
    };
    match opening::decide(&app, &officer.0, id, approve).await {
        Ok(()) => Ok(Redirect::to(&back).into_response()),
        Err(error) => hindered::or_failure(page, error, back, ""),
    }
}
