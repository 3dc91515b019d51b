//! The former file of signing keys, with private keys in the clear: read once, to be sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{Es256Key, Seconds, Signer as _, parse_time};
use serde::Deserialize;
use zeroize::{Zeroize as _, Zeroizing};

use super::file::SigningError;
use super::opening::seal;
use super::{Home, SigningKey, SigningKeys, Use, is_issuer};
use crate::sealed::{Lock, SealingKey};

/// What the file calls itself.
pub const FORMAT: &str = "tongxing-signing-keys-1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileJson {
    format: String,
    issuer: String,
    version: u64,
    issued: String,
    keys: Vec<KeyJson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyJson {
    kid: String,
    r#use: Use,
    published: String,
    not_before: String,
    not_after: String,
    pkcs8: String,
}

impl Drop for KeyJson {
    fn drop(&mut self) {
        self.pkcs8.zeroize();
    }
}

/// The same keys, sealed; the version grows, because it is a change of the file. Only keys that still sign or
/// may have to are kept.
pub fn sealed(text: &str, lock: Lock, key: &SealingKey, now: Seconds) -> Result<SigningKeys, SigningError> {
    let file: FileJson = serde_json::from_str(text).map_err(|_| SigningError::Format)?;
    let issued = parse_time(&file.issued).map_err(|_| SigningError::Format)?;
    if file.format != FORMAT || !is_issuer(&file.issuer) {
        return Err(SigningError::Format);
    }
    let read = |(index, json)| one(json, key).map_err(|why| SigningError::Key(index + 1, why));
    let keys = file.keys.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    if keys.iter().filter(|key| key.r#use == Use::Current).count() != 1 {
        return Err(SigningError::Current);
    }
    let (version, issued) = (file.version + 1, now.max(issued));
    Ok(SigningKeys { issuer: file.issuer, version, issued, lock: Some(lock), keys })
}

fn one(json: &KeyJson, sealing: &SealingKey) -> Result<SigningKey, &'static str> {
    let time = |text| parse_time(text).map_err(|_| "a time is not in RFC 3339");
    let pkcs8 = Zeroizing::new(STANDARD.decode(&json.pkcs8).map_err(|_| "pkcs8 is not Base64")?);
    let key = Es256Key::from_pkcs8(&pkcs8).map_err(|_| "pkcs8 is not a private key on P-256")?;
    if key.key_id().to_string() != json.kid {
        return Err("kid is not the thumbprint of the key");
    }
    let signs = matches!(json.r#use, Use::Current | Use::Standby);
    let home = if signs { Home::Sealed(seal(sealing, key.key_id(), &pkcs8)) } else { Home::Gone };
    Ok(SigningKey {
        r#use: json.r#use,
        published: time(&json.published)?,
        not_before: time(&json.not_before)?,
        not_after: time(&json.not_after)?,
        // The former format did not say when: the last moment at which it can have been.
        ended: if signs { None } else { Some(time(&json.not_after)?) },
        public: key.public(),
        home,
    })
}
