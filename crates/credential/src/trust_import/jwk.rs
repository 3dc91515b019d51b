//! JWK sets (RFC 7517): how issuers of SMART Health Cards publish their keys, at `/.well-known/jwks.json`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Entry, EntryRefusal, Import, ImportError};
use crate::trust::Format;
use crate::trusted_key::TrustedKey;

/// The members of a JWK that only its owner has (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

pub(super) fn entries(import: &Import<'_>, value: &Value) -> Result<Vec<Entry>, ImportError> {
    let issuer = import.named()?;
    let keys = match value.get("keys") {
        Some(keys) => keys.as_array().ok_or(ImportError::Form)?.as_slice(),
        None => std::slice::from_ref(value),
    };
    let entry = |(index, jwk): (usize, &Value)| Entry {
        entry: match kid(jwk) {
            Some(kid) => format!("key {} ({kid:.44})", index + 1),
            None => format!("key {}", index + 1),
        },
        answer: key(import, jwk).map(|key| (issuer.to_owned(), key)),
    };
    Ok(keys.iter().enumerate().map(entry).collect())
}

/// One key, under the name that the format gives it; a name that stands there has to be that one.
fn key(import: &Import<'_>, jwk: &Value) -> Result<TrustedKey, EntryRefusal> {
    refuse_private(jwk)?;
    let name = kid(jwk).ok_or(EntryRefusal::Member("kid"));
    let key = match import.format {
        // SMART Health Cards Framework, "Determining keys associated with an issuer".
        Format::Shc => {
            let key = import.es256(jwk)?;
            let rule = "SMART Health Cards name keys by their whole thumbprint";
            named(key.thumbprint().as_slice(), name?, rule)?;
            key
        }
        Format::Tongxing => {
            let key = import.es256(jwk)?;
            if let Ok(name) = name {
                named(&key.kid, name, "ours are named by the first 8 bytes of their thumbprint")?;
            }
            key
        }
        Format::Nzcp | Format::Hcert => {
            name?;
            TrustedKey::from_jwk(import.format, jwk)?
        }
        Format::VdsNc => {
            let (format, why) = (import.format, "they are named by a certificate");
            return Err(EntryRefusal::Form { format, why });
        }
    };
    if import.format == Format::Hcert && key.kid.len() != 8 {
        return Err(EntryRefusal::Kid("EU certificates name keys by 8 bytes in Base64"));
    }
    import.within(key)
}

/// A file for the public must not hold what only the owner has.
pub(super) fn refuse_private(jwk: &Value) -> Result<(), EntryRefusal> {
    let private = PRIVATE.iter().any(|member| jwk.get(member).is_some());
    if private { Err(EntryRefusal::Private) } else { Ok(()) }
}

fn kid(jwk: &Value) -> Option<&str> {
    jwk.get("kid").and_then(Value::as_str)
}

fn named(kid: &[u8], name: &str, rule: &'static str) -> Result<(), EntryRefusal> {
    if URL_SAFE_NO_PAD.encode(kid) == name { Ok(()) } else { Err(EntryRefusal::Kid(rule)) }
}
