//! Files that only the user who runs the service may read: keys.
//!
//! Reading refuses a file that others could have read or changed; making never writes over a file; replacing
//! does so at once. Either leaves a whole file or nothing new, whenever the machine stops.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::stop_at;

const OTHERS: u32 = 0o077;
const MAX_FILE: u64 = 1024 * 1024;

/// Makes a folder with mode 0700 (and those above it), or makes sure that an existing one is private.
pub fn folder(path: &Path) -> Result<(), Failure> {
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        fs::create_dir_all(above).map_err(|error| Failure::file("make", above, &error))?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => existing(path),
        Err(error) => Err(Failure::file("make", path, &error)),
    }
}

fn existing(path: &Path) -> Result<(), Failure> {
    let found = fs::metadata(path).map_err(|error| Failure::file("read", path, &error))?;
    let shown = path.display();
    if !found.is_dir() {
        return Err(Failure::new(format!("{shown} is not a folder")).advice("name another folder"));
    }
    let mode = found.permissions().mode() & 0o7777;
    if mode & OTHERS != 0 {
        return Err(Failure::new(format!("the folder {shown} has mode {mode:04o}: others may look into it"))
            .advice(format!("run `chmod 700 {shown}`")));
    }
    Ok(())
}

/// The content of a private file.
pub fn read(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let failed = |error: io::Error| Failure::file("read", path, &error);
    let file = File::open(path).map_err(failed)?;
    // The mode of the opened file, not of the path: nobody can swap it in between.
    let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
    if mode & OTHERS != 0 {
        let shown = path.display();
        return Err(Failure::new(format!(
            "{shown} has mode {mode:04o}: others may have read the keys in it"
        ))
        .advice(format!("run `chmod 600 {shown}`; if others did use this machine, make new keys")));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_FILE).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}

/// Makes a file with mode 0600; refuses if there is one. Durable when this returns.
pub fn create(path: &Path, content: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::file("make", path, &error);
    let unfinished = write_beside(path, content).map_err(failed)?;
    // Unlike renaming, linking fails where there is a file already.
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished).map_err(failed)?;
    linked.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::new(format!("{} exists already", path.display()))
            .advice("keys are never written over: what they sealed or signed could not be used any more"),
        _ => failed(error),
    })?;
    sync_folder(path).map_err(failed)
}

/// Puts a file with mode 0600 in the place of another, at once: whenever the machine stops, a reader finds
/// the whole of the former or the whole of the new. Durable when this returns. The caller holds the lock of
/// whatever the file belongs to.
pub fn replace(path: &Path, content: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::file("write", path, &error);
    let unfinished = write_beside(path, content).map_err(failed)?;
    fs::rename(unfinished, path).map_err(failed)?;
    stop_at::reach("renamed");
    sync_folder(path).map_err(failed)
}

/// Writes the content to a file beside `path`, durable before anybody is led to it.
fn write_beside(path: &Path, content: &str) -> io::Result<PathBuf> {
    let unfinished = clear_unfinished(path)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let (first, rest) = content.as_bytes().split_at(content.len() / 2);
    file.write_all(first)?;
    stop_at::reach("half-written");
    file.write_all(rest)?;
    stop_at::reach("written");
    file.sync_all()?;
    stop_at::reach("synchronised");
    Ok(unfinished)
}

/// Removes what an interrupted attempt has left beside `path`; its name is free now.
pub fn clear_unfinished(path: &Path) -> io::Result<PathBuf> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = PathBuf::from(unfinished);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(unfinished),
    }
}

/// The name must survive a power cut as well as the content.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn a_private_file_is_made_once_and_read_back() {
        let above = tempfile::tempdir().unwrap();
        let keys = above.path().join("a/keys");
        folder(&keys).unwrap();
        folder(&keys).unwrap();
        assert_eq!(mode(&keys), 0o700);
        let path = keys.join("one");
        // What an interrupted attempt has left does not stand in the way.
        fs::write(keys.join("one.unfinished"), "hal").unwrap();
        create(&path, "secret").unwrap();
        assert_eq!(mode(&path), 0o600);
        assert_eq!(*read(&path).unwrap(), "secret");
        let refused = create(&path, "other").unwrap_err().to_string();
        assert!(refused.contains("exists already"), "{refused}");
        assert_eq!(*read(&path).unwrap(), "secret");
        assert_eq!(fs::read_dir(&keys).unwrap().count(), 1);
        fs::write(keys.join("one.unfinished"), "hal").unwrap();
        replace(&path, "another").unwrap();
        assert_eq!((mode(&path), read(&path).unwrap().as_str()), (0o600, "another"));
        assert_eq!(fs::read_dir(&keys).unwrap().count(), 1);
    }

    #[test]
    fn what_others_may_read_is_refused_with_the_way_out() {
        let above = tempfile::tempdir().unwrap();
        let path = above.path().join("one");
        create(&path, "secret").unwrap();
        for others in [0o640, 0o604, 0o620, 0o601] {
            fs::set_permissions(&path, Permissions::from_mode(others)).unwrap();
            let refused = read(&path).unwrap_err().to_string();
            assert!(refused.contains("chmod 600") && !refused.contains("secret"), "{refused}");
        }
        let open = above.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, Permissions::from_mode(0o755)).unwrap();
        assert!(folder(&open).unwrap_err().to_string().contains("chmod 700"));
        assert!(folder(&path).unwrap_err().to_string().contains("not a folder"));
    }
}
