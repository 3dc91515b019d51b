//! `/contact`: how the holder of this phone's application can be reached.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::own;
use super::{field_words, hindrance, read, until};
use crate::App;
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, Kind, language};

/// Asks for a contact, and shows the one that there is.
#[derive(Template)]
#[template(path = "contact/contact.html")]
pub struct ContactPage {
    page: Page,
    /// The contact that is confirmed; empty if there is none.
    now: String,
    /// For which channels its words are.
    words: &'static str,
    typed: String,
    errors: FieldErrors,
}

impl ContactPage {
    /// None yet, for each set of words; one that is confirmed; each error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |now: &str, words, typed: &str, key: &str| {
            let mut errors = FieldErrors::default();
            if !key.is_empty() {
                errors.add("contact", page.t1(key, "at", "14:20"));
            }
            let (page, now, typed) = (page.clone().with_form(), now.to_owned(), typed.to_owned());
            Self { page, now, words, typed, errors }
        };
        let mut all = vec![
            sample("", "both", "", ""),
            sample("", "mail", "", ""),
            sample("", "text", "", ""),
            sample("anna@example.org", "both", "", ""),
        ];
        let errors = [
            ("", "contact-error-contact-empty"),
            ("anna@", "contact-error-contact-mail"),
            ("+44 07512 345678", "contact-error-phone-trunk-zero"),
            ("07512 345678", "contact-error-phone-country-code"),
            ("+44 7512", "contact-error-phone-length"),
            ("+44 call me", "contact-error-phone-character"),
            ("anna@example.org", "contact-error-channel-mail"),
            ("+44 7512 345678", "contact-error-channel-text"),
            ("anna@example.org", "contact-error-wait"),
            ("anna@example.org", "contact-error-rest"),
        ];
        all.extend(errors.map(|(typed, key)| sample("", "both", typed, key)));
        all
    }
}

async fn page_of(app: &App, page: Page, device: &Device, typed: &str) -> Result<ContactPage, Failure> {
    let now = own::current(app, device).await?.map(|now| now.contact.shown()).unwrap_or_default();
    let (typed, errors) = (typed.to_owned(), FieldErrors::default());
    Ok(ContactPage { page: page.with_form(), now, words: field_words(app), typed, errors })
}

/// `GET /contact`
pub async fn show(State(app): State<App>, page: Page, device: Device) -> Result<Response, Failure> {
    if !page.reachable {
        return Err(Failure::of(Kind::NOT_FOUND));
    }
    if device.application.is_none() {
        return Ok(Redirect::to("/application").into_response());
    }
    page::show(&page_of(&app, page, &device, "").await?)
}

/// `POST /contact`: sends a code there.
pub async fn ask(
    State(app): State<App>,
    page: Page,
    device: Device,
    ClientAddress(address): ClientAddress,
    fields: Fields,
) -> Result<Response, Failure> {
    let typed = fields.raw("contact");
    if let Some(language) = fields.language_switch() {
        let page = page.in_language(language);
        let mut response = page::show(&page_of(&app, page, &device, typed).await?)?;
        language::remember(&app.settings, language, &mut response);
        return Ok(response);
    }
    let contact = match read(&app, &page, typed) {
        Ok(contact) => contact,
        Err(message) => {
            let mut shown = page_of(&app, page, &device, typed).await?;
            shown.errors.add("contact", message);
            return page::show_invalid(&shown);
        }
    };
    app.limits.code(address)?;
    let asked = own::ask(&app, &device, &contact, page.words.0).await?;
    let Some((message, again_at)) = hindrance(&page, asked) else {
        return Ok(Redirect::to("/contact/code").into_response());
    };
    let mut shown = page_of(&app, page, &device, typed).await?;
    shown.errors.add("contact", message);
    Ok(until(&app, page::show_invalid(&shown)?, again_at))
}

/// `POST /contact/remove`
pub async fn remove(State(app): State<App>, device: Device, _fields: Fields) -> Result<Response, Failure> {
    own::remove(&app, &device).await?;
    Ok(Redirect::to("/contact").into_response())
}
