//! Ed25519 keys of logs and witnesses, and how they are written (C2SP signed-note, section "Signatures"; the
//! verifier keys of golang.org/x/mod/sumdb/note).

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::error::LogError;
use crate::hash::sha256;

/// The type byte of a log's signature (signed-note).
pub(crate) const LOG: u8 = 0x01;
/// The type byte of a witness's cosignature (tlog-cosignature).
pub(crate) const COSIGNER: u8 = 0x04;
/// More than that no name needs.
const LONGEST_NAME: usize = 255;

/// A public key with its name and its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verifier {
    pub(crate) name: String,
    pub(crate) id: [u8; 4],
    kind: u8,
    public: [u8; 32],
}

impl Verifier {
    fn new(name: &str, kind: u8, public: [u8; 32]) -> Result<Self, LogError> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if name.is_empty() || name.len() > LONGEST_NAME || name.contains(bad) {
            return Err(LogError::format(
                "the name of a key",
                "expected 1 to 255 characters, no space and no +",
            ));
        }
        let hash = sha256(&[name.as_bytes(), b"\n", &[kind], &public]);
        let id = *hash.0.first_chunk().expect("a hash has more than four bytes");
        Ok(Self { name: name.to_owned(), id, kind, public })
    }

    pub(crate) fn parse(text: &str, kind: u8) -> Result<Self, LogError> {
        let wrong = |why| LogError::format("the verifier key", why);
        // Base64 may hold a + itself; name and id may not.
        let [name, id, key] = text.splitn(3, '+').collect::<Vec<_>>()[..] else {
            return Err(wrong("expected NAME+ID+KEY, as `tongxing log key` prints it"));
        };
        let key = STANDARD.decode(key).map_err(|_| wrong("its last part is not Base64"))?;
        let (found, public) = key.split_first().ok_or(wrong("its last part is empty"))?;
        if *found != kind {
            return Err(wrong("it is of another type: a log's key begins with 1, a witness's with 4"));
        }
        let public =
            public.try_into().map_err(|_| wrong("its last part is not an Ed25519 key of 32 bytes"))?;
        let verifier = Self::new(name, kind, public)?;
        if hex::encode(verifier.id) == id {
            Ok(verifier)
        } else {
            Err(wrong("its id is not that of its key"))
        }
    }

    pub(crate) fn text(&self) -> String {
        let key = STANDARD.encode([&[self.kind][..], &self.public].concat());
        format!("{}+{}+{key}", self.name, hex::encode(self.id))
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public).verify(message, signature).is_ok()
    }
}

/// The public key of a log, under its origin's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKey(pub(crate) Verifier);

impl LogKey {
    /// Reads `NAME+ID+KEY`.
    pub fn parse(text: &str) -> Result<Self, LogError> {
        Verifier::parse(text, LOG).map(Self)
    }

    /// The name, which is the log's origin.
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

impl fmt::Display for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text())
    }
}

/// A private key of Ed25519; wiped when it is dropped, never printed.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    verifier: Verifier,
}

impl SigningKey {
    /// The key of a log, from 32 random bytes.
    pub fn of_log(name: &str, seed: &Zeroizing<[u8; 32]>) -> Result<Self, LogError> {
        Self::new(name, LOG, seed)
    }

    pub(crate) fn new(name: &str, kind: u8, seed: &Zeroizing<[u8; 32]>) -> Result<Self, LogError> {
        let wrong = LogError::format("the seed of a key", "Ed25519 cannot use it");
        let pair = Ed25519KeyPair::from_seed_unchecked(&**seed).map_err(|_| wrong.clone())?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| wrong)?;
        Ok(Self { verifier: Verifier::new(name, kind, public)?, pair })
    }

    /// The public half.
    pub fn public(&self) -> LogKey {
        LogKey(self.verifier.clone())
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Ed25519 needs no randomness: the same text has the same signature.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifier.name)
    }
}
