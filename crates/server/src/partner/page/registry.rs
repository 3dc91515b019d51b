//! `/staff/partners`: who may use the partner API, and registering one more.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::partner::Functions;

use super::{boxes, ticked};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};
use crate::partner::PartnerError;
use crate::partner::registry::{self, Registered};
use crate::staff::{By, Tools};

/// The list.
#[derive(Template)]
#[template(path = "partner/list.html")]
pub struct ListPage {
    page: Page,
    partners: Vec<Registered>,
}

/// The form.
#[derive(Template)]
#[template(path = "partner/new.html")]
pub struct NewPage {
    page: Page,
    /// Not `name`: the form's macros have a parameter of that name.
    called: String,
    return_address: String,
    functions: Vec<(String, String, bool)>,
    errors: FieldErrors,
}

impl ListPage {
    /// Nobody, and one that acts beside one that is suspended.
    pub fn samples(page: &Page) -> Vec<Self> {
        let one = super::partner::sample;
        let sample = |partners| Self { page: page.clone(), partners };
        vec![sample(Vec::new()), sample(vec![one("鄂汇办", false), one("Example Pay", true)])]
    }

    fn functions(&self, registered: &Registered) -> Vec<String> {
        let key = |name: &str| format!("partner-function-{}", name.replace('_', "-"));
        registered.partner.functions.iter().map(|one| self.page.t(key(one.as_str()))).collect()
    }
}

impl NewPage {
    /// Empty, and with every error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let mut wrong = Self::of(page.clone(), &Fields::from_pairs([("return_address", "app.example")]));
        for error in [PartnerError::BadName, PartnerError::BadAddress, PartnerError::NoFunction] {
            let (field, key) = error_words(&error).expect("an error of the form");
            wrong.errors.add(field, page.t(key));
        }
        let mut taken = Self::of(page.clone(), &Fields::from_pairs([("name", "鄂汇办")]));
        taken.errors.add("name", page.t("partner-error-name-taken"));
        vec![Self::of(page.clone(), &Fields::default()), wrong, taken]
    }

    fn of(page: Page, fields: &Fields) -> Self {
        Self {
            called: fields.raw("name").to_owned(),
            return_address: fields.raw("return_address").to_owned(),
            functions: boxes(&page, &ticked(fields)),
            errors: FieldErrors::default(),
            page: page.with_form(),
        }
    }
}

/// Field and locale key of an error that the person at the form can mend.
pub(super) fn error_words(error: &PartnerError) -> Option<(&'static str, &'static str)> {
    Some(match error {
        PartnerError::BadName => ("name", "partner-error-name"),
        PartnerError::NameTaken => ("name", "partner-error-name-taken"),
        PartnerError::BadAddress => ("return_address", "partner-error-address"),
        PartnerError::NoFunction => ("functions", "partner-error-functions"),
        PartnerError::KeyTaken => ("key", "partner-error-key-taken"),
        PartnerError::Key(http_signature::KeyError::Private) => ("key", "partner-error-key-private"),
        PartnerError::Key(_) => ("key", "partner-error-key"),
        _ => return None,
    })
}

/// `GET /staff/partners`
pub async fn list(State(app): State<App>, page: Page) -> Result<Response, Failure> {
    let partners = registry::list(Tools::of(&app)).await?;
    page::show(&ListPage { page, partners })
}

/// `GET /staff/partners/new`
pub async fn new(page: Page) -> Result<Response, Failure> {
    page::show(&NewPage::of(page, &Fields::default()))
}

/// `POST /staff/partners/new`
pub async fn add(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(chosen) = fields.language_switch() {
        let mut response = page::show(&NewPage::of(page.in_language(chosen), &fields))?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let functions: Functions = ticked(&fields);
    let (name, address) = (fields.get("name"), fields.get("return_address"));
    match registry::add(Tools::of(&app), By::from(&staff), name, address, &functions).await {
        Ok(id) => Ok(Redirect::to(&format!("/staff/partners/{id}")).into_response()),
        Err(error) => {
            let Some((field, key)) = error_words(&error) else { return Err(error.into()) };
            let mut again = NewPage::of(page, &fields);
            let message = again.page.t(key);
            again.errors.add(field, message);
            page::show_invalid(&again)
        }
    }
}
