//! One key on the trust list: what it is, under which name it is found, when and for what it counts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Seconds;
use crate::base64_text::base64_of;
use crate::certificate::Certificate;
use crate::foreign::KeyUsage;
use crate::key::{KeyError, PublicKey};
use crate::trust::Format;
use crate::verifying::VerifyingKey;

/// Whether a key may still be used within its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// Yes.
    Active,
    /// No: withdrawn in an emergency, and with it everything that it signed.
    Withdrawn,
}

/// The key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMaterial {
    /// A P-256 key, ready to use.
    P256(PublicKey),
    /// A key of a foreign format, ready to use.
    Foreign(VerifyingKey),
}

/// One key of an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    /// The name under which signed objects refer to it; for our format the key's thumbprint.
    pub kid: Vec<u8>,
    /// The key.
    pub material: KeyMaterial,
    /// The first second in which it is valid.
    pub not_before: Seconds,
    /// The last second in which it is valid.
    pub not_after: Seconds,
    /// Whether it has been withdrawn.
    pub state: KeyState,
    /// Which kinds of EU certificate it may sign.
    pub usage: KeyUsage,
    /// The certificate that it came in, where there was one: its key is `material`.
    pub certificate: Option<Certificate>,
}

impl TrustedKey {
    /// A key of ours, named by its thumbprint and active.
    pub fn ours(key: PublicKey, not_before: Seconds, not_after: Seconds) -> Self {
        let kid = key.key_id().0.to_vec();
        Self {
            kid,
            material: KeyMaterial::P256(key),
            not_before,
            not_after,
            state: KeyState::Active,
            usage: KeyUsage::ANY,
            certificate: None,
        }
    }

    /// The key of a certificate, active within the certificate's dates and for its usages, named by the first
    /// 8 bytes of the certificate's SHA-256: for EU DCC and VDS-NC.
    pub fn from_certificate(certificate: Certificate) -> Self {
        Self {
            kid: certificate.kid().to_vec(),
            material: KeyMaterial::Foreign(certificate.key().clone()),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            state: KeyState::Active,
            usage: certificate.usage(),
            certificate: Some(certificate),
        }
    }

    /// The key of a JWK, active at all times, under the name that `format` gives it (see [`kid_of`]).
    pub fn from_jwk(format: Format, jwk: &Value) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_jwk(jwk)?;
        Ok(Self {
            kid: kid_of(format, jwk, &key),
            material: KeyMaterial::Foreign(key),
            not_before: 0,
            not_after: Seconds::MAX,
            state: KeyState::Active,
            usage: KeyUsage::ANY,
            certificate: None,
        })
    }

    /// The SHA-256 JWK thumbprint (RFC 7638): the same for one key under any name, issuer or certificate.
    pub fn thumbprint(&self) -> [u8; 32] {
        match &self.material {
            KeyMaterial::P256(key) => key.thumbprint(),
            KeyMaterial::Foreign(key) => key.thumbprint(),
        }
    }

    /// Whether it may be used at `now`.
    pub fn valid(&self, now: Seconds) -> bool {
        self.state == KeyState::Active && (self.not_before..=self.not_after).contains(&now)
    }
}

/// The name of a JWK in a format, from its `kid` where it has one:
///
/// * SMART Health Card: the 32 bytes of its RFC 7638 thumbprint, which is what `kid` has to be there;
/// * NZ COVID Pass: the text after the `#` of the key's id in the DID document;
/// * others: the bytes that `kid` stands for in Base64, in either alphabet.
///
/// Without a `kid`, or with one that is no Base64: the thumbprint, cut to 8 bytes but for SMART Health Cards.
fn kid_of(format: Format, jwk: &Value, key: &VerifyingKey) -> Vec<u8> {
    let given = jwk.get("kid").and_then(Value::as_str);
    let named = match format {
        Format::Nzcp => given.map(|id| id.rsplit('#').next().unwrap_or(id).as_bytes().to_vec()),
        _ => given.and_then(base64_of),
    };
    named.unwrap_or_else(|| {
        let thumbprint = key.thumbprint();
        if format == Format::Shc { thumbprint.to_vec() } else { thumbprint[..8].to_vec() }
    })
}
