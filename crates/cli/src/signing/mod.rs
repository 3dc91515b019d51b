//! The keys that sign passes and status lists: their states, and what of them is public.
//!
//! Used by `tongxing keys` and by the server. What is here holds no secret: a private half is a sealed text
//! or a name in a token ([`Home`]), and only [`opening`] makes a `Signer` of it. The decision that matters: a
//! standby key is published from the first day, so that an emergency can change keys without waiting for
//! checkers to fetch a new list (design section 5). Which key signs is written in the file, never guessed
//! from dates; every change of the file is in [`life`].

pub mod clear;
mod file;
pub mod folder;
pub mod life;
pub mod opening;
pub mod source;
pub mod token;

use credential::{Format, Issuer, KeyId, KeyState, PublicKey, Purpose, Seconds, TrustList, TrustedKey};
use serde::{Deserialize, Serialize};

pub use self::file::SigningError;
use crate::sealed::Lock;

/// For how long a key may sign and be checked: two years.
const LIFE: Seconds = 2 * 366 * 86_400;

/// What a key is for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Use {
    /// Signs.
    Current,
    /// Published, and ready to sign.
    Standby,
    /// Signs no more; what it signed stays good until it ends.
    Retired,
    /// Withdrawn in an emergency, and with it everything that it signed.
    Withdrawn,
}

impl Use {
    /// The word that stands in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Standby => "standby",
            Self::Retired => "retired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Where the private half of a key lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// In the file, sealed with the passphrase.
    Sealed(String),
    /// In a PKCS#11 token.
    Token(TokenPlace),
    /// Nowhere here: a key that signs no more is not kept.
    Gone,
}

/// A key pair in a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPlace {
    /// The PKCS#11 module: a shared library.
    pub module: std::path::PathBuf,
    /// The label of the token.
    pub label: String,
    /// The object's `CKA_ID` in hexadecimal.
    pub id: String,
}

/// A new key: its public half, and where the private one is.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// The public half.
    pub public: PublicKey,
    /// The private half.
    pub home: Home,
}

/// One key of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct SigningKey {
    /// What it is for now.
    pub r#use: Use,
    /// From when on the trust list names it.
    pub published: Seconds,
    /// The first second of its validity.
    pub not_before: Seconds,
    /// The last second of its validity.
    pub not_after: Seconds,
    /// When it stopped signing, for a key that did.
    pub ended: Option<Seconds>,
    /// The public half.
    pub public: PublicKey,
    /// The private half.
    pub home: Home,
}

impl SigningKey {
    fn new(r#use: Use, key: NewKey, now: Seconds) -> Self {
        Self {
            r#use,
            published: now,
            not_before: now,
            not_after: now + LIFE,
            ended: None,
            public: key.public,
            home: key.home,
        }
    }

    /// Its short name.
    pub fn key_id(&self) -> KeyId {
        self.public.key_id()
    }
}

/// The signing keys of one installation, as their file says.
#[derive(Debug, Clone, PartialEq)]
pub struct SigningKeys {
    issuer: String,
    version: u64,
    issued: Seconds,
    lock: Option<Lock>,
    keys: Vec<SigningKey>,
}

impl SigningKeys {
    /// A current and a standby key, both published and valid from `now`: the first start waits for nobody.
    /// `lock` is what sealed them, where they are sealed.
    pub fn first(issuer: &str, lock: Option<Lock>, current: NewKey, standby: NewKey, now: Seconds) -> Self {
        let keys =
            vec![SigningKey::new(Use::Current, current, now), SigningKey::new(Use::Standby, standby, now)];
        Self { issuer: issuer.to_owned(), version: 1, issued: now, lock, keys }
    }

    /// The name that passes carry as `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Grows with each change of the file.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How sealed keys are sealed, where there are any.
    pub fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }

    /// The keys, in the order of the file.
    pub fn keys(&self) -> &[SigningKey] {
        &self.keys
    }

    /// The key that signs.
    pub fn current(&self) -> &SigningKey {
        let current = self.keys.iter().find(|key| key.r#use == Use::Current);
        current.expect("a file without exactly one current key is refused")
    }

    /// Our own entry of the trust list: the public half of every key, with its validity and state.
    pub fn issuer_entry(&self) -> Issuer {
        let keys = self.keys.iter().map(|key| {
            let trusted = TrustedKey::ours(key.public.clone(), key.not_before, key.not_after);
            let state = if key.r#use == Use::Withdrawn { KeyState::Withdrawn } else { KeyState::Active };
            TrustedKey { state, ..trusted }
        });
        Issuer {
            name: Some(self.issuer.clone()),
            format: Format::Tongxing,
            purposes: vec![Purpose::Pass, Purpose::Status, Purpose::Rules],
            keys: keys.collect(),
        }
    }

    /// A list that trusts these keys and nobody else.
    pub fn trust_list(&self) -> TrustList {
        TrustList::new(self.version, self.issued, vec![self.issuer_entry()])
    }
}

/// Whether a text can be an issuer's name: what a pass can carry as `iss`, in plain letters.
pub fn is_issuer(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/".contains(&b))
}

#[cfg(test)]
mod tests;
