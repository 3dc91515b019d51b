//! The keys that stand between a copied database and the people in it.
//!
//! Used by `cli` (makes and reads the file, see [`crate::keyfile`]) and by [`crate::Sealer`]. Two kinds:
//! *data keys* seal columns; *index keys* make blind indexes. Each has an id that is stored beside what it
//! made, so that a new key can be added while what the older ones sealed still opens.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::Entropy;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

/// The number of a key within its kind; never used twice.
pub type KeyId = u32;

const FORMAT: &str = "tongxing-data-keys-1";
/// Bytes of a key: AES-256 and HMAC-SHA256 both take 32.
pub const KEY_BYTES: usize = 32;

/// One key and its id. Never printed; wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// Its number.
    pub id: KeyId,
    /// Its secret bytes.
    pub secret: Zeroizing<[u8; KEY_BYTES]>,
}

/// All keys of one installation: in each list the first is the current one, the others only read.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKeys {
    data: Vec<Key>,
    index: Vec<Key>,
}

/// Why a text is not a key file. Says nothing of what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// Not JSON of the expected form, or of another version.
    #[error("not a key file of format {FORMAT:?}")]
    Format,
    /// A secret that is not 32 bytes in Base64.
    #[error("{list} key {id} is not 32 bytes in Base64")]
    Secret {
        /// `data` or `index`.
        list: &'static str,
        /// Which key.
        id: KeyId,
    },
    /// No key at all, so none is current.
    #[error("there is no {0} key")]
    Empty(&'static str),
    /// Two keys with one id.
    #[error("two {list} keys have the id {id}")]
    Twice {
        /// `data` or `index`.
        list: &'static str,
        /// The id that stands twice.
        id: KeyId,
    },
}

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    data: Vec<FileKey>,
    index: Vec<FileKey>,
}

#[derive(Serialize, Deserialize)]
struct FileKey {
    id: KeyId,
    key: String,
}

impl Drop for FileKey {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl DataKeys {
    /// New keys, each with the id 1.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let key = |id| Key { id, secret: Zeroizing::new(entropy.bytes()) };
        Self { data: vec![key(1)], index: vec![key(1)] }
    }

    /// Puts a new current data key before the others. What the others sealed still opens.
    pub fn add_data_key(&mut self, entropy: &dyn Entropy) -> KeyId {
        let id = self.data.iter().map(|key| key.id).max().unwrap_or(0) + 1;
        self.data.insert(0, Key { id, secret: Zeroizing::new(entropy.bytes()) });
        id
    }

    /// The data keys, the current one first.
    pub fn data(&self) -> &[Key] {
        &self.data
    }

    /// The index keys, the current one first.
    pub fn index(&self) -> &[Key] {
        &self.index
    }

    /// Reads the text of a key file.
    pub fn parse(text: &str) -> Result<Self, KeysError> {
        let file: File = serde_json::from_str(text).map_err(|_| KeysError::Format)?;
        if file.format != FORMAT {
            return Err(KeysError::Format);
        }
        Ok(Self { data: read_list("data", &file.data)?, index: read_list("index", &file.index)? })
    }

    /// The text of a key file: JSON, wiped from memory when dropped.
    pub fn serialise(&self) -> Zeroizing<String> {
        let list = |keys: &[Key]| {
            keys.iter().map(|key| FileKey { id: key.id, key: STANDARD.encode(*key.secret) }).collect()
        };
        let file = File { format: FORMAT.to_owned(), data: list(&self.data), index: list(&self.index) };
        let mut text = serde_json::to_string_pretty(&file).expect("strings and numbers always serialise");
        text.push('\n');
        Zeroizing::new(text)
    }
}

fn read_list(list: &'static str, keys: &[FileKey]) -> Result<Vec<Key>, KeysError> {
    let mut read: Vec<Key> = Vec::with_capacity(keys.len());
    for FileKey { id, key } in keys {
        let id = *id;
        if read.iter().any(|other| other.id == id) {
            return Err(KeysError::Twice { list, id });
        }
        let mut secret = Zeroizing::new([0; KEY_BYTES]);
        let length = STANDARD.decode_slice(key, &mut *secret).map_err(|_| KeysError::Secret { list, id })?;
        if length != KEY_BYTES {
            return Err(KeysError::Secret { list, id });
        }
        read.push(Key { id, secret });
    }
    if read.is_empty() { Err(KeysError::Empty(list)) } else { Ok(read) }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKeys").field("data", &self.data).field("index", &self.index).finish()
    }
}

#[cfg(test)]
mod tests {
    use domain::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn a_key_file_reads_back_with_its_order() {
        let mut keys = DataKeys::generate(&SeededEntropy::new(1));
        assert_eq!(keys.add_data_key(&SeededEntropy::new(2)), 2);
        let read = DataKeys::parse(&keys.serialise()).unwrap();
        assert_eq!(read, keys);
        assert_eq!(read.data()[0].id, 2);
    }

    #[test]
    fn debug_shows_ids_only() {
        let keys = DataKeys::generate(&SeededEntropy::new(1));
        assert_eq!(format!("{keys:?}"), "DataKeys { data: [Key(1)], index: [Key(1)] }");
    }

    #[test]
    fn wrong_files_are_refused_with_the_reason() {
        let good = STANDARD.encode([7; 32]);
        let file = |data: &str| format!(r#"{{"format":"{FORMAT}","data":[{data}],"index":[]}}"#);
        let key = |id: u32, key: &str| format!(r#"{{"id":{id},"key":"{key}"}}"#);
        assert_eq!(DataKeys::parse("{}"), Err(KeysError::Format));
        assert_eq!(DataKeys::parse(&file("").replace("keys-1", "keys-9")), Err(KeysError::Format));
        assert_eq!(DataKeys::parse(&file("")), Err(KeysError::Empty("data")));
        assert_eq!(DataKeys::parse(&file(&key(1, &good))), Err(KeysError::Empty("index")));
        let twice = [key(1, &good), key(1, &good)].join(",");
        assert_eq!(DataKeys::parse(&file(&twice)), Err(KeysError::Twice { list: "data", id: 1 }));
        for bad in ["", "AAAA", "*", &STANDARD.encode([7; 33])] {
            let wrong = DataKeys::parse(&file(&key(3, bad)));
            assert_eq!(wrong, Err(KeysError::Secret { list: "data", id: 3 }), "{bad}");
        }
    }
}
