//! Secrets at rest, sealed with a passphrase: private keys never lie on a disk in the clear.
//!
//! Used by the files of the signing keys and of the root key. A file holds one [`Lock`] (how the passphrase
//! becomes a key) and any number of sealed texts. The decision that matters: argon2id with the parameters of
//! RFC 9106 section 4 (second recommended option), written beside the salt, so that they can be raised later
//! without a new format; AES-256-GCM over each secret, bound to what the secret is, so that no sealed text
//! can be moved to another place.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Entropy;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

use crate::passphrase::Passphrase;

const KDF: &str = "argon2id";
/// 64 MiB, three passes, four lanes: RFC 9106 section 4.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
const SALT: usize = 16;
/// The most that a file may ask of the machine: 1 GiB and 16 passes.
const MOST: (u32, u32, u32) = (1024 * 1024, 16, 16);

/// Why nothing could be opened. Carries nothing of passphrase or secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealedError {
    /// Another way of deriving the key, or parameters that nobody should use.
    #[error("the lock is not argon2id with usual parameters")]
    Lock,
    /// The two cannot be told apart, by design of the cipher.
    #[error("the passphrase is wrong, or the file was changed")]
    Passphrase,
}

/// How a passphrase becomes the key of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    kdf: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

impl Lock {
    /// A lock with a salt of its own, for a new file or for everything in it sealed anew.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let salt = STANDARD.encode(entropy.bytes::<SALT>());
        Self { kdf: KDF.to_owned(), memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES, salt }
    }

    /// The key for this passphrase, right or wrong. Takes about a tenth of a second, on purpose.
    pub fn key(&self, passphrase: &Passphrase) -> Result<SealingKey, SealedError> {
        let salt = STANDARD.decode(&self.salt).map_err(|_| SealedError::Lock)?;
        let asked = (self.memory_kib, self.passes, self.lanes);
        if self.kdf != KDF || asked.0 > MOST.0 || asked.1 > MOST.1 || asked.2 > MOST.2 {
            return Err(SealedError::Lock);
        }
        let params = Params::new(asked.0, asked.1, asked.2, Some(32)).map_err(|_| SealedError::Lock)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut key = Zeroizing::new([0; 32]);
        argon2.hash_password_into(passphrase.bytes(), &salt, &mut *key).map_err(|_| SealedError::Lock)?;
        Ok(SealingKey(key))
    }
}

/// Seals and opens the secrets of one file.
pub struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// Seals a secret under a nonce of its own. `what` names the secret (format of the file, name of the key):
    /// it has to be the same at opening. The text is Base64 of nonce, ciphertext and tag.
    pub fn seal(&self, what: &[&str], secret: &[u8], entropy: &dyn Entropy) -> String {
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        // Sealed in place: no copy of the secret is left over when this returns.
        let mut sealed = [&nonce, secret].concat();
        let tag = self.cipher().seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(associated(what)),
            &mut sealed[NONCE_LEN..],
        );
        sealed.extend_from_slice(tag.expect("secrets are far below 64 GiB").as_ref());
        STANDARD.encode(&sealed)
    }

    /// Opens what [`SealingKey::seal`] made of the same secret.
    pub fn open(&self, what: &[&str], sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        let mut bytes = STANDARD.decode(sealed).map_err(|_| SealedError::Passphrase)?;
        let (nonce, secret) = bytes.split_at_mut_checked(NONCE_LEN).ok_or(SealedError::Passphrase)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealedError::Passphrase)?;
        let opened = self.cipher().open_in_place(nonce, Aad::from(associated(what)), secret);
        let secret = opened.map(|secret| Zeroizing::new(secret.to_vec()));
        let secret = secret.map_err(|_| SealedError::Passphrase);
        bytes.zeroize();
        secret
    }

    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &*self.0).expect("32 bytes are a key of AES-256"))
    }
}

/// The key is never printed.
impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

/// Each part with its length: no two lists of parts look the same.
fn associated(what: &[&str]) -> Vec<u8> {
    let part = |part: &&str| [&(part.len() as u64).to_be_bytes(), part.as_bytes()].concat();
    what.iter().flat_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::OsEntropy;

    const SECRET: &[u8] = b"a private key of some length";

    fn phrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned())
    }

    #[test]
    fn what_is_sealed_opens_with_the_passphrase_alone_and_in_its_place_alone() {
        let lock = Lock::new(&OsEntropy);
        let key = lock.key(&phrase("correct horse battery")).unwrap();
        let sealed = key.seal(&["format", "kid"], SECRET, &OsEntropy);
        assert_eq!(*key.open(&["format", "kid"], &sealed).unwrap(), SECRET);
        // The lock survives its file.
        let lock: Lock = serde_json::from_str(&serde_json::to_string(&lock).unwrap()).unwrap();
        let again = lock.key(&phrase("correct horse battery")).unwrap();
        assert_eq!(*again.open(&["format", "kid"], &sealed).unwrap(), SECRET);
        for other in [&["format", "dik"][..], &["formatkid"], &["format"], &["forma", "tkid"], &[]] {
            assert_eq!(key.open(other, &sealed).unwrap_err(), SealedError::Passphrase, "{other:?}");
        }
        let wrong = lock.key(&phrase("correct horse batterz")).unwrap();
        assert_eq!(wrong.open(&["format", "kid"], &sealed).unwrap_err(), SealedError::Passphrase);
        let other = Lock::new(&OsEntropy).key(&phrase("correct horse battery")).unwrap();
        assert_eq!(other.open(&["format", "kid"], &sealed).unwrap_err(), SealedError::Passphrase);
        assert_ne!(key.seal(&[], SECRET, &OsEntropy), key.seal(&[], SECRET, &OsEntropy), "fresh nonces");
    }

    #[test]
    fn no_changed_byte_goes_through_and_nothing_shows_the_secret() {
        let key = SealingKey(Zeroizing::new([7; 32]));
        let sealed = key.seal(&["a"], SECRET, &OsEntropy);
        let bytes = STANDARD.decode(&sealed).unwrap();
        assert!(!bytes.windows(SECRET.len()).any(|part| part == SECRET));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(key.open(&["a"], &STANDARD.encode(changed)).is_err(), "byte {at}");
        }
        for cut in [0, 5, 12, 20, bytes.len() - 1] {
            assert!(key.open(&["a"], &STANDARD.encode(&bytes[..cut])).is_err(), "{cut} bytes");
        }
        assert!(key.open(&["a"], "*").is_err());
        assert_eq!(format!("{key:?}"), "SealingKey(…)");
    }

    #[test]
    fn a_lock_that_asks_too_much_or_is_of_another_kind_is_refused() {
        let good = Lock::new(&OsEntropy);
        for bad in [
            Lock { kdf: "scrypt".into(), ..good.clone() },
            Lock { memory_kib: MOST.0 + 1, ..good.clone() },
            Lock { memory_kib: 0, ..good.clone() },
            Lock { passes: 17, ..good.clone() },
            Lock { passes: 0, ..good.clone() },
            Lock { lanes: 0, ..good.clone() },
            Lock { salt: "*".into(), ..good.clone() },
            Lock { salt: String::new(), ..good.clone() },
        ] {
            assert_eq!(bad.key(&phrase("long enough, surely")).unwrap_err(), SealedError::Lock, "{bad:?}");
        }
    }
}
