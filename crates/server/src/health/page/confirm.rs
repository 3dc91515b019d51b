//! Asks once more before a report becomes evidence.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::residence::DIVISIONS;

use super::{hindered, last, sample};
use crate::App;
use crate::health::act;
use crate::health::case::{self, Case};
use crate::health::error::{Hindrance, ReportError};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields};

/// The question.
#[derive(Template)]
#[template(path = "health/confirm.html")]
pub struct ConfirmPage {
    page: Page,
    opened: Case,
    division: &'static str,
    errors: FieldErrors,
}

impl ConfirmPage {
    fn last(&self) -> String {
        last(&self.page, &self.opened.row)
    }

    /// Where it was taken: the rules tell the city apart.
    fn divisions(&self) -> Vec<(&'static str, String)> {
        let nothing = ("", self.page.t("report-confirm-where-unknown"));
        let one = |code: &'static str| (code, self.page.t(format!("division-{code}")));
        std::iter::once(nothing).chain(DIVISIONS.into_iter().map(one)).collect()
    }

    fn new(page: Page, opened: Case) -> Self {
        Self { page, opened, division: "", errors: FieldErrors::default() }
    }

    /// Of a report about a holder.
    pub fn samples(page: &Page) -> Vec<Self> {
        sample::cases().into_iter().take(1).map(|opened| Self::new(page.clone(), opened)).collect()
    }
}

/// `GET /reports/{id}/confirm`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    let opened = case::open(&app, &staff, id).await.and_then(|case| match &case.hindrance {
        Some(hindrance) => Err(ReportError::Hindered(hindrance.clone())),
        None if case.holder.is_none() => Err(ReportError::Hindered(Hindrance::NoHolder)),
        None => Ok(case),
    });
    match opened {
        Ok(case) if case.row.confirmed_at.is_some() => {
            Ok(Redirect::to(&format!("/reports/{id}")).into_response())
        }
        Ok(opened) => page::show(&ConfirmPage::new(page, opened)),
        Err(error) => hindered::or_failure(page, id, error, ""),
    }
}

/// `POST /reports/{id}/confirm`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = hindered::id(&id)?;
    let division = fields.get("division").parse().ok();
    match act::confirm(&app, &staff, id, super::report::version(&fields), division).await {
        Ok(()) => Ok(Redirect::to(&format!("/reports/{id}")).into_response()),
        Err(error) => hindered::or_failure(page, id, error, ""),
    }
}
