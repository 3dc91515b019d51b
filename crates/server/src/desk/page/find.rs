//! `/desk/find`: somebody comes back, with their slip and their document.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Reference;

use crate::App;
use crate::application::answers;
use crate::desk::find::{self, Found, Proof};
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};

/// Asks for what the person carries.
#[derive(Template)]
#[template(path = "desk/find.html")]
pub struct FindPage {
    page: Page,
    typed: Fields,
    errors: FieldErrors,
}

impl FindPage {
    /// Empty, with every error, and the two answers that open nothing.
    pub fn samples(page: &Page) -> Vec<Self> {
        let empty = read(page, &Fields::default()).err().unwrap_or_default();
        let mistyped = Fields::from_pairs([("reference", "HB-7K3M-92QX"), ("birth_day", "31")]);
        let wrong = read(page, &mistyped).err().unwrap_or_default();
        let answer = |key: &str| one("reference", page.t(key));
        let none = Fields::default;
        vec![
            Self::of(page.clone(), none(), FieldErrors::default()),
            Self::of(page.clone(), none(), empty),
            Self::of(page.clone(), mistyped, wrong),
            Self::of(page.clone(), none(), answer("desk-find-nothing")),
            Self::of(page.clone(), none(), answer("desk-find-too-often")),
        ]
    }

    fn of(page: Page, typed: Fields, errors: FieldErrors) -> Self {
        Self { page: page.with_form(), typed, errors }
    }
}

fn one(field: &'static str, message: String) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.add(field, message);
    errors
}

fn read(page: &Page, typed: &Fields) -> Result<Proof, FieldErrors> {
    let mut errors = FieldErrors::default();
    let reference: Result<Reference, _> = typed.get("reference").parse();
    if reference.is_err() {
        errors.add("reference", page.t("desk-error-reference"));
    }
    let number = typed.get("number").to_owned();
    if number.is_empty() {
        errors.add("number", page.t("apply-error-number-empty"));
    }
    let birth = answers::date(typed, "birth").and_then(|date| date.ok_or("birth-missing"));
    match (reference, birth) {
        (Ok(reference), Ok(birth)) if errors.is_empty() => Ok(Proof { reference, number, birth }),
        (_, birth) => {
            if let Err(wrong) = birth {
                errors.add("birth", page.t(format!("apply-error-{wrong}")));
            }
            Err(errors)
        }
    }
}

/// `GET /desk/find`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&FindPage::of(page, Fields::default(), FieldErrors::default()))
}

/// `POST /desk/find`: what does not fit is never told apart.
pub async fn find(
    State(app): State<App>,
    staff: Staff,
    ClientAddress(address): ClientAddress,
    page: Page,
    fields: Fields,
) -> Result<Response, Failure> {
    let typed = fields.without_controls();
    if let Some(language) = fields.language_switch() {
        let shown = FindPage::of(page.in_language(language), typed, FieldErrors::default());
        let mut response = page::show(&shown)?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let proof = match read(&page, &typed) {
        Ok(proof) => proof,
        Err(errors) => return page::show_invalid(&FindPage::of(page, typed, errors)),
    };
    app.limits.sign_in(address)?;
    match find::find(&app, &staff, &proof, page.words.0).await? {
        Found::Opened => Ok(Redirect::to("/desk").into_response()),
        Found::Nothing => {
            let errors = one("reference", page.t("desk-find-nothing"));
            page::show_invalid(&FindPage::of(page, typed, errors))
        }
        Found::TooOften => {
            let errors = one("reference", page.t("desk-find-too-often"));
            let mut response = page::show(&FindPage::of(page, typed, errors))?;
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            Ok(response)
        }
    }
}
