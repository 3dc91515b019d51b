//! `/locations/join`: an account for whoever runs a place.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::App;
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::{Failure, Fields, language};
use crate::location::join::{self, PREFIX};
use crate::staff::StaffError;
use crate::staff::one_time::SetUp;
use crate::staff::page::account::weakness_key;
use crate::staff::password::Weakness;

/// The form.
#[derive(Template)]
#[template(path = "location/join.html")]
pub struct JoinPage {
    page: Page,
    typed: Fields,
    errors: FieldErrors,
}

/// What the owner of the new account needs, shown once.
#[derive(Template)]
#[template(path = "location/joined.html")]
pub struct JoinedPage {
    page: Page,
    login: String,
    codes: SetUp,
}

impl JoinPage {
    fn new(page: Page, typed: Fields) -> Self {
        Self { page: page.with_form(), typed, errors: FieldErrors::default() }
    }

    /// What every sign-in name begins with.
    fn prefix() -> &'static str {
        PREFIX
    }

    /// Untouched, and with every error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut wrong = Self::new(page.clone(), Fields::from_pairs([("login", "Li!"), ("name", "Li Si")]));
        let weak = [Weakness::Short, Weakness::Long, Weakness::Guessable].map(StaffError::Weak);
        for error in [StaffError::BadLogin, StaffError::LoginTaken, StaffError::BadName].iter().chain(&weak) {
            let (field, key) = words(error).expect("an error of the form");
            wrong.errors.add(field, page.t(key));
        }
        vec![Self::new(page.clone(), Fields::default()), wrong]
    }
}

impl JoinedPage {
    /// After it was made.
    pub fn samples(page: &Page) -> Vec<Self> {
        let login = format!("{PREFIX}li.si");
        vec![Self { page: page.clone(), codes: SetUp::of(b"sample only, not kept", &login), login }]
    }
}

/// Field and locale key of what the person at the form can mend.
fn words(error: &StaffError) -> Option<(&'static str, &'static str)> {
    Some(match error {
        StaffError::BadLogin => ("login", "staff-login-bad"),
        StaffError::LoginTaken => ("login", "staff-login-taken"),
        StaffError::BadName => ("name", "staff-name-bad"),
        StaffError::Weak(weakness) => ("password", weakness_key(*weakness)),
        _ => return None,
    })
}

/// `GET /locations/join`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&JoinPage::new(page, Fields::default()))
}

/// `POST /locations/join`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    ClientAddress(address): ClientAddress,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(chosen) = fields.language_switch() {
        let mut response = page::show(&JoinPage::new(page.in_language(chosen), fields))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    app.limits.join(address)?;
    match join::join(&app, fields.get("login"), fields.get("name"), fields.raw("password")).await {
        Ok(added) => page::show(&JoinedPage { page, login: added.login, codes: added.codes }),
        Err(error) => {
            let Some((field, key)) = words(&error) else { return Err(error.into()) };
            let mut again = JoinPage::new(page, fields);
            let message = again.page.t(key);
            again.errors.add(field, message);
            page::show_invalid(&again)
        }
    }
}
