//! The language of a request: what was chosen with the switch, else what the browser asks for.
//!
//! The switch is a form button. On a page with a form it belongs to that form (`form="main"`), so that what
//! was typed comes along; [`super::Fields::language_switch`] tells the handler to show the page again with
//! the typed text. Elsewhere it posts to `/language`.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::cookie::CookieKind;
use super::route::{Access, Endpoint, Route};
use super::{Failure, Fields, Kind};
use crate::words::Language;
use crate::{App, Settings};

/// The language of these request headers.
pub fn of(settings: &Settings, headers: &HeaderMap) -> Language {
    let chosen = CookieKind::Language.read(settings, headers).and_then(|tag| Language::from_tag(&tag));
    chosen.unwrap_or_else(|| {
        let wish = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        Language::negotiate(wish)
    })
}

/// Adds the cookie that remembers `language`.
pub fn remember(settings: &Settings, language: Language, response: &mut Response) {
    let cookie = CookieKind::Language.set(settings, language.tag().to_owned());
    super::cookie::append(response, &cookie);
}

/// `POST /language`: for pages without a form of their own.
pub fn endpoint() -> Endpoint {
    Endpoint::new(Route::post("/language", Access::Everyone), switch)
}

async fn switch(State(app): State<App>, fields: Fields) -> Result<Response, Failure> {
    let language = fields.language_switch().ok_or(Failure::of(Kind::BAD_REQUEST))?;
    let mut response = Redirect::to(local_path(fields.raw("return"))).into_response();
    remember(&app.settings, language, &mut response);
    Ok(response)
}

/// `path` if it stays on this site, else the start page: never a way to send people elsewhere.
pub fn local_path(path: &str) -> &str {
    let local = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|b| b.is_ascii_graphic());
    if local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(local_path("/apply/document?x=1"), "/apply/document?x=1");
        for elsewhere in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\r\nSet-Cookie: x"]
        {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
