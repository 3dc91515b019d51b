//! The key file on disk: made once at mode 0600, and refused when anybody else could read it.
//!
//! Used by `cli` (`tongxing keys init`, and at start). The file is never written over: losing the keys loses
//! everything they sealed.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::keys::{DataKeys, KeysError};

/// Why a key file could not be read or made. Names the file and what to do; never its content.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is none.
    #[error("there is no key file {0}: make one with `tongxing keys init`")]
    Missing(PathBuf),
    /// There is one already, and it is never written over.
    #[error("{0} exists already: keys are never written over, because what they sealed could not be opened")]
    Exists(PathBuf),
    /// Others may read it.
    #[error("the key file {path} has mode {mode:04o}, so others may read it: run `chmod 600 {path}`")]
    Readable {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The operating system refused.
    #[error("cannot use the key file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Its content is not a key file's.
    #[error("the key file {path} cannot be used: {source}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeysError,
    },
}

/// Reads the keys of `path`; refuses a file that its group or the world may read or write.
pub fn read(path: &Path) -> Result<DataKeys, KeyFileError> {
    let mut file = File::open(path).map_err(|e| failed(path, e))?;
    // The mode of the opened file, not of the path: nobody can swap it in between.
    let mode = file.metadata().map_err(|e| failed(path, e))?.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Readable { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(|e| failed(path, e))?;
    DataKeys::parse(&text).map_err(|source| KeyFileError::Content { path: path.to_owned(), source })
}

/// Writes `keys` to a new file at mode 0600, durable when this returns.
pub fn create_new(path: &Path, keys: &DataKeys) -> Result<(), KeyFileError> {
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create_new(true).mode(0o600).open(path).map_err(|e| failed(path, e))?;
    let written = file.write_all(keys.serialise().as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|e| failed(path, e))?;
    // The name must survive a power cut as well as the content.
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| failed(path, e))
}

fn failed(path: &Path, source: io::Error) -> KeyFileError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::NotFound => KeyFileError::Missing(path),
        io::ErrorKind::AlreadyExists => KeyFileError::Exists(path),
        _ => KeyFileError::Io { path, source },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use domain::entropy::SeededEntropy;

    use super::*;

    #[test]
    fn made_private_read_back_never_overwritten_refused_when_shared() {
        let folder = crate::testing::Folder::new();
        let path = folder.path().join("keys.json");
        assert!(matches!(read(&path), Err(KeyFileError::Missing(_))));
        let keys = DataKeys::generate(&SeededEntropy::new(3));
        create_new(&path, &keys).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(read(&path).unwrap(), keys);
        assert!(matches!(create_new(&path, &keys), Err(KeyFileError::Exists(_))));
        for mode in [0o640, 0o604, 0o620, 0o602, 0o777] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = read(&path).unwrap_err();
            assert!(matches!(error, KeyFileError::Readable { mode: m, .. } if m == mode));
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
    }
}
