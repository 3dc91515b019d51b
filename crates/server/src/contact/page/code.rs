//! `/contact/code` and `/recover/code`: typing the one-time code that was sent, or asking for a new one.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use serde::Deserialize;
use store::rows::contact::Purpose;

use super::super::codes::{self, Answered};
use super::super::recover::Opened;
use super::super::{own, recover as recovering};
use super::{hindrance, until};
use crate::App;
use crate::application::ApplicationError;
use crate::http::address::ClientAddress;
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};

/// Asks for the code.
#[derive(Template)]
#[template(path = "contact/code.html")]
pub struct CodePage {
    page: Page,
    purpose: Purpose,
    /// Where the code was sent, as its owner would write it.
    to: String,
    /// Whether it was just sent anew.
    resent: bool,
    typed: String,
    errors: FieldErrors,
}

/// What an address of these pages may say.
#[derive(Debug, Deserialize)]
pub struct Said {
    /// `again`: a new code was just sent.
    #[serde(default)]
    sent: String,
}

impl CodePage {
    /// For both purposes, sent anew, and each error.
    pub fn samples(page: &Page) -> Vec<Self> {
        let sample = |purpose, resent, typed: &str, key: &str| {
            let mut errors = FieldErrors::default();
            if !key.is_empty() {
                errors.add("code", page.t1(key, "at", "14:20"));
            }
            let to = if resent { "anna@example.org" } else { "+44 7512 345678" }.to_owned();
            Self { page: page.clone().with_form(), purpose, to, resent, typed: typed.to_owned(), errors }
        };
        let mut all = vec![sample(Purpose::Confirm, false, "", ""), sample(Purpose::Recover, true, "", "")];
        let keys = ["code-empty", "code-form", "code-wrong", "code-ended", "rest", "wait"];
        all.extend(
            keys.map(|key| sample(Purpose::Confirm, false, "042 71", &format!("contact-error-{key}"))),
        );
        all.push(sample(Purpose::Recover, false, "042719", "recover-occupied"));
        all
    }

    fn action(&self) -> &'static str {
        place(self.purpose).0
    }

    fn again(&self) -> &'static str {
        match self.purpose {
            Purpose::Confirm => "/contact/again",
            Purpose::Recover => "/recover/again",
        }
    }

    fn other(&self) -> &'static str {
        place(self.purpose).1
    }

    /// Whether a code was surely sent: to a contact that is to be opened with, only if it is known.
    fn is_sure(&self) -> bool {
        self.purpose == Purpose::Confirm
    }
}

/// The page of the code, and the one before it.
const fn place(purpose: Purpose) -> (&'static str, &'static str) {
    match purpose {
        Purpose::Confirm => ("/contact/code", "/contact"),
        Purpose::Recover => ("/recover/code", "/recover/contact"),
    }
}

/// The page, or the way back where no code was asked for.
async fn page_of(
    app: &App,
    page: Page,
    device: &Device,
    purpose: Purpose,
    typed: &str,
) -> Result<Result<CodePage, Response>, Failure> {
    let Some(contact) = own::asked(app, device, purpose).await? else {
        return Ok(Err(Redirect::to(place(purpose).1).into_response()));
    };
    let (to, typed, errors) = (contact.shown(), typed.to_owned(), FieldErrors::default());
    Ok(Ok(CodePage { page: page.with_form(), purpose, to, resent: false, typed, errors }))
}

async fn show(
    app: &App,
    page: Page,
    device: &Device,
    purpose: Purpose,
    said: &Said,
) -> Result<Response, Failure> {
    match page_of(app, page, device, purpose, "").await? {
        Ok(shown) => page::show(&CodePage { resent: said.sent == "again", ..shown }),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `GET /contact/code`
pub async fn show_confirm(
    State(app): State<App>,
    page: Page,
    device: Device,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    show(&app, page, &device, Purpose::Confirm, &said).await
}

/// `GET /recover/code`
pub async fn show_recover(
    State(app): State<App>,
    page: Page,
    device: Device,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    show(&app, page, &device, Purpose::Recover, &said).await
}

/// What a code that was typed has led to.
enum Outcome {
    /// On to this page.
    To(&'static str),
    /// This is wrong with it, and if it rests, until then.
    Refused(&'static str, Option<Timestamp>),
}

impl<T> From<Answered<T>> for Outcome {
    /// What was right is the caller's to judge.
    fn from(answered: Answered<T>) -> Self {
        match answered {
            Answered::Wrong => Self::Refused("contact-error-code-wrong", None),
            Answered::Rest { again_at } => Self::Refused("contact-error-rest", Some(again_at)),
            Answered::Right(_) | Answered::Again(_) | Answered::Ended => {
                Self::Refused("contact-error-code-ended", None)
            }
        }
    }
}

/// `POST /contact/code`
pub async fn confirm(
    State(app): State<App>,
    page: Page,
    device: Device,
    ClientAddress(address): ClientAddress,
    fields: Fields,
) -> Result<Response, Failure> {
    let code = match typed(&app, &page, &device, Purpose::Confirm, &fields).await? {
        Ok(code) => code,
        Err(response) => return Ok(response),
    };
    app.limits.sign_in(address)?;
    let outcome = match own::confirm(&app, &device, &code, page.words.0).await? {
        Answered::Right(()) => Outcome::To("/contact"),
        other => other.into(),
    };
    finish(&app, page, &device, Purpose::Confirm, &fields, outcome).await
}

/// `POST /recover/code`
pub async fn recover(
    State(app): State<App>,
    page: Page,
    device: Device,
    ClientAddress(address): ClientAddress,
    fields: Fields,
) -> Result<Response, Failure> {
    let code = match typed(&app, &page, &device, Purpose::Recover, &fields).await? {
        Ok(code) => code,
        Err(response) => return Ok(response),
    };
    app.limits.sign_in(address)?;
    let outcome = match recovering::open(&app, device.id, &code).await {
        Ok(Answered::Right(Opened::Here)) => Outcome::To("/application"),
        Ok(Answered::Right(Opened::Choose)) => Outcome::To("/recover/choose"),
        Ok(other) => other.into(),
        Err(ApplicationError::Occupied) => Outcome::Refused("recover-occupied", None),
        Err(error) => return Err(error.into()),
    };
    finish(&app, page, &device, Purpose::Recover, &fields, outcome).await
}

/// The six digits that were typed; or the page again, in another language or with what is wrong with them. What is
/// not six digits is no try.
async fn typed(
    app: &App,
    page: &Page,
    device: &Device,
    purpose: Purpose,
    fields: &Fields,
) -> Result<Result<String, Response>, Failure> {
    let text = fields.raw("code");
    if let Some(language) = fields.language_switch() {
        let page = page.clone().in_language(language);
        let mut response = match page_of(app, page, device, purpose, text).await? {
            Ok(shown) => page::show(&shown)?,
            Err(elsewhere) => elsewhere,
        };
        language::remember(&app.settings, language, &mut response);
        return Ok(Err(response));
    }
    if let Some(code) = codes::digits(text) {
        return Ok(Ok(code));
    }
    let key = if text.trim().is_empty() { "contact-error-code-empty" } else { "contact-error-code-form" };
    let outcome = Outcome::Refused(key, None);
    finish(app, page.clone(), device, purpose, fields, outcome).await.map(Err)
}

async fn finish(
    app: &App,
    page: Page,
    device: &Device,
    purpose: Purpose,
    fields: &Fields,
    outcome: Outcome,
) -> Result<Response, Failure> {
    let (key, again_at) = match outcome {
        Outcome::To(path) => return Ok(Redirect::to(path).into_response()),
        Outcome::Refused(key, again_at) => (key, again_at),
    };
    let at = again_at.map(|at| page.words.date_time(at)).unwrap_or_default();
    let message = page.t1(key, "at", at);
    let mut shown = match page_of(app, page, device, purpose, fields.raw("code")).await? {
        Ok(shown) => shown,
        Err(elsewhere) => return Ok(elsewhere),
    };
    shown.errors.add("code", message);
    let response = page::show_invalid(&shown)?;
    Ok(match again_at {
        Some(again_at) => until(app, response, again_at),
        None => response,
    })
}

/// `POST /contact/again`
pub async fn again_confirm(
    State(app): State<App>,
    page: Page,
    device: Device,
    address: ClientAddress,
    _fields: Fields,
) -> Result<Response, Failure> {
    again(&app, page, &device, Purpose::Confirm, address).await
}

/// `POST /recover/again`
pub async fn again_recover(
    State(app): State<App>,
    page: Page,
    device: Device,
    address: ClientAddress,
    _fields: Fields,
) -> Result<Response, Failure> {
    again(&app, page, &device, Purpose::Recover, address).await
}

/// Sends a new code to where the last one went.
async fn again(
    app: &App,
    page: Page,
    device: &Device,
    purpose: Purpose,
    ClientAddress(address): ClientAddress,
) -> Result<Response, Failure> {
    let Some(contact) = own::asked(app, device, purpose).await? else {
        return Ok(Redirect::to(place(purpose).1).into_response());
    };
    app.limits.code(address)?;
    let asked = match purpose {
        Purpose::Confirm => own::ask(app, device, &contact, page.words.0).await?,
        Purpose::Recover => recovering::ask(app, device.id, &contact, page.words.0).await?,
    };
    let Some((message, again_at)) = hindrance(&page, asked) else {
        let path = match purpose {
            Purpose::Confirm => "/contact/code?sent=again",
            Purpose::Recover => "/recover/code?sent=again",
        };
        return Ok(Redirect::to(path).into_response());
    };
    match page_of(app, page, device, purpose, "").await? {
        Ok(mut shown) => {
            shown.errors.add("code", message);
            Ok(until(app, page::show_invalid(&shown)?, again_at))
        }
        Err(elsewhere) => Ok(elsewhere),
    }
}
