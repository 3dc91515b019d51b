//! Adding an account.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::Role;

use super::{RoleChoice, role_choices, ticked_roles};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};
use crate::staff::one_time::SetUp;
use crate::staff::{By, NewAccount, StaffError, Tools, administer};

/// The form.
#[derive(Template)]
#[template(path = "staff/new.html")]
pub struct NewPage {
    page: Page,
    login: String,
    /// Not `name`: the form's macros have a parameter of that name.
    full_name: String,
    unit: String,
    units: Vec<String>,
    roles: Vec<RoleChoice>,
    errors: FieldErrors,
}

/// What the owner of an account needs, shown once: after adding, after a reset.
#[derive(Template)]
#[template(path = "staff/secrets.html")]
pub struct SecretsPage {
    page: Page,
    title: String,
    id: String,
    login: String,
    password: Option<String>,
    codes: Option<SetUp>,
}

impl NewPage {
    fn new(page: Page, units: Vec<String>, fields: &Fields) -> Self {
        let roles = role_choices(&page, &ticked_roles(fields));
        let text = |name: &str| fields.raw(name).to_owned();
        let (login, full_name, unit) = (text("login"), text("name"), text("unit"));
        Self { page: page.with_form(), login, full_name, unit, units, roles, errors: FieldErrors::default() }
    }

    /// Empty, and with every error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let units = vec!["Wuhan Tianhe Airport".to_owned()];
        let mut wrong = Self::new(page.clone(), units.clone(), &Fields::from_pairs([("login", "Li Si!")]));
        for error in [StaffError::BadLogin, StaffError::LoginTaken, StaffError::BadName, StaffError::NoRole] {
            let (field, key) = error_words(&error).expect("an error of the form");
            wrong.errors.add(field, page.t(key));
        }
        vec![Self::new(page.clone(), units, &Fields::default()), wrong]
    }
}

impl SecretsPage {
    /// After a reset of the password.
    pub(super) fn password(page: &Page, id: String, login: String, password: String) -> Self {
        let title = page.t("secrets-password-title");
        Self { page: page.clone(), title, id, login, password: Some(password), codes: None }
    }

    /// After a reset of the codes.
    pub(super) fn codes(page: &Page, id: String, login: String, codes: SetUp) -> Self {
        let title = page.t("secrets-codes-title");
        Self { page: page.clone(), title, id, login, password: None, codes: Some(codes) }
    }

    /// After adding, after each reset.
    pub fn samples(page: &Page) -> Vec<Self> {
        let (id, login) = ("0123456789abcdef".to_owned(), "li.si".to_owned());
        let codes = SetUp::of(b"sample only, not kept", &login);
        let password = "7kfm-2xqa-9rtw-bn4h-e8vy".to_owned();
        let mut added = Self::codes(page, id.clone(), login.clone(), codes.clone());
        added.title = page.t("secrets-added-title");
        added.password = Some(password.clone());
        vec![
            added,
            Self::password(page, id.clone(), login.clone(), password),
            Self::codes(page, id, login, codes),
        ]
    }
}

/// Field and locale key of an error that the person at the form can mend.
pub(super) fn error_words(error: &StaffError) -> Option<(&'static str, &'static str)> {
    Some(match error {
        StaffError::BadLogin => ("login", "staff-login-bad"),
        StaffError::LoginTaken => ("login", "staff-login-taken"),
        StaffError::BadName => ("name", "staff-name-bad"),
        StaffError::NoRole => ("roles", "staff-roles-none"),
        StaffError::Yourself => ("roles", "staff-yourself"),
        StaffError::OwnPassword => ("reset-password", "staff-own-password"),
        StaffError::LastAdministrator => ("roles", "staff-last-administrator"),
        _ => return None,
    })
}

/// `GET /staff/new`
pub async fn show(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let (_, units) = administer::list(Tools::of(&app)).await?;
    page::show(&NewPage::new(page, units, &Fields::default()))
}

/// `POST /staff/new`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    let tools = Tools::of(&app);
    let (_, units) = administer::list(tools).await?;
    if let Some(chosen) = fields.language_switch() {
        let mut response = page::show(&NewPage::new(page.in_language(chosen), units, &fields))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let text = |name: &str| fields.get(name).to_owned();
    let roles: Vec<Role> = ticked_roles(&fields);
    let new =
        NewAccount { login: text("login"), name: text("name"), unit: text("unit"), roles, password: None };
    match administer::add(tools, By::from(&staff), new).await {
        Ok(added) => {
            let title = page.t("secrets-added-title");
            let secrets = SecretsPage::codes(&page, added.id.to_string(), added.login, added.codes);
            page::show(&SecretsPage { title, password: Some(added.password), ..secrets })
        }
        Err(error) => {
            let Some((field, key)) = error_words(&error) else { return Err(error.into()) };
            let mut again = NewPage::new(page, units, &fields);
            // A unit is a name too: say it where it is wrong.
            let unit_wrong =
                field == "name" && !fields.get("name").is_empty() && fields.get("unit").is_empty();
            let (field, key) = if unit_wrong { ("unit", "staff-unit-bad") } else { (field, key) };
            let message = again.page.t(key);
            again.errors.add(field, message);
            page::show_invalid(&again)
        }
    }
}
