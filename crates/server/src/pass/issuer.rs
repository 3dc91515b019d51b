//! Who signs: the current signing key, and the trust list that names it to everybody else.
//!
//! `cli` loads the keys and makes the one [`Issuer`]; where a key lives is behind [`Signer`].

use std::fmt;
use std::sync::Arc;

use credential::{Format, KeyMaterial, Purpose, Seconds, Signer, TrustList};

use super::lists::{Lists, Published};

/// Signs passes and status lists in the name of one issuer.
pub struct Issuer {
    name: String,
    signer: Arc<dyn Signer>,
    trust: TrustList,
    trust_list: Published,
    /// The status lists as they were published last.
    pub(super) lists: Lists,
}

/// The keys do not fit together: the service does not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Checkers would refuse everything that this key signs.
    #[error("the trust list does not name the signing key for passes and status lists")]
    NotPublished,
    /// Nobody could tell whose it is.
    #[error("the trust list gives the signing key no issuer")]
    NoName,
}

impl Issuer {
    /// Signs with `signer`; publishes `trust`, which names that key and the standby key with their validity.
    pub fn new(signer: Arc<dyn Signer>, trust: TrustList) -> Result<Self, IssuerError> {
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
        let json = serde_json::to_vec(&trust.to_json()).expect("a trust list is plain data");
        Ok(Self { name, signer, trust_list: Published::new(json), trust, lists: Lists::default() })
    }

    /// The name that passes carry as `iss`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key that signs now.
    pub fn signer(&self) -> &Arc<dyn Signer> {
        &self.signer
    }

    /// The last second in which what is signed at `now` can be checked; `None` if the key may not sign then.
    pub fn good_until(&self, now: Seconds) -> Option<Seconds> {
        let kid = self.signer.key_id().0;
        self.trust.named(&kid).filter(|(_, key)| key.valid(now)).map(|(_, key)| key.not_after).max()
    }

    /// Whose signature counts here.
    pub fn trust(&self) -> &TrustList {
        &self.trust
    }

    /// The published trust list, as JSON.
    pub fn trust_list(&self) -> &Published {
        &self.trust_list
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({}, {})", self.name, self.signer.key_id())
    }
}
