//! The EU's trust list as the gateway (DGCG, `/trustList/DSC`) and national backends hand it on.
//!
//! An array of certificates with their country, or `{"certificates": […]}`, which one member state serves after a
//! line with a signature. That line and each entry's own `signature` (by the country's upload certificate) are
//! not checked here: whoever imports a list has to know where it came from. What an entry says of its
//! certificate (kid, thumbprint, type) is checked.

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Entry, EntryRefusal, Import, ImportError};
use crate::certificate::Certificate;
use crate::trust::Format;
use crate::trusted_key::TrustedKey;

pub(super) fn entries(import: &Import<'_>, value: &Value) -> Result<Vec<Entry>, ImportError> {
    if import.format != Format::Hcert {
        let (holds, asked) = (Format::Hcert, import.format);
        return Err(ImportError::Format { form: "the EU's list", holds, asked });
    }
    let list = value.get("certificates").unwrap_or(value).as_array().ok_or(ImportError::Form)?;
    let entries: Vec<Entry> =
        list.iter().enumerate().map(|(index, entry)| read(import, index + 1, entry)).collect();
    match import.issuer {
        Some(country) if !entries.is_empty() => only(country, entries),
        _ => Ok(entries),
    }
}

/// The entries of one country; those that could not be read are reported whosesoever they are.
fn only(country: &str, entries: Vec<Entry>) -> Result<Vec<Entry>, ImportError> {
    let named = |entry: &Entry| entry.answer.as_ref().ok().map(|(country, _)| country.clone());
    let countries: BTreeSet<String> = entries.iter().filter_map(named).collect();
    if !countries.contains(country) {
        let others: Vec<String> = countries.into_iter().take(40).collect();
        return Err(ImportError::OtherIssuer(others.join(", ")));
    }
    Ok(entries.into_iter().filter(|entry| named(entry).is_none_or(|name| name == country)).collect())
}

fn read(import: &Import<'_>, position: usize, entry: &Value) -> Entry {
    let shown = |member| text(entry, member).unwrap_or("?");
    Entry {
        entry: format!("entry {position} ({:.2} {:.12})", shown("country"), shown("kid")),
        answer: key(import, entry),
    }
}

fn key(import: &Import<'_>, entry: &Value) -> Result<(String, TrustedKey), EntryRefusal> {
    let needed = |member| text(entry, member).ok_or(EntryRefusal::Member(member));
    let kind = needed("certificateType")?;
    if kind != "DSC" {
        return Err(EntryRefusal::Type(kind.chars().take(20).collect()));
    }
    let country = needed("country")?;
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(EntryRefusal::Member("country"));
    }
    let der = STANDARD.decode(needed("rawData")?).map_err(|_| EntryRefusal::Member("rawData"))?;
    let thumbprint = hex::encode(digest::digest(&digest::SHA256, &der));
    if !needed("thumbprint")?.eq_ignore_ascii_case(&thumbprint) {
        return Err(EntryRefusal::Thumbprint);
    }
    let certificate = Certificate::from_der(&der)?;
    if STANDARD.decode(needed("kid")?).ok().as_deref() != Some(&certificate.kid()) {
        return Err(EntryRefusal::Kid("EU certificates are named by the first 8 bytes of their SHA-256"));
    }
    Ok((country.to_owned(), import.certificate(certificate)?))
}

fn text<'a>(entry: &'a Value, member: &str) -> Option<&'a str> {
    entry.get(member).and_then(Value::as_str)
}
