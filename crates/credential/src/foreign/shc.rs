//! SMART Health Cards: a JWS over deflated JSON with FHIR resources in it (smarthealth.cards, version 1.4).
//!
//! Taken are the digits of a QR code and the bare JWS. What the framework asks of the envelope is asked here:
//! `alg`, `zip` and `kid` in the header, a raw DEFLATE stream, `iss`, `nbf` and `vc` in the payload. Its
//! profiles of FHIR resources are not: `shc_fhir` reads from them what acceptance rules look at. Revocation lists
//! are fetched by their readers and so have no place in a check without a network; only the form of `rid` is checked.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::inflate::{Stream, inflate};
use super::{Content, Fault, Foreign, shc_fhir, shc_text};
use crate::Seconds;
use crate::jws::{self, Jws};
use crate::trust::Format;
use crate::verifying::Algorithm;

/// The most bytes that a payload unpacks to; that of a card in one QR code has a few thousand.
const MAX_PAYLOAD: usize = 128 * 1024;
const TYPE: &str = "https://smarthealth.cards#health-card";
/// The most characters of a revocation identifier.
const MAX_RID: usize = 24;

pub(super) fn read(text: &str) -> Result<Foreign, Fault> {
    let text = shc_text::jws(text)?;
    let jws = Jws::read(&text).map_err(|_| Fault::Envelope)?;
    let kid = kid(&jws)?;
    let payload = inflate(&jws.payload, Stream::Raw, MAX_PAYLOAD).ok_or(Fault::Compression)?;
    let claims = jws::object(&payload).map_err(|_| Fault::Schema)?;
    let Claims { issuer, not_before, expires, bundle } = Claims::read(&claims).ok_or(Fault::Schema)?;
    let entries = shc_fhir::resources(bundle).ok_or(Fault::Schema)?;
    Ok(Foreign {
        format: Format::Shc,
        kid,
        issuer: Some(issuer.to_owned()),
        not_before: Some(not_before),
        expires,
        algorithm: Algorithm::Es256,
        subject: shc_fhir::subject(&entries),
        statements: shc_fhir::statements(&entries),
        message: jws.message.as_bytes().to_vec(),
        signature: jws.signature,
        certificate: None,
        content: Content::Json(payload),
        kind: None,
        fault: None,
    })
}

/// Checks the header; the name of the key is its whole JWK thumbprint.
fn kid(jws: &Jws<'_>) -> Result<Vec<u8>, Fault> {
    match jws.header("alg") {
        Some("ES256") => (),
        Some(_) => return Err(Fault::Algorithm),
        None => return Err(Fault::Envelope),
    }
    if jws.header("zip") != Some("DEF") {
        return Err(Fault::Envelope);
    }
    let kid = jws.header("kid").and_then(|kid| URL_SAFE_NO_PAD.decode(kid).ok());
    kid.filter(|kid| kid.len() == 32).ok_or(Fault::Envelope)
}

/// The claims that the framework asks for.
struct Claims<'a> {
    issuer: &'a str,
    not_before: Seconds,
    expires: Option<Seconds>,
    bundle: &'a Map<String, Value>,
}

impl<'a> Claims<'a> {
    fn read(claims: &'a Map<String, Value>) -> Option<Self> {
        let issuer = claims.get("iss")?.as_str().filter(|issuer| is_issuer(issuer))?;
        let nbf = claims.get("nbf")?.as_f64()?;
        let exp = claims.get("exp").map(Value::as_f64).map_or(Some(None), |exp| exp.map(Some))?;
        let vc = claims.get("vc")?.as_object()?;
        let types = vc.get("type")?.as_array()?;
        let subject = vc.get("credentialSubject")?.as_object()?;
        subject.get("fhirVersion")?.as_str()?;
        let sound = exp.is_none_or(|exp| exp >= nbf)
            && types.iter().all(Value::is_string)
            && types.iter().any(|name| name == TYPE)
            && vc.get("rid").is_none_or(|rid| rid.as_str().is_some_and(is_rid));
        let bundle = subject.get("fhirBundle")?.as_object()?;
        let expires = exp.map(seconds).map_or(Some(None), |exp| exp.map(Some))?;
        sound.then_some(Self { issuer, not_before: seconds(nbf)?, expires, bundle })
    }
}

/// An `https` address without a slash at its end: keys are found under it.
fn is_issuer(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_graphic()) && text.len() <= 512;
    plain && !text.ends_with('/') && text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
}

fn is_rid(text: &str) -> bool {
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (1..=MAX_RID).contains(&text.len()) && text.bytes().all(alphabet)
}

/// Whole seconds from a number with a fraction, rounded up: valid from the first whole second, ended at the last.
/// Milliseconds are taken for what they say, a time some fifty thousand years away.
fn seconds(time: f64) -> Option<Seconds> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
    (0.0..=1e15).contains(&time).then(|| time.ceil() as Seconds)
}
