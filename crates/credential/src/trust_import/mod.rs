//! What other authorities publish about their keys, turned into keys of a trust list.
//!
//! Used by `tongxing trust import`. Four forms are told apart by their content: X.509 certificates in PEM, JWK
//! sets (RFC 7517), `did.json` (W3C DID Core), and the list of the EU's gateway. The decision that matters: every
//! entry stands for itself. A bad one is refused with its reason and the others are taken, since a list of three
//! hundred certificates from thirty countries always has a bad one; but an entry that contradicts itself (a
//! name that is not its key's) is never mended.

mod did;
mod eu_list;
mod jwk;
mod pem;

use serde::Deserialize as _;
use serde_json::Value;

use crate::Seconds;
use crate::certificate::Certificate;
use crate::claims::LAST_SECOND;
use crate::json;
use crate::key::{Jwk, KeyError, PublicKey};
use crate::trust::Format;
use crate::trusted_key::TrustedKey;
use crate::verifying::{Algorithm, VerifyingKey};

/// The longest file that is read, in bytes: the EU's list has about two million.
pub const MAX_IMPORT: usize = 16 * 1024 * 1024;
/// The most entries of one file.
const MAX_ENTRIES: usize = 10_000;

/// What the operator says of a file: what it is for, and within which dates.
#[derive(Debug, Clone)]
pub struct Import<'a> {
    /// The format that its keys sign.
    pub format: Format,
    /// The issuer; a list that names its own issuers (EU list, `did.json`) needs none.
    pub issuer: Option<&'a str>,
    /// The first second in which any of the keys is taken, if that is later than what the key itself says.
    pub not_before: Option<Seconds>,
    /// The last second, likewise.
    pub not_after: Option<Seconds>,
}

/// One key that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Where it stood in the file, in words.
    pub entry: String,
    /// Whose it is.
    pub issuer: String,
    /// The key, active.
    pub key: TrustedKey,
}

/// One entry that was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it stood in the file, in words.
    pub entry: String,
    /// Why.
    pub why: EntryRefusal,
}

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The keys that were taken, in the order of the file.
    pub taken: Vec<Taken>,
    /// The entries that were not.
    pub refused: Vec<Refused>,
}

/// Why one entry was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefusal {
    /// The key or its certificate cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A block of PEM that is cut off or no Base64 (RFC 7468).
    #[error("not a whole block of PEM")]
    Pem,
    /// A block of PEM with something else in it.
    #[error("a block with the label {0:?}, not a CERTIFICATE")]
    Label(String),
    /// Whoever else has the file can sign with it.
    #[error("a private key: it must not be trusted any more, tell its owner")]
    Private,
    /// A member that is needed.
    #[error("{0:?} is missing or not of its type")]
    Member(&'static str),
    /// The name is not the one that the key has in this format.
    #[error("the kid is not the one that this key has: {0}")]
    Kid(&'static str),
    /// The SHA-256 that stands beside the certificate is another one's.
    #[error("the thumbprint is not the certificate's")]
    Thumbprint,
    /// A certificate that signs no credentials.
    #[error("a certificate of type {0:?}, not DSC")]
    Type(String),
    /// The format's credentials are signed in another way.
    #[error("{} takes keys for ES256 only", .0.as_str())]
    Algorithm(Format),
    /// This form does not say how the format names the key.
    #[error("keys of {} cannot come in this form: {why}", .format.as_str())]
    Form {
        /// The format.
        format: Format,
        /// What is missing.
        why: &'static str,
    },
    /// A key that the DID's owner does not use to sign.
    #[error("not under assertionMethod")]
    NotAsserted,
    /// A key of somebody else's DID.
    #[error("belongs to another DID")]
    Controller,
    /// There is no moment at which it is valid.
    #[error("its dates leave no time")]
    Dates,
    /// The same key under the same name stands further up.
    #[error("the same as an entry before it")]
    Twice,
}

/// Why nothing of a file was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Longer than [`MAX_IMPORT`], or more than 10,000 entries.
    #[error("more than {MAX_IMPORT} bytes or {MAX_ENTRIES} entries")]
    TooLong,
    /// None of the forms that are read.
    #[error(
        "not one of: certificates in PEM, a JWK set {{\"keys\"}}, did.json {{\"verificationMethod\"}}, \
         the EU's list [{{\"kid\", \"rawData\"}}]"
    )]
    Form,
    /// JSON that cannot be read, and where.
    #[error("not JSON that can be read in one way: {0}")]
    Json(String),
    /// The form says nothing about whose keys they are.
    #[error("the file does not say whose keys they are: name the issuer")]
    IssuerNeeded,
    /// The form names its issuers, and none of them is the one that was named.
    #[error("the file is of {0}, not of the issuer that was named")]
    OtherIssuer(String),
    /// There is nothing in it.
    #[error("it has no entries")]
    Empty,
    /// The form belongs to another format.
    #[error("{form} holds keys of {}, not of {}", .holds.as_str(), .asked.as_str())]
    Format {
        /// The form, in words.
        form: &'static str,
        /// The format whose keys it holds.
        holds: Format,
        /// The format that was asked for.
        asked: Format,
    },
}

impl Import<'_> {
    /// Reads a file of any of the forms.
    pub fn read(&self, bytes: &[u8]) -> Result<Imported, ImportError> {
        if bytes.len() > MAX_IMPORT {
            return Err(ImportError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ImportError::Form)?;
        let text = text.trim_start_matches('\u{feff}').trim();
        let entries = if text.contains("-----BEGIN ") && !text.starts_with(['{', '[']) {
            pem::entries(self, text)?
        } else {
            self.json(text)?
        };
        match entries.len() {
            0 => Err(ImportError::Empty),
            1..=MAX_ENTRIES => Ok(sort(entries)),
            _ => Err(ImportError::TooLong),
        }
    }

    fn json(&self, text: &str) -> Result<Vec<Entry>, ImportError> {
        // The German gateway's form: a line with a signature, then the list.
        let text = match text.split_once('\n') {
            Some((line, rest)) if !line.contains(['{', '[']) && rest.trim_start().starts_with('{') => rest,
            _ => text,
        };
        if !text.starts_with(['{', '[']) {
            return Err(ImportError::Form);
        }
        let value = json::strict(text.as_bytes()).map_err(|error| ImportError::Json(error.to_string()))?;
        let has = |member: &str| value.get(member).is_some();
        if has("verificationMethod") {
            did::entries(self, &value)
        } else if has("keys") || has("kty") {
            jwk::entries(self, &value)
        } else if value.is_array() || has("certificates") {
            eu_list::entries(self, &value)
        } else {
            Err(ImportError::Form)
        }
    }

    /// The issuer that was named, for forms that do not name one.
    fn named(&self) -> Result<&str, ImportError> {
        self.issuer.ok_or(ImportError::IssuerNeeded)
    }

    /// A key of a certificate, under the name that it has in the format, within its dates and ours.
    fn certificate(&self, certificate: Certificate) -> Result<TrustedKey, EntryRefusal> {
        let (from, to) = (certificate.not_before(), certificate.not_after());
        let key = match self.format {
            Format::Hcert | Format::VdsNc => TrustedKey::from_certificate(certificate),
            Format::Shc | Format::Tongxing => self.es256(&certificate.key().jwk())?,
            Format::Nzcp => {
                let (format, why) = (self.format, "they are named in did.json");
                return Err(EntryRefusal::Form { format, why });
            }
        };
        self.within(TrustedKey { not_before: from, not_after: to, ..key })
    }

    /// A key of a format that takes ES256 only and names keys by their thumbprint.
    fn es256(&self, jwk: &Value) -> Result<TrustedKey, EntryRefusal> {
        let key = VerifyingKey::from_jwk(jwk)?;
        let bare = Jwk::deserialize(key.jwk()).ok().filter(|_| key.algorithm() == Algorithm::Es256);
        let bare = bare.ok_or(EntryRefusal::Algorithm(self.format))?;
        if self.format == Format::Tongxing {
            return Ok(TrustedKey::ours(PublicKey::from_jwk(&bare)?, 0, LAST_SECOND));
        }
        Ok(TrustedKey::from_jwk(self.format, jwk)?)
    }

    /// The key within the dates that the operator gave.
    fn within(&self, key: TrustedKey) -> Result<TrustedKey, EntryRefusal> {
        let not_before = key.not_before.max(self.not_before.unwrap_or(0));
        let not_after = key.not_after.min(self.not_after.unwrap_or(LAST_SECOND)).min(LAST_SECOND);
        let lives = not_before <= not_after;
        if lives { Ok(TrustedKey { not_before, not_after, ..key }) } else { Err(EntryRefusal::Dates) }
    }
}

/// An entry, where it stood, and what came of it: the issuer and the key.
struct Entry {
    entry: String,
    answer: Result<(String, TrustedKey), EntryRefusal>,
}

/// Parts what was taken from what was not, and leaves out what stood there before.
fn sort(entries: Vec<Entry>) -> Imported {
    let mut seen = std::collections::HashSet::new();
    let mut imported = Imported::default();
    for Entry { entry, answer } in entries {
        let fresh = |(issuer, key): (String, TrustedKey)| {
            let new = seen.insert((issuer.clone(), key.kid.clone(), key.thumbprint()));
            if new { Ok((issuer, key)) } else { Err(EntryRefusal::Twice) }
        };
        match answer.and_then(fresh) {
            Ok((issuer, key)) => imported.taken.push(Taken { entry, issuer, key }),
            Err(why) => imported.refused.push(Refused { entry, why }),
        }
    }
    imported
}
