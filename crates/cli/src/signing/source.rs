//! The signing keys of a server: read from their folder at start, and again whenever it changes.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use credential::Seconds;
use server::pass::Signing;

use super::folder::{self, FILE};
use super::opening::Opener;
use crate::failure::Failure;

/// Where a server's keys come from.
#[derive(Debug)]
pub struct KeySource {
    folder: PathBuf,
    opener: Opener,
}

/// What tells one state of the folder from another, without reading it: each replacement is a new file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp(Option<[i64; 4]>);

impl KeySource {
    /// The keys in `folder`, opened with `opener`.
    pub fn new(folder: PathBuf, opener: Opener) -> Self {
        Self { folder, opener }
    }

    /// How the folder looks now. Take it before [`KeySource::load`]: a change in between is then seen.
    pub fn stamp(&self) -> Stamp {
        let found = std::fs::metadata(self.folder.join(FILE)).ok();
        Stamp(found.map(|file| {
            [file.ino().cast_signed(), file.size().cast_signed(), file.mtime(), file.mtime_nsec()]
        }))
    }

    /// The key that signs, and the list that names it. Takes a moment: the passphrase is made slow on purpose.
    pub fn load(&self, now: Seconds) -> Result<Signing, Failure> {
        let keys = folder::load(&self.folder)?;
        let signer = self.opener.signer(&keys, now)?;
        Signing::new(signer, keys.trust_list())
            .map_err(|error| Failure::new(format!("the signing keys cannot be used: {error}")))
    }
}
