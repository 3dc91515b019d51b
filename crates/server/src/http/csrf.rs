//! Requests that somebody else's page made a browser send.
//!
//! Two locks (assurance.md, Security): every `POST` must come from our own pages as `Sec-Fetch-Site` says,
//! or `Origin` where a browser does not send it; and every `POST` of a session must carry that session's
//! token, in the form field `csrf` or the header `x-csrf-token`. No `GET` has an effect.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Failure, Kind};

/// The form field that carries the token.
pub const FIELD: &str = "csrf";
/// The header that carries the token in requests made by scripts.
pub const HEADER: &str = "x-csrf-token";

/// The token of one session, derived from the session's secret: another site knows neither.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// The token of the session with this cookie value.
    pub fn of_session(secret: &str) -> Self {
        let hash = digest(&SHA256, format!("tongxing csrf v1 {secret}").as_bytes());
        Self(URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]))
    }

    /// The text that pages carry.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares without telling by its duration how much was right.
    pub fn check(&self, given: &str) -> Result<(), Failure> {
        let same = !self.0.is_empty()
            && aws_lc_rs::constant_time::verify_slices_are_equal(self.0.as_bytes(), given.as_bytes()).is_ok();
        if same { Ok(()) } else { Err(Failure::of(Kind::FORGED)) }
    }
}

/// Refuses a `POST` that another site's page caused.
pub fn check_site(headers: &HeaderMap) -> Result<(), Failure> {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let ours = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => same_host(origin, headers),
        (None, None) => true, // no browser that can be tricked sends neither; programs do
    };
    if ours { Ok(()) } else { Err(Failure::of(Kind::FORGED)) }
}

fn same_host(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    let from = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some() && host == from
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_may_post() {
        for (pairs, allowed) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "https://a.example"), ("host", "a.example")], true),
            (&[("origin", "https://b.example"), ("host", "a.example")], false),
            (&[("origin", "null"), ("host", "a.example")], false),
            (&[("host", "a.example")], true),
        ] {
            assert_eq!(check_site(&headers(pairs)).is_ok(), allowed, "{pairs:?}");
        }
    }

    #[test]
    fn a_token_belongs_to_one_session_and_an_empty_one_to_none() {
        let token = CsrfToken::of_session("secret");
        assert!(token.check(token.as_str()).is_ok());
        assert!(token.check(CsrfToken::of_session("other").as_str()).is_err());
        assert!(CsrfToken::default().check("").is_err());
    }
}
