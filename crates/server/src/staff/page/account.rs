//! The own account: password, sessions.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::role_name;
use super::sign_in::signed_out;
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};
use crate::staff::account::{self, Own};
use crate::staff::password::Weakness;
use crate::staff::{StaffError, Tools};

/// What the page shows.
#[derive(Template)]
#[template(path = "staff/account.html")]
pub struct AccountPage {
    page: Page,
    name: String,
    roles: Vec<String>,
    own: Own,
    changed: bool,
    errors: FieldErrors,
}

impl AccountPage {
    fn new(page: Page, staff: &Staff, own: Own) -> Self {
        let roles = staff.roles.iter().map(|role| role_name(&page, *role)).collect();
        let errors = FieldErrors::default();
        Self { page: page.with_form(), name: staff.name.clone(), roles, own, changed: false, errors }
    }

    /// As it is, with the password changed, with each error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |changed, errors: FieldErrors| Self {
            page: page.clone().with_form(),
            name: "Zhao Liu".to_owned(),
            roles: vec![role_name(page, domain::Role::Reviewer), role_name(page, domain::Role::Inspector)],
            own: Own { login: "zhao.liu".to_owned(), unit: "Wuhan Tianhe Airport".to_owned(), sessions: 2 },
            changed,
            errors,
        };
        let mut wrong = FieldErrors::default();
        wrong.add("current", page.t("password-wrong"));
        for weakness in [Weakness::Short, Weakness::Long, Weakness::Guessable] {
            wrong.add("new", page.t(weakness_key(weakness)));
        }
        vec![
            sample(false, FieldErrors::default()),
            sample(true, FieldErrors::default()),
            sample(false, wrong),
        ]
    }
}

/// Locale key of what is wrong with a password.
pub(crate) fn weakness_key(weakness: Weakness) -> &'static str {
    match weakness {
        Weakness::Short => "password-short",
        Weakness::Long => "password-long",
        Weakness::Guessable => "password-guessable",
    }
}

/// `GET /staff/account`
pub async fn show(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    query: axum::extract::RawQuery,
) -> Result<Response, Failure> {
    let own = account::own(Tools::of(&app), &staff).await?;
    let changed = query.0.as_deref() == Some("changed");
    page::show(&AccountPage { changed, ..AccountPage::new(page, &staff, own) })
}

/// `POST /staff/account`: a new password.
pub async fn change_password(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    let tools = Tools::of(&app);
    let own = account::own(tools, &staff).await?;
    if let Some(chosen) = fields.language_switch() {
        let mut response = page::show(&AccountPage::new(page.in_language(chosen), &staff, own))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let (field, message) =
        match account::change_password(tools, &staff, fields.raw("current"), fields.raw("new")).await {
            Ok(()) => return Ok(Redirect::to("/staff/account?changed").into_response()),
            Err(StaffError::Weak(weakness)) => ("new", page.t(weakness_key(weakness))),
            Err(StaffError::WrongPassword) => ("current", page.t("password-wrong")),
            Err(StaffError::Locked(until)) => {
                ("current", page.t1("sign-in-locked", "time", page.words.date_time(until)))
            }
            Err(error) => return Err(error.into()),
        };
    let mut again = AccountPage::new(page, &staff, own);
    again.errors.add(field, message);
    page::show_invalid(&again)
}

/// `POST /staff/account/sign-out`: everywhere.
pub async fn sign_out_everywhere(
    State(app): State<App>,
    staff: Staff,
    _fields: Fields,
) -> Result<Response, Failure> {
    account::sign_out_everywhere(Tools::of(&app), &staff).await?;
    Ok(signed_out(&app))
}
