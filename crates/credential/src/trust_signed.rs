//! The trust list as it travels: a compact JWS (RFC 7515), ES256 by the root key.
//!
//! Used by checkers, who are given the root's public key with their installation and fetch the list from
//! anywhere, and by whoever publishes it. The decision that matters: it is as closed as the pass. The header is
//! exactly `alg`, `kid` and `typ`; nothing of the content is read before the signature has been checked; and
//! a checker says which version it has already seen, so that nobody can hand it an older list in which a
//! key is still good (the roll-back of 2021).

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Seconds;
use crate::json;
use crate::jws::{self, Jws};
use crate::key::{Jwk, KeyError, KeyId, PublicKey, SignError, Signer};
use crate::trust::{TrustError, TrustList};

/// How long a signed list is good: thirty days. Long enough for a checkpoint without network and for a root
/// key that is taken out of its safe once a fortnight; a withdrawal reaches everybody who fetches daily at once.
pub const TRUST_LIFE: Seconds = 30 * 86_400;
/// The longest list that is read, in bytes of its compact form: thousands of certificates.
pub const MAX_TRUST_LIST: usize = 4 * 1024 * 1024;
/// How far the issuer's clock may be ahead of the checker's.
const SKEW: Seconds = 300;
const TYPE: &str = "tongxing-trust+jwt";
/// Root keys in one file: the one in use, the next, and room.
const MAX_ROOTS: usize = 16;

/// Why a signed trust list was not taken. There is no list then, which trusts nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedTrustError {
    /// Longer than [`MAX_TRUST_LIST`].
    #[error("longer than {MAX_TRUST_LIST} bytes")]
    TooLong,
    /// Not three parts of base64url without padding, the first one a JSON object without `crit`.
    #[error("not a compact JWS: three parts of base64url with nothing around them")]
    Form,
    /// The header is not JSON with exactly `alg`, `kid` and `typ`.
    #[error("the header is not exactly \"alg\", \"kid\" and \"typ\"")]
    Header,
    /// Signed with another algorithm, or not signed.
    #[error("the algorithm is not ES256")]
    Algorithm,
    /// Another kind of signed object.
    #[error("the type is not {TYPE}")]
    Type,
    /// Signed by a root that this checker was not given.
    #[error("signed by the root key {0:?}, which is not one of those given")]
    UnknownRoot(String),
    /// The signature is not the root's over this list.
    #[error("the signature is wrong")]
    Signature,
    /// What was signed is not a trust list.
    #[error(transparent)]
    Content(#[from] TrustError),
    /// A signed list has to say when it ends, after it was made.
    #[error("it does not say when it ends, or ends before it was made")]
    NoEnd,
    /// A version before one that has been seen.
    #[error("version {version} is older than version {minimum}, which has been seen: rolled back")]
    RolledBack {
        /// The version of the list.
        version: u64,
        /// The oldest version that may be taken.
        minimum: u64,
    },
    /// Made in the future, as this checker's clock sees it.
    #[error("not issued yet: check the clock")]
    NotYetIssued,
    /// Too old to be trusted.
    #[error("expired: fetch a newer list")]
    Expired,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// A signed trust list that has been taken apart and not yet believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTrustList {
    kid: String,
    /// What was signed (RFC 7515 section 5.1): header and payload as they stand, with the dot.
    message: String,
    payload: Vec<u8>,
    signature: [u8; 64],
}

impl SignedTrustList {
    /// Takes the compact form apart, and looks at the header.
    pub fn parse(text: &str) -> Result<Self, SignedTrustError> {
        if text.len() > MAX_TRUST_LIST {
            return Err(SignedTrustError::TooLong);
        }
        let Jws { header, payload, message, signature } =
            Jws::read(text).map_err(|_| SignedTrustError::Form)?;
        let header = serde_json::from_value::<Header>(Value::Object(header));
        let Header { alg, kid, typ } = header.map_err(|_| SignedTrustError::Header)?;
        if alg != "ES256" {
            return Err(SignedTrustError::Algorithm);
        }
        if typ != TYPE {
            return Err(SignedTrustError::Type);
        }
        let signature = signature.try_into().map_err(|_| SignedTrustError::Signature)?;
        Ok(Self { kid, message: message.to_owned(), payload, signature })
    }

    /// The short name of the root key that it says signed it.
    pub fn root(&self) -> &str {
        &self.kid
    }

    /// The list, if one of `roots` signed it, it is not older than `minimum_version`, and `now` lies in its time.
    ///
    /// `minimum_version` is the highest version that this checker has ever taken; 0 on its first day.
    pub fn verify(
        &self,
        roots: &[PublicKey],
        minimum_version: u64,
        now: Seconds,
    ) -> Result<TrustList, SignedTrustError> {
        let list = self.signed_by(roots)?;
        if list.version() < minimum_version {
            let (version, minimum) = (list.version(), minimum_version);
            return Err(SignedTrustError::RolledBack { version, minimum });
        }
        if list.issued() > now.saturating_add(SKEW) {
            return Err(SignedTrustError::NotYetIssued);
        }
        if !list.current(now) {
            return Err(SignedTrustError::Expired);
        }
        Ok(list)
    }

    /// The list, if one of `roots` signed it, whatever its version and its time: for whoever publishes it. A
    /// checker asks [`Self::verify`].
    pub fn signed_by(&self, roots: &[PublicKey]) -> Result<TrustList, SignedTrustError> {
        let mut named = roots.iter().filter(|root| root.key_id().to_string() == self.kid).peekable();
        if named.peek().is_none() {
            return Err(SignedTrustError::UnknownRoot(self.kid.chars().take(64).collect()));
        }
        if !named.any(|root| root.verify(self.message.as_bytes(), &self.signature)) {
            return Err(SignedTrustError::Signature);
        }
        let list = self.content()?;
        let ends = list.expires().is_some_and(|end| end > list.issued());
        if ends { Ok(list) } else { Err(SignedTrustError::NoEnd) }
    }

    fn content(&self) -> Result<TrustList, TrustError> {
        let value = json::strict(&self.payload).map_err(|error| TrustError::Json(error.to_string()))?;
        if !value.is_object() {
            return Err(TrustError::Json("expected an object".into()));
        }
        TrustList::from_value(value)
    }
}

/// The compact form of `list`, signed by the root key. A list that does not say when it ends gets [`TRUST_LIFE`].
pub fn sign_trust_list(list: &TrustList, root: &dyn Signer) -> Result<String, SignError> {
    let mut payload = list.to_json();
    if list.expires().is_none() {
        payload["expires"] = json!(list.issued().saturating_add(TRUST_LIFE));
    }
    let header = json!({"alg": "ES256", "kid": root.key_id().to_string(), "typ": TYPE});
    jws::sign(&header, payload.to_string().as_bytes(), root)
}

/// The compact form of the settings that checkpoints go by (docs/checkpoint-protocol.md, section 2), signed by a key
/// that the trust list allows for [`Purpose::Rules`](crate::Purpose::Rules).
pub fn sign_configuration(payload: &Value, signer: &dyn Signer) -> Result<String, SignError> {
    let header =
        json!({"alg": "ES256", "kid": signer.key_id().to_string(), "typ": "tongxing-checkpoint+jwt"});
    jws::sign(&header, payload.to_string().as_bytes(), signer)
}

/// Root keys as they are given to checkers: a JWK, or a JWK set (RFC 7517) while one root follows another.
/// Other members of a key (`kid`, `use`, `alg`) are not needed and not read.
pub fn read_roots(text: &str) -> Result<Vec<PublicKey>, TrustError> {
    let json_error = |error: serde_json::Error| TrustError::Json(error.to_string());
    let mut value = json::strict(text.as_bytes()).map_err(json_error)?;
    let keys = match value.get_mut("keys").map(Value::take) {
        Some(Value::Array(keys)) if (1..=MAX_ROOTS).contains(&keys.len()) => keys,
        Some(_) => return Err(TrustError::Json(format!("expected 1 to {MAX_ROOTS} root keys"))),
        None => vec![value],
    };
    let root = |(index, jwk)| {
        let jwk: Jwk = serde_json::from_value(jwk).map_err(json_error)?;
        PublicKey::from_jwk(&jwk).map_err(|error: KeyError| TrustError::Key {
            issuer: "the root".into(),
            position: index + 1,
            error,
        })
    };
    keys.into_iter().enumerate().map(root).collect()
}

/// Root keys in the form that [`read_roots`] reads: a JWK set, with the short name of each.
pub fn roots_json(roots: &[PublicKey]) -> Value {
    let key = |root: &PublicKey| {
        let mut jwk = serde_json::to_value(root.jwk()).expect("a JWK is plain data");
        jwk["kid"] = json!(KeyId::to_string(&root.key_id()));
        jwk["alg"] = json!("ES256");
        jwk["use"] = json!("sig");
        jwk
    };
    json!({"keys": roots.iter().map(key).collect::<Vec<_>>()})
}
