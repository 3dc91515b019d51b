//! `tongxing keys seal`: seals the signing keys that a former version wrote in the clear.

use std::path::Path;

use clap::Args;
use credential::Seconds;

use super::now;
use super::options::{KeyFolder, Secrets};
use crate::failure::Failure;
use crate::output::Output;
use crate::sealed::Lock;
use crate::signing::folder::{self, Held};
use crate::signing::opening::Opener;
use crate::signing::{SigningError, SigningKeys, clear};
use crate::system::OsEntropy;

/// Seal signing keys that a former version wrote in the clear; needed once.
#[derive(Debug, Args)]
pub struct Seal {
    #[command(flatten)]
    folder: KeyFolder,
    #[command(flatten)]
    secrets: Secrets,
}

impl Seal {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        if !seal(&self.folder.path, &self.secrets.opener(), now())? {
            return output.line("the signing keys are sealed already; nothing was changed");
        }
        output.line(
            "the signing keys are sealed now. They lay in the clear before: destroy backups of the former file,\n\
             and if anybody may have read one, change the keys: `tongxing keys rotate`, or `keys withdraw`",
        )
    }
}

/// Seals the file of a folder; `false` if it is sealed already.
pub fn seal(path: &Path, opener: &Opener, now: Seconds) -> Result<bool, Failure> {
    let held = Held::take(path)?;
    let text = folder::read(path)?;
    match SigningKeys::parse(&text) {
        Err(SigningError::Clear) => {}
        _ => return held.load().map(|_| false),
    }
    let lock = Lock::new(&OsEntropy);
    let key = lock.key(&opener.new_passphrase()?).map_err(|error| Failure::new(error.to_string()))?;
    let keys = clear::sealed(&text, lock, &key, now)
        .map_err(|error| Failure::new(format!("cannot seal the signing keys: {error}")))?;
    held.replace(&keys)?;
    Ok(true)
}
