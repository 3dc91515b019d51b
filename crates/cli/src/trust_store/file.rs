//! The text of `trust.json`.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use credential::{TrustError, TrustList};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Ledger, TrustStore};
use crate::failure::Failure;

const FORMAT: &str = "tongxing-trust-1";
/// Thousands of certificates stay below.
const MAX_FILE: u64 = 16 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileJson {
    format: String,
    /// A trust list without our own entry; its version is that of the last published list.
    list: Value,
    withdrawn: Ledger,
}

/// Why the text is not such a file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Not the JSON that is expected, or of another version.
    #[error("not a file of format {FORMAT:?}")]
    Format,
    /// Its list is none.
    #[error(transparent)]
    List(#[from] TrustError),
}

/// The bytes of a file of ours that is public, up to a limit that none comes near.
pub fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE).read_to_string(&mut text))
        .map_err(|error| Failure::file("read", path, &error))?;
    Ok(text)
}

pub fn parse(folder: &Path, text: &str) -> Result<TrustStore, FileError> {
    let file: FileJson = serde_json::from_str(text).map_err(|_| FileError::Format)?;
    if file.format != FORMAT || !file.list.is_object() {
        return Err(FileError::Format);
    }
    let list = TrustList::from_value(file.list)?;
    let (folder, version, issuers) = (folder.to_owned(), list.version(), list.issuers().to_vec());
    Ok(TrustStore { folder, version, issuers, ledger: file.withdrawn })
}

pub fn text(store: &TrustStore) -> String {
    let list = TrustList::new(store.version, 0, store.issuers.clone()).to_json();
    let file = FileJson { format: FORMAT.to_owned(), list, withdrawn: store.ledger.clone() };
    serde_json::to_string_pretty(&file).expect("plain data") + "\n"
}
