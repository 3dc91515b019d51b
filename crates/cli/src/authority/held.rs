//! The right to change a file of day keys, and the one change that there is: destroying.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::KeyFile;
use crate::failure::Failure;
use crate::private;
use crate::stop_at;

/// A file of day keys that nobody else changes as long as this lives; the system ends it with the process.
#[derive(Debug)]
pub struct Held {
    /// Where it really is: replacing a link would leave the keys where they were.
    path: PathBuf,
    /// What the name stood for when it was taken. Still open when the name has gone on to the new file.
    former: File,
}

/// Somebody else has the file.
pub(super) fn busy(path: &Path) -> Failure {
    Failure::new(format!("another command is using {}", path.display()))
        .advice("nothing was changed; try again when it has ended")
}

impl Held {
    /// Takes the file, or says that somebody else has it.
    pub fn take(path: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::file("change", path, &error);
        let real = path.canonicalize().map_err(failed)?;
        let former = OpenOptions::new().read(true).write(true).open(&real).map_err(failed)?;
        match former.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy(path)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        // Between opening and locking another command may have replaced it.
        let (opened, named) = (former.metadata().map_err(failed)?, fs::metadata(&real).map_err(failed)?);
        if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
            return Err(busy(path));
        }
        private::clear_unfinished(&real).map_err(failed)?;
        if fs::metadata(&real).map_err(failed)?.nlink() > 1 {
            return Err(Failure::new(format!("{} has a second name (a hard link)", path.display()))
                .advice("remove the other name first: it would keep the keys that are to be destroyed"));
        }
        Ok(Self { path: real, former })
    }

    /// Reads the keys.
    pub fn load(&self) -> Result<KeyFile, Failure> {
        KeyFile::parse(&private::read(&self.path)?, &self.path)
    }

    /// Puts these keys in the place of the former ones, at once and durable, and then overwrites the former file, which
    /// has no name any more. Killed anywhere, the name stands for the whole of the former or the whole of the new.
    pub fn replace_and_overwrite(mut self, keys: &KeyFile) -> Result<(), Failure> {
        stop_at::reach("before-replacing");
        private::replace(&self.path, &keys.serialise())?;
        stop_at::reach("before-overwriting");
        self.overwrite().map_err(|error| {
            Failure::new(format!("the keys are no longer in the file, but its former place on the disk could not be overwritten: {error}"))
        })?;
        stop_at::reach("overwritten");
        Ok(())
    }

    fn overwrite(&mut self) -> io::Result<()> {
        let length = usize::try_from(self.former.metadata()?.len()).map_err(io::Error::other)?;
        self.former.rewind()?;
        self.former.write_all(&vec![0; length])?;
        self.former.sync_all()
    }
}
