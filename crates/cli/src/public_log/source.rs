//! The files of a log: from a folder, or from a server over HTTP; and a copy of them kept in a folder on the way.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustls::RootCertStore;
use server::recognition::national::Transport;
use tokio::runtime::Runtime;
use transparency::{Source, SourceError};

use crate::failure::Failure;
use crate::national::read_roots;

/// The largest file of a log: a full bundle of the longest leaves is below 80 KiB.
const LARGEST: usize = 1024 * 1024;
/// How long a server may take for one file.
const PATIENCE: Duration = Duration::from_secs(30);

/// The log at `place`, a folder or the address of its prefix (`https://code.example.cn/log`).
pub fn open(place: &str, ca: Option<&Path>) -> Result<Box<dyn Source>, Failure> {
    if place.starts_with("https://") || place.starts_with("http://") {
        return Ok(Box::new(Served::new(place, ca)?));
    }
    let folder = PathBuf::from(place);
    if folder.is_dir() {
        return Ok(Box::new(Folder(folder)));
    }
    Err(Failure::new(format!("{place} is neither a folder nor an address"))
        .advice("expected a folder with a copy of the log, or https://…/log"))
}

struct Folder(PathBuf);

impl Source for Folder {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        fs::read(self.0.join(path)).map_err(|error| unreadable(path, &error))
    }
}

fn unreadable(path: &str, error: &io::Error) -> SourceError {
    SourceError { path: path.to_owned(), why: error.to_string() }
}

/// A server. Commands are plain loops: each file is waited for.
struct Served {
    prefix: String,
    transport: Transport,
    runtime: Runtime,
}

impl Served {
    fn new(prefix: &str, ca: Option<&Path>) -> Result<Self, Failure> {
        let roots = match ca {
            Some(path) => read_roots(path, "--ca")?,
            None if prefix.starts_with("https://") => machine_roots()?,
            None => RootCertStore::empty(),
        };
        let transport =
            Transport::new(roots).map_err(|error| Failure::new(format!("cannot speak TLS: {error}")))?;
        let runtime = Runtime::new()
            .map_err(|error| Failure::new(format!("cannot start the threads of the program: {error}")))?;
        Ok(Self { prefix: prefix.trim_end_matches('/').to_owned(), transport, runtime })
    }
}

/// The authorities that this machine trusts.
fn machine_roots() -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(Failure::new("this machine has no certificates of authorities")
            .advice("install ca-certificates, or name the server's authority with --ca"));
    }
    Ok(roots)
}

impl Source for Served {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let address = format!("{}/{path}", self.prefix);
        let fetched = self
            .runtime
            .block_on(async { tokio::time::timeout(PATIENCE, self.transport.get(&address, LARGEST)).await });
        let why = match fetched {
            Ok(Ok(bytes)) => return Ok(bytes),
            Ok(Err(error)) => format!("{address}: {error}"),
            Err(_) => format!("{address}: no answer within {} seconds", PATIENCE.as_secs()),
        };
        Err(SourceError { path: path.to_owned(), why })
    }
}

/// The file that says how large a log is, and whose.
const CHECKPOINT: &str = "checkpoint";

/// Hands files on, and keeps each in a folder; the checkpoint last ([`Saving::finish`]), so that a folder with one holds all
/// that was read, and what was interrupted can be begun again.
pub struct Saving<'a> {
    source: &'a dyn Source,
    folder: PathBuf,
    checkpoint: Mutex<Option<Vec<u8>>>,
}

impl<'a> Saving<'a> {
    /// Into this folder, which is made if it is not there. What was shown earlier is never written over: it is what a fork
    /// is found with.
    pub fn new(source: &'a dyn Source, folder: &Path) -> Result<Self, Failure> {
        let kept = folder.join(CHECKPOINT);
        if kept.symlink_metadata().is_ok() {
            let kept = kept.display();
            let advice = format!("name a new folder; add --older {kept} to check that the log continues it");
            return Err(Failure::new(format!("{} holds a copy already", folder.display())).advice(advice));
        }
        fs::create_dir_all(folder).map_err(|error| Failure::file("make", folder, &error))?;
        Ok(Self { source, folder: folder.to_owned(), checkpoint: Mutex::default() })
    }

    /// Everything was read.
    pub fn finish(self) -> Result<(), Failure> {
        let read = self.checkpoint.into_inner().unwrap_or_else(PoisonError::into_inner);
        let kept = self.folder.join(CHECKPOINT);
        read.map_or(Ok(()), |bytes| fs::write(&kept, bytes))
            .map_err(|error| Failure::file("write", &kept, &error))
    }
}

impl Source for Saving<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let bytes = self.source.read(path)?;
        if path == CHECKPOINT {
            *self.checkpoint.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes.clone());
            return Ok(bytes);
        }
        let kept = self.folder.join(path);
        let write = || {
            fs::create_dir_all(kept.parent().unwrap_or(&self.folder))?;
            fs::write(&kept, &bytes)
        };
        write().map_err(|error| unreadable(path, &error))?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_that_was_kept_is_not_written_over() {
        let above = tempfile::tempdir().unwrap();
        let (served, folder) = (above.path().join("served"), above.path().join("kept"));
        fs::create_dir(&served).unwrap();
        fs::write(served.join("checkpoint"), "first").unwrap();
        let source = open(served.to_str().unwrap(), None).unwrap();
        let save = || Saving::new(&*source, &folder);
        for _interrupted in 0..2 {
            assert_eq!(save().unwrap().read("checkpoint").unwrap(), b"first");
        }
        let whole = save().unwrap();
        whole.read("checkpoint").unwrap();
        whole.finish().unwrap();
        fs::write(served.join("checkpoint"), "second").unwrap();
        let refused = save().err().unwrap().to_string();
        assert!(refused.contains("--older") && refused.contains("new folder"), "{refused}");
        assert_eq!(fs::read(folder.join("checkpoint")).unwrap(), b"first");
    }
}
