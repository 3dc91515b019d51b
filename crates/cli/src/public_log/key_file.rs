//! The file of an Ed25519 key: of the public log, or of a witness. The seed is sealed like the other private keys.

use std::path::Path;

use serde::{Deserialize, Serialize};
use transparency::{LogError, SigningKey, WitnessKey};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::passphrase::{Passphrase, Source};
use crate::private;
use crate::sealed::Lock;
use crate::system::OsEntropy;

/// The name of the file of the log's key in the folder of keys.
pub const FILE: &str = "log-key.json";

/// What a file of one kind of keys is.
pub trait Kind: Sized {
    /// The format of the file, which the seed is bound to as well.
    const FORMAT: &'static str;
    /// How the file is made, for advice.
    const MADE_BY: &'static str;
    /// The key of this seed.
    fn from_seed(name: &str, seed: &Zeroizing<[u8; 32]>) -> Result<Self, LogError>;
    /// Its public half as text: `NAME+ID+KEY`.
    fn public_text(&self) -> String;
}

impl Kind for SigningKey {
    const FORMAT: &'static str = "tongxing-log-key-1";
    const MADE_BY: &'static str = "tongxing log key";

    fn from_seed(name: &str, seed: &Zeroizing<[u8; 32]>) -> Result<Self, LogError> {
        Self::of_log(name, seed)
    }

    fn public_text(&self) -> String {
        self.public().to_string()
    }
}

impl Kind for WitnessKey {
    const FORMAT: &'static str = "tongxing-witness-key-1";
    const MADE_BY: &'static str = "tongxing log witness-key";

    fn from_seed(name: &str, seed: &Zeroizing<[u8; 32]>) -> Result<Self, LogError> {
        Self::new(name, seed)
    }

    fn public_text(&self) -> String {
        self.public().to_string()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileJson {
    format: String,
    name: String,
    /// The public half, as checkers are given it.
    key: String,
    lock: Lock,
    /// The seed, sealed for this format and this key.
    sealed: String,
}

/// Makes a key at `path`, and has it open. Never writes over a file.
pub fn make<K: Kind>(path: &Path, name: &str, passphrase: &Passphrase) -> Result<K, Failure> {
    let seed = Zeroizing::new((&OsEntropy as &dyn domain::Entropy).bytes::<32>());
    let key = K::from_seed(name, &seed)
        .map_err(|error| Failure::new(error.to_string()).advice("name the log as code.example.cn/log"))?;
    let lock = Lock::new(&OsEntropy);
    let sealing = lock.key(passphrase).expect("a lock made a moment ago is one");
    let public = key.public_text();
    let sealed = sealing.seal(&[K::FORMAT, &public], &*seed, &OsEntropy);
    let file = FileJson { format: K::FORMAT.to_owned(), name: name.to_owned(), key: public, lock, sealed };
    private::create(path, &(serde_json::to_string_pretty(&file).expect("plain data") + "\n"))?;
    Ok(key)
}

/// Opens the key of a file.
pub fn open<K: Kind>(path: &Path, passphrase: &Source) -> Result<K, Failure> {
    let file = read::<K>(path)?;
    let opened = file.lock.key(&passphrase.existing()?);
    let seed = opened.and_then(|key| key.open(&[K::FORMAT, &file.key], &file.sealed)).map_err(|error| {
        Failure::new(format!("the key in {} cannot be opened: {error}", path.display()))
            .advice("nothing was changed; it has the passphrase with which it was made")
    })?;
    let seed = <[u8; 32]>::try_from(&seed[..]).map(Zeroizing::new).map_err(|_| damaged::<K>(path))?;
    let key = K::from_seed(&file.name, &seed).map_err(|_| damaged::<K>(path))?;
    if key.public_text() == file.key { Ok(key) } else { Err(damaged::<K>(path)) }
}

/// The public half, for which no passphrase is needed.
pub fn public<K: Kind>(path: &Path) -> Result<String, Failure> {
    Ok(read::<K>(path)?.key)
}

fn read<K: Kind>(path: &Path) -> Result<FileJson, Failure> {
    let file: FileJson = serde_json::from_str(&private::read(path)?).map_err(|_| damaged::<K>(path))?;
    if file.format == K::FORMAT { Ok(file) } else { Err(damaged::<K>(path)) }
}

fn damaged<K: Kind>(path: &Path) -> Failure {
    Failure::new(format!("{} is not a file of format {:?}", path.display(), K::FORMAT))
        .advice(format!("restore it from its backup; such files are made with `{}`", K::MADE_BY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_with_its_passphrase_alone_and_as_its_kind_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, phrase) = (folder.path().join(FILE), folder.path().join("phrase"));
        let passphrase = Passphrase::new("five words nobody would expect".to_owned());
        let made: SigningKey = make(&path, "code.example/log", &passphrase).unwrap();
        private::create(&phrase, "five words nobody would expect\n").unwrap();
        let source = Source::new("the log's key", "--passphrase-file", Some(phrase.clone()));
        assert_eq!(open::<SigningKey>(&path, &source).unwrap().public(), made.public());
        assert_eq!(public::<SigningKey>(&path).unwrap(), made.public().to_string());
        assert!(open::<WitnessKey>(&path, &source).unwrap_err().to_string().contains("witness-key"));
        assert!(make::<SigningKey>(&path, "code.example/log", &passphrase).is_err(), "never written over");
        private::replace(&phrase, "five words anybody would expect\n").unwrap();
        assert!(open::<SigningKey>(&path, &source).unwrap_err().to_string().contains("passphrase"));
        let text = std::fs::read_to_string(&path).unwrap();
        private::replace(&path, &text.replace("code.example", "code.exampla")).unwrap();
        private::replace(&phrase, "five words nobody would expect\n").unwrap();
        assert!(open::<SigningKey>(&path, &source).is_err(), "name and key are bound to the seed");
        assert!(make::<SigningKey>(&folder.path().join("other"), "a name", &passphrase).is_err());
    }
}
