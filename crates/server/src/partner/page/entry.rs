//! `/partner/<token>`: which application asks, what it passes on, what it will be able to do; allow or refuse.
//!
//! The entry arrives from another site, in a web view: reading changes nothing, and the answer is a form of our own page.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::partner::Functions;

use super::may;
use crate::App;
use crate::application::page::{begin_session, step};
use crate::http::page::{self, Page};
use crate::http::session::Device;
use crate::http::{Failure, Fields, language};
use crate::partner::PartnerError;
use crate::partner::entry::{self, Asked, Stands};
use crate::partner::passed::{Document, Passed};

/// The question.
#[derive(Template)]
#[template(path = "partner/entry.html")]
pub struct EntryPage {
    page: Page,
    token: String,
    app: String,
    lines: Vec<(String, String, bool)>,
    functions: Vec<String>,
    days: i64,
    until: String,
    stands: &'static str,
}

/// It was refused, and the way back.
#[derive(Template)]
#[template(path = "partner/refused.html")]
pub struct RefusedPage {
    page: Page,
    app: String,
    back: String,
}

impl EntryPage {
    /// To a new phone, to the holder's own, and to somebody else's.
    pub fn samples(page: &Page) -> Vec<Self> {
        let document = Document {
            kind: "passport".to_owned(),
            number: "L898902C3".to_owned(),
            issuing_state: "UTO".to_owned(),
            family_name: "Eriksson".to_owned(),
            given_names: "Anna Maria".to_owned(),
            birth_date: "1974-08-12".to_owned(),
            sex: "F".to_owned(),
            nationality: "UTO".to_owned(),
            ..Document::default()
        };
        let passed = Passed { document, phone: "+44 7512 345678".to_owned(), language: "en".to_owned() };
        let functions: Functions =
            "query,make_code,declare_health,declare_trip,correct".parse().unwrap_or_default();
        let sample = |stands| Self {
            page: page.clone().with_form(),
            token: "sample".to_owned(),
            app: "鄂汇办".to_owned(),
            lines: passed.lines(page.words),
            functions: may(page, &functions),
            days: 90,
            until: page.words.date_time(domain::Timestamp::from_seconds(1_795_435_800)),
            stands,
        };
        vec![sample("new"), sample("theirs"), sample("other")]
    }

    fn of(page: Page, token: String, asked: &Asked, stands: Stands) -> Self {
        Self {
            token,
            app: asked.partner.name.clone(),
            lines: asked.passed.lines(page.words),
            functions: may(&page, &asked.row.functions),
            days: asked.row.days,
            until: page.words.date_time(asked.row.expires_at),
            stands: match stands {
                Stands::New => "new",
                Stands::Theirs => "theirs",
                Stands::SomebodyElses => "other",
            },
            page: page.with_form(),
        }
    }

    fn is(&self, stands: &str) -> bool {
        self.stands == stands
    }
}

impl RefusedPage {
    /// One.
    pub fn samples(page: &Page) -> Vec<Self> {
        let back = "https://app.example/back".to_owned();
        vec![Self { page: page.clone(), app: "鄂汇办".to_owned(), back }]
    }
}

type Phone = Option<Extension<Device>>;

/// `GET /partner/<token>`: in the language of the application, unless another one was chosen here.
pub async fn show(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    device: Phone,
    headers: axum::http::HeaderMap,
) -> Result<Response, Failure> {
    let asked = entry::asked(&app, &token).await?;
    let chosen = crate::http::cookie::CookieKind::Language.read(&app.settings, &headers).is_some();
    let page = match asked.passed.language().filter(|_| !chosen) {
        Some(language) => page.in_language(language),
        None => page,
    };
    let stands = entry::stands(&app, device.map(|Extension(device)| device).as_ref(), &asked).await?;
    page::show(&EntryPage::of(page, token, &asked, stands))
}

/// `POST /partner/<token>`: the answer. The link is used up by it.
pub async fn answer(
    State(app): State<App>,
    page: Page,
    Path(token): Path<String>,
    device: Phone,
    fields: Fields,
) -> Result<Response, Failure> {
    let device = device.map(|Extension(device)| device);
    if let Some(chosen) = fields.language_switch() {
        let asked = entry::asked(&app, &token).await?;
        let stands = entry::stands(&app, device.as_ref(), &asked).await?;
        let shown = EntryPage::of(page.in_language(chosen), token, &asked, stands);
        let mut response = page::show(&shown)?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    match fields.get("answer") {
        "allow" => match entry::asked(&app, &token).await {
            // Pressed twice: the list says what was allowed.
            Err(PartnerError::Over) if device.is_some() => Ok(Redirect::to("/my-data/apps").into_response()),
            _ => allow(&app, page, &token, device).await,
        },
        "refuse" => {
            let partner = entry::refuse(&app, &token).await?;
            page::show(&RefusedPage { page, app: partner.name, back: partner.return_address })
        }
        _ => {
            // What is no link is not sent back to.
            entry::asked(&app, &token).await?;
            Ok(Redirect::to(&format!("/partner/{token}")).into_response())
        }
    }
}

/// A phone without a session is given one only now, and only for a link that counts.
async fn allow(app: &App, page: Page, token: &str, device: Option<Device>) -> Result<Response, Failure> {
    let asked = entry::asked(app, token).await?;
    let mut response = Redirect::to("/my-data/apps").into_response();
    let id = match device {
        Some(device) => device.id,
        None => begin_session(app, &mut response).await?,
    };
    let stands = entry::allow(app, token, id).await?;
    if stands == Stands::New {
        let next = step::next_of(app, &page, id).await?;
        let location = axum::http::HeaderValue::from_static(next);
        response.headers_mut().insert(axum::http::header::LOCATION, location);
    }
    if let Some(spoken) = asked.passed.language()
        && device.is_none()
    {
        language::remember(&app.settings, spoken, &mut response);
    }
    Ok(response)
}
