//! Whom this installation trusts beside itself, and the signed list that it publishes.
//!
//! Used by `tongxing trust`, by the server, and by `tongxing keys` when our own keys change. What was imported and
//! what was withdrawn is one file (`trust.json`); what is published is another (`trust.jws`), made of it and of
//! our own keys' entry. The decision that matters: a withdrawal is kept apart from the key, by the key's
//! thumbprint, and applied each time the list is made. So no import brings a withdrawn key back, not under
//! another kid, certificate or issuer.
//!
//! Architecture invariant: versions never go back. The number is written before the list that carries it.

mod file;
mod ledger;
mod published;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{
    Format, Issuer, KeyState, Purpose, Seconds, Signer, TRUST_LIFE, Taken, TrustList, TrustedKey, rfc3339,
    sign_trust_list,
};

pub use self::ledger::{Ledger, Withdrawal, Withdrawn};
pub use self::published::Published;
use crate::failure::Failure;
use crate::passphrase::Passphrase;
use crate::{private, root};

/// The name of the file of what was imported and withdrawn, in the folder of keys.
pub const FILE: &str = "trust.json";
/// The name of the file of the signed list, beside it.
pub const SIGNED_FILE: &str = "trust.jws";

/// What was imported and withdrawn, and the number of the last list.
#[derive(Debug, PartialEq, Eq)]
pub struct TrustStore {
    folder: PathBuf,
    version: u64,
    /// Without our own entry; every key active, since withdrawals are in the ledger.
    issuers: Vec<Issuer>,
    ledger: Ledger,
}

/// A list that has just been published.
#[derive(Debug)]
pub struct Publication {
    /// Its number.
    pub version: u64,
    /// From when on it is good for nothing.
    pub expires: Seconds,
}

/// Makes the root key of an installation and signs its first list; says in words what was made.
pub fn begin(
    folder: &Path,
    root_key: &Path,
    own: &Issuer,
    passphrase: &Passphrase,
    now: Seconds,
) -> Result<String, Failure> {
    let key = root::make(root_key, passphrase)?;
    let public = [key.public()];
    private::replace(&folder.join(root::PUBLIC_FILE), &root::public_text(&public))?;
    let published = TrustStore::load(folder)?.republish(own, &key, now)?;
    Ok(format!(
        "made {}: root key {}, which signs the trust list, sealed with the passphrase\n\
         The root key's fingerprint, for everybody who checks passes (`tongxing trust root` shows it again):\n  \
         {}\n{}",
        root_key.display(),
        key.key_id(),
        root::fingerprint(&public[0]),
        published.said(),
    ))
}

impl Publication {
    /// What was published, in words.
    pub fn said(&self) -> String {
        format!(
            "published version {} of the trust list, good until {}\n",
            self.version,
            rfc3339(self.expires)
        )
    }
}

/// What became of a key that an import brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    /// It was not there.
    New,
    /// It was; its dates and usages are those of the import now.
    Known,
    /// It has been withdrawn, and stays so.
    Withdrawn,
}

impl TrustStore {
    /// Reads the file of a folder of keys; one that is not there yet holds nothing.
    pub fn load(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        if !path.exists() {
            if folder.join(SIGNED_FILE).exists() {
                // Withdrawals and the number of the last list would be forgotten.
                return Err(Failure::new(format!("{} is gone, and a list was published", path.display()))
                    .advice("restore it from its backup"));
            }
            return Ok(Self {
                folder: folder.to_owned(),
                version: 0,
                issuers: Vec::new(),
                ledger: Ledger::default(),
            });
        }
        let text = file::read(&path)?;
        file::parse(folder, &text).map_err(|error| {
            Failure::new(format!("cannot use {}: {error}", path.display()))
                .advice("restore it from its backup")
        })
    }

    /// The number of the last list.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Every withdrawal, the first one first.
    pub fn withdrawals(&self) -> &[Withdrawal] {
        self.ledger.entries()
    }

    /// Others' keys as the list names them: withdrawn ones as withdrawn.
    pub fn issuers(&self) -> Vec<Issuer> {
        let mut issuers = self.issuers.clone();
        for issuer in &mut issuers {
            for key in &mut issuer.keys {
                if self.ledger.covers(issuer.name.as_deref(), &key.thumbprint()) {
                    key.state = KeyState::Withdrawn;
                }
            }
        }
        issuers
    }

    /// The list as it would be published now, under the number of the last one: what the server itself goes by.
    pub fn list(&self, own: &Issuer, now: Seconds) -> TrustList {
        let issuers = std::iter::once(own.clone()).chain(self.issuers()).collect();
        TrustList::new(self.version, now, issuers)
    }

    /// Takes keys in, each under its issuer. A key that is there already gets the dates of the new one. Without
    /// `purposes` an issuer keeps those that it has, and a new one may sign passes.
    pub fn add(&mut self, format: Format, purposes: &[Purpose], taken: Vec<Taken>) -> Vec<Addition> {
        let mut additions = Vec::with_capacity(taken.len());
        for Taken { issuer, key, .. } in taken {
            let withdrawn = self.ledger.covers(Some(&issuer), &key.thumbprint());
            let entry = self.entry(format, purposes, issuer);
            let same =
                |known: &&mut TrustedKey| known.kid == key.kid && known.thumbprint() == key.thumbprint();
            let known = entry.keys.iter_mut().find(same).map(|known| *known = key.clone()).is_some();
            if !known {
                entry.keys.push(key);
            }
            additions.push(match (withdrawn, known) {
                (true, _) => Addition::Withdrawn,
                (false, true) => Addition::Known,
                (false, false) => Addition::New,
            });
        }
        additions
    }

    fn entry(&mut self, format: Format, purposes: &[Purpose], name: String) -> &mut Issuer {
        let same = |issuer: &Issuer| issuer.format == format && issuer.name.as_deref() == Some(&name);
        let at = self.issuers.iter().position(same).unwrap_or_else(|| {
            let (name, keys) = (Some(name), Vec::new());
            self.issuers.push(Issuer { name, format, purposes: Vec::new(), keys });
            self.issuers.len() - 1
        });
        let entry = &mut self.issuers[at];
        if !purposes.is_empty() {
            entry.purposes = purposes.to_vec();
        } else if entry.purposes.is_empty() {
            entry.purposes.push(Purpose::Pass);
        }
        entry
    }

    /// Removes what an import that is complete does not bring any more: every key of the format (and of the
    /// issuer, if one is named) that is not among `taken`. Gives the number of keys that went.
    pub fn keep_only(&mut self, format: Format, issuer: Option<&str>, taken: &[Taken]) -> usize {
        let kept: HashSet<_> = taken
            .iter()
            .map(|Taken { issuer, key, .. }| (issuer.as_str(), &*key.kid, key.thumbprint()))
            .collect();
        let mut gone = 0;
        for entry in &mut self.issuers {
            let name = entry.name.as_deref().unwrap_or_default();
            if entry.format != format || issuer.is_some_and(|issuer| issuer != name) {
                continue;
            }
            let before = entry.keys.len();
            // A withdrawn key stays, or checkers would not learn of it.
            let ledger = &self.ledger;
            entry.keys.retain(|key| {
                let thumbprint = key.thumbprint();
                kept.contains(&(name, &*key.kid, thumbprint)) || ledger.covers(Some(name), &thumbprint)
            });
            gone += before - entry.keys.len();
        }
        self.issuers.retain(|entry| !entry.keys.is_empty());
        gone
    }

    /// Withdraws a key (by its kid or its thumbprint, in base64url, or by its kid as text) or an issuer (by its
    /// name), for good. Gives the number of keys on the list that this concerns.
    pub fn withdraw(&mut self, what: &str, reason: &str, now: Seconds) -> Result<usize, Failure> {
        let keys = || self.issuers.iter().flat_map(|issuer| &issuer.keys);
        let thumbprints: BTreeSet<[u8; 32]> =
            keys().filter(|key| is_called(key, what)).map(TrustedKey::thumbprint).collect();
        let concerned = match thumbprints.iter().collect::<Vec<_>>()[..] {
            [one] => {
                self.ledger.withdraw_key(*one, reason, now);
                keys().filter(|key| key.thumbprint() == *one).count()
            }
            [] => {
                let theirs = |issuer: &&Issuer| issuer.name.as_deref() == Some(what);
                let concerned = self.issuers.iter().filter(theirs).map(|issuer| issuer.keys.len()).sum();
                if concerned == 0 {
                    return Err(Failure::new(format!("the list has neither a key nor an issuer {what:?}"))
                        .advice(
                            "see `tongxing trust list`; a signer that was only ever vouched for by its authority is \
                             imported first, from its certificate; our own keys are withdrawn with `tongxing keys`",
                        ));
                }
                self.ledger.withdraw_issuer(what, reason, now);
                concerned
            }
            _ => {
                let names: Vec<String> =
                    thumbprints.iter().map(|print| URL_SAFE_NO_PAD.encode(print)).collect();
                return Err(Failure::new(format!("several keys are called {what:?}"))
                    .advice(format!("name one by its thumbprint: {}", names.join(", "))));
            }
        };
        Ok(concerned)
    }

    /// Signs the list anew under the next number, and puts it in the place of the former one. `own` is our own
    /// entry. Also stores what was added and withdrawn; the caller holds the lock of the folder.
    pub fn republish(
        &mut self,
        own: &Issuer,
        root: &dyn Signer,
        now: Seconds,
    ) -> Result<Publication, Failure> {
        self.refuse_ours(own)?;
        // The number first: a list that got out must never be followed by another one of its number.
        self.version += 1;
        private::replace(&self.folder.join(FILE), &file::text(self))?;
        let expires = now.saturating_add(TRUST_LIFE);
        let list = self.list(own, now).until(expires);
        let signed = sign_trust_list(&list, root).map_err(|error| {
            Failure::new(error.to_string()).advice("the published list is still the former one; sign again")
        })?;
        private::replace(&self.folder.join(SIGNED_FILE), &signed)?;
        Ok(Publication { version: self.version, expires })
    }

    /// Continues above a number that checkers have already seen: after a backup has been restored.
    pub fn continue_above(&mut self, version: u64) {
        self.version = self.version.max(version);
    }

    /// Our own keys are named by our own entry alone: there they are rotated and withdrawn.
    fn refuse_ours(&self, own: &Issuer) -> Result<(), Failure> {
        let ours = |key: &TrustedKey| own.keys.iter().any(|own| own.thumbprint() == key.thumbprint());
        let stranger = |issuer: &Issuer| {
            (issuer.format == own.format && issuer.name == own.name) || issuer.keys.iter().any(ours)
        };
        if self.issuers.iter().any(stranger) {
            return Err(Failure::new(
                "the import holds keys of this installation, or of an issuer of its name",
            )
            .advice("our own keys stand on the list by themselves; see `tongxing keys`"));
        }
        Ok(())
    }
}

fn is_called(key: &TrustedKey, what: &str) -> bool {
    URL_SAFE_NO_PAD.encode(&key.kid) == what
        || URL_SAFE_NO_PAD.encode(key.thumbprint()) == what
        || std::str::from_utf8(&key.kid) == Ok(what)
}
