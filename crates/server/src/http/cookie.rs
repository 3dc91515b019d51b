//! Names and attributes of the cookies.
//!
//! On https all carry `Secure` and the `__Host-` prefix. Browsers refuse the prefix on plain HTTP, which is
//! only ever served on a loopback address: there the names stand without it
//! (`docs/decisions/0002-cookie-names-on-plain-http.md`).

use axum::http::{HeaderMap, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use crate::Settings;

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieKind {
    /// The phone's device session. `Lax`, so that a poster opened from another app keeps it.
    Device,
    /// A staff session.
    Staff,
    /// The chosen language.
    Language,
    /// What makes a browser the tablet at a door: it opens the code of the day and nothing else.
    Tablet,
}

const DEVICE_DAYS: i64 = 400;

impl CookieKind {
    const fn base_name(self) -> &'static str {
        match self {
            Self::Device => "tongxing-device",
            Self::Staff => "tongxing-staff",
            Self::Language => "tongxing-language",
            Self::Tablet => "tongxing-tablet",
        }
    }

    /// The name as it is sent.
    pub fn name(self, settings: &Settings) -> String {
        if settings.is_https() { format!("__Host-{}", self.base_name()) } else { self.base_name().to_owned() }
    }

    /// The cookie with this value. The staff cookie ends with the browser; the others last 400 days, the
    /// most that browsers allow.
    pub fn set(self, settings: &Settings, value: String) -> Cookie<'static> {
        let mut cookie = Cookie::new(self.name(settings), value);
        cookie.set_path("/");
        cookie.set_http_only(true);
        cookie.set_secure(settings.is_https());
        cookie.set_same_site(if self == Self::Staff { SameSite::Strict } else { SameSite::Lax });
        if self != Self::Staff {
            cookie.set_max_age(Duration::days(DEVICE_DAYS));
        }
        cookie
    }

    /// The cookie that removes this one.
    pub fn clear(self, settings: &Settings) -> Cookie<'static> {
        let mut cookie = self.set(settings, String::new());
        cookie.make_removal();
        cookie
    }

    /// The value that the browser sent.
    pub fn read(self, settings: &Settings, headers: &HeaderMap) -> Option<String> {
        let name = self.name(settings);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(n, value)| (n == name && !value.is_empty()).then(|| value.to_owned()))
    }
}

/// Adds a `Set-Cookie` line to an answer.
pub fn append(response: &mut axum::response::Response, cookie: &Cookie<'_>) {
    let line = cookie.to_string();
    let value = line.parse().expect("names and values of our cookies are plain ASCII");
    response.headers_mut().append(header::SET_COOKIE, value);
}
