//! P-256 keys: the signing seam, public keys, their JWK form (RFC 7517, 7518) and their short names.
//!
//! Everything that signs takes a [`Signer`], so that where the key lives (a sealed file, a token) is decided
//! once, by the program. A public key is parsed when it is loaded, not with each check.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, ParsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The first 8 bytes of a key's JWK thumbprint with SHA-256 (RFC 7638): how a signed object names its key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// Why a key was not taken. It carries nothing of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not `kty` EC with `crv` P-256.
    #[error("the key is not EC on P-256")]
    Kind,
    /// A coordinate is not 32 bytes in base64url without padding (RFC 7518 section 6.2.1.2).
    #[error("a coordinate is not 32 bytes of base64url")]
    Coordinate,
    /// The coordinates do not lie on the curve.
    #[error("the point is not on the curve")]
    Point,
    /// Not a PKCS#8 private key on P-256 (RFC 5958).
    #[error("not a PKCS#8 private key on P-256")]
    Pkcs8,
    /// A sound key of a kind that is not taken: of another curve, a shorter modulus, for another algorithm.
    #[error("the key is not EC on P-256 or P-384, nor RSA of 2048 to 8192 bits for PSS with SHA-256")]
    Unsupported,
    /// Not a JWK with the members of its `kty` (RFC 7518 section 6).
    #[error("not a JWK with the members that its kind needs")]
    Jwk,
    /// Not exactly one X.509 certificate in DER (RFC 5280), or longer than 16 kB.
    #[error("not an X.509 certificate in DER")]
    Certificate,
}

/// A P-256 public key as a JWK; members that we do not need are ignored when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `EC`.
    pub kty: String,
    /// `P-256`.
    pub crv: String,
    /// The x coordinate, 32 bytes in base64url without padding.
    pub x: String,
    /// The y coordinate, likewise.
    pub y: String,
}

/// A P-256 public key, parsed and ready to check signatures with.
#[derive(Clone)]
pub struct PublicKey {
    /// SEC 1 uncompressed: 0x04, x, y.
    point: [u8; 65],
    id: KeyId,
    parsed: Arc<ParsedPublicKey>,
}

impl PublicKey {
    /// A key from its SEC 1 uncompressed point (0x04, x, y).
    pub fn from_point(point: &[u8]) -> Result<Self, KeyError> {
        let point: [u8; 65] = point.try_into().map_err(|_| KeyError::Point)?;
        let parsed = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(|_| KeyError::Point)?;
        let id = KeyId(*thumbprint(&point).first_chunk().expect("a hash is longer than 8 bytes"));
        Ok(Self { point, id, parsed: Arc::new(parsed) })
    }

    /// A key from its JWK.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        if jwk.kty != "EC" || jwk.crv != "P-256" {
            return Err(KeyError::Kind);
        }
        let mut point = [0x04; 65];
        coordinate(&jwk.x, &mut point[1..33])?;
        coordinate(&jwk.y, &mut point[33..])?;
        Self::from_point(&point)
    }

    /// The key's JWK, with only the members that the thumbprint covers.
    pub fn jwk(&self) -> Jwk {
        Jwk {
            kty: "EC".into(),
            crv: "P-256".into(),
            x: URL_SAFE_NO_PAD.encode(&self.point[1..33]),
            y: URL_SAFE_NO_PAD.encode(&self.point[33..]),
        }
    }

    /// The key's short name.
    pub fn key_id(&self) -> KeyId {
        self.id
    }

    /// The key's whole JWK thumbprint with SHA-256 (RFC 7638): what people compare, where the short name is only a hint.
    pub fn thumbprint(&self) -> [u8; 32] {
        thumbprint(&self.point)
    }

    /// The SEC 1 uncompressed point.
    pub fn point(&self) -> &[u8; 65] {
        &self.point
    }

    /// Whether `signature` (r and s, 32 bytes each) is this key's ES256 signature over `message`.
    #[inline]
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.point == other.point
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id)
    }
}

fn coordinate(text: &str, into: &mut [u8]) -> Result<(), KeyError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Coordinate)?;
    if bytes.len() != into.len() {
        return Err(KeyError::Coordinate);
    }
    into.copy_from_slice(&bytes);
    Ok(())
}

/// RFC 7638 section 3: the required members in lexicographic order, without white space.
fn thumbprint(point: &[u8; 65]) -> [u8; 32] {
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let hash = digest::digest(&digest::SHA256, canonical.as_bytes());
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// The signer could not sign: the token is gone, its PIN is wrong, or the like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("could not sign: {0}")]
pub struct SignError(
    /// What the operator can act on; never the key or the message.
    pub String,
);

/// An ES256 signing key, wherever it lives. The only way to the key for everybody who issues.
pub trait Signer: Send + Sync {
    /// The short name of the key, as signed objects carry it.
    fn key_id(&self) -> KeyId;
    /// The public half.
    fn public(&self) -> PublicKey;
    /// The ES256 signature (r and s, 32 bytes each) over `message`.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError>;
}

/// A signing key held in memory.
///
/// The ECDSA nonce is drawn inside `aws-lc-rs`, the one randomness of this crate: giving it in from outside
/// would be the more dangerous design. Making a key needs entropy and so happens elsewhere.
pub struct Es256Key {
    pair: EcdsaKeyPair,
    public: PublicKey,
}

impl Es256Key {
    /// A key from its PKCS#8 DER form (RFC 5958), the public half included.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| KeyError::Pkcs8)?;
        let public = PublicKey::from_point(pair.public_key().as_ref())?;
        Ok(Self { pair, public })
    }
}

impl fmt::Debug for Es256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Es256Key({})", self.public.id)
    }
}

impl Signer for Es256Key {
    fn key_id(&self) -> KeyId {
        self.public.id
    }

    fn public(&self) -> PublicKey {
        self.public.clone()
    }

    #[allow(clippy::disallowed_types, reason = "the signature wants a source by type and does not use it")]
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let source = aws_lc_rs::rand::SystemRandom::new();
        let signature =
            self.pair.sign(&source, message).map_err(|_| SignError("the key in memory failed".into()))?;
        signature.as_ref().try_into().map_err(|_| SignError("the signature is not 64 bytes".into()))
    }
}
