//! One process at a time goes on from a state file.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::failure::Failure;

/// Holds the lock of a state file, beside it, for as long as what comes back lives; the system ends it with the process.
pub fn hold(state: &Path) -> Result<File, Failure> {
    let path = state.with_added_extension("lock");
    let mut options = OpenOptions::new();
    let opened = options.create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = opened.map_err(|error| Failure::file("make", &path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::new(format!("another command goes on from {}", state.display()))
                .advice("end it first: two of them would not know of each other"))
        }
        Err(TryLockError::Error(error)) => Err(Failure::file("lock", &path, &error)),
    }
}
