//! Signed requests and answers: one closed profile of HTTP Message Signatures (RFC 9421).
//!
//! Used by the client and by the reference server. ES256, so that neither side can sign for the other. A request
//! covers method, path and body, and carries a time and a nonce; an answer covers status, body **and the request's
//! signature** (RFC 9421 section 2.4), so that no answer fits another request. Exactly the header values that
//! [`RequestParameters`] and [`AnswerParameters`] write are read: there is no second way to say the same.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{PublicKey, Seconds, SignError, Signer};

/// Header of the digest (RFC 9530).
pub const DIGEST: &str = "content-digest";
/// Header of what was signed.
pub const INPUT: &str = "signature-input";
/// Header of the signature.
pub const SIGNATURE: &str = "signature";
/// How far the two clocks may be apart, in seconds, and how long a request stays fresh.
pub const WINDOW: Seconds = 60;

const REQUEST: &str = r#"("@method" "@path" "content-digest")"#;
const ANSWER: &str = r#"("@status" "content-digest" "signature";req;key="tx")"#;
const ALGORITHM: &str = r#";alg="ecdsa-p256-sha256""#;

/// The three header values of a signed message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers {
    /// `Content-Digest`.
    pub digest: String,
    /// `Signature-Input`.
    pub input: String,
    /// `Signature`.
    pub signature: String,
}

/// What a request says besides its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestParameters {
    /// When it was signed.
    pub created: Seconds,
    /// Never used twice within [`WINDOW`]: base64url of 16 random bytes.
    pub nonce: String,
    /// Whose key it is.
    pub key_id: String,
}

/// What an answer says besides its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerParameters {
    /// When it was signed.
    pub created: Seconds,
    /// Whose key it is.
    pub key_id: String,
}

/// The headers are not of this profile, the digest is another one, or the signature is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not signed as agreed")]
pub struct NotSigned;

impl RequestParameters {
    fn write(&self) -> String {
        let Self { created, nonce, key_id } = self;
        format!(r#"{REQUEST};created={created};nonce="{nonce}";keyid="{key_id}"{ALGORITHM}"#)
    }

    /// Reads the `Signature-Input` of a request.
    pub fn read(input: &str) -> Result<Self, NotSigned> {
        let rest = input.strip_prefix("tx=").and_then(|rest| rest.strip_prefix(REQUEST)).ok_or(NotSigned)?;
        let rest = rest.strip_prefix(";created=").and_then(|r| r.strip_suffix(ALGORITHM)).ok_or(NotSigned)?;
        let (created, rest) = rest.split_once(";nonce=\"").ok_or(NotSigned)?;
        let (nonce, key_id) = rest.split_once("\";keyid=\"").ok_or(NotSigned)?;
        let key_id = key_id.strip_suffix('"').ok_or(NotSigned)?;
        let read = Self {
            created: created.parse().map_err(|_| NotSigned)?,
            nonce: nonce.to_owned(),
            key_id: key_id.to_owned(),
        };
        let plain = is_word(nonce) && is_word(key_id);
        if plain && input == format!("tx={}", read.write()) { Ok(read) } else { Err(NotSigned) }
    }
}

impl AnswerParameters {
    fn write(&self) -> String {
        let Self { created, key_id } = self;
        format!(r#"{ANSWER};created={created};keyid="{key_id}"{ALGORITHM}"#)
    }

    fn read(input: &str) -> Result<Self, NotSigned> {
        let rest = input.strip_prefix("tx=").and_then(|rest| rest.strip_prefix(ANSWER)).ok_or(NotSigned)?;
        let rest = rest.strip_prefix(";created=").and_then(|r| r.strip_suffix(ALGORITHM)).ok_or(NotSigned)?;
        let (created, key_id) = rest.split_once(";keyid=\"").ok_or(NotSigned)?;
        let key_id = key_id.strip_suffix('"').ok_or(NotSigned)?;
        let read = Self { created: created.parse().map_err(|_| NotSigned)?, key_id: key_id.to_owned() };
        let plain = is_word(key_id);
        if plain && input == format!("tx={}", read.write()) { Ok(read) } else { Err(NotSigned) }
    }
}

/// What needs no quoting inside a quoted string.
pub fn is_word(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_.:/".contains(&b);
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

fn digest_of(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body)))
}

fn request_base(method: &str, path: &str, digest: &str, parameters: &str) -> String {
    format!(
        "\"@method\": {method}\n\"@path\": {path}\n\"content-digest\": {digest}\n\
         \"@signature-params\": {parameters}"
    )
}

fn answer_base(status: u16, digest: &str, request: &str, parameters: &str) -> String {
    format!(
        "\"@status\": {status}\n\"content-digest\": {digest}\n\"signature\";req;key=\"tx\": {request}\n\
         \"@signature-params\": {parameters}"
    )
}

fn signed(base: &str, digest: String, parameters: &str, key: &dyn Signer) -> Result<Headers, SignError> {
    let signature = key.sign(base.as_bytes())?;
    let signature = format!("tx=:{}:", STANDARD.encode(signature));
    Ok(Headers { digest, input: format!("tx={parameters}"), signature })
}

fn verify(base: &str, signature: &str, key: &PublicKey) -> Result<(), NotSigned> {
    let bytes = STANDARD.decode(value(signature)?).map_err(|_| NotSigned)?;
    let bytes: [u8; 64] = bytes.try_into().map_err(|_| NotSigned)?;
    if key.verify(base.as_bytes(), &bytes) { Ok(()) } else { Err(NotSigned) }
}

/// The base64 of a `Signature` header.
fn value(signature: &str) -> Result<&str, NotSigned> {
    signature.strip_prefix("tx=:").and_then(|rest| rest.strip_suffix(':')).ok_or(NotSigned)
}

/// Signs a request.
pub fn sign_request(
    method: &str,
    path: &str,
    body: &[u8],
    parameters: &RequestParameters,
    key: &dyn Signer,
) -> Result<Headers, SignError> {
    let (digest, parameters) = (digest_of(body), parameters.write());
    signed(&request_base(method, path, &digest, &parameters), digest, &parameters, key)
}

/// Checks the signature of a request, whose parameters have been read for the sake of `key`. Time and nonce are
/// the caller's to judge.
pub fn check_request(
    method: &str,
    path: &str,
    body: &[u8],
    headers: &Headers,
    key: &PublicKey,
) -> Result<RequestParameters, NotSigned> {
    let parameters = RequestParameters::read(&headers.input)?;
    if headers.digest != digest_of(body) {
        return Err(NotSigned);
    }
    let base = request_base(method, path, &headers.digest, &parameters.write());
    verify(&base, &headers.signature, key)?;
    Ok(parameters)
}

/// Signs an answer to the request that had the header `Signature: request`.
pub fn sign_answer(
    status: u16,
    body: &[u8],
    request: &str,
    parameters: &AnswerParameters,
    key: &dyn Signer,
) -> Result<Headers, SignError> {
    let (digest, parameters) = (digest_of(body), parameters.write());
    let request = value(request).unwrap_or_default();
    signed(&answer_base(status, &digest, &format!(":{request}:"), &parameters), digest, &parameters, key)
}

/// Checks that an answer was signed by `key` (named `key_id`) for our request, and within [`WINDOW`] of `now`.
pub fn check_answer(
    status: u16,
    body: &[u8],
    headers: &Headers,
    request: &str,
    (key, key_id): (&PublicKey, &str),
    now: Seconds,
) -> Result<(), NotSigned> {
    let parameters = AnswerParameters::read(&headers.input)?;
    let timely = parameters.created.abs_diff(now) <= WINDOW;
    if headers.digest != digest_of(body) || parameters.key_id != key_id || !timely {
        return Err(NotSigned);
    }
    let request = format!(":{}:", value(request)?);
    verify(&answer_base(status, &headers.digest, &request, &parameters.write()), &headers.signature, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pass::testing::device_key;

    const NOW: Seconds = 1_795_435_200;

    fn parameters() -> RequestParameters {
        RequestParameters {
            created: NOW,
            nonce: "AAECAwQFBgcICQoLDA0ODw".to_owned(),
            key_id: "CN-HB".to_owned(),
        }
    }

    #[test]
    fn a_request_is_what_was_signed_and_nothing_else() {
        let key = device_key();
        let headers = sign_request("POST", "/verify", b"{}", &parameters(), &key).unwrap();
        let check = |method, path, body: &[u8], headers: &Headers| {
            check_request(method, path, body, headers, &key.public())
        };
        assert_eq!(check("POST", "/verify", b"{}", &headers), Ok(parameters()));
        assert!(check("GET", "/verify", b"{}", &headers).is_err());
        assert!(check("POST", "/apply", b"{}", &headers).is_err());
        assert!(check("POST", "/verify", b"{ }", &headers).is_err());
        assert!(check_request("POST", "/verify", b"{}", &headers, &device_key().public()).is_err());
        for (from, to) in [
            ("1795435200", "1795435201"),
            ("1795435200", "01795435200"),
            ("AAEC", "AAED"),
            ("CN-HB", "CN-GD"),
            ("CN-HB", "CN\\\"HB"),
            (" \"content-digest\"", ""),
            ("ecdsa-p256-sha256", "hmac-sha256"),
            ("tx=", "sig1="),
            ("tx=", " tx="),
        ] {
            let changed = Headers { input: headers.input.replacen(from, to, 1), ..headers.clone() };
            assert!(check("POST", "/verify", b"{}", &changed).is_err(), "{from} {to}");
        }
    }

    #[test]
    fn an_answer_fits_one_request_one_key_and_one_minute() {
        let key = device_key();
        let asked = sign_request("POST", "/verify", b"{}", &parameters(), &key).unwrap().signature;
        let other = sign_request("POST", "/verify", b"{}", &parameters(), &key).unwrap().signature;
        assert_ne!(asked, other);
        let stamp = AnswerParameters { created: NOW, key_id: "platform".to_owned() };
        let headers = sign_answer(200, b"{}", &asked, &stamp, &key).unwrap();
        let public = key.public();
        let check = |status, body: &[u8], request: &str, name, now| {
            check_answer(status, body, &headers, request, (&public, name), now)
        };
        assert_eq!(check(200, b"{}", &asked, "platform", NOW + WINDOW), Ok(()));
        assert!(check(200, b"{}", &asked, "platform", NOW + WINDOW + 1).is_err());
        assert!(check(200, b"{}", &asked, "platform", NOW - WINDOW - 1).is_err());
        assert!(check(200, b"{}", &other, "platform", NOW).is_err(), "replayed to another request");
        assert!(check(201, b"{}", &asked, "platform", NOW).is_err());
        assert!(check(200, b"[]", &asked, "platform", NOW).is_err());
        assert!(check(200, b"{}", &asked, "somebody", NOW).is_err());
        let stranger = device_key().public();
        assert!(check_answer(200, b"{}", &headers, &asked, (&stranger, "platform"), NOW).is_err());
    }
}
