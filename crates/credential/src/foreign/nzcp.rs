//! NZ COVID Pass: a CWT in `COSE_Sign1`, in Base32 (nzcp.covid19.health.nz, version 1).
//!
//! It says that its holder met the country's policy, not how. The specification asks for `kid` as text and its own
//! examples carry bytes, so both are taken. Keys are those of the issuer's `did:web` document: on the trust list
//! their names are what stands behind `#`, and the issuer's name is the DID.

use data_encoding::BASE32_NOPAD;
use serde_json::{Value, json};

use super::cbor_item::Item;
use super::subject::{birth_day, initials};
use super::{Content, Fault, Foreign, Statement, Subject};
use crate::Seconds;
use crate::claims::LAST_SECOND;
use crate::cose::{ALG, ES256, KID, Sign1};
use crate::trust::Format;
use crate::verifying::Algorithm;

const PREFIX: &str = "NZCP:/1/";
const CONTEXT: &str = "https://www.w3.org/2018/credentials/v1";
const TYPES: [&str; 2] = ["VerifiableCredential", "PublicCovidPass"];
const VERSION: &str = "1.0.0";
/// The most characters of a name.
const MAX_NAME: usize = 100;
/// COSE's list of headers that must be understood.
const CRIT: i64 = 2;

pub(super) fn read(text: &str) -> Result<Foreign, Fault> {
    let body = text.strip_prefix(PREFIX).ok_or(Fault::Encoding)?;
    let bytes = BASE32_NOPAD.decode(body.as_bytes()).map_err(|_| Fault::Encoding)?;
    let signed = Sign1::read(&bytes).map_err(|_| Fault::Envelope)?;
    let kid = kid(signed.protected)?;
    let item = Item::read(signed.payload).map_err(|_| Fault::Envelope)?;
    let claims = Claims::read(&item).ok_or(Fault::Schema)?;
    Ok(Foreign {
        format: Format::Nzcp,
        kid,
        issuer: Some(claims.issuer.to_owned()),
        not_before: Some(claims.not_before),
        expires: Some(claims.expires),
        algorithm: Algorithm::Es256,
        message: signed.message(),
        signature: signed.signature.to_vec(),
        certificate: None,
        subject: subject(claims.pass).ok_or(Fault::Schema)?,
        statements: vec![Statement::Cleared],
        content: Content::Cbor(signed.payload.to_vec()),
        kind: None,
        fault: None,
    })
}

/// Checks the protected header; the key's name in it, as bytes.
fn kid(protected: &[u8]) -> Result<Vec<u8>, Fault> {
    let header = Item::read(protected).map_err(|_| Fault::Envelope)?;
    if header.at(CRIT).is_some() {
        return Err(Fault::Envelope);
    }
    if header.at(ALG).ok_or(Fault::Envelope)? != &Item::Int(ES256) {
        return Err(Fault::Algorithm);
    }
    let kid = header.at(KID).ok_or(Fault::Envelope)?;
    kid.bytes().or_else(|| kid.text().map(str::as_bytes)).map(<[u8]>::to_vec).ok_or(Fault::Envelope)
}

/// The claims that the specification asks for ("CWT Claims"); others are not looked at.
struct Claims<'a> {
    issuer: &'a str,
    not_before: Seconds,
    expires: Seconds,
    /// A UUID (RFC 4122).
    id: [u8; 16],
    pass: &'a Item<'a>,
}

impl<'a> Claims<'a> {
    fn read(claims: &'a Item<'a>) -> Option<Self> {
        let time =
            |label| Seconds::try_from(claims.at(label)?.int()?).ok().filter(|time| *time <= LAST_SECOND);
        let pass = claims.named("vc")?;
        is_public_covid_pass(pass).then_some(())?;
        Some(Self {
            issuer: claims.at(1)?.text().filter(|issuer| issuer.starts_with("did:web:"))?,
            not_before: time(5)?,
            expires: time(4)?,
            id: claims.at(7)?.bytes()?.try_into().ok()?,
            pass,
        })
    }
}

/// Context, type and version ("Verifiable Credential Claim Structure").
fn is_public_covid_pass(vc: &Item<'_>) -> bool {
    let texts = |name| -> Option<Vec<&str>> { vc.named(name)?.array()?.iter().map(Item::text).collect() };
    texts("@context").is_some_and(|contexts| contexts.first() == Some(&CONTEXT))
        && texts("type").is_some_and(|types| types == TYPES)
        && vc.named("version").and_then(Item::text) == Some(VERSION)
}

/// The holder ("PublicCovidPass"): family name first, as on a document.
fn subject(vc: &Item<'_>) -> Option<Subject> {
    let holder = vc.named("credentialSubject")?;
    let given = holder.named("givenName")?.text()?;
    let family = holder.named("familyName").map(Item::text).map_or(Some(None), |name| name.map(Some))?;
    let birth = holder.named("dob")?.text().filter(|date| date.len() == 10).and_then(birth_day)?;
    let short = |name: &str| name.chars().count() <= MAX_NAME;
    let sound = short(given) && family.is_none_or(short);
    sound.then(|| Subject {
        initials: initials(family.into_iter().chain([given])),
        birth: Some(birth),
        last_four: None,
    })
}

/// The claims by their JSON names ("Mapping JTI <-> CTI").
pub(super) fn payload(cbor: &[u8]) -> Value {
    let Ok(item) = Item::read(cbor) else { return Value::Null };
    let Some(claims) = Claims::read(&item) else { return Value::Null };
    let id = hex::encode(claims.id);
    json!({
        "iss": claims.issuer,
        "nbf": claims.not_before,
        "exp": claims.expires,
        "jti": format!("urn:uuid:{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]),
        "vc": claims.pass.to_json(),
    })
}
