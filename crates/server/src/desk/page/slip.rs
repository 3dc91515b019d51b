//! `/desk/slip`: the paper that goes with the person. It names nobody: whoever finds it learns nothing of them.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::application::{DUE, Shown, shown};

use crate::App;
use crate::desk::slip;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields};

/// The slip.
#[derive(Template)]
#[template(path = "desk/slip.html")]
pub struct SlipPage {
    page: Page,
    reference: String,
    shown: Shown,
    due: String,
    /// The recovery code in its groups; empty where there is none to show.
    code: String,
    may_renew: bool,
    /// Where a phone opens the application with the code.
    address: String,
}

impl SlipPage {
    /// Every state, with the recovery code and without.
    pub fn samples(page: &Page) -> Vec<Self> {
        let due = page.words.date_time(domain::Timestamp::from_seconds(1_795_501_200));
        let sample = |shown, code: &str| Self {
            page: page.clone().at_a_desk(),
            reference: "HB-7K3M-92QD".to_owned(),
            shown,
            due: due.clone(),
            code: code.to_owned(),
            may_renew: code.is_empty(),
            address: "https://code.example/recover".to_owned(),
        };
        let states = [
            Shown::Submitted,
            Shown::Checking,
            Shown::Overdue,
            Shown::NotConfirmed,
            Shown::NeedsInformation,
            Shown::Issued,
            Shown::NotApproved,
            Shown::Withdrawn,
        ];
        let code = "7K3M-92QD-0V5T-XC4R-1B8N-6HWP-2JEY";
        let mut all: Vec<Self> = states.into_iter().map(|shown| sample(shown, code)).collect();
        all.push(sample(Shown::Issued, ""));
        all
    }

    fn title(&self) -> String {
        self.page.t(format!("application-{}-title", self.shown.as_str()))
    }

    /// What happens next, and what the person has to do for it.
    fn next(&self) -> String {
        let name = self.shown.as_str();
        match self.shown {
            Shown::Submitted | Shown::Checking => self.page.t1("desk-slip-checking", "due", &self.due),
            _ => self.page.t(format!("desk-slip-{name}")),
        }
    }
}

/// `GET /desk/slip`
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let found = slip::of(&app, &device).await?;
    let row = found.row;
    let shown = shown(row.stage, row.kind(), row.sent_at, row.clock.due_at, app.now());
    // Just sent: the time at which it is due at the latest, the same whatever the match found.
    let due = row.clock.due_at.filter(|_| shown == Shown::Checking);
    let due = due.unwrap_or(row.sent_at.plus(DUE));
    page::show(&SlipPage {
        reference: row.reference.to_string(),
        shown,
        due: page.words.date_time(due),
        may_renew: found.may_renew && found.recovery_code.is_none(),
        code: found.recovery_code.unwrap_or_default(),
        address: format!("{}/recover", app.settings.public_origin),
        page,
    })
}

/// `POST /desk/slip`: a new recovery code.
pub async fn renew(State(app): State<App>, device: Device, _checked: Fields) -> Result<Response, Failure> {
    slip::renew(&app, &device).await?;
    Ok(Redirect::to("/desk/slip").into_response())
}
