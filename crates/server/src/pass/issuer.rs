//! Who signs: the current signing key, and the trust list that names it to everybody else.
//!
//! `cli` loads the keys and makes the one [`Issuer`]; where a key lives is behind [`Signer`]. When the keys
//! change, `cli` puts another [`Signing`] in the place of the former at once, while requests go on: each
//! request works with one of them. The decision that matters: what cannot be loaded changes nothing. The
//! service goes on with the keys that it has, and says so.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use credential::{Format, KeyMaterial, PublicKey, Purpose, Seconds, Signer, TrustList, roots_json};
use domain::Timestamp;

use super::lists::{Lists, Published};

/// The key that signs now, and the list that goes with it.
pub struct Signing {
    name: String,
    signer: Arc<dyn Signer>,
    trust: TrustList,
    files: Option<TrustFiles>,
}

/// What checkers fetch: the trust list as the root key signed it, and the root's public key.
#[derive(Clone)]
pub struct TrustFiles {
    /// The list, a compact JWS (docs/pass-format.md, section 5).
    pub list: Published,
    /// The root keys, a JWK set.
    pub roots: Published,
}

impl TrustFiles {
    /// The files with this signed list, and these root keys.
    pub fn new(list: String, roots: &[PublicKey]) -> Self {
        Self {
            list: Published::new(list.into_bytes()),
            roots: Published::new(roots_json(roots).to_string().into_bytes()),
        }
    }
}

/// Signs passes and status lists in the name of one issuer.
pub struct Issuer {
    name: String,
    signing: RwLock<Arc<Signing>>,
    /// Since when the keys on disk are other ones than these, and could not be loaded.
    stale: Mutex<Option<Timestamp>>,
    /// The status lists as they were published last.
    pub(super) lists: Lists,
}

/// The keys do not fit: the service does not start with them, nor change to them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Checkers would refuse everything that this key signs.
    #[error("the trust list does not name the signing key for passes and status lists")]
    NotPublished,
    /// Nobody could tell whose it is.
    #[error("the trust list gives the signing key no issuer")]
    NoName,
    /// Passes that were issued would be somebody else's.
    #[error("the keys are those of the issuer {found:?}; this server is {expected:?}")]
    OtherIssuer {
        /// The name that this server has.
        expected: String,
        /// The name on the list.
        found: String,
    },
    /// An older list could name a key as good that was withdrawn since.
    #[error("the trust list has version {found}, and version {served} is served already")]
    Older {
        /// The version that is served.
        served: u64,
        /// The version of the list that was refused.
        found: u64,
    },
}

impl Signing {
    /// Signs with `signer`, and goes by `trust`, which names that key and the standby key with their validity.
    /// `files` is what checkers go by: made of the same by the root key, which is not here.
    pub fn new(
        signer: Arc<dyn Signer>,
        trust: TrustList,
        files: Option<TrustFiles>,
    ) -> Result<Self, IssuerError> {
        let kid = signer.key_id().0;
        let ours = KeyMaterial::P256(signer.public());
        let may = |purpose| {
            trust
                .named(&kid)
                .find(|(issuer, key)| key.material == ours && issuer.may(Format::Tongxing, purpose, None))
        };
        let (issuer, _) = may(Purpose::Pass).ok_or(IssuerError::NotPublished)?;
        may(Purpose::Status).ok_or(IssuerError::NotPublished)?;
        let name = issuer.name.clone().ok_or(IssuerError::NoName)?;
        Ok(Self { name, signer, trust, files })
    }

    /// The key that signs.
    pub fn signer(&self) -> &Arc<dyn Signer> {
        &self.signer
    }

    /// Whose signature counts here.
    pub fn trust(&self) -> &TrustList {
        &self.trust
    }

    /// What checkers are given, once a list has been signed.
    pub fn files(&self) -> Option<&TrustFiles> {
        self.files.as_ref()
    }

    /// The last second in which what is signed at `now` can be checked; `None` if the key may not sign then.
    pub fn good_until(&self, now: Seconds) -> Option<Seconds> {
        let kid = self.signer.key_id().0;
        self.trust.named(&kid).filter(|(_, key)| key.valid(now)).map(|(_, key)| key.not_after).max()
    }
}

impl Issuer {
    /// The name that passes carry as `iss`; it stays the same.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Key and list as they are now. A request that needs both asks once.
    pub fn signing(&self) -> Arc<Signing> {
        Arc::clone(&self.signing.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on signs with another key, or publishes another list. The status lists are signed anew when
    /// they are next asked for. Older lists and other issuers are refused, and nothing changes then.
    pub fn replace(&self, signing: Signing) -> Result<(), IssuerError> {
        if signing.name != self.name {
            return Err(IssuerError::OtherIssuer { expected: self.name.clone(), found: signing.name });
        }
        let mut now = self.signing.write().unwrap_or_else(PoisonError::into_inner);
        let (served, found) = (now.trust.version(), signing.trust.version());
        if found < served {
            return Err(IssuerError::Older { served, found });
        }
        *now = Arc::new(signing);
        drop(now);
        *self.stale.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// The keys on disk could not be loaded at `at`: the service goes on with those that it has.
    pub fn could_not_reload(&self, at: Timestamp) {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(at);
    }

    /// Since when the keys on disk cannot be loaded; `None` while all is well.
    pub fn stale_since(&self) -> Option<Timestamp> {
        *self.stale.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Signing> for Issuer {
    fn from(signing: Signing) -> Self {
        Self {
            name: signing.name.clone(),
            signing: RwLock::new(Arc::new(signing)),
            stale: Mutex::default(),
            lists: Lists::default(),
        }
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signing({}, {})", self.name, self.signer.key_id())
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({:?})", self.signing())
    }
}
