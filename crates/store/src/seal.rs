//! Sealed columns: AES-256-GCM (NIST SP 800-38D) bound to the place where the value stands.
//!
//! Used by the `shared/` statements. The decision that matters: the associated data is table, column, row id
//! and key id, so a sealed value that somebody copies into another row, column or table does not open.
//! Nonces are 96 random bits; one data key is good for 2^32 values (SP 800-38D section 8.3), after which a new
//! one is added.
//!
//! A sealed value: version (1 byte, `1`) · key id (4 bytes, big-endian) · nonce (12) · ciphertext and tag.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use domain::Entropy;
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::blind::BlindIndex;
use crate::keys::{DataKeys, KeyId};

const VERSION: u8 = 1;
const HEADER: usize = 1 + 4 + NONCE_LEN;

struct Length32;

impl KeyType for Length32 {
    fn len(&self) -> usize {
        32
    }
}

/// Where a sealed value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Row id.
    pub row: i64,
}

/// Why a sealed value did not open. Names the place only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not in our format.
    #[error("{}.{} of row {:016x} is not a sealed value", .0.table, .0.column, .0.row)]
    Format(Place),
    /// Sealed under a key that the key file does not have.
    #[error("{}.{} of row {:016x} is sealed under data key {}, which is missing", .0.table, .0.column, .0.row, .1)]
    NoKey(Place, KeyId),
    /// Changed, moved from elsewhere, or sealed under another key of this id.
    #[error("{}.{} of row {:016x} does not open: changed or moved", .0.table, .0.column, .0.row)]
    Refused(Place),
    /// Opened, but is not the record that this column holds.
    #[error("{}.{} of row {:016x} opened, but holds another kind of record", .0.table, .0.column, .0.row)]
    Record(Place),
}

/// Seals, opens and indexes under one installation's keys.
pub struct Sealer {
    keys: HashMap<KeyId, LessSafeKey>,
    current: KeyId,
    /// What other secrets are derived from, in the order of the keys.
    derive: Vec<Prk>,
    index: BlindIndex,
    entropy: Arc<dyn Entropy>,
    opened: AtomicU64,
}

impl Sealer {
    /// With these keys; nonces are drawn from `entropy`.
    pub fn new(keys: &DataKeys, entropy: Arc<dyn Entropy>) -> Self {
        let cipher = |secret: &[u8]| {
            LessSafeKey::new(UnboundKey::new(&AES_256_GCM, secret).expect("the key has 32 bytes"))
        };
        Self {
            keys: keys.data().iter().map(|key| (key.id, cipher(&*key.secret))).collect(),
            current: keys.data()[0].id,
            derive: keys.data().iter().map(|key| Salt::new(HKDF_SHA256, &[]).extract(&*key.secret)).collect(),
            index: BlindIndex::new(&keys.index()[0]),
            entropy,
            opened: AtomicU64::new(0),
        }
    }

    /// A secret for the use that `label` names, derived (HKDF-SHA256) from each data key, the current one first. It tells
    /// nothing of the key, nor of the secret of another label.
    pub fn derived(&self, label: &str) -> Vec<Zeroizing<[u8; 32]>> {
        let secret = |prk: &Prk| {
            let mut out = Zeroizing::new([0; 32]);
            let filled = prk.expand(&[label.as_bytes()], Length32).and_then(|okm| okm.fill(&mut *out));
            filled.expect("32 bytes are far below the limit of HKDF");
            out
        };
        self.derive.iter().map(secret).collect()
    }

    /// Blind indexes under the current index key.
    pub fn index(&self) -> &BlindIndex {
        &self.index
    }

    /// The randomness that salts and nonces come from.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// How many values have been opened since the start: shows that a look-up opens only its candidates.
    pub fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// Seals bytes for `place`.
    pub fn seal_bytes(&self, place: Place, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = self.entropy.bytes();
        let key = &self.keys[&self.current];
        let mut sealed = Vec::with_capacity(HEADER + plain.len() + AES_256_GCM.tag_len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.current.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = key
            .seal_in_place_separate_tag(nonce, Aad::from(bound(place, self.current)), &mut sealed[HEADER..])
            .expect("a row is far below the 64 GiB limit of AES-GCM");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what was sealed for `place`; the plain bytes are wiped when dropped.
    pub fn open_bytes(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (header, body) = sealed.split_at_checked(HEADER).ok_or(SealError::Format(place))?;
        if header[0] != VERSION {
            return Err(SealError::Format(place));
        }
        let id = KeyId::from_be_bytes(header[1..5].try_into().expect("four bytes"));
        let nonce: [u8; NONCE_LEN] = header[5..].try_into().expect("twelve bytes");
        let key = self.keys.get(&id).ok_or(SealError::NoKey(place, id))?;
        let mut plain = Zeroizing::new(body.to_vec());
        let aad = Aad::from(bound(place, id));
        let length = key
            .open_in_place(Nonce::assume_unique_for_key(nonce), aad, &mut plain)
            .map_err(|_| SealError::Refused(place))?
            .len();
        plain.truncate(length);
        self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(plain)
    }

    /// Seals a record, as JSON, for `place`.
    pub fn seal<T: Serialize>(&self, place: Place, record: &T) -> Vec<u8> {
        let plain = Zeroizing::new(serde_json::to_vec(record).expect("records have text keys only"));
        self.seal_bytes(place, &plain)
    }

    /// Opens a record that [`Sealer::seal`] sealed for `place`.
    pub fn open<T: DeserializeOwned>(&self, place: Place, sealed: &[u8]) -> Result<T, SealError> {
        let plain = self.open_bytes(place, sealed)?;
        serde_json::from_slice(&plain).map_err(|_| SealError::Record(place))
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("current", &self.current).finish_non_exhaustive()
    }
}

/// The associated data: each text led by its length, numbers at fixed width, so that no two places are equal.
fn bound(place: Place, key: KeyId) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    for text in [place.table, place.column] {
        out.extend_from_slice(&(text.len() as u64).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    out.extend_from_slice(&place.row.to_be_bytes());
    out.extend_from_slice(&key.to_be_bytes());
    out
}

#[cfg(test)]
mod tests {
    use domain::entropy::SeededEntropy;

    use super::*;

    const HOME: Place = Place { table: "filing", column: "details", row: 7 };

    fn sealer(keys: &DataKeys) -> Sealer {
        Sealer::new(keys, Arc::new(SeededEntropy::new(9)))
    }

    fn two_keys() -> DataKeys {
        let mut keys = DataKeys::generate(&SeededEntropy::new(1));
        keys.add_data_key(&SeededEntropy::new(2));
        keys
    }

    #[test]
    fn opens_where_it_was_sealed_and_nowhere_else() {
        let keeper = sealer(&two_keys());
        let sealed = keeper.seal(HOME, &"value");
        assert_eq!(keeper.open::<String>(HOME, &sealed).unwrap(), "value");
        for moved in [
            Place { row: 8, ..HOME },
            Place { column: "detail", ..HOME },
            Place { table: "filing_history", ..HOME },
            Place { table: "filingd", column: "etails", ..HOME },
        ] {
            assert_eq!(keeper.open_bytes(moved, &sealed), Err(SealError::Refused(moved)));
        }
        assert_eq!(keeper.opened(), 1);
    }

    #[test]
    fn every_changed_bit_is_refused_the_key_id_too() {
        let keeper = sealer(&two_keys());
        let sealed = keeper.seal_bytes(HOME, b"value");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(keeper.open_bytes(HOME, &changed).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(keeper.open_bytes(HOME, &sealed[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn an_older_key_still_opens_and_a_missing_one_is_named() {
        let first = DataKeys::generate(&SeededEntropy::new(1));
        let sealed = sealer(&first).seal_bytes(HOME, b"value");
        assert_eq!(**sealer(&two_keys()).open_bytes(HOME, &sealed).unwrap(), *b"value");
        let newer = sealer(&two_keys()).seal_bytes(HOME, b"value");
        assert_eq!(sealer(&first).open_bytes(HOME, &newer), Err(SealError::NoKey(HOME, 2)));
    }

    #[test]
    fn one_id_with_two_secrets_is_refused() {
        let sealed = sealer(&DataKeys::generate(&SeededEntropy::new(1))).seal_bytes(HOME, b"value");
        let other = sealer(&DataKeys::generate(&SeededEntropy::new(5)));
        assert_eq!(other.open_bytes(HOME, &sealed), Err(SealError::Refused(HOME)));
    }
}
