//! ICAO visible digital seals for non-constrained environments: health proofs in signed JSON.
//!
//! ICAO, "Visible Digital Seals for Non-Constrained Environments" (types `icao.vacc` and `icao.test`). What was
//! signed is `data` in its canonical form (RFC 8785), so white space and the order of members do not matter, and
//! nothing may stand beside `data` and `sig` that was not signed. The signer's certificate comes along: it says
//! nothing for itself, and counts only if it, or its issuer, is on the trust list.

use aws_lc_rs::digest;
use serde_json::{Map, Value};

use super::subject::{birth_day, initials, last_four};
use super::{Content, Fault, Foreign, Statement, Subject, jcs};
use crate::base64_text::base64_of;
use crate::json;
use crate::trust::Format;
use crate::verifying::Algorithm;

/// COVID-19 in ICD-11 is RA01 and what lies under it.
const DISEASE: &str = "RA01";
/// Vaccines against it in ICD-11: any, inactivated, attenuated, both vectors, subunit, particle, DNA, RNA.
const VACCINES: [&str; 9] =
    ["XM68M6", "XM1NL1", "XM5DF6", "XM9QW8", "XM0CX4", "XM5JC5", "XM1J92", "XM6AT1", "XM0GQ8"];

pub(super) fn read(text: &str) -> Result<Foreign, Fault> {
    let Ok(Value::Object(seal)) = json::strict(text.as_bytes()) else { return Err(Fault::Encoding) };
    let (data, sig) = Option::zip(object(&seal, "data"), object(&seal, "sig")).ok_or(Fault::Envelope)?;
    if seal.len() != 2 || sig.len() != 3 {
        return Err(Fault::Envelope);
    }
    let algorithm = match member(sig, "alg").ok_or(Fault::Envelope)? {
        "ES256" => Algorithm::Es256,
        "ES384" => Algorithm::Es384,
        _ => return Err(Fault::Algorithm),
    };
    let bytes = |name| member(sig, name).and_then(base64_of).ok_or(Fault::Envelope);
    let (certificate, signature) = (bytes("cer")?, bytes("sigvl")?);
    let Message { issuer, subject, statements } = Message::read(data).ok_or(Fault::Schema)?;
    let message = jcs::canonical(data).ok_or(Fault::Schema)?.into_bytes();
    let hash = digest::digest(&digest::SHA256, &certificate);
    Ok(Foreign {
        format: Format::VdsNc,
        kid: hash.as_ref()[..8].to_vec(),
        issuer: Some(issuer),
        not_before: None,
        expires: None,
        algorithm,
        content: Content::Json(message.clone()),
        message,
        signature,
        certificate: Some(certificate),
        subject,
        statements,
        kind: None,
        fault: None,
    })
}

fn object<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    map.get(name)?.as_object()
}

fn member<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    map.get(name)?.as_str()
}

/// What `data` says: header and message zone.
struct Message {
    issuer: String,
    subject: Subject,
    statements: Vec<Statement>,
}

impl Message {
    fn read(data: &Map<String, Value>) -> Option<Self> {
        let header = object(data, "hdr")?;
        let issuer = member(header, "is").filter(|issuer| {
            (1..=3).contains(&issuer.len()) && issuer.bytes().all(|b| b.is_ascii_uppercase())
        })?;
        if header.get("v")?.as_u64()? != 1 {
            return None;
        }
        let message = object(data, "msg")?;
        let statements = match member(header, "t")? {
            "icao.vacc" => vaccination(message)?,
            "icao.test" => vec![test(message)?],
            _ => return None,
        };
        let subject = subject(object(message, "pid")?)?;
        Some(Self { issuer: issuer.to_owned(), subject, statements })
    }
}

/// The holder. The document's number is `i` beside a vaccination, `dn` beside a test.
fn subject(person: &Map<String, Value>) -> Option<Subject> {
    let number = member(person, "i").or_else(|| member(person, "dn"));
    Some(Subject {
        initials: initials([member(person, "n")?]),
        birth: member(person, "dob").and_then(birth_day),
        last_four: number.and_then(last_four),
    })
}

/// Each vaccination event with its doses; those against COVID-19 together are one statement.
fn vaccination(message: &Map<String, Value>) -> Option<Vec<Statement>> {
    let mut others = Vec::new();
    let (mut dose, mut date, mut doses) = (None, None, 0);
    for event in message.get("ve")?.as_array()? {
        let text = |name: &str| event.get(name).and_then(Value::as_str);
        let given = event.get("vd")?.as_array()?;
        let covid = text("dis").map_or_else(
            || text("des").is_some_and(|des| VACCINES.contains(&des)),
            |dis| dis.starts_with(DISEASE),
        );
        if !covid {
            others.push(Statement::Other);
            continue;
        }
        for one in given {
            doses += 1;
            dose = dose.max(one.get("seq").and_then(number));
            date = date.max(one.get("dvc").and_then(Value::as_str));
        }
    }
    let all = (doses > 0).then(|| Statement::Vaccination {
        dose: dose.max(Some(doses)),
        of: None,
        date: date.map(str::to_owned),
    });
    Some(all.into_iter().chain(others).collect())
}

/// The schema wants a number; issuers also write it as a text.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => u32::try_from(value.as_u64()?).ok(),
    }
}

fn test(message: &Map<String, Value>) -> Option<Statement> {
    let result = object(message, "tr")?;
    // An antibody test does not tell whether the virus is there.
    if member(result, "tc")?.eq_ignore_ascii_case("antibody") {
        return Some(Statement::Other);
    }
    let detected = match member(result, "r")?.to_ascii_lowercase().as_str() {
        "negative" | "normal" => Some(false),
        "positive" | "abnormal" => Some(true),
        _ => None,
    };
    let at = object(message, "dat").and_then(|dates| member(dates, "sc")).map(str::to_owned);
    Some(Statement::Test { detected, at })
}
