//! Public keys of foreign issuers: ES256, ES384 and PS256, from a JWK or an X.509 certificate.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::ParsedPublicKey;

/// A signature algorithm that foreign credentials may use (RFC 9053 section 2.1, RFC 8230, RFC 7518).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256, r and s.
    Es256,
    /// ECDSA on P-384 with SHA-384, r and s.
    Es384,
    /// RSASSA-PSS with SHA-256.
    Ps256,
}

/// A public key of a foreign issuer, parsed and ready to check signatures with.
#[derive(Clone)]
pub struct VerifyingKey {
    pub(crate) algorithm: Algorithm,
    /// What [`PartialEq`] compares: the key as it is encoded in a certificate.
    pub(crate) encoded: Vec<u8>,
    pub(crate) parsed: Arc<ParsedPublicKey>,
}

impl VerifyingKey {
    /// The one algorithm that this key is used with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `signature` is this key's over `message`, by the algorithm that the object names.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.algorithm == algorithm && self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.encoded == other.encoded
    }
}

impl Eq for VerifyingKey {}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({:?})", self.algorithm)
    }
}
