//! The keys that sign passes and status lists: their file, the current signer, and the public trust list.
//!
//! Used by `tongxing keys` and at start. The decision that matters: a standby key is published from the
//! first day, so that an emergency can change keys without waiting for checkers to fetch a new list
//! (design section 5). Which key signs is written in the file, never guessed from dates.

use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credential::{
    Es256Key, Format, Issuer, KeyState, Purpose, Seconds, Signer, TrustList, TrustedKey, parse_time, rfc3339,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::failure::Failure;
use crate::private;

/// The file's name in the folder of keys.
pub const FILE: &str = "signing-keys.json";
const FORMAT: &str = "tongxing-signing-keys-1";
/// For how long a key may sign and be checked: two years.
const LIFE: Seconds = 2 * 366 * 86_400;

/// What a key is for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Use {
    /// Signs.
    Current,
    /// Published, and ready to sign.
    Standby,
    /// Signs no more; what it signed stays good until it ends.
    Retired,
    /// Withdrawn in an emergency, and with it everything that it signed.
    Withdrawn,
}

impl Use {
    /// The word that stands in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Standby => "standby",
            Self::Retired => "retired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// One key of the file.
struct SigningKey {
    r#use: Use,
    /// From when on the trust list names it.
    published: Seconds,
    not_before: Seconds,
    not_after: Seconds,
    key: Arc<Es256Key>,
    pkcs8: Zeroizing<Vec<u8>>,
}

/// The signing keys of one installation.
pub struct SigningKeys {
    issuer: String,
    version: u64,
    issued: Seconds,
    keys: Vec<SigningKey>,
}

/// The text is not a file of signing keys. Carries nothing of the keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// Not the JSON that is expected, or of another version.
    #[error("not a file of format {FORMAT:?}")]
    Format,
    /// A key that cannot be used: not PKCS#8, another kid, a time that is none.
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
    pkcs8: String,
}

impl Drop for KeyJson {
    fn drop(&mut self) {
        self.pkcs8.zeroize();
    }
}

impl SigningKeys {
    /// A current and a standby key, both published and valid from `now`: the first start waits for nobody.
    pub fn generate(issuer: &str, now: Seconds) -> Self {
        let keys = [Use::Current, Use::Standby].map(|r#use| SigningKey::generate(r#use, now));
        Self { issuer: issuer.to_owned(), version: 1, issued: now, keys: keys.into() }
    }

    /// Reads the file of a folder of keys.
    pub fn load(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Err(Failure::new(format!("there are no signing keys at {}", path.display()))
                .advice(format!("make them with `tongxing keys init --keys {}`", folder.display())));
        }
        Self::parse(&private::read(&path)?).map_err(|error| {
            Failure::new(format!("cannot use {}: {error}", path.display()))
                .advice("restore it from its backup")
        })
    }

    /// Reads the text of the file.
    pub fn parse(text: &str) -> Result<Self, SigningError> {
        let file: FileJson = serde_json::from_str(text).map_err(|_| SigningError::Format)?;
        let issued = parse_time(&file.issued).map_err(|_| SigningError::Format)?;
        if file.format != FORMAT || !is_issuer(&file.issuer) {
            return Err(SigningError::Format);
        }
        let keys = file.keys.iter().enumerate();
        let keys = keys
            .map(|(index, key)| SigningKey::read(key).map_err(|why| SigningError::Key(index + 1, why)))
            .collect::<Result<Vec<_>, _>>()?;
        if keys.iter().filter(|key| key.r#use == Use::Current).count() != 1 {
            return Err(SigningError::Current);
        }
        Ok(Self { issuer: file.issuer, version: file.version, issued, keys })
    }

    /// The text of the file.
    pub fn serialise(&self) -> Zeroizing<String> {
        let file = FileJson {
            format: FORMAT.to_owned(),
            issuer: self.issuer.clone(),
            version: self.version,
            issued: rfc3339(self.issued),
            keys: self.keys.iter().map(SigningKey::to_json).collect(),
        };
        let mut text = serde_json::to_string_pretty(&file).expect("strings and numbers always serialise");
        text.push('\n');
        Zeroizing::new(text)
    }

    /// The name that passes carry as `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Each key's short name and use, in the order of the file.
    pub fn uses(&self) -> impl Iterator<Item = (String, Use)> {
        self.keys.iter().map(|key| (key.key.key_id().to_string(), key.r#use))
    }

    /// The key that signs, if it may at `now`.
    pub fn signer(&self, now: Seconds) -> Result<Arc<dyn Signer>, Failure> {
        let current = self.keys.iter().find(|key| key.r#use == Use::Current);
        let current = current.expect("a file without exactly one current key is refused");
        if !(current.not_before..=current.not_after).contains(&now) {
            let (from, to) = (rfc3339(current.not_before), rfc3339(current.not_after));
            return Err(Failure::new(format!("the current signing key is valid from {from} to {to} only"))
                .advice("check the machine's clock, or make the standby key the current one"));
        }
        Ok(Arc::clone(&current.key) as Arc<dyn Signer>)
    }

    /// What checkers are given: the public half of every key, with its validity.
    pub fn trust_list(&self) -> TrustList {
        let keys = self.keys.iter().map(|key| {
            let trusted = TrustedKey::ours(key.key.public(), key.not_before, key.not_after);
            let state = if key.r#use == Use::Withdrawn { KeyState::Withdrawn } else { KeyState::Active };
            TrustedKey { state, ..trusted }
        });
        let issuer = Issuer {
            name: Some(self.issuer.clone()),
            format: Format::Tongxing,
            purposes: vec![Purpose::Pass, Purpose::Status],
            keys: keys.collect(),
        };
        TrustList::new(self.version, self.issued, vec![issuer])
    }
}

impl SigningKey {
    fn generate(r#use: Use, now: Seconds) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let pkcs8 = pair.and_then(|pair| Ok(Zeroizing::new(pair.to_pkcs8v1()?.as_ref().to_vec())));
        let pkcs8 = pkcs8.expect("a machine without randomness can keep no secret: stop");
        let key = Arc::new(Es256Key::from_pkcs8(&pkcs8).expect("a key made a moment ago is one"));
        Self { r#use, published: now, not_before: now, not_after: now + LIFE, key, pkcs8 }
    }

    fn read(json: &KeyJson) -> Result<Self, &'static str> {
        let time = |text| parse_time(text).map_err(|_| "a time is not in RFC 3339");
        let pkcs8 = Zeroizing::new(STANDARD.decode(&json.pkcs8).map_err(|_| "pkcs8 is not Base64")?);
        let key = Es256Key::from_pkcs8(&pkcs8).map_err(|_| "pkcs8 is not a private key on P-256")?;
        if key.key_id().to_string() != json.kid {
            return Err("kid is not the thumbprint of the key");
        }
        Ok(Self {
            r#use: json.r#use,
            published: time(&json.published)?,
            not_before: time(&json.not_before)?,
            not_after: time(&json.not_after)?,
            key: Arc::new(key),
            pkcs8,
        })
    }

    fn to_json(&self) -> KeyJson {
        KeyJson {
            kid: self.key.key_id().to_string(),
            r#use: self.r#use,
            published: rfc3339(self.published),
            not_before: rfc3339(self.not_before),
            not_after: rfc3339(self.not_after),
            pkcs8: STANDARD.encode(&*self.pkcs8),
        }
    }
}

/// Whether a text can be an issuer's name: what a pass can carry as `iss`, in plain letters.
pub fn is_issuer(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:/".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Seconds = 1_795_420_800;

    #[test]
    fn a_file_reads_back_and_signs_what_its_trust_list_accepts() {
        let made = SigningKeys::generate("CN-HB", NOW);
        let read = SigningKeys::parse(&made.serialise()).unwrap();
        assert_eq!(*read.serialise(), *made.serialise());
        assert_eq!(read.trust_list(), made.trust_list());
        let signer = read.signer(NOW).unwrap();
        let signature = signer.sign(b"message").unwrap();
        let trust = made.trust_list();
        let (issuer, key) = trust.named(&signer.key_id().0).next().unwrap();
        assert_eq!(issuer.name.as_deref(), Some("CN-HB"));
        assert!(key.valid(NOW) && signer.public().verify(b"message", &signature));
        assert_eq!(trust.issuers()[0].keys.len(), 2, "the standby key is published too");
    }

    #[test]
    fn a_key_out_of_its_time_does_not_sign() {
        let keys = SigningKeys::generate("CN-HB", NOW);
        for at in [NOW - 1, NOW + LIFE + 1] {
            assert!(keys.signer(at).err().unwrap().to_string().contains("only"));
        }
    }

    #[test]
    fn a_withdrawn_key_is_published_as_withdrawn() {
        let text = SigningKeys::generate("CN-HB", NOW).serialise().replace("standby", "withdrawn");
        let trust = SigningKeys::parse(&text).unwrap().trust_list();
        let valid: Vec<_> = trust.issuers()[0].keys.iter().map(|key| key.valid(NOW)).collect();
        assert_eq!(valid, [true, false]);
    }

    #[test]
    fn wrong_files_are_refused_and_do_not_speak_of_the_key() {
        let keys = SigningKeys::generate("CN-HB", NOW);
        let good = keys.serialise();
        let refused = |text: &str| SigningKeys::parse(text).err().unwrap();
        assert_eq!(refused(""), SigningError::Format);
        assert_eq!(refused(&good.replace("keys-1", "keys-2")), SigningError::Format);
        assert_eq!(refused(&good.replace("CN-HB", "")), SigningError::Format);
        assert_eq!(refused(&good.replace("current", "standby")), SigningError::Current);
        assert_eq!(refused(&good.replace("standby", "current")), SigningError::Current);
        let (kid, _) = keys.uses().nth(1).unwrap();
        let error = refused(&good.replace(&kid, "AAAAAAAAAAA"));
        assert_eq!(error, SigningError::Key(2, "kid is not the thumbprint of the key"));
        let error = refused(&good.replace("\"pkcs8\": \"", "\"pkcs8\": \"AAAA"));
        assert_eq!(error, SigningError::Key(1, "pkcs8 is not a private key on P-256"));
    }
}
