//! The text of the file of signing keys: JSON, with every private half sealed or elsewhere.

use credential::{Jwk, PublicKey, Seconds, parse_time, rfc3339};
use serde::{Deserialize, Serialize};

use super::{Home, SigningKey, SigningKeys, TokenPlace, Use, is_issuer};
use crate::sealed::Lock;

/// The format of the file, which a sealed key is bound to as well.
pub(super) const FORMAT: &str = "tongxing-signing-keys-2";

/// The text is not a file of signing keys. Carries nothing of the keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// Not the JSON that is expected, or of another version.
    #[error("not a file of format {FORMAT:?}")]
    Format,
    /// The former format, with private keys in the clear.
    #[error("its private keys lie in the clear, as a former version wrote them")]
    Clear,
    /// A key that cannot be used: another kid, a time that is none.
    #[error("key {0} cannot be used: {1}")]
    Key(usize, &'static str),
    /// None or several keys are the current one.
    #[error("exactly one key must have the use \"current\"")]
    Current,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileJson {
    format: String,
    issuer: String,
    version: u64,
    issued: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lock: Option<Lock>,
    keys: Vec<KeyJson>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyJson {
    kid: String,
    r#use: Use,
    published: String,
    not_before: String,
    not_after: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    jwk: Jwk,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<TokenPlace>,
}

/// Only what tells the formats apart.
#[derive(Deserialize)]
struct AnyJson {
    format: String,
}

impl SigningKeys {
    /// Reads the text of the file.
    pub fn parse(text: &str) -> Result<Self, SigningError> {
        let any: AnyJson = serde_json::from_str(text).map_err(|_| SigningError::Format)?;
        if any.format == super::clear::FORMAT {
            return Err(SigningError::Clear);
        }
        let file: FileJson = serde_json::from_str(text).map_err(|_| SigningError::Format)?;
        let issued = parse_time(&file.issued).map_err(|_| SigningError::Format)?;
        if file.format != FORMAT || !is_issuer(&file.issuer) {
            return Err(SigningError::Format);
        }
        let read =
            |(index, key)| read(key, file.lock.is_some()).map_err(|why| SigningError::Key(index + 1, why));
        let keys = file.keys.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        if keys.iter().filter(|key| key.r#use == Use::Current).count() != 1 {
            return Err(SigningError::Current);
        }
        Ok(Self { issuer: file.issuer, version: file.version, issued, lock: file.lock, keys })
    }

    /// The text of the file.
    pub fn serialise(&self) -> String {
        let file = FileJson {
            format: FORMAT.to_owned(),
            issuer: self.issuer.clone(),
            version: self.version,
            issued: rfc3339(self.issued),
            lock: self.lock.clone(),
            keys: self.keys.iter().map(write).collect(),
        };
        let mut text = serde_json::to_string_pretty(&file).expect("strings and numbers always serialise");
        text.push('\n');
        text
    }
}

fn time(text: &str) -> Result<Seconds, &'static str> {
    parse_time(text).map_err(|_| "a time is not in RFC 3339")
}

fn read(json: &KeyJson, has_lock: bool) -> Result<SigningKey, &'static str> {
    let public = PublicKey::from_jwk(&json.jwk).map_err(|_| "jwk is not a public key on P-256")?;
    if public.key_id().to_string() != json.kid {
        return Err("kid is not the thumbprint of the key");
    }
    let home = match (&json.sealed, &json.token) {
        (Some(_), None) if !has_lock => return Err("it is sealed, and the file has no lock"),
        (Some(sealed), None) => Home::Sealed(sealed.clone()),
        (None, Some(token)) => Home::Token(token.clone()),
        (None, None) => Home::Gone,
        (Some(_), Some(_)) => return Err("it is both sealed and in a token"),
    };
    if home == Home::Gone && matches!(json.r#use, Use::Current | Use::Standby) {
        return Err("its private half is missing");
    }
    Ok(SigningKey {
        r#use: json.r#use,
        published: time(&json.published)?,
        not_before: time(&json.not_before)?,
        not_after: time(&json.not_after)?,
        ended: json.ended.as_deref().map(time).transpose()?,
        public,
        home,
    })
}

fn write(key: &SigningKey) -> KeyJson {
    let (sealed, token) = match &key.home {
        Home::Sealed(sealed) => (Some(sealed.clone()), None),
        Home::Token(token) => (None, Some(token.clone())),
        Home::Gone => (None, None),
    };
    KeyJson {
        kid: key.key_id().to_string(),
        r#use: key.r#use,
        published: rfc3339(key.published),
        not_before: rfc3339(key.not_before),
        not_after: rfc3339(key.not_after),
        ended: key.ended.map(rfc3339),
        jwk: key.public.jwk(),
        sealed,
        token,
    }
}
