//! The trust list's JSON: the list itself, and the short form that a single check may bring with it.
//!
//! Unknown members of the list are refused: a restriction that this program does not know must not be dropped in silence. So are
//! members that are there twice: of those, two programs may read different ones.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Seconds;
use crate::foreign::KeyUsage;
use crate::json;
use crate::key::{Jwk, PublicKey};
use crate::trust::{Format, Issuer, KeyMaterial, KeyState, Purpose, TrustError, TrustList, TrustedKey};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListJson {
    version: u64,
    issued: Seconds,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Seconds>,
    issuers: Vec<IssuerJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerJson {
    issuer: String,
    format: Format,
    purposes: Vec<Purpose>,
    keys: Vec<KeyJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyJson {
    kid: String,
    jwk: Value,
    not_before: Seconds,
    not_after: Seconds,
    state: KeyState,
}

/// One key without an issuer, as a line of a batch brings it; other members are ignored.
#[derive(Deserialize)]
struct LooseKeyJson {
    format: Format,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    jwk: Option<Value>,
    #[serde(default)]
    certificate: Option<String>,
}

impl TrustList {
    /// Reads either form from JSON text.
    pub fn from_json(text: &str) -> Result<Self, TrustError> {
        Self::from_value(json::strict(text.as_bytes()).map_err(json_error)?)
    }

    /// Reads either form: an object is a trust list, an array is loose keys without dates.
    pub fn from_value(value: Value) -> Result<Self, TrustError> {
        if value.is_array() {
            return loose(serde_json::from_value(value).map_err(json_error)?);
        }
        let list: ListJson = serde_json::from_value(value).map_err(json_error)?;
        let issuers = list.issuers.into_iter().map(issuer).collect::<Result<_, _>>()?;
        let read = Self::new(list.version, list.issued, issuers);
        Ok(match list.expires {
            Some(expires) => read.until(expires),
            None => read,
        })
    }

    /// The list as JSON. Keys without an issuer have no place in it and are left out.
    pub fn to_json(&self) -> Value {
        let issuers = self.issuers().iter().filter_map(|issuer| {
            Some(IssuerJson {
                issuer: issuer.name.clone()?,
                format: issuer.format,
                purposes: issuer.purposes.clone(),
                keys: issuer.keys.iter().map(key_json).collect(),
            })
        });
        let list = ListJson {
            version: self.version(),
            issued: self.issued(),
            expires: self.expires(),
            issuers: issuers.collect(),
        };
        serde_json::to_value(list).expect("a trust list is plain data")
    }
}

#[allow(clippy::needless_pass_by_value, reason = "used as a function value")]
fn json_error(error: serde_json::Error) -> TrustError {
    TrustError::Json(error.to_string())
}

fn key_json(key: &TrustedKey) -> KeyJson {
    let jwk = match &key.material {
        KeyMaterial::P256(key) => serde_json::to_value(key.jwk()).expect("a JWK is plain data"),
        KeyMaterial::Foreign(_) => Value::Null,
        KeyMaterial::Other(value) => value.clone(),
    };
    KeyJson {
        kid: URL_SAFE_NO_PAD.encode(&key.kid),
        jwk,
        not_before: key.not_before,
        not_after: key.not_after,
        state: key.state,
    }
}

fn issuer(json: IssuerJson) -> Result<Issuer, TrustError> {
    let name = json.issuer;
    let mut keys = Vec::with_capacity(json.keys.len());
    for (index, key) in json.keys.into_iter().enumerate() {
        let position = index + 1;
        let kid = URL_SAFE_NO_PAD
            .decode(&key.kid)
            .map_err(|_| TrustError::Kid { issuer: name.clone(), position })?;
        let material = if json.format == Format::Tongxing {
            let public = p256(key.jwk, &name, position)?;
            if kid != public.key_id().0 {
                return Err(TrustError::Kid { issuer: name, position });
            }
            KeyMaterial::P256(public)
        } else {
            KeyMaterial::Other(key.jwk)
        };
        let (not_before, not_after, state) = (key.not_before, key.not_after, key.state);
        keys.push(TrustedKey {
            kid,
            material,
            not_before,
            not_after,
            state,
            usage: KeyUsage::ANY,
            certificate: None,
        });
    }
    Ok(Issuer { name: Some(name), format: json.format, purposes: json.purposes, keys })
}

fn p256(jwk: Value, issuer: &str, position: usize) -> Result<PublicKey, TrustError> {
    let jwk: Jwk = serde_json::from_value(jwk).map_err(json_error)?;
    PublicKey::from_jwk(&jwk).map_err(|error| TrustError::Key { issuer: issuer.into(), position, error })
}

/// Loose keys are valid at any time, for passes and status lists. Those of formats that are not read yet
/// are left out: nothing could be checked with them.
fn loose(keys: Vec<LooseKeyJson>) -> Result<TrustList, TrustError> {
    let mut issuers = Vec::with_capacity(keys.len());
    for (index, key) in keys.into_iter().enumerate() {
        if key.jwk.is_some() == key.certificate.is_some() {
            return Err(TrustError::Json("a key has either `jwk` or `certificate`".into()));
        }
        if key.format != Format::Tongxing {
            continue;
        }
        let Some(jwk) = key.jwk else {
            return Err(TrustError::Json("keys of format tongxing are given as `jwk`".into()));
        };
        let public = p256(jwk, key.iss.as_deref().unwrap_or(""), index + 1)?;
        issuers.push(Issuer {
            name: key.iss,
            format: key.format,
            purposes: vec![Purpose::Pass, Purpose::Status],
            keys: vec![TrustedKey::ours(public, 0, Seconds::MAX)],
        });
    }
    Ok(TrustList::new(0, 0, issuers))
}
