//! What was withdrawn, when and why. Entries are only ever added.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Seconds, rfc3339};
use serde::{Deserialize, Serialize};

/// One withdrawal: of a key, wherever it stands, or of everything of an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// What is withdrawn.
    pub what: Withdrawn,
    /// Why, in the words of whoever did it.
    pub reason: String,
    /// When, in RFC 3339.
    pub at: String,
}

/// What is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Withdrawn {
    /// A key, by its SHA-256 JWK thumbprint in base64url.
    Key(String),
    /// An issuer, by its name; also what is imported in its name later.
    Issuer(String),
}

/// Every withdrawal, the first one first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger(Vec<Withdrawal>);

impl Ledger {
    /// The withdrawals.
    pub fn entries(&self) -> &[Withdrawal] {
        &self.0
    }

    /// Whether a key in the name of an issuer has been withdrawn.
    pub fn covers(&self, issuer: Option<&str>, thumbprint: &[u8; 32]) -> bool {
        let thumbprint = URL_SAFE_NO_PAD.encode(thumbprint);
        self.0.iter().any(|entry| match &entry.what {
            Withdrawn::Key(key) => *key == thumbprint,
            Withdrawn::Issuer(name) => Some(name.as_str()) == issuer,
        })
    }

    /// Withdraws a key.
    pub fn withdraw_key(&mut self, thumbprint: [u8; 32], reason: &str, now: Seconds) {
        self.enter(Withdrawn::Key(URL_SAFE_NO_PAD.encode(thumbprint)), reason, now);
    }

    /// Withdraws an issuer.
    pub fn withdraw_issuer(&mut self, name: &str, reason: &str, now: Seconds) {
        self.enter(Withdrawn::Issuer(name.to_owned()), reason, now);
    }

    fn enter(&mut self, what: Withdrawn, reason: &str, now: Seconds) {
        self.0.push(Withdrawal { what, reason: reason.to_owned(), at: rfc3339(now) });
    }
}
