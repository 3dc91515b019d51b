//! The trust list: whose signature counts, for which format and purpose, and when.
//!
//! Loaded once and asked with each check, so keys are parsed when it is built and found by their short name.
//! An empty list trusts nobody. Its JSON forms are in `trust_json`, its
//! signed form is in `trust_signed`, and what it takes from others in `trust_import`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::Seconds;
use crate::key::KeyError;
use crate::trusted_key::TrustedKey;

/// A format of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Ours.
    Tongxing,
    /// EU Digital COVID Certificate (HCERT).
    Hcert,
    /// SMART Health Card.
    Shc,
    /// NZ COVID Pass.
    Nzcp,
    /// ICAO visible digital seal for non-constrained environments.
    VdsNc,
}

impl Format {
    /// The word that stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tongxing => "tongxing",
            Self::Hcert => "hcert",
            Self::Shc => "shc",
            Self::Nzcp => "nzcp",
            Self::VdsNc => "vds-nc",
        }
    }
}

/// What a key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Passes and foreign credentials.
    Pass,
    /// Status lists.
    Status,
    /// Rule sets.
    Rules,
}

/// One issuer, or one key given without an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// The name that `iss` must equal; `None` accepts any (only lists given with a single check have that).
    pub name: Option<String>,
    /// The format that it issues.
    pub format: Format,
    /// What its keys may sign.
    pub purposes: Vec<Purpose>,
    /// Its keys.
    pub keys: Vec<TrustedKey>,
}

impl Issuer {
    /// Whether it may sign objects of `format` for `purpose` in the name of `name` (if the object has one).
    pub fn may(&self, format: Format, purpose: Purpose, name: Option<&str>) -> bool {
        let named = match (&self.name, name) {
            (Some(own), Some(name)) => own == name,
            _ => true,
        };
        named && self.format == format && self.purposes.contains(&purpose)
    }
}

/// Why a trust list was not taken: the whole of it is refused, never a part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Not the JSON that is expected, and where.
    #[error("not a trust list: {0}")]
    Json(String),
    /// A key that cannot be used.
    #[error("key {position} of issuer {issuer:?}: {error}")]
    Key {
        /// The issuer's name.
        issuer: String,
        /// The position among its keys, from 1.
        position: usize,
        /// What is wrong.
        error: KeyError,
    },
    /// The `kid` is not the thumbprint of the key (ours), or not the beginning of the certificate's SHA-256.
    #[error("key {position} of issuer {issuer:?}: kid is not the thumbprint of the key or certificate")]
    Kid {
        /// The issuer's name.
        issuer: String,
        /// The position among its keys, from 1.
        position: usize,
    },
}

/// Everybody who is trusted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustList {
    version: u64,
    issued: Seconds,
    expires: Option<Seconds>,
    issuers: Vec<Issuer>,
    /// From the kid to (issuer, key): more than one key may have the same name.
    index: HashMap<Vec<u8>, Vec<(usize, usize)>>,
}

impl TrustList {
    /// A list of these issuers. `version` grows with each change; `issued` is when it was made.
    pub fn new(version: u64, issued: Seconds, issuers: Vec<Issuer>) -> Self {
        let mut index: HashMap<Vec<u8>, Vec<(usize, usize)>> = HashMap::new();
        for (i, issuer) in issuers.iter().enumerate() {
            for (k, key) in issuer.keys.iter().enumerate() {
                index.entry(key.kid.clone()).or_default().push((i, k));
            }
        }
        Self { version, issued, expires: None, issuers, index }
    }

    /// The same list, good until before `expires`: a checker that has nothing newer trusts nobody from then on.
    #[must_use]
    pub fn until(self, expires: Seconds) -> Self {
        Self { expires: Some(expires), ..self }
    }

    /// The list that trusts nobody.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Its version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When it was made.
    pub fn issued(&self) -> Seconds {
        self.issued
    }

    /// From when on it is good for nothing any more; `None` for lists that were given without signature.
    pub fn expires(&self) -> Option<Seconds> {
        self.expires
    }

    /// Whether its keys may be used at `now`: a stale list may still name a key that has been withdrawn.
    pub fn current(&self, now: Seconds) -> bool {
        self.expires.is_none_or(|end| now < end)
    }

    /// Its issuers, in the order given.
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }

    /// Whether the list says of a key, by its thumbprint, that it is withdrawn, under any name and issuer.
    pub fn has_withdrawn(&self, thumbprint: &[u8; 32]) -> bool {
        let mut keys = self.issuers.iter().flat_map(|issuer| &issuer.keys);
        keys.any(|key| key.state == crate::KeyState::Withdrawn && key.thumbprint() == *thumbprint)
    }

    /// Every key under this name, with its issuer.
    pub fn named(&self, kid: &[u8]) -> impl Iterator<Item = (&Issuer, &TrustedKey)> {
        self.index.get(kid).into_iter().flatten().map(|&(issuer, key)| {
            let issuer = &self.issuers[issuer];
            (issuer, &issuer.keys[key])
        })
    }
}
