//! From the file of signing keys to a `Signer`: the only way to a private half, and the making of new ones.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use credential::{Es256Key, KeyId, Seconds, Signer, rfc3339};
use zeroize::Zeroizing;

use super::file::FORMAT;
use super::token::{Token, TokenError, TokenSigner};
use super::{Home, NewKey, SigningKey, SigningKeys, TokenPlace};
use crate::failure::Failure;
use crate::passphrase::{Passphrase, Source};
use crate::sealed::{SealedError, SealingKey};
use crate::system::OsEntropy;

/// A PKCS#11 module and the label of a token in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenName {
    /// The module's path.
    pub module: PathBuf,
    /// The token's label.
    pub label: String,
}

/// Opens keys with a passphrase or in a token; keeps tokens open between uses.
#[derive(Debug)]
pub struct Opener {
    passphrase: Source,
    pin: Source,
    tokens: Mutex<Vec<Arc<Token>>>,
}

impl Opener {
    /// With secrets from these two.
    pub fn new(passphrase: Source, pin: Source) -> Self {
        Self { passphrase, pin, tokens: Mutex::default() }
    }

    /// The current key, ready to sign, if it may at `now`.
    pub fn signer(&self, keys: &SigningKeys, now: Seconds) -> Result<Arc<dyn Signer>, Failure> {
        let current = keys.current();
        if !(current.not_before..=current.not_after).contains(&now) {
            let (from, to) = (rfc3339(current.not_before), rfc3339(current.not_after));
            return Err(Failure::new(format!("the current signing key is valid from {from} to {to} only"))
                .advice("check the machine's clock, or make the standby key the current one: `tongxing keys rotate`"));
        }
        match &current.home {
            Home::Sealed(sealed) => {
                let key = self.sealing_key(keys)?;
                let key = open(&key, current, sealed).map_err(wrong_passphrase)?;
                Ok(Arc::new(key))
            }
            Home::Token(place) => {
                let token =
                    self.token(&TokenName { module: place.module.clone(), label: place.label.clone() });
                let signer = TokenSigner::new(token, &place.id, current.public.clone())?;
                Ok(Arc::new(signer))
            }
            Home::Gone => Err(Failure::new("the private half of the current key is missing")
                .advice("restore the file of signing keys from its backup")),
        }
    }

    /// A new key beside these: in the token `at`, else where the current key lives.
    pub fn new_key(&self, keys: &SigningKeys, at: Option<&TokenName>) -> Result<NewKey, Failure> {
        match (at, &keys.current().home) {
            (Some(name), _) => self.new_in_token(name),
            (None, Home::Token(TokenPlace { module, label, .. })) => {
                self.new_in_token(&TokenName { module: module.clone(), label: label.clone() })
            }
            (None, _) => Ok(new_sealed(&self.sealing_key(keys)?)),
        }
    }

    /// A new key in a token.
    pub fn new_in_token(&self, name: &TokenName) -> Result<NewKey, Failure> {
        let (id, public) = self.token(name).generate(&OsEntropy)?;
        let place = TokenPlace { module: name.module.clone(), label: name.label.clone(), id };
        Ok(NewKey { public, home: Home::Token(place) })
    }

    /// The passphrase of the root key: that of the signing keys.
    pub fn passphrase(&self) -> &Source {
        &self.passphrase
    }

    /// The passphrase for new keys.
    pub fn new_passphrase(&self) -> Result<Passphrase, Failure> {
        self.passphrase.new_one()
    }

    /// What seals the keys of this file. Tried on one of them, so that nothing is ever sealed with a
    /// passphrase other than that of the rest.
    pub fn sealing_key(&self, keys: &SigningKeys) -> Result<SealingKey, Failure> {
        let lock = keys.lock().ok_or_else(|| {
            Failure::new("the file of signing keys has no sealed keys").advice("make new keys in the token")
        })?;
        let key = lock.key(&self.passphrase.existing()?).map_err(wrong_passphrase)?;
        for kept in keys.keys() {
            if let Home::Sealed(sealed) = &kept.home {
                open(&key, kept, sealed).map_err(wrong_passphrase)?;
            }
        }
        Ok(key)
    }

    fn token(&self, name: &TokenName) -> Arc<Token> {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = tokens.iter().find(|token| token.is(name)) {
            return Arc::clone(token);
        }
        let token = Arc::new(Token::new(name.clone(), self.pin.clone()));
        tokens.push(Arc::clone(&token));
        token
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        Self::new(error.to_string())
    }
}

/// A new key in memory, sealed.
pub fn new_sealed(sealing: &SealingKey) -> NewKey {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let pkcs8 = pair.and_then(|pair| Ok(Zeroizing::new(pair.to_pkcs8v1()?.as_ref().to_vec())));
    let pkcs8 = pkcs8.expect("a machine without randomness can keep no secret: stop");
    let key = Es256Key::from_pkcs8(&pkcs8).expect("a key made a moment ago is one");
    NewKey { public: key.public(), home: Home::Sealed(seal(sealing, key.key_id(), &pkcs8)) }
}

/// Seals the PKCS#8 form of a key, bound to the format of the file and to its name.
pub(super) fn seal(sealing: &SealingKey, kid: KeyId, pkcs8: &[u8]) -> String {
    sealing.seal(&[FORMAT, &kid.to_string()], pkcs8, &OsEntropy)
}

fn open(sealing: &SealingKey, key: &SigningKey, sealed: &str) -> Result<Es256Key, SealedError> {
    let pkcs8 = sealing.open(&[FORMAT, &key.key_id().to_string()], sealed)?;
    let opened = Es256Key::from_pkcs8(&pkcs8).map_err(|_| SealedError::Passphrase)?;
    // The public half stands in the clear beside it: it must be that of this key.
    if opened.public() == key.public { Ok(opened) } else { Err(SealedError::Passphrase) }
}

fn wrong_passphrase(error: SealedError) -> Failure {
    Failure::new(format!("the signing keys cannot be opened: {error}")).advice("nothing was changed")
}

/// Whether a path can be a module: said before anything is made.
pub fn check_module(path: &Path) -> Result<(), Failure> {
    if path.is_file() {
        return Ok(());
    }
    Err(Failure::new(format!("there is no PKCS#11 module at {}", path.display()))
        .advice("give the path of the shared library that came with the token"))
}
