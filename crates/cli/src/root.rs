//! The root key, which signs the trust list and nothing else.
//!
//! Used by `tongxing trust` and by whatever publishes the list anew (a change of our own keys). Checkers are given
//! its public half, or its fingerprint, with their installation. The decision that matters: it lies in a file of
//! its own, sealed like the signing keys, and is opened for one signature at a time; so it can be kept away from
//! the server (`--root-key`), where the list is then signed by hand within each thirty days.

use std::path::Path;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use credential::{Es256Key, PublicKey, Signer as _, read_roots, roots_json};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::passphrase::Passphrase;
use crate::private;
use crate::sealed::Lock;
use crate::system::OsEntropy;

/// The name of its file in the folder of keys.
pub const FILE: &str = "root-key.json";
/// The name of the file of its public half, as checkers are given it.
pub const PUBLIC_FILE: &str = "root.json";
const FORMAT: &str = "tongxing-root-key-1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileJson {
    format: String,
    kid: String,
    lock: Lock,
    /// The PKCS#8 form, sealed for this format and this kid.
    sealed: String,
}

/// Makes a root key at `path`, and has it open.
pub fn make(path: &Path, passphrase: &Passphrase) -> Result<Es256Key, Failure> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let pkcs8 = pair.and_then(|pair| Ok(Zeroizing::new(pair.to_pkcs8v1()?.as_ref().to_vec())));
    let pkcs8 = pkcs8.expect("a machine without randomness can keep no secret: stop");
    let key = Es256Key::from_pkcs8(&pkcs8).expect("a key made a moment ago is one");
    let kid = key.key_id().to_string();
    let lock = Lock::new(&OsEntropy);
    let sealing = lock.key(passphrase).expect("a lock made a moment ago is one");
    let sealed = sealing.seal(&[FORMAT, &kid], &pkcs8, &OsEntropy);
    let file = FileJson { format: FORMAT.to_owned(), kid, lock, sealed };
    private::create(path, &(serde_json::to_string_pretty(&file).expect("plain data") + "\n"))?;
    Ok(key)
}

/// Says what to do where there is no root key.
pub fn refuse_missing(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    Err(Failure::new(format!("there is no root key at {}", path.display())).advice(
        "make one with `tongxing trust init`, or say where it is kept with --root-key (TONGXING_ROOT_KEY)",
    ))
}

/// Opens the root key for signing.
pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Es256Key, Failure> {
    refuse_missing(path)?;
    let damaged = || {
        Failure::new(format!("{} is not a file of format {FORMAT:?}", path.display()))
            .advice("restore it from its backup")
    };
    let file: FileJson = serde_json::from_str(&private::read(path)?).map_err(|_| damaged())?;
    if file.format != FORMAT {
        return Err(damaged());
    }
    let opened = file.lock.key(passphrase).and_then(|key| key.open(&[FORMAT, &file.kid], &file.sealed));
    let pkcs8 = opened.map_err(|error| {
        Failure::new(format!("the root key cannot be opened: {error}")).advice("nothing was changed")
    })?;
    let key = Es256Key::from_pkcs8(&pkcs8).map_err(|_| damaged())?;
    if key.key_id().to_string() == file.kid { Ok(key) } else { Err(damaged()) }
}

/// The root keys of a file that checkers are given.
pub fn read_public(path: &Path) -> Result<Vec<PublicKey>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    read_roots(&text).map_err(|error| {
        Failure::new(format!("cannot use {}: {error}", path.display()))
            .advice("expected the root's public key: a JWK or a JWK set, as `tongxing trust root` prints it")
    })
}

/// The text of that file.
pub fn public_text(roots: &[PublicKey]) -> String {
    serde_json::to_string_pretty(&roots_json(roots)).expect("plain data") + "\n"
}

/// What people compare when they are given a root key: the whole SHA-256 JWK thumbprint, in groups of four.
pub fn fingerprint(root: &PublicKey) -> String {
    let hex: Vec<String> =
        root.thumbprint().chunks(2).map(|pair| format!("{:02x}{:02x}", pair[0], pair[1])).collect();
    hex.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned())
    }

    #[test]
    fn it_opens_with_its_passphrase_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        assert!(open(&path, &phrase("a")).unwrap_err().to_string().contains("tongxing trust init"));
        let public = make(&path, &phrase("five words nobody would expect")).unwrap().public();
        let key = open(&path, &phrase("five words nobody would expect")).unwrap();
        assert_eq!(key.public(), public);
        assert!(public.verify(b"list", &key.sign(b"list").unwrap()));
        let wrong = open(&path, &phrase("five words anybody would expect")).unwrap_err().to_string();
        assert!(wrong.contains("passphrase"), "{wrong}");
        assert!(make(&path, &phrase("another")).unwrap_err().to_string().contains("exists already"));
        let text = std::fs::read_to_string(&path).unwrap();
        for (from, to) in [("root-key-1", "root-key-2"), ("\"kid\": \"", "\"kid\": \"A"), ("{", "[")] {
            std::fs::remove_file(&path).unwrap();
            private::create(&path, &text.replacen(from, to, 1)).unwrap();
            assert!(open(&path, &phrase("five words nobody would expect")).is_err(), "{to}");
        }
    }

    #[test]
    fn its_public_half_is_handed_on_and_compared() {
        let folder = tempfile::tempdir().unwrap();
        let key = make(&folder.path().join(FILE), &phrase("five words nobody would expect")).unwrap();
        let public = key.public();
        let path = folder.path().join(PUBLIC_FILE);
        std::fs::write(&path, public_text(std::slice::from_ref(&public))).unwrap();
        assert_eq!(read_public(&path).unwrap(), std::slice::from_ref(&public));
        let shown = fingerprint(&public);
        assert_eq!((shown.len(), shown.split(' ').count()), (79, 16), "{shown}");
        std::fs::write(&path, "{}").unwrap();
        assert!(read_public(&path).unwrap_err().to_string().contains("JWK"));
    }
}
