//! Public keys of signers: P-256 and Ed25519, as JWK (RFC 7517, 8037) or PEM (RFC 7468, 8410).

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;

/// An algorithm of RFC 9421 section 3.3 that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256; the signature is r and s, 64 bytes.
    EcdsaP256Sha256,
    /// Edwards curve 25519.
    Ed25519,
}

impl Algorithm {
    /// The name in the registry of RFC 9421.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 => "ecdsa-p256-sha256",
            Self::Ed25519 => "ed25519",
        }
    }

    /// The algorithm of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::EcdsaP256Sha256, Self::Ed25519].into_iter().find(|one| one.as_str() == name)
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::EcdsaP256Sha256 => &ECDSA_P256_SHA256_FIXED,
            Self::Ed25519 => &ED25519,
        }
    }
}

/// Why a text is no key that is taken. Carries nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither a JWK nor PEM.
    #[error("not a JWK, nor PEM that begins with -----BEGIN PUBLIC KEY-----")]
    Form,
    /// Whoever pasted this should make a new key.
    #[error(
        "this is a private key: it belongs on the partner's own machine only; make a new one and send its public half"
    )]
    Private,
    /// Another curve, RSA, or damaged.
    #[error("not a public key on P-256, nor an Ed25519 key")]
    Kind,
}

/// A public key, parsed.
#[derive(Clone)]
pub struct Key {
    algorithm: Algorithm,
    bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    #[serde(default)]
    y: String,
    d: Option<serde::de::IgnoredAny>,
}

/// `SubjectPublicKeyInfo` of a point on P-256 up to the uncompressed point, and of an Ed25519 key up to its 32 bytes.
const P256_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const ED25519_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";

impl Key {
    /// A key from its bytes: the uncompressed point (SEC 1) on P-256, or the 32 bytes of Ed25519.
    pub fn new(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        let fits = match algorithm {
            Algorithm::EcdsaP256Sha256 => bytes.len() == 65 && bytes[0] == 0x04,
            Algorithm::Ed25519 => bytes.len() == 32,
        };
        let parsed = ParsedPublicKey::new(algorithm.verification(), bytes);
        if fits && parsed.is_ok() {
            Ok(Self { algorithm, bytes: bytes.to_vec() })
        } else {
            Err(KeyError::Kind)
        }
    }

    /// A key as people paste it: a JWK or PEM.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.contains("PRIVATE KEY") {
            return Err(KeyError::Private);
        }
        if text.starts_with('{') { Self::from_jwk(text) } else { Self::from_pem(text) }
    }

    fn from_jwk(text: &str) -> Result<Self, KeyError> {
        let jwk: Jwk = serde_json::from_str(text).map_err(|_| KeyError::Form)?;
        if jwk.d.is_some() {
            return Err(KeyError::Private);
        }
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).ok().filter(|part| part.len() == 32);
        match (jwk.kty.as_str(), jwk.crv.as_str(), part(&jwk.x), part(&jwk.y)) {
            ("EC", "P-256", Some(x), Some(y)) => {
                Self::new(Algorithm::EcdsaP256Sha256, &[&[0x04], &x[..], &y[..]].concat())
            }
            ("OKP", "Ed25519", Some(x), _) => Self::new(Algorithm::Ed25519, &x),
            _ => Err(KeyError::Kind),
        }
    }

    fn from_pem(text: &str) -> Result<Self, KeyError> {
        let body = text.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).ok_or(KeyError::Form)?;
        let body: String = body.split_whitespace().collect();
        let der = STANDARD.decode(body).map_err(|_| KeyError::Form)?;
        if let Some(point) = der.strip_prefix(&P256_PREFIX) {
            Self::new(Algorithm::EcdsaP256Sha256, point)
        } else if let Some(bytes) = der.strip_prefix(&ED25519_PREFIX) {
            Self::new(Algorithm::Ed25519, bytes)
        } else {
            Err(KeyError::Kind)
        }
    }

    /// What it signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The bytes that [`Key::new`] takes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The JWK thumbprint with SHA-256 (RFC 7638, 8037), base64url: both sides can make the key's name of the key.
    pub fn thumbprint(&self) -> String {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = match self.algorithm {
            Algorithm::EcdsaP256Sha256 => {
                let (x, y) = (part(&self.bytes[1..33]), part(&self.bytes[33..]));
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Algorithm::Ed25519 => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, part(&self.bytes))
            }
        };
        part(digest(&SHA256, jwk.as_bytes()).as_ref())
    }

    /// Whether `signature` is this key's over `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        ParsedPublicKey::new(self.algorithm.verification(), &self.bytes)
            .is_ok_and(|key| key.verify_sig(message, signature).is_ok())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.algorithm.as_str())
    }
}
