//! The signed status list (draft-ietf-oauth-status-list, "Status List Token"), as a CWT or a JWT.
//!
//! Whoever issues passes signs it; whoever checks them keeps the ones that verify in a [`StatusLists`].
//! Decisions: a list answers only for passes of the issuer whose key signed it, only under its own address,
//! and never later than a day after it was signed, whatever it says of itself. A list up to five minutes
//! newer than the checker's clock is taken; what is newer means that the clock is wrong.

mod cwt;
mod jwt;

use std::collections::HashMap;
use std::sync::Arc;

use crate::Seconds;
use crate::authenticity::Asked;
use crate::claims::{LAST_SECOND, StatusRef};
use crate::key::{PublicKey, SignError, Signer};
use crate::status_list::{StatusError, StatusList};
use crate::trust::{Format, Purpose, TrustList};

/// After how many seconds a list should be fetched again.
pub const STATUS_TTL: Seconds = 300;
/// After how many seconds a list is refused.
pub const STATUS_LIFE: Seconds = 86_400;
/// How far ahead of the checker's clock a list may have been signed.
const AHEAD: Seconds = 300;

/// What a status list token says besides the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusClaims<'a> {
    /// The address under which passes refer to it.
    pub uri: &'a str,
    /// When it was signed.
    pub issued: Seconds,
    /// When it ends.
    pub expires: Seconds,
    /// After how many seconds it should be fetched again.
    pub ttl: Seconds,
}

impl<'a> StatusClaims<'a> {
    /// Claims with the usual life: fetched again after five minutes, refused after a day.
    pub fn usual(uri: &'a str, issued: Seconds) -> Self {
        Self { uri, issued, expires: issued + STATUS_LIFE, ttl: STATUS_TTL }
    }
}

/// Signs a status list as a CWT.
pub fn sign_status(
    claims: &StatusClaims<'_>,
    list: &StatusList,
    signer: &dyn Signer,
) -> Result<Vec<u8>, SignError> {
    cwt::sign(claims, list.bits(), &list.compress(), signer)
}

/// Signs a status list as a JWT. The key has the name that it has in a CWT, in base64url.
pub fn sign_status_jwt(
    claims: &StatusClaims<'_>,
    list: &StatusList,
    signer: &dyn Signer,
) -> Result<String, SignError> {
    jwt::sign(claims, list.bits(), &list.compress(), signer)
}

/// Signs a status list in both forms. Packs it once: that is nearly all of the work.
pub fn sign_status_both(
    claims: &StatusClaims<'_>,
    list: &StatusList,
    signer: &dyn Signer,
) -> Result<(Vec<u8>, String), SignError> {
    let (bits, packed) = (list.bits(), list.compress());
    Ok((cwt::sign(claims, bits, &packed, signer)?, jwt::sign(claims, bits, &packed, signer)?))
}

/// Why a status list token was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatusRefusal {
    /// Not a status list token, in neither form.
    #[error("not a status list token")]
    Malformed,
    /// The list inside is not one.
    #[error(transparent)]
    List(#[from] StatusError),
    /// Not signed by a valid key of an issuer who may sign status lists.
    #[error("not signed by a key that is trusted for status lists")]
    Untrusted,
    /// Expired, more than a day old, or from the future.
    #[error("the list is out of its time")]
    Time,
}

/// Who signed what, in either form.
#[derive(Debug, Clone)]
struct Signed {
    kid: Vec<u8>,
    message: Vec<u8>,
    signature: [u8; 64],
}

impl Signed {
    fn by(&self, key: &PublicKey) -> bool {
        key.verify(&self.message, &self.signature)
    }
}

/// The claims set as it stands, in either form.
#[derive(Default)]
struct Claims {
    issuer: Option<String>,
    uri: Option<String>,
    expires: Option<Seconds>,
    issued: Option<Seconds>,
    ttl: Option<Seconds>,
    /// Bits an entry, and the zlib stream.
    list: Option<(u64, Vec<u8>)>,
}

/// A parsed status list token. It answers nothing before [`StatusToken::verify`].
#[derive(Debug, Clone)]
pub struct StatusToken {
    signed: Signed,
    uri: String,
    issuer: Option<String>,
    issued: Seconds,
    expires: Seconds,
    ttl: Option<Seconds>,
    list: Arc<StatusList>,
}

impl StatusToken {
    /// Reads a token in either form: a CWT begins with the tag of `COSE_Sign1`, a JWT with text. Members may come in
    /// any order, as in the draft's own examples, but only once each, and none but those that are known.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatusRefusal> {
        let (signed, claims) =
            if bytes.first() == Some(&cwt::FIRST_BYTE) { cwt::read(bytes)? } else { jwt::read(bytes)? };
        let issued = claims.issued.filter(|time| *time <= LAST_SECOND).ok_or(StatusRefusal::Malformed)?;
        if claims.expires.is_some_and(|expires| expires > LAST_SECOND) {
            return Err(StatusRefusal::Malformed);
        }
        let day = issued.saturating_add(STATUS_LIFE);
        let (bits, packed) = claims.list.ok_or(StatusRefusal::Malformed)?;
        let bits = u8::try_from(bits).map_err(|_| StatusError::Size)?;
        Ok(Self {
            signed,
            uri: claims.uri.ok_or(StatusRefusal::Malformed)?,
            issuer: claims.issuer,
            issued,
            expires: claims.expires.map_or(day, |expires| expires.min(day)),
            ttl: claims.ttl,
            list: Arc::new(StatusList::decompress(bits, &packed)?),
        })
    }

    /// Checks signature, issuer and time.
    pub fn verify(&self, trust: &TrustList, now: Seconds) -> Result<VerifiedStatus, StatusRefusal> {
        let asked =
            Asked { format: Format::Tongxing, purpose: Purpose::Status, name: self.issuer.as_deref(), now };
        let (found, issuer) = asked.find(trust, &self.signed.kid, |key| self.signed.by(key));
        let Some(issuer) = issuer.filter(|_| found.holds()) else {
            return Err(StatusRefusal::Untrusted);
        };
        if !in_time(self.issued, self.expires, now) {
            return Err(StatusRefusal::Time);
        }
        let issuer = issuer.name.clone().or_else(|| self.issuer.clone());
        let Self { issued, expires, ttl, .. } = *self;
        Ok(VerifiedStatus {
            uri: self.uri.clone(),
            issuer,
            issued,
            expires,
            ttl,
            list: Arc::clone(&self.list),
        })
    }

    /// The list inside, unverified.
    pub fn list(&self) -> &StatusList {
        &self.list
    }
}

fn in_time(issued: Seconds, expires: Seconds, now: Seconds) -> bool {
    now < expires && issued <= now.saturating_add(AHEAD)
}

/// What a status list says about a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusAnswer {
    /// Not withdrawn.
    Good,
    /// Withdrawn.
    Withdrawn,
    /// No list, a refused or outdated one, or one without this index.
    Unknown,
}

/// A status list whose signature has been checked.
#[derive(Debug, Clone)]
pub struct VerifiedStatus {
    uri: String,
    /// `None` only where the trust list names no issuer for the key.
    issuer: Option<String>,
    issued: Seconds,
    expires: Seconds,
    ttl: Option<Seconds>,
    list: Arc<StatusList>,
}

impl VerifiedStatus {
    /// The address that it is for.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// When it was signed.
    pub fn issued(&self) -> Seconds {
        self.issued
    }

    /// From when on it answers nothing more.
    pub fn expires(&self) -> Seconds {
        self.expires
    }

    /// When it should be fetched again.
    pub fn refresh_at(&self) -> Seconds {
        self.issued.saturating_add(self.ttl.unwrap_or(STATUS_TTL))
    }

    /// The status of a pass of `issuer` at `now`.
    pub fn answer(&self, issuer: &str, status: &StatusRef<'_>, now: Seconds) -> StatusAnswer {
        let ours = self.uri == status.uri && self.issuer.as_deref().is_none_or(|own| own == issuer);
        if !ours || !in_time(self.issued, self.expires, now) {
            return StatusAnswer::Unknown;
        }
        match self.list.get(status.index) {
            Ok(0) => StatusAnswer::Good,
            Ok(_) => StatusAnswer::Withdrawn,
            Err(_) => StatusAnswer::Unknown,
        }
    }
}

/// The status lists at hand, by address.
#[derive(Debug, Clone, Default)]
pub struct StatusLists {
    lists: HashMap<String, Vec<VerifiedStatus>>,
    /// When it is asked whether a list counts, where that is not the moment that is judged.
    counted_at: Option<Seconds>,
}

impl StatusLists {
    /// Adds a list. Of one issuer's lists for one address the newest counts, and of two of the same second both do:
    /// one may have been signed again for a withdrawal. Another issuer's list is no answer and takes no place.
    pub fn insert(&mut self, list: VerifiedStatus) {
        let lists = self.lists.entry(list.uri.clone()).or_default();
        let theirs = |known: &VerifiedStatus| known.issuer == list.issuer;
        if lists.iter().any(|known| theirs(known) && known.issued > list.issued) {
            return;
        }
        lists.retain(|known| !theirs(known) || known.issued == list.issued);
        lists.push(list);
    }

    /// Says which lists count at `now`, for a scan that is judged as of an earlier moment: a list that was signed since
    /// then says as much of it. What it does not show as withdrawn was not withdrawn before, since that is never undone.
    #[must_use]
    pub fn counting_at(self, now: Seconds) -> Self {
        Self { counted_at: Some(now), ..self }
    }

    /// The status of a pass of `issuer` at `now`: withdrawn where any list that counts says so.
    pub fn answer(&self, issuer: &str, status: &StatusRef<'_>, now: Seconds) -> StatusAnswer {
        let lists = self.lists.get(status.uri).into_iter().flatten();
        let now = self.counted_at.unwrap_or(now);
        lists.fold(StatusAnswer::Unknown, |known, list| match (known, list.answer(issuer, status, now)) {
            (StatusAnswer::Withdrawn, _) | (_, StatusAnswer::Withdrawn) => StatusAnswer::Withdrawn,
            (known, StatusAnswer::Unknown) => known,
            (_, StatusAnswer::Good) => StatusAnswer::Good,
        })
    }
}
