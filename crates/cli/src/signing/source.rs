//! The signing keys of a server: read from their folder at start, and again whenever it changes.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use credential::{Issuer, Seconds, TRUST_LIFE, TrustList, rfc3339};
use server::pass::{Signing, TrustFiles};

use super::Home;
use super::folder::{self, FILE, Held};
use super::opening::Opener;
use crate::failure::Failure;
use crate::public_log::key_file;
use crate::root;
use crate::trust_store::{self, Publication, Published, TrustStore};

/// The published list is signed anew when it has no longer than this to go: two thirds of its life, so that
/// checkers without network for weeks have one that lasts, and a failure has weeks to be noticed in.
const RENEW_BEFORE: Seconds = TRUST_LIFE / 3 * 2;

/// Where a server's keys come from.
#[derive(Debug)]
pub struct KeySource {
    folder: PathBuf,
    opener: Opener,
}

/// What tells one state of the folder from another, without reading it: each replacement is a new file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp([Option<[i64; 4]>; 3]);

impl KeySource {
    /// The keys in `folder`, opened with `opener`.
    pub fn new(folder: PathBuf, opener: Opener) -> Self {
        Self { folder, opener }
    }

    /// How the folder looks now. Take it before [`KeySource::load`]: a change in between is then seen.
    pub fn stamp(&self) -> Stamp {
        Stamp([FILE, trust_store::FILE, trust_store::SIGNED_FILE].map(|name| {
            let file = std::fs::metadata(self.folder.join(name)).ok()?;
            Some([file.ino().cast_signed(), file.size().cast_signed(), file.mtime(), file.mtime_nsec()])
        }))
    }

    /// The key that signs, whom it trusts, and what was published of that. Takes a moment: the passphrase is
    /// made slow on purpose.
    pub fn load(&self, now: Seconds) -> Result<Signing, Failure> {
        let (keys, store) = (folder::load(&self.folder)?, TrustStore::load(&self.folder)?);
        let signer = self.opener.signer(&keys, now)?;
        let issuers = std::iter::once(keys.issuer_entry()).chain(store.issuers()).collect();
        // Both numbers only grow, so an older file of either is noticed.
        let trust = TrustList::new(keys.version() + store.version(), now, issuers);
        let published = Published::read(&self.folder)?;
        if published.as_ref().is_some_and(|published| !published.says(&keys.issuer_entry())) {
            tracing::warn!(
                "the published trust list does not say how the signing keys stand: sign it with `tongxing trust sign`"
            );
        }
        warn_for_devices(published.as_ref(), &keys.issuer_entry(), &signer.key_id().0, now);
        let files = published.map(|published| TrustFiles::new(published.text, &published.roots));
        Signing::new(signer, trust, files)
            .map_err(|error| Failure::new(format!("the signing keys cannot be used: {error}")))
    }

    /// The key of the public log; none where it was not made.
    pub fn log_key(&self) -> Result<Option<transparency::SigningKey>, Failure> {
        let path = self.folder.join(key_file::FILE);
        if !path.exists() {
            return Ok(None);
        }
        // A server that signs with a key in a token starts with a PIN alone: nobody is at its terminal. What else is in
        // the file does not matter: its lock stays after a move to a token, and so may a sealed standby key.
        let needs_passphrase = matches!(folder::load(&self.folder)?.current().home, Home::Sealed(_));
        if !needs_passphrase && !self.opener.passphrase().is_file() {
            tracing::warn!(
                "the key of the public log is sealed, and no passphrase file is named: it does not sign"
            );
            return Ok(None);
        }
        key_file::open(&path, self.opener.passphrase()).map(Some)
    }

    /// Signs the published list anew where it soon ends, if the root key is here: nobody has to think of it. Gives
    /// what was published; an answer in words says why there was nothing to do but that a person should do it.
    pub fn renew(&self, now: Seconds) -> Result<Option<Publication>, Failure> {
        let advice = "sign it with `tongxing trust sign`; where there is no root key, make it with `tongxing trust init`";
        let Some(published) = Published::read(&self.folder)? else {
            return Err(
                Failure::new("no trust list is published: checkers have nothing to go by").advice(advice)
            );
        };
        if published.end() > now.saturating_add(RENEW_BEFORE) {
            return Ok(None);
        }
        let path = self.folder.join(root::FILE);
        if !path.exists() {
            let end = rfc3339(published.end());
            return Err(Failure::new(format!("the trust list ends at {end}, and the root key is not here"))
                .advice(advice));
        }
        let _held = Held::take(&self.folder)?;
        let (keys, root) =
            (folder::load(&self.folder)?, root::open(&path, &self.opener.passphrase().existing()?)?);
        TrustStore::load(&self.folder)?.republish(&keys.issuer_entry(), &root, now).map(Some)
    }
}

/// Devices at checkpoints go by the published list alone: what it lacks, they refuse, and no page here would show it.
fn warn_for_devices(published: Option<&Published>, own: &Issuer, kid: &[u8], now: Seconds) {
    let Some(published) = published else {
        return tracing::warn!(
            "no trust list is published: devices at checkpoints cannot work; make one with `tongxing trust init`"
        );
    };
    let lacks = published.lacks(own, kid, now);
    if !lacks.is_empty() {
        tracing::warn!(
            ?lacks,
            "devices at checkpoints refuse what this server signs: the published trust list does not allow it for \
             these purposes, or has ended; sign it with `tongxing trust sign`"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passphrase::{Passphrase, Source};
    use crate::private;
    use crate::sealed::Lock;
    use crate::signing::opening::new_sealed;
    use crate::signing::{NewKey, SigningKeys, TokenPlace};
    use crate::system::OsEntropy;

    const PHRASE: &str = "words for a test only";

    /// After `keys add-standby --pkcs11` and `keys rotate` the lock is still in the file, and a sealed standby key may be.
    #[test]
    fn a_server_whose_key_moved_to_a_token_starts_without_a_passphrase_and_does_not_sign_the_log() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().to_owned();
        let (lock, passphrase) = (Lock::new(&OsEntropy), Passphrase::new(PHRASE.to_owned()));
        let sealing = lock.key(&passphrase).unwrap();
        let in_token = || {
            let place = TokenPlace { module: "module.so".into(), label: "passes".into(), id: "01".into() };
            NewKey { home: Home::Token(place), ..new_sealed(&sealing) }
        };
        let made: transparency::SigningKey =
            key_file::make(&folder.join(key_file::FILE), "code.example/log", &passphrase).unwrap();
        let phrase = above.path().join("phrase");
        private::create(&phrase, PHRASE).unwrap();
        let source = |file: Option<&PathBuf>| {
            let passphrase = Source::new("the keys", "--passphrase-file", file.cloned());
            KeySource::new(folder.clone(), Opener::new(passphrase, Source::pin("--pin-file", None)))
        };
        for standby in [in_token(), new_sealed(&sealing)] {
            let keys = SigningKeys::first("CN-HB", Some(lock.clone()), in_token(), standby, 1_795_420_800);
            private::replace(&folder.join(FILE), &keys.serialise()).unwrap();
            assert!(source(None).log_key().unwrap().is_none());
            let opened = source(Some(&phrase)).log_key().unwrap().unwrap();
            assert_eq!(opened.public(), made.public());
        }
    }
}
