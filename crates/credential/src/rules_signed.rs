//! A rule set as it travels: a compact JWS (RFC 7515) over the bytes of its file, ES256.
//!
//! Used by whoever publishes rule sets, and by whoever decides or checks by one that came from elsewhere. The decision that
//! matters: what was signed is the file as it was published, byte for byte, so that a decision can be explained years
//! later under the very text. What is in it, its version among it, is for the `rules` crate to read, after this.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Seconds;
use crate::authenticity::{Asked, Authenticity, SignatureState};
use crate::jws::{self, Jws};
use crate::key::{SignError, Signer};
use crate::trust::{Format, Purpose, TrustList};

const TYPE: &str = "tongxing-rules+jwt";
/// The longest signed rule set that is read, in bytes of its compact form: a file of 1 MiB, and what signing adds.
pub const MAX_SIGNED_RULES: usize = 1_500_000;

/// Why a signed rule set was not taken. Nobody decides by it then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignedRulesError {
    /// Longer than [`MAX_SIGNED_RULES`].
    #[error("longer than {MAX_SIGNED_RULES} bytes")]
    TooLong,
    /// Not three parts of base64url, or a header that is not exactly `alg` (ES256), `kid` and `typ`.
    #[error("not a compact JWS of the type {TYPE} by ES256")]
    Form,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
    /// Signed with a key that is not on the trust list.
    #[error("signed with a key that is not on the trust list")]
    UnknownKey,
    /// The key is not yet or no longer valid, or withdrawn.
    #[error("the key is not valid now")]
    KeyInvalid,
    /// The issuer may not sign rule sets.
    #[error("the key's issuer may not sign rule sets")]
    Issuer,
    /// What was signed is no text.
    #[error("what was signed is not UTF-8")]
    Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

/// The compact form of a rule set's file, signed by a key that the trust list allows for [`Purpose::Rules`].
pub fn sign_rule_set(file: &str, signer: &dyn Signer) -> Result<String, SignError> {
    let header = json!({"alg": "ES256", "kid": signer.key_id().to_string(), "typ": TYPE});
    jws::sign(&header, file.as_bytes(), signer)
}

/// The file that was signed, if a key of an issuer who may sign rule sets signed it and is valid at `now`.
pub fn verify_rule_set(text: &str, trust: &TrustList, now: Seconds) -> Result<String, SignedRulesError> {
    if text.len() > MAX_SIGNED_RULES {
        return Err(SignedRulesError::TooLong);
    }
    let Jws { header, payload, message, signature } = Jws::read(text).map_err(|_| SignedRulesError::Form)?;
    let header: Header = serde_json::from_value(Value::Object(header)).map_err(|_| SignedRulesError::Form)?;
    if header.alg != "ES256" || header.typ != TYPE {
        return Err(SignedRulesError::Form);
    }
    let kid = jws::part(&header.kid).map_err(|_| SignedRulesError::Form)?;
    let signature = signature.try_into().map_err(|_| SignedRulesError::Signature)?;
    let asked = Asked { format: Format::Tongxing, purpose: Purpose::Rules, name: None, now };
    let (found, _) = asked.find(trust, &kid, |key| key.verify(message.as_bytes(), &signature));
    refusal(found).map_or(Ok(()), Err)?;
    String::from_utf8(payload).map_err(|_| SignedRulesError::Text)
}

fn refusal(found: Authenticity) -> Option<SignedRulesError> {
    match found {
        Authenticity { signature: SignatureState::UnknownKey | SignatureState::Absent, .. } => {
            Some(SignedRulesError::UnknownKey)
        }
        Authenticity { signature: SignatureState::Invalid, .. } => Some(SignedRulesError::Signature),
        Authenticity { key_invalid: true, .. } => Some(SignedRulesError::KeyInvalid),
        Authenticity { issuer_untrusted: true, .. } => Some(SignedRulesError::Issuer),
        Authenticity { signature: SignatureState::Valid, .. } => None,
    }
}
