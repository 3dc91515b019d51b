//! `/my-code/appeal`: says what is wrong with the colour that one has now.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::{hindered, words};
use crate::App;
use crate::appeal::file::{self, Now};
use crate::appeal::{AppealError, Hindrance, PHOTOS, TEXT_LENGTH};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields};

/// The form.
#[derive(Template)]
#[template(path = "appeal/new.html")]
pub struct NewPage {
    page: Page,
    hours: u64,
    statement: String,
    errors: FieldErrors,
}

impl NewPage {
    fn lead(&self) -> String {
        self.page.t1("appeal-new-lead", "hours", self.hours)
    }

    fn hint(&self) -> String {
        self.page.t1("appeal-statement-hint", "length", TEXT_LENGTH)
    }

    fn photos(&self) -> String {
        self.page.t1("appeal-new-photos", "most", PHOTOS)
    }

    /// Empty, and with nothing said.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut errors = FieldErrors::default();
        errors.add("statement", page.t("appeal-error-statement"));
        let of = |errors| Self { page: page.clone(), hours: 24, statement: String::new(), errors };
        vec![of(FieldErrors::default()), of(errors)]
    }
}

/// How many hours an answer may take.
pub(super) fn hours(app: &App) -> u64 {
    app.settings.appeal_due.as_secs().div_ceil(3600)
}

/// `GET /my-code/appeal`: the form, or the appeal that is or was about this colour.
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    match file::now(&app, holder).await? {
        Now::There(id) => Ok(Redirect::to(&format!("/my-code/appeals/{id}")).into_response()),
        Now::Green => {
            let green = AppealError::Hindered(Hindrance::Green);
            hindered::or_failure(page, green, "/my-code".to_owned(), "")
        }
        Now::May => {
            let (hours, statement, errors) = (hours(&app), String::new(), FieldErrors::default());
            page::show(&NewPage { page, hours, statement, errors })
        }
    }
}

/// `POST /my-code/appeal`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    device: Device,
    fields: Fields,
) -> Result<Response, Failure> {
    let Some(holder) = device.holder else { return Ok(Redirect::to("/application").into_response()) };
    let mut errors = FieldErrors::default();
    let statement = words(&page, &fields, "statement", "appeal-error-statement", &mut errors);
    if !errors.is_empty() {
        return page::show_invalid(&NewPage { page, hours: hours(&app), statement, errors });
    }
    match file::file(&app, holder, &statement).await {
        Ok(id) => Ok(Redirect::to(&format!("/my-code/appeals/{id}")).into_response()),
        Err(error) => hindered::or_failure(page, error, "/my-code/why".to_owned(), &statement),
    }
}
