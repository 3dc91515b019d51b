//! Signing in and out.

use std::net::SocketAddr;

use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use crate::App;
use crate::http::cookie::{self, CookieKind};
use crate::http::fields::FieldErrors;
use crate::http::page::{self, Page};
use crate::http::session::{Staff, links_of, token_hash};
use crate::http::{Failure, Fields, language, limits};
use crate::staff::sign_in::{self, Typed};
use crate::staff::{StaffError, Tools};

/// The form: login, password and code together.
#[derive(Template)]
#[template(path = "staff/sign-in.html")]
pub struct SignInPage {
    page: Page,
    login: String,
    errors: FieldErrors,
}

impl SignInPage {
    fn new(page: Page, login: &str) -> Self {
        Self { page: page.with_form(), login: login.to_owned(), errors: FieldErrors::default() }
    }

    fn refused(mut self, message: String) -> Self {
        self.errors.add("login", message);
        self
    }

    /// Untouched, refused, locked.
    pub fn samples(page: &Page) -> Vec<Self> {
        let at = domain::Timestamp::from_seconds(1_795_435_200);
        vec![
            Self::new(page.clone(), ""),
            Self::new(page.clone(), "li.si").refused(page.t("sign-in-refused")),
            Self::new(page.clone(), "li.si").refused(locked(page, at)),
        ]
    }
}

fn locked(page: &Page, until: domain::Timestamp) -> String {
    page.t1("sign-in-locked", "time", page.words.date_time(until))
}

/// `GET /staff/sign-in`
pub async fn show(page: Page) -> Result<Response, Failure> {
    page::show(&SignInPage::new(page, ""))
}

/// `POST /staff/sign-in`
pub async fn submit(
    State(app): State<App>,
    page: Page,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Failure> {
    if let Some(chosen) = fields.language_switch() {
        let again = SignInPage::new(page.in_language(chosen), fields.raw("login"));
        let mut response = page::show(&again)?;
        language::remember(&app.settings, chosen, &mut response);
        return Ok(response);
    }
    let peer = peer.map_or(SocketAddr::from(([127, 0, 0, 1], 0)), |Extension(ConnectInfo(peer))| peer);
    app.limits.sign_in(limits::client_address(&app.settings, &headers, peer))?;
    let typed =
        Typed { login: fields.get("login"), password: fields.raw("password"), code: fields.get("code") };
    let previous = CookieKind::Staff.read(&app.settings, &headers).map(|token| token_hash(&token));
    let message = match sign_in::sign_in(Tools::of(&app), typed, previous).await {
        Ok(begun) => {
            let first = links_of(&begun.roles).first().map_or("/staff/account", |link| link.path);
            let mut response = Redirect::to(first).into_response();
            cookie::append(&mut response, &CookieKind::Staff.set(&app.settings, begun.token));
            return Ok(response);
        }
        Err(StaffError::Refused) => page.t("sign-in-refused"),
        Err(StaffError::Locked(until)) => locked(&page, until),
        Err(error) => return Err(error.into()),
    };
    page::show_invalid(&SignInPage::new(page, fields.raw("login")).refused(message))
}

/// `POST /staff/sign-out`: the session ends on the server; the cookie goes too.
pub async fn sign_out(State(app): State<App>, staff: Staff, _fields: Fields) -> Result<Response, Failure> {
    sign_in::sign_out(Tools::of(&app), &staff).await?;
    Ok(signed_out(&app))
}

/// The way back to the sign-in page, without the cookie.
pub(super) fn signed_out(app: &App) -> Response {
    let mut response = Redirect::to("/staff/sign-in").into_response();
    cookie::append(&mut response, &CookieKind::Staff.clear(&app.settings));
    response
}
