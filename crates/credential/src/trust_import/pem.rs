//! X.509 certificates in PEM (RFC 7468), any number in a file.

use std::io::Cursor;

use x509_parser::pem::Pem;

use super::{Entry, EntryRefusal, Import, ImportError};
use crate::certificate::Certificate;
use crate::trusted_key::TrustedKey;

const BEGIN: &str = "-----BEGIN ";

pub(super) fn entries(import: &Import<'_>, text: &str) -> Result<Vec<Entry>, ImportError> {
    let issuer = import.named()?;
    // What stands before the first block is for people to read (RFC 7468 section 2).
    let begins = text.match_indices(BEGIN).map(|(at, _)| at);
    let ends = begins.clone().skip(1).chain([text.len()]);
    let entry = |(index, (begin, end)): (usize, (usize, usize))| Entry {
        entry: format!("block {}", index + 1),
        answer: block(import, &text[begin..end]).map(|key| (issuer.to_owned(), key)),
    };
    Ok(begins.zip(ends).enumerate().map(entry).collect())
}

fn block(import: &Import<'_>, block: &str) -> Result<TrustedKey, EntryRefusal> {
    let (pem, _) = Pem::read(Cursor::new(block)).map_err(|_| EntryRefusal::Pem)?;
    match pem.label.as_str() {
        "CERTIFICATE" => import.certificate(Certificate::from_der(&pem.contents)?),
        label if label.ends_with("PRIVATE KEY") => Err(EntryRefusal::Private),
        label => Err(EntryRefusal::Label(label.chars().take(40).collect())),
    }
}
