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
use clap::Args;
use credential::{
    MAX_TEXT, Meant, PublicKey, Seconds, SignedTrustError, SignedTrustList, StatusToken, TrustList,
};

use crate::failure::Failure;
use crate::output::note;
use crate::root::read_public;

/// Trust lists name keys, a status list holds a bit for each of a million passes: neither comes near this.
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// A trust list, as it is given to `tongxing verify`.
#[derive(Debug, Args)]
pub struct TrustSource {
    /// The trust list: signed (with --root), as plain JSON, or a JSON array of keys {"format": "tongxing", "jwk": …}
    #[arg(long = "trust", value_name = "FILE")]
    file: Option<PathBuf>,
    /// The root's public key (a JWK or a JWK set), for a signed trust list
    #[arg(long, value_name = "FILE", requires = "file")]
    root: Option<PathBuf>,
    /// The highest version of the signed trust list that has been seen: an older one is refused
    #[arg(long, value_name = "N", requires = "root", default_value_t = 0)]
    min_version: u64,
}

impl TrustSource {
    /// The list, as it is good at `now`; without a file, nobody is trusted.
    pub fn load(&self, now: Seconds) -> Result<TrustList, Failure> {
        let Some(path) = &self.file else { return Ok(TrustList::empty()) };
        let text = text(path)?;
        let failed = |error: &dyn std::fmt::Display, advice: &str| {
            Failure::new(format!("cannot use {}: {error}", path.display())).advice(advice)
        };
        match (&self.root, text.starts_with(['{', '['])) {
            (None, true) => TrustList::from_json(&text).map_err(|error| {
                failed(&error, "expected {\"version\", \"issued\", \"issuers\"} or an array of keys")
            }),
            (None, false) => Err(failed(
                &"it is not JSON",
                "a signed trust list is checked with --root: the root's public key that came with the installation",
            )),
            (Some(_), true) => Err(failed(&"it is not signed", "take the signed list, or leave --root out")),
            (Some(root), false) => signed(&text, &read_public(root)?, self.min_version, now)
                .map_err(|error| failed(&error, "nobody is trusted without a list: fetch the newest one")),
        }
    }
}

/// A signed list, checked.
pub fn signed(
    text: &str,
    roots: &[PublicKey],
    min_version: u64,
    now: Seconds,
) -> Result<TrustList, SignedTrustError> {
    SignedTrustList::parse(text)?.verify(roots, min_version, now)
}

/// The text of a file, without the white space around it.
pub fn text(path: &Path) -> Result<String, Failure> {
    let text = String::from_utf8(file(path, MAX_FILE)?);
    let text = text.map_err(|_| Failure::new(format!("{} is not text", path.display())))?;
    Ok(text.trim().to_owned())
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

/// The text of the code in a picture that is to be checked; without one, an empty text.
pub fn picture(path: &Path) -> Result<String, Failure> {
    let limit = u64::try_from(picture::MAX_BYTES).unwrap_or(u64::MAX);
    let texts = match picture::decode_qr(&file(path, limit)?) {
        Ok(texts) => texts,
        Err(error) => {
            note(&format!("note: {}: {error}", path.display()));
            return Ok(String::new());
        }
    };
    match Meant::among(&texts) {
        Meant::Text(text) => return Ok(text.to_owned()),
        Meant::Nothing => {
            note("note: no QR code was found in the picture: take it closer, sharper, in even light");
        }
        Meant::Several => {
            note("note: the picture shows several codes: cut it to the one that is to be checked");
        }
    }
    Ok(String::new())
}

/// The text on standard input. More than a code can hold stays more, and so is refused.
pub fn standard() -> Result<String, Failure> {
    let limit = u64::try_from(MAX_TEXT).unwrap_or(u64::MAX) * 2;
    let bytes = bounded(io::stdin().lock(), limit)
        .map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The bytes of a file, at most one more than `limit`, so that whoever limits sees that there were more.
pub fn file(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    File::open(path)
        .and_then(|file| bounded(file, limit))
        .map_err(|error| Failure::file("read", path, &error))
}

fn bounded(from: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
