//! `/recover/contact`: opening an application on this phone with a contact. The answer is the same whether or not the
//! contact is known.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::recover as recovering;
use super::{field_words, hindrance, read, until};
use crate::App;
use crate::application::page::{begin_session, held};
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, Kind, language};

/// Asks for the contact.
#[derive(Template)]
#[template(path = "contact/recover.html")]
pub struct RecoverContactPage {
    page: Page,
    /// The locale key that warns of what the phone holds; empty where it holds nothing.
    held: &'static str,
    /// For which channels its words are.
    words: &'static str,
    typed: String,
    errors: FieldErrors,
}

impl RecoverContactPage {
    /// Empty; with what the phone holds; with an error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |held, key: &str| {
            let mut errors = FieldErrors::default();
            if !key.is_empty() {
                errors.add("contact", page.t1(key, "at", "14:20"));
            }
            Self { page: page.clone().with_form(), held, words: "both", typed: String::new(), errors }
        };
        vec![
            sample("", ""),
            sample("recover-holds-draft", "contact-error-phone-trunk-zero"),
            sample("recover-holds-application", "contact-error-wait"),
        ]
    }
}

async fn page_of(
    app: &App,
    page: Page,
    device: Option<Device>,
    typed: &str,
) -> Result<RecoverContactPage, Failure> {
    if !page.reachable {
        return Err(Failure::of(Kind::NOT_FOUND));
    }
    let held = held(app, device).await?;
    let (typed, errors) = (typed.to_owned(), FieldErrors::default());
    Ok(RecoverContactPage { page: page.with_form(), held, words: field_words(app), typed, errors })
}

/// `GET /recover/contact`
pub async fn show(
    State(app): State<App>,
    page: Page,
    device: Option<Extension<Device>>,
) -> Result<Response, Failure> {
    page::show(&page_of(&app, page, device.map(|Extension(device)| device), "").await?)
}

/// `POST /recover/contact`
pub async fn ask(
    State(app): State<App>,
    page: Page,
    ClientAddress(address): ClientAddress,
    device: Option<Extension<Device>>,
    fields: Fields,
) -> Result<Response, Failure> {
    let device = device.map(|Extension(device)| device);
    let typed = fields.raw("contact");
    if let Some(language) = fields.language_switch() {
        let page = page.in_language(language);
        let mut response = page::show(&page_of(&app, page, device, typed).await?)?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let contact = match read(&app, &page, typed) {
        Ok(contact) => contact,
        Err(message) => {
            let mut shown = page_of(&app, page, device, typed).await?;
            shown.errors.add("contact", message);
            return page::show_invalid(&shown);
        }
    };
    app.limits.code(address)?;
    let mut response = Redirect::to("/recover/code").into_response();
    let id = match device {
        Some(device) => device.id,
        None => begin_session(&app, &mut response).await?,
    };
    let asked = recovering::ask(&app, id, &contact, page.words.0).await?;
    let Some((message, again_at)) = hindrance(&page, asked) else { return Ok(response) };
    let mut shown = page_of(&app, page, device, typed).await?;
    shown.errors.add("contact", message);
    Ok(until(&app, page::show_invalid(&shown)?, again_at))
}
