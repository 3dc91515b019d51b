//! The trust list's JSON; the short form that a single check may bring with it is in `trust_loose`.
//!
//! Unknown members of the list are refused: a restriction that this program does not know must not be dropped in
//! silence. So are members that are there twice: of those, two programs may read different ones.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Seconds;
use crate::base64_text::base64_of;
use crate::certificate::Certificate;
use crate::foreign::KeyUsage;
use crate::json;
use crate::key::{Jwk, KeyError, PublicKey};
use crate::trust::{Format, Issuer, Purpose, TrustError, TrustList};
use crate::trust_loose::loose;
use crate::trusted_key::{KeyMaterial, KeyState, TrustedKey};

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jwk: Option<Value>,
    /// DER in Base64, instead of `jwk`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    not_before: Seconds,
    not_after: Seconds,
    state: KeyState,
    /// Only for the EU DCC; what the certificate does not allow stays not allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    usage: Option<Vec<Kind>>,
}

/// A kind of EU certificate.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Test,
    Vaccination,
    Recovery,
}

impl TrustList {
    /// Reads either form from JSON text.
    pub fn from_json(text: &str) -> Result<Self, TrustError> {
        Self::from_value(json::strict(text.as_bytes()).map_err(json_error)?)
    }

    /// Reads either form: an object is a trust list, an array is loose keys without dates.
    pub fn from_value(value: Value) -> Result<Self, TrustError> {
        if value.is_array() {
            return loose(value);
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
                keys: issuer.keys.iter().map(|key| key_json(issuer.format, key)).collect(),
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
pub(crate) fn json_error(error: serde_json::Error) -> TrustError {
    TrustError::Json(error.to_string())
}

fn key_json(format: Format, key: &TrustedKey) -> KeyJson {
    let jwk = match (&key.certificate, &key.material) {
        (Some(_), _) => None,
        (None, KeyMaterial::P256(key)) => Some(serde_json::to_value(key.jwk()).expect("a JWK is plain data")),
        (None, KeyMaterial::Foreign(key)) => Some(key.jwk()),
    };
    let KeyUsage { test, vaccination, recovery } = key.usage;
    let kinds = [(test, Kind::Test), (vaccination, Kind::Vaccination), (recovery, Kind::Recovery)];
    KeyJson {
        kid: URL_SAFE_NO_PAD.encode(&key.kid),
        jwk,
        certificate: key.certificate.as_ref().map(|certificate| STANDARD.encode(certificate.der())),
        not_before: key.not_before,
        not_after: key.not_after,
        state: key.state,
        usage: (format == Format::Hcert && key.usage != KeyUsage::ANY)
            .then(|| kinds.into_iter().filter(|(may, _)| *may).map(|(_, kind)| kind).collect()),
    }
}

fn issuer(json: IssuerJson) -> Result<Issuer, TrustError> {
    let (name, format) = (json.issuer, json.format);
    let keys = json.keys.into_iter().enumerate();
    let keys = keys.map(|(index, given)| key(format, &name, index + 1, given)).collect::<Result<_, _>>()?;
    Ok(Issuer { name: Some(name), format, purposes: json.purposes, keys })
}

fn key(format: Format, issuer: &str, position: usize, given: KeyJson) -> Result<TrustedKey, TrustError> {
    let wrong_kid = || TrustError::Kid { issuer: issuer.into(), position };
    let kid = URL_SAFE_NO_PAD.decode(&given.kid).map_err(|_| wrong_kid())?;
    let mut key = material(format, given.jwk, given.certificate, issuer, position)?;
    // Only a foreign JWK does not carry its own name.
    if (format == Format::Tongxing || key.certificate.is_some()) && kid != key.kid {
        return Err(wrong_kid());
    }
    if let Some(kinds) = given.usage {
        if format != Format::Hcert {
            return Err(TrustError::Json("`usage` is for keys of format hcert".into()));
        }
        let may = |own: bool, kind: Kind| own && kinds.contains(&kind);
        let KeyUsage { test, vaccination, recovery } = key.usage;
        key.usage = KeyUsage {
            test: may(test, Kind::Test),
            vaccination: may(vaccination, Kind::Vaccination),
            recovery: may(recovery, Kind::Recovery),
        };
    }
    let KeyJson { not_before, not_after, state, .. } = given;
    Ok(TrustedKey { kid, not_before, not_after, state, ..key })
}

/// A key by itself, from the one of its two forms that is given.
pub(crate) fn material(
    format: Format,
    jwk: Option<Value>,
    certificate: Option<String>,
    issuer: &str,
    position: usize,
) -> Result<TrustedKey, TrustError> {
    let wrong = |error| TrustError::Key { issuer: issuer.into(), position, error };
    match (format, jwk, certificate) {
        (Format::Tongxing, Some(jwk), None) => {
            let jwk: Jwk = serde_json::from_value(jwk).map_err(json_error)?;
            Ok(TrustedKey::ours(PublicKey::from_jwk(&jwk).map_err(wrong)?, 0, Seconds::MAX))
        }
        (Format::Tongxing, ..) => Err(TrustError::Json("keys of format tongxing are given as `jwk`".into())),
        (format, Some(jwk), None) => TrustedKey::from_jwk(format, &jwk).map_err(wrong),
        (_, None, Some(text)) => {
            let der = base64_of(&text).ok_or_else(|| wrong(KeyError::Certificate))?;
            Ok(TrustedKey::from_certificate(Certificate::from_der(&der).map_err(wrong)?))
        }
        (_, Some(_), Some(_)) | (_, None, None) => {
            Err(TrustError::Json("a key has either `jwk` or `certificate`".into()))
        }
    }
}
