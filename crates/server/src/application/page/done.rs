//! Application received: survives a reload and a bookmark.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::application::DUE;

use super::super::{draft, own};
use super::recovery_panel::RecoveryPanel;
use crate::App;
use crate::http::language::local_path;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields};

/// The confirmation.
#[derive(Template)]
#[template(path = "application/done.html")]
pub struct DonePage {
    page: Page,
    reference: String,
    due: String,
    recovery: RecoveryPanel,
    /// The applications that may act for the applicant: name, and where they want people back.
    apps: Vec<(String, String)>,
}

impl DonePage {
    /// With the recovery code, and after it was noted.
    pub fn samples(page: &Page) -> Vec<Self> {
        let due = page.words.date_time(domain::Timestamp::from_seconds(1_795_501_200));
        let sample = |code: &str, apps: &[&str]| Self {
            page: page.clone(),
            reference: "HB-7K3M-92QD".to_owned(),
            due: due.clone(),
            recovery: RecoveryPanel { code: code.to_owned(), back: "/apply/done" },
            apps: apps.iter().map(|app| ((*app).to_owned(), "https://app.example/back".to_owned())).collect(),
        };
        vec![sample("7K3M-92QD-0V5T-XC4R-1B8N-6HWP-2JEY", &[]), sample("", &["鄂汇办"])]
    }
}

/// `GET /apply/done`
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let state = draft::state(&app, device.id).await?;
    let Some(id) = state.application else { return Ok(Redirect::to("/apply").into_response()) };
    let (row, _) = own::open(&app, device.id, id).await?;
    // The time at which it would be due at the latest: the same whatever the match found.
    let due = page.words.date_time(row.sent_at.plus(DUE));
    let recovery = RecoveryPanel { code: state.recovery_code.unwrap_or_default(), back: "/apply/done" };
    let now = app.now();
    let grants = crate::partner::grant::of(&app, &device).await?;
    let apps = grants.into_iter().filter(|grant| grant.is_in_force(now));
    let apps = apps.map(|grant| (grant.partner, grant.return_address)).collect();
    page::show(&DonePage { page, reference: row.reference.to_string(), due, recovery, apps })
}

/// `POST /application/noted`: the recovery code is not shown again.
pub async fn noted(State(app): State<App>, device: Device, fields: Fields) -> Result<Response, Failure> {
    own::noted_recovery_code(&app, device.id).await?;
    Ok(Redirect::to(local_path(fields.raw("return"))).into_response())
}
