//! One account, as administrators change it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::kind::StaffId;
use domain::{Id, Role, Timestamp};
use store::rows::staff::Account;

use super::new::{SecretsPage, error_words};
use super::{RoleChoice, role_choices, ticked_roles};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, Kind, language};
use crate::staff::{By, StaffError, Tools, administer};

/// What the page shows.
#[derive(Template)]
#[template(path = "staff/person.html")]
pub struct PersonPage {
    page: Page,
    account: Account,
    /// Not `name`: the form's macros have a parameter of that name.
    full_name: String,
    unit: String,
    units: Vec<String>,
    roles: Vec<RoleChoice>,
    errors: FieldErrors,
}

/// An invented account for samples.
pub(super) fn sample_account(login: &str, name: &str, roles: &[Role], disabled: bool) -> Account {
    let at = Timestamp::from_seconds(1_795_435_200);
    Account {
        id: Id::from_i64(0x0123_4567),
        login: login.to_owned(),
        name: name.to_owned(),
        unit_id: Id::from_i64(1),
        unit: "Wuhan Tianhe Airport".to_owned(),
        roles: roles.to_vec(),
        disabled_at: disabled.then_some(at),
        created_at: at,
    }
}

impl PersonPage {
    fn new(page: Page, account: Account, units: Vec<String>) -> Self {
        let roles = role_choices(&page, &account.roles);
        let (full_name, unit) = (account.name.clone(), account.unit.clone());
        Self {
            page: page.with_form(),
            account,
            full_name,
            unit,
            units,
            roles,
            errors: FieldErrors::default(),
        }
    }

    fn typed(mut self, fields: &Fields) -> Self {
        self.roles = role_choices(&self.page, &ticked_roles(fields));
        fields.raw("name").clone_into(&mut self.full_name);
        fields.raw("unit").clone_into(&mut self.unit);
        self
    }

    fn wrong(mut self, error: &StaffError) -> Option<Self> {
        let (field, key) = error_words(error)?;
        let message = self.page.t(key);
        self.errors.add(field, message);
        Some(self)
    }

    /// Active, disabled, and refused changes.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |disabled| {
            let account = sample_account("wang.wu", "Wang Wu", &[Role::Reviewer], disabled);
            Self::new(page.clone(), account, vec!["Wuhan Tianhe Airport".to_owned()])
        };
        let refused = [StaffError::Yourself, StaffError::OwnPassword, StaffError::LastAdministrator];
        let mut all = vec![sample(false), sample(true)];
        all.extend(refused.iter().filter_map(|error| sample(false).wrong(error)));
        all
    }
}

async fn load(app: &App, page: Page, id: StaffId) -> Result<PersonPage, StaffError> {
    let tools = Tools::of(app);
    let account = administer::one(tools, id).await?;
    let (_, units) = administer::list(tools).await?;
    Ok(PersonPage::new(page, account, units))
}

fn parsed(id: &str) -> Result<StaffId, Failure> {
    id.parse().map_err(|_| Failure::of(Kind::NOT_FOUND))
}

/// `GET /staff/{id}`
pub async fn show(State(app): State<App>, page: Page, Path(id): Path<String>) -> Result<Response, Failure> {
    page::show(&load(&app, page, parsed(&id)?).await?)
}

/// `POST /staff/{id}`: name, unit, roles.
pub async fn change(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = parsed(&id)?;
    if let Some(chosen) = fields.language_switch() {
        let again = load(&app, page.in_language(chosen), id).await?.typed(&fields);
        let mut response = page::show(&again)?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let (name, unit, roles) = (fields.get("name"), fields.get("unit"), ticked_roles(&fields));
    let outcome = administer::change(Tools::of(&app), By::from(&staff), id, name, unit, &roles).await;
    answer(&app, page, id, outcome, Some(&fields)).await
}

/// `POST /staff/{id}/disable`
pub async fn disable(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let id = parsed(&id)?;
    let outcome = administer::disable(Tools::of(&app), By::from(&staff), id).await;
    answer(&app, page, id, outcome, None).await
}

/// `POST /staff/{id}/enable`
pub async fn enable(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let id = parsed(&id)?;
    let outcome = administer::enable(Tools::of(&app), By::from(&staff), id).await;
    answer(&app, page, id, outcome, None).await
}

/// Back to the account, or the account again with what is wrong.
async fn answer(
    app: &App,
    page: Page,
    id: StaffId,
    outcome: Result<(), StaffError>,
    typed: Option<&Fields>,
) -> Result<Response, Failure> {
    let Err(error) = outcome else { return Ok(Redirect::to(&format!("/staff/{id}")).into_response()) };
    let loaded = load(app, page, id).await?;
    let again = match typed {
        Some(fields) => loaded.typed(fields),
        None => loaded,
    };
    match again.wrong(&error) {
        Some(again) => page::show_invalid(&again),
        None => Err(error.into()),
    }
}

/// `POST /staff/{id}/password`: a generated one, shown once.
pub async fn reset_password(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let (tools, id) = (Tools::of(&app), parsed(&id)?);
    let account = administer::one(tools, id).await?;
    match administer::reset_password(tools, By::from(&staff), id).await {
        Ok(password) => page::show(&SecretsPage::password(&page, id.to_string(), account.login, password)),
        Err(error) => answer(&app, page, id, Err(error), None).await,
    }
}

/// `POST /staff/{id}/codes`: a new secret for one-time codes, shown once.
pub async fn reset_codes(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Failure> {
    let (tools, id) = (Tools::of(&app), parsed(&id)?);
    let account = administer::one(tools, id).await?;
    let codes = administer::reset_codes(tools, By::from(&staff), id).await?;
    page::show(&SecretsPage::codes(&page, id.to_string(), account.login, codes))
}
