//! Requests that somebody else's page made a browser send.
//!
//! Two locks (assurance.md, Security): every `POST` must come from our own pages as `Sec-Fetch-Site` says,
//! or `Origin` where a browser does not send it; and every `POST` of a session must carry that session's
//! token, in the form field `csrf` or the header `x-csrf-token`. No `GET` has an effect.
//!
//! The token of a phone's companion ends in a point and the person's name (see [`super::person`]): the form of one
//! person is never applied to another.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::person::PersonTag;
use super::{Failure, Kind};

/// The form field that carries the token.
pub const FIELD: &str = "csrf";
/// The header that carries the token in requests made by scripts.
pub const HEADER: &str = "x-csrf-token";

/// The token of one session, derived from the session's secret: another site knows neither.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsrfToken {
    text: String,
    /// Whether the request is about the phone, whoever it shows.
    of_phone: bool,
}

impl CsrfToken {
    /// The token of the session with this cookie value.
    pub fn of_session(secret: &str) -> Self {
        let hash = digest(&SHA256, format!("tongxing csrf v1 {secret}").as_bytes());
        Self { text: URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]), of_phone: false }
    }

    /// The same session's token for the pages of this person.
    #[must_use]
    pub fn of_person(&self, person: &PersonTag) -> Self {
        let session = parts(&self.text).0;
        let text = match person.as_str() {
            "" => session.to_owned(),
            tag => format!("{session}.{tag}"),
        };
        Self { text, of_phone: self.of_phone }
    }

    /// Takes the tokens of all people of the phone: the request is about the phone.
    #[must_use]
    pub fn of_phone(mut self) -> Self {
        self.of_phone = true;
        self
    }

    /// The person whom a token names.
    pub fn person_in(given: &str) -> PersonTag {
        PersonTag::given(parts(given).1)
    }

    /// The text that pages carry.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The session's part alone: for what concerns whoever is signed in, whichever person the page is about.
    pub fn of_session_alone(&self) -> &str {
        parts(&self.text).0
    }

    /// Compares without telling by its duration how much was right. The right token of another person of this phone
    /// is no forgery, but not for this person either.
    pub fn check(&self, given: &str) -> Result<(), Failure> {
        let ((session, person), (given, given_person)) = (parts(&self.text), parts(given));
        let same = !session.is_empty()
            && aws_lc_rs::constant_time::verify_slices_are_equal(session.as_bytes(), given.as_bytes())
                .is_ok();
        if !same {
            return Err(Failure::of(Kind::FORGED));
        }
        if self.of_phone || person == given_person { Ok(()) } else { Err(Failure::of(Kind::OTHER_PERSON)) }
    }
}

/// The token that a script sent; empty if it sent none.
pub fn in_header(headers: &HeaderMap) -> &str {
    headers.get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The session's part of a token, and the person's; the latter is empty for the phone's owner.
fn parts(token: &str) -> (&str, &str) {
    token.split_once('.').unwrap_or((token, ""))
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

    #[test]
    fn a_token_counts_for_one_person_of_the_phone_and_a_request_about_the_phone_takes_all() {
        let owner = CsrfToken::of_session("secret");
        let lena = owner.of_person(&PersonTag::given("lena"));
        assert_eq!(lena.of_person(&PersonTag::OWNER), owner);
        assert_eq!(CsrfToken::person_in(lena.as_str()), PersonTag::given("lena"));
        for (ours, given, refused) in [
            (&lena, &lena, None),
            (&lena, &owner, Some(Kind::OTHER_PERSON)),
            (&owner, &lena, Some(Kind::OTHER_PERSON)),
            (&owner.clone().of_phone(), &lena, None),
            (&lena, &CsrfToken::of_session("other").of_person(&PersonTag::given("lena")), Some(Kind::FORGED)),
        ] {
            assert_eq!(ours.check(given.as_str()).map_err(|f| f.kind).err(), refused);
        }
    }
}
