//! Where the text, the trust list and the status lists come from.
//!
//! A file that cannot be opened stops the command. What was opened and makes no sense is a matter for the
//! verdict, which never gets better by it: a picture without a code is `unreadable`, a status list that is
//! none is a missing one. Only a trust list with a fault stops the command too: it is the operator's own.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{MAX_TEXT, PREFIX, StatusToken, TrustList};

use crate::failure::Failure;
use crate::output::note;

/// Trust lists name keys, a status list holds a bit for each of a million passes: neither comes near this.
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// The trust list of a file; without one, nobody is trusted.
pub fn trust(path: Option<&Path>) -> Result<TrustList, Failure> {
    let Some(path) = path else { return Ok(TrustList::empty()) };
    let bytes = file(path, MAX_FILE)?;
    let advice = "expected {\"version\", \"issued\", \"issuers\"} or an array of keys";
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("{} is not text", path.display())).advice(advice))?;
    TrustList::from_json(&text)
        .map_err(|error| Failure::new(format!("cannot use {}: {error}", path.display())).advice(advice))
}

/// The status lists of these files; those that are none are left out with a note.
pub fn status(paths: &[PathBuf]) -> Result<Vec<StatusToken>, Failure> {
    let mut tokens = Vec::with_capacity(paths.len());
    for path in paths {
        let bytes = file(path, MAX_FILE)?;
        match token(&bytes) {
            Some(token) => tokens.push(token),
            None => note(&format!(
                "note: {} is not a status list (CWT, its Base64, or JWT); not used",
                path.display()
            )),
        }
    }
    Ok(tokens)
}

fn token(bytes: &[u8]) -> Option<StatusToken> {
    let text = bytes.trim_ascii();
    let decoded = || STANDARD.decode(text).ok();
    let jwt = || StatusToken::parse(text).ok();
    StatusToken::parse(bytes).ok().or_else(jwt).or_else(|| StatusToken::parse(&decoded()?).ok())
}

/// The text of the code in a picture. Several codes of which one is ours: ours.
pub fn picture(path: &Path) -> Result<String, Failure> {
    let limit = u64::try_from(picture::MAX_BYTES).unwrap_or(u64::MAX);
    let texts = picture::decode_qr(&file(path, limit)?).unwrap_or_else(|error| {
        note(&format!("note: {}: {error}", path.display()));
        Vec::new()
    });
    let ours: Vec<&String> = texts.iter().filter(|text| text.starts_with(PREFIX)).collect();
    match (ours.as_slice(), texts.as_slice()) {
        ([one], _) => Ok((*one).clone()),
        ([], [one]) => Ok(one.clone()),
        (_, []) => {
            note("note: no QR code was found in the picture: take it closer, sharper, in even light");
            Ok(String::new())
        }
        _ => {
            note("note: the picture shows several codes: cut it to the one that is to be checked");
            Ok(String::new())
        }
    }
}

/// The text on standard input. More than a code can hold stays more, and so is refused.
pub fn standard() -> Result<String, Failure> {
    let limit = u64::try_from(MAX_TEXT).unwrap_or(u64::MAX) * 2;
    let bytes = bounded(io::stdin().lock(), limit)
        .map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The bytes of a file, at most one more than `limit`, so that whoever limits sees that there were more.
fn file(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    File::open(path)
        .and_then(|file| bounded(file, limit))
        .map_err(|error| Failure::file("read", path, &error))
}

fn bounded(from: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
