//! The signed list as it lies in the folder, and the root that signed it.

use std::collections::BTreeSet;
use std::path::Path;

use credential::{Issuer, KeyState, PublicKey, Purpose, Seconds, SignedTrustList, TrustList, TrustedKey};

use super::{SIGNED_FILE, file};
use crate::failure::Failure;
use crate::root;

/// The published list.
#[derive(Debug)]
pub struct Published {
    /// The compact JWS.
    pub text: String,
    /// What it says; signed by the root, whether or not it is still good.
    pub list: TrustList,
    /// The root's public key, as checkers are given it.
    pub roots: Vec<PublicKey>,
}

impl Published {
    /// Reads it and checks the signature; `None` where nothing was ever published.
    pub fn read(folder: &Path) -> Result<Option<Self>, Failure> {
        let path = folder.join(SIGNED_FILE);
        if !path.exists() {
            return Ok(None);
        }
        let text = file::read(&path)?;
        let roots = root::read_public(&folder.join(root::PUBLIC_FILE))?;
        let list = SignedTrustList::parse(&text).and_then(|signed| signed.signed_by(&roots));
        let list = list.map_err(|error| {
            Failure::new(format!("cannot use {}: {error}", path.display()))
                .advice("sign it anew with `tongxing trust sign`")
        })?;
        Ok(Some(Self { text, list, roots }))
    }

    /// Whether it says of our own keys what `own` says. It does not where a change of keys was cut off before the
    /// list was signed, where the root key is kept elsewhere, or where the list is from before our keys had a purpose.
    pub fn says(&self, own: &Issuer) -> bool {
        let states = |issuer: &Issuer| -> BTreeSet<(Vec<u8>, bool)> {
            issuer.keys.iter().map(|key| (key.kid.clone(), key.state == KeyState::Withdrawn)).collect()
        };
        let mut published = self.list.issuers().iter();
        published.any(|issuer| {
            issuer.format == own.format
                && issuer.name == own.name
                && states(issuer) == states(own)
                && own.purposes.iter().all(|purpose| issuer.purposes.contains(purpose))
        })
    }

    /// What it does not let the key `kid` sign in the name of `own` at `now`, of what devices at checkpoints go by:
    /// passes, status lists, and their settings (purpose `rules`). An ended list lets nobody sign anything.
    pub fn lacks(&self, own: &Issuer, kid: &[u8], now: Seconds) -> Vec<Purpose> {
        let counts = |key: &TrustedKey| {
            key.kid == kid
                && key.state == KeyState::Active
                && (key.not_before..=key.not_after).contains(&now)
                && now <= self.end()
        };
        let may = |purpose: &Purpose| {
            let mut issuers = self.list.issuers().iter();
            issuers.any(|issuer| {
                issuer.may(own.format, *purpose, own.name.as_deref()) && issuer.keys.iter().any(counts)
            })
        };
        [Purpose::Pass, Purpose::Status, Purpose::Rules].into_iter().filter(|purpose| !may(purpose)).collect()
    }

    /// From when on checkers refuse it.
    pub fn end(&self) -> Seconds {
        self.list.expires().expect("a signed list without an end is refused")
    }
}
