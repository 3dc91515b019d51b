//! Public keys of foreign issuers: ES256, ES384 and PS256, from a JWK (RFC 7517) or a certificate's key.
//!
//! Used by the trust list. The key decides the algorithm, never the object that was signed: an object that
//! names another one is not signed by this key, so there is nothing to swap.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::key::KeyError;

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

impl Algorithm {
    /// Its name in JOSE (RFC 7518 section 3.1).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Ps256 => "PS256",
        }
    }
}

/// What a key is made of, as JWK and certificate both carry it.
#[derive(Clone, PartialEq, Eq)]
enum Parts {
    /// SEC 1 uncompressed: 0x04, x, y.
    Point(Vec<u8>),
    /// Modulus and exponent, big-endian without leading zeros.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
}

/// A public key of a foreign issuer, parsed and ready to check signatures with.
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    parts: Parts,
    parsed: Arc<ParsedPublicKey>,
}

impl VerifyingKey {
    /// A key from its JWK: `kty` EC with `crv` P-256 or P-384, or RSA of 2048 to 8192 bits. `alg` and `use`
    /// must agree with signing by our algorithm where they stand; other members are ignored.
    pub fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        let member = |name: &str| jwk.get(name).and_then(Value::as_str).ok_or(KeyError::Jwk);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(member(name)?).map_err(|_| KeyError::Jwk);
        let key = match member("kty")? {
            "EC" => {
                let algorithm = match member("crv")? {
                    "P-256" => Algorithm::Es256,
                    "P-384" => Algorithm::Es384,
                    _ => return Err(KeyError::Unsupported),
                };
                let (x, y) = (bytes("x")?, bytes("y")?);
                if x.len() != y.len() {
                    return Err(KeyError::Coordinate);
                }
                Self::from_point(algorithm, &[&[4], &x[..], &y[..]].concat())?
            }
            "RSA" => Self::from_rsa(&bytes("n")?, &bytes("e")?)?,
            _ => return Err(KeyError::Unsupported),
        };
        let agrees = |name: &str, with: &str| jwk.get(name).is_none_or(|value| value == with);
        if agrees("alg", key.algorithm.as_str()) && agrees("use", "sig") {
            Ok(key)
        } else {
            Err(KeyError::Unsupported)
        }
    }

    /// An elliptic key from its SEC 1 uncompressed point.
    pub(crate) fn from_point(algorithm: Algorithm, point: &[u8]) -> Result<Self, KeyError> {
        let (curve, length) = match algorithm {
            Algorithm::Es256 => (&ECDSA_P256_SHA256_FIXED, 65),
            Algorithm::Es384 => (&ECDSA_P384_SHA384_FIXED, 97),
            Algorithm::Ps256 => return Err(KeyError::Unsupported),
        };
        if point.len() != length {
            return Err(KeyError::Coordinate);
        }
        let parsed = ParsedPublicKey::new(curve, point).map_err(|_| KeyError::Point)?;
        Ok(Self { algorithm, parts: Parts::Point(point.to_vec()), parsed: Arc::new(parsed) })
    }

    /// An RSA key from modulus and exponent, big-endian.
    pub(crate) fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let (modulus, exponent) = (significant(modulus), significant(exponent));
        let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
        if !(2048..=8192).contains(&bits) || exponent.len() > 4 {
            return Err(KeyError::Unsupported);
        }
        let components = RsaPublicKeyComponents { n: modulus, e: exponent };
        let der: PublicKeyX509Der<'_> = components.as_der().map_err(|_| KeyError::Unsupported)?;
        let parsed = ParsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, der.as_ref())
            .map_err(|_| KeyError::Unsupported)?;
        let parts = Parts::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() };
        Ok(Self { algorithm: Algorithm::Ps256, parts, parsed: Arc::new(parsed) })
    }

    /// The key's JWK, with only the members that the thumbprint covers.
    pub fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.parts {
            Parts::Point(point) => {
                let (x, y) = point[1..].split_at(point.len() / 2);
                let curve = if self.algorithm == Algorithm::Es384 { "P-384" } else { "P-256" };
                json!({"kty": "EC", "crv": curve, "x": text(x), "y": text(y)})
            }
            Parts::Rsa { modulus, exponent } => {
                json!({"kty": "RSA", "n": text(modulus), "e": text(exponent)})
            }
        }
    }

    /// The SHA-256 JWK thumbprint (RFC 7638).
    pub fn thumbprint(&self) -> [u8; 32] {
        // RFC 7638 section 3.3: no white space, members in lexicographic order, and no character to escape;
        // that is how `serde_json` prints an object that it keeps sorted, but it is not left to a feature.
        let jwk = self.jwk();
        let mut members: Vec<_> = jwk.as_object().into_iter().flatten().collect();
        members.sort_by_key(|(name, _)| *name);
        let members: Vec<String> =
            members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let canonical = format!("{{{}}}", members.join(","));
        let hash = digest::digest(&digest::SHA256, canonical.as_bytes());
        hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
    }

    /// The one algorithm that this key is used with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `signature` is this key's over `message`, by the algorithm that the object names.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.algorithm == algorithm && self.parsed.verify_sig(message, signature).is_ok()
    }

    /// The key as `aws-lc-rs` takes it: an uncompressed point, or the subject's public key info of a modulus.
    pub(crate) fn encoded(&self) -> &[u8] {
        (*self.parsed).as_ref()
    }
}

fn significant(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.parts == other.parts
    }
}

impl Eq for VerifyingKey {}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({:?})", self.algorithm)
    }
}
