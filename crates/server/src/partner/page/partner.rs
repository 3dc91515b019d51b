//! `/staff/partners/<id>`: one partner: its keys, what it may be allowed, where people are sent back to; suspending it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use domain::id::kind::PartnerId;
use store::rows::partner::{PartnerKeyRow, PartnerRow};

use super::registry::error_words;
use super::{boxes, ticked};
use crate::App;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Staff;
use crate::http::{Failure, Fields, language};
use crate::partner::PartnerError;
use crate::partner::registry::{self, Registered};
use crate::staff::{By, Tools};

/// One partner.
#[derive(Template)]
#[template(path = "partner/partner.html")]
pub struct PartnerPage {
    page: Page,
    registered: Registered,
    return_address: String,
    functions: Vec<(String, String, bool)>,
    key: String,
    errors: FieldErrors,
}

/// An invented partner, for samples.
pub(super) fn sample(name: &str, suspended: bool) -> Registered {
    let at = Timestamp::from_seconds(1_795_435_200);
    let key = |id: i64, withdrawn_at| PartnerKeyRow {
        id: domain::Id::from_i64(id),
        partner: domain::Id::from_i64(1),
        key_id: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k".to_owned(),
        algorithm: "ed25519".to_owned(),
        public: Vec::new(),
        added_at: at,
        withdrawn_at,
    };
    let partner = PartnerRow {
        id: domain::Id::from_i64(1),
        name: name.to_owned(),
        unit: domain::Id::from_i64(1),
        return_address: "https://app.example/back".to_owned(),
        functions: "apply,query,make_code".parse().unwrap_or_default(),
        suspended_at: suspended.then_some(at),
        created_at: at,
    };
    Registered { partner, keys: vec![key(1, None), key(2, Some(at))] }
}

impl PartnerPage {
    /// New, with keys, suspended, and with every error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let of = |registered| Self::of(page.clone(), registered);
        let mut bare = of(sample("鄂汇办", false));
        bare.registered.keys.clear();
        let mut wrong = of(sample("鄂汇办", false));
        for key in ["partner-error-key", "partner-error-key-private", "partner-error-key-taken"] {
            wrong.errors.add("key", page.t(key));
        }
        vec![bare, of(sample("鄂汇办", false)), of(sample("Example Pay", true)), wrong]
    }

    fn of(page: Page, registered: Registered) -> Self {
        Self {
            return_address: registered.partner.return_address.clone(),
            functions: boxes(&page, &registered.partner.functions),
            key: String::new(),
            errors: FieldErrors::default(),
            registered,
            page: page.with_form(),
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    fn time(&self, at: &Timestamp) -> String {
        self.page.words.date_time(*at)
    }
}

fn id(text: &str) -> Result<PartnerId, PartnerError> {
    text.parse().map_err(|_| PartnerError::Unknown)
}

fn back(id: PartnerId) -> Response {
    Redirect::to(&format!("/staff/partners/{id}")).into_response()
}

/// `GET /staff/partners/<id>`
pub async fn show(State(app): State<App>, page: Page, Path(text): Path<String>) -> Result<Response, Failure> {
    let registered = registry::one(Tools::of(&app), id(&text)?).await?;
    page::show(&PartnerPage::of(page, registered))
}

/// `POST /staff/partners/<id>`: where people are sent back to, and what it may be allowed.
pub async fn change(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (id, tools) = (id(&text)?, Tools::of(&app));
    let shown = async |page: Page| {
        let mut shown = PartnerPage::of(page, registry::one(tools, id).await?);
        fields.raw("return_address").clone_into(&mut shown.return_address);
        shown.functions = boxes(&shown.page, &ticked(&fields));
        Ok::<_, PartnerError>(shown)
    };
    if let Some(chosen) = fields.language_switch() {
        let mut response = page::show(&shown(page.in_language(chosen)).await?)?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let address = fields.get("return_address");
    match registry::change(tools, By::from(&staff), id, address, &ticked(&fields)).await {
        Ok(()) => Ok(back(id)),
        Err(error) => wrong(shown(page).await?, error),
    }
}

fn wrong(mut shown: PartnerPage, error: PartnerError) -> Result<Response, Failure> {
    let Some((field, key)) = error_words(&error) else { return Err(error.into()) };
    let message = shown.page.t(key);
    shown.errors.add(field, message);
    page::show_invalid(&shown)
}

/// `POST /staff/partners/<id>/keys`
pub async fn add_key(
    State(app): State<App>,
    page: Page,
    staff: Staff,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (id, tools) = (id(&text)?, Tools::of(&app));
    match registry::add_key(tools, By::from(&staff), id, fields.raw("key")).await {
        Ok(_) => Ok(back(id)),
        Err(error) => {
            let mut shown = PartnerPage::of(page, registry::one(tools, id).await?);
            // A private key is not sent back to be seen once more.
            if !matches!(error, PartnerError::Key(http_signature::KeyError::Private)) {
                fields.raw("key").clone_into(&mut shown.key);
            }
            wrong(shown, error)
        }
    }
}

/// `POST /staff/partners/<id>/keys/withdraw`
pub async fn withdraw_key(
    State(app): State<App>,
    staff: Staff,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    let id = id(&text)?;
    registry::withdraw_key(Tools::of(&app), By::from(&staff), id, fields.get("key_id")).await?;
    Ok(back(id))
}

/// `POST /staff/partners/<id>/suspend`
pub async fn suspend(
    State(app): State<App>,
    staff: Staff,
    Path(text): Path<String>,
    _checked: Fields,
) -> Result<Response, Failure> {
    let id = id(&text)?;
    registry::suspend(Tools::of(&app), By::from(&staff), id, true).await?;
    Ok(back(id))
}

/// `POST /staff/partners/<id>/resume`
pub async fn resume(
    State(app): State<App>,
    staff: Staff,
    Path(text): Path<String>,
    _checked: Fields,
) -> Result<Response, Failure> {
    let id = id(&text)?;
    registry::suspend(Tools::of(&app), By::from(&staff), id, false).await?;
    Ok(back(id))
}
