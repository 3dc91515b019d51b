//! Loose keys: a JSON array of keys that a single check brings with it instead of a trust list.
//!
//! Each is trusted for its format, in the name of `iss` or, without that, of anybody. A certificate counts within
//! its dates and for its usages; a JWK has neither. Names of keys are those of [`TrustedKey::from_jwk`].

use serde::Deserialize;
use serde_json::Value;

use crate::trust::{Format, Issuer, Purpose, TrustError, TrustList};
use crate::trust_json::{json_error, material};

/// Other members are the caller's own and are ignored.
#[derive(Deserialize)]
struct LooseKey {
    format: Format,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    jwk: Option<Value>,
    #[serde(default)]
    certificate: Option<String>,
}

/// A list of these keys, for passes and (ours) status lists. A foreign key that cannot be used is left out: one
/// of a whole set must not hide the others, and what it signed is under an unknown key.
pub(crate) fn loose(value: Value) -> Result<TrustList, TrustError> {
    let keys: Vec<LooseKey> = serde_json::from_value(value).map_err(json_error)?;
    let mut issuers = Vec::with_capacity(keys.len());
    for (index, LooseKey { format, iss, jwk, certificate }) in keys.into_iter().enumerate() {
        let key = match material(format, jwk, certificate, iss.as_deref().unwrap_or(""), index + 1) {
            Err(TrustError::Key { .. }) if format != Format::Tongxing => continue,
            other => other?,
        };
        let purposes = vec![Purpose::Pass, Purpose::Status];
        issuers.push(Issuer { name: iss, format, purposes, keys: vec![key] });
    }
    Ok(TrustList::new(0, 0, issuers))
}
