//! The folder of keys: one command changes it at a time, and each change is one replacement of the file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::{Home, SigningError, SigningKeys};
use crate::failure::Failure;
use crate::private;
use crate::stop_at;

/// The file's name in the folder of keys.
pub const FILE: &str = "signing-keys.json";
const LOCK: &str = "signing-keys.lock";

/// Reads the keys of a folder, without taking the lock: whoever replaces the file does so at once.
pub fn load(folder: &Path) -> Result<SigningKeys, Failure> {
    let path = folder.join(FILE);
    SigningKeys::parse(&read(folder)?).map_err(|error| {
        let failure = Failure::new(format!("cannot use {}: {error}", path.display()));
        match error {
            SigningError::Clear => failure
                .advice(format!("seal them once with `tongxing keys seal --keys {}`", folder.display())),
            _ => failure.advice("restore it from its backup"),
        }
    })
}

/// Whether a folder's keys lie in the clear, as a former version wrote them.
pub fn is_clear(folder: &Path) -> Result<bool, Failure> {
    Ok(SigningKeys::parse(&read(folder)?).is_err_and(|error| error == SigningError::Clear))
}

/// Whether a passphrase opens any of these keys. The lock of the file says nothing of that: it stays there when the keys
/// have moved to a token.
pub fn has_sealed(keys: &SigningKeys) -> bool {
    keys.keys().iter().any(|key| matches!(key.home, Home::Sealed(_)))
}

/// The text of the file.
pub fn read(folder: &Path) -> Result<zeroize::Zeroizing<String>, Failure> {
    let path = folder.join(FILE);
    if !path.exists() {
        return Err(Failure::new(format!("there are no signing keys at {}", path.display()))
            .advice(format!("make them with `tongxing keys init --keys {}`", folder.display())));
    }
    private::read(&path)
}

/// Locks a file, which is made if it is not there, for as long as what comes back lives; the system ends it with the
/// process. Nothing where another process has it.
pub fn lock(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).mode(0o600).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The right to change a folder's keys, as long as it lives; the system ends it with the process.
#[derive(Debug)]
pub struct Held {
    folder: PathBuf,
    _lock: File,
}

impl Held {
    /// Takes it, or says that somebody else has it.
    pub fn take(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(LOCK);
        let lock = lock(&path).map_err(|error| Failure::file("use", &path, &error))?;
        let lock = lock.ok_or_else(|| {
            Failure::new(format!("another command is changing the keys in {}", folder.display()))
                .advice("nothing was changed; try again when it has ended")
        })?;
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    /// Reads the keys.
    pub fn load(&self) -> Result<SigningKeys, Failure> {
        load(&self.folder)
    }

    /// Puts these keys in the place of the former ones: at once, and durable when this returns.
    pub fn replace(&self, keys: &SigningKeys) -> Result<(), Failure> {
        stop_at::reach("before-replacing");
        private::replace(&self.folder.join(FILE), &keys.serialise())?;
        stop_at::reach("after-replacing");
        Ok(())
    }
}
