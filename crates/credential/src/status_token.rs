//! The signed status list in CWT form (draft-ietf-oauth-status-list, "Status List Token in CWT Format").
//!
//! Whoever issues passes signs it; whoever checks them keeps the ones that verify in a [`StatusLists`].
//! Decisions: a list answers only for passes of the issuer whose key signed it, only under its own address,
//! and never later than a day after it was signed, whatever it says of itself. A list up to five minutes
//! newer than the checker's clock is taken; what is newer means that the clock is wrong.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Seconds;
use crate::authenticity::Asked;
use crate::cbor::{NotCbor, Reader, Writer};
use crate::claims::{LAST_SECOND, StatusRef};
use crate::cose::{ALG, ES256, KID, Sign1, is_text, sign1};
use crate::key::{SignError, Signer};
use crate::status_list::{StatusError, StatusList};
use crate::trust::{Format, Purpose, TrustList};

/// After how many seconds a list should be fetched again.
pub const STATUS_TTL: Seconds = 300;
/// After how many seconds a list is refused.
pub const STATUS_LIFE: Seconds = 86_400;
/// How far ahead of the checker's clock a list may have been signed.
const AHEAD: Seconds = 300;

const TYPE: i64 = 16;
const MEDIA_TYPE: &str = "application/statuslist+cwt";
/// The CoAP Content-Format that stands for the media type is not assigned yet: only the text is accepted.
const CLAIM_TTL: i64 = 65_534;
const CLAIM_LIST: i64 = 65_533;

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

/// Signs a status list.
pub fn sign_status(
    claims: &StatusClaims<'_>,
    list: &StatusList,
    signer: &dyn Signer,
) -> Result<Vec<u8>, SignError> {
    let mut protected = Writer::with_capacity(48);
    protected.map(3).int(ALG).int(ES256).int(KID).bytes(&signer.key_id().0).int(TYPE).text(MEDIA_TYPE);
    let packed = list.compress();
    let mut payload = Writer::with_capacity(packed.len() + claims.uri.len() + 64);
    payload.map(5).int(2).text(claims.uri).int(4).uint(claims.expires).int(6).uint(claims.issued);
    payload.int(CLAIM_LIST).map(2).text("lst").bytes(&packed).text("bits").uint(list.bits().into());
    payload.int(CLAIM_TTL).uint(claims.ttl);
    sign1(&protected.finish(), &payload.finish(), signer)
}

/// Why a status list token was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatusRefusal {
    /// Not a status list token in CWT form.
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

impl From<NotCbor> for StatusRefusal {
    fn from(_: NotCbor) -> Self {
        Self::Malformed
    }
}

/// A parsed status list token. It answers nothing before [`StatusToken::verify`].
#[derive(Debug, Clone)]
pub struct StatusToken {
    kid: Vec<u8>,
    message: Vec<u8>,
    signature: [u8; 64],
    uri: String,
    issuer: Option<String>,
    issued: Seconds,
    expires: Seconds,
    ttl: Option<Seconds>,
    list: Arc<StatusList>,
}

impl StatusToken {
    /// Reads a token. Map keys may come in any order, as in the draft's own example, but only once each.
    pub fn parse(bytes: &[u8]) -> Result<Self, StatusRefusal> {
        let signed = Sign1::read(bytes)?;
        let kid = read_header(signed.protected)?.or(signed.unprotected_kid).ok_or(NotCbor)?;
        let claims = Claims::read(signed.payload)?;
        let issued = claims.issued.ok_or(NotCbor)?;
        let day = issued.saturating_add(STATUS_LIFE);
        let (bits, packed) = claims.list.ok_or(NotCbor)?;
        Ok(Self {
            kid: kid.to_vec(),
            message: signed.message(),
            signature: *signed.signature,
            uri: claims.uri.ok_or(NotCbor)?.to_owned(),
            issuer: claims.issuer.map(str::to_owned),
            issued,
            expires: claims.expires.map_or(day, |expires| expires.min(day)),
            ttl: claims.ttl,
            list: Arc::new(StatusList::decompress(
                u8::try_from(bits).map_err(|_| StatusError::Size)?,
                packed,
            )?),
        })
    }

    /// Checks signature, issuer and time.
    pub fn verify(&self, trust: &TrustList, now: Seconds) -> Result<VerifiedStatus, StatusRefusal> {
        let asked =
            Asked { format: Format::Tongxing, purpose: Purpose::Status, name: self.issuer.as_deref(), now };
        let (found, issuer) = asked.find(trust, &self.kid, |key| key.verify(&self.message, &self.signature));
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

/// The protected header: `alg`, `typ`, and `kid` if it stands here.
fn read_header(bytes: &[u8]) -> Result<Option<&[u8]>, NotCbor> {
    let mut r = Reader::new(bytes);
    let (mut alg, mut typ, mut kid) = (false, false, None);
    for _ in 0..r.map()? {
        match r.int()? {
            ALG if !alg => {
                r.expect_int(ES256)?;
                alg = true;
            }
            KID if kid.is_none() => kid = Some(r.bytes()?),
            TYPE if !typ && is_text(&r)? => {
                r.expect_text(MEDIA_TYPE)?;
                typ = true;
            }
            // Anything else, `crit` included, would have to be understood.
            _ => return Err(NotCbor),
        }
    }
    r.end()?;
    if alg && typ { Ok(kid) } else { Err(NotCbor) }
}

/// The claims set as it stands, each claim at most once.
#[derive(Default)]
struct Claims<'a> {
    issuer: Option<&'a str>,
    uri: Option<&'a str>,
    expires: Option<Seconds>,
    issued: Option<Seconds>,
    ttl: Option<Seconds>,
    list: Option<(u64, &'a [u8])>,
}

impl<'a> Claims<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, NotCbor> {
        let mut r = Reader::new(bytes);
        let mut claims = Self::default();
        for _ in 0..r.map()? {
            let first = match r.int()? {
                1 => claims.issuer.replace(r.text()?).is_none(),
                2 => claims.uri.replace(r.text()?).is_none(),
                4 => claims.expires.replace(time(r.uint()?)?).is_none(),
                6 => claims.issued.replace(time(r.uint()?)?).is_none(),
                CLAIM_TTL => claims.ttl.replace(r.uint()?).is_none(),
                CLAIM_LIST => claims.list.replace(read_list(&mut r)?).is_none(),
                _ => false,
            };
            if !first {
                return Err(NotCbor);
            }
        }
        r.end()?;
        Ok(claims)
    }
}

fn time(value: u64) -> Result<Seconds, NotCbor> {
    if value <= LAST_SECOND { Ok(value) } else { Err(NotCbor) }
}

/// `{"bits": uint, "lst": bytes}` in either order (section "Status List in CBOR Format").
fn read_list<'a>(r: &mut Reader<'a>) -> Result<(u64, &'a [u8]), NotCbor> {
    let (mut bits, mut packed) = (None, None);
    for _ in 0..r.map()? {
        let first = match r.text()? {
            "bits" => bits.replace(r.uint()?).is_none(),
            "lst" => packed.replace(r.bytes()?).is_none(),
            _ => false,
        };
        if !first {
            return Err(NotCbor);
        }
    }
    Ok((bits.ok_or(NotCbor)?, packed.ok_or(NotCbor)?))
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
pub struct StatusLists(HashMap<String, VerifiedStatus>);

impl StatusLists {
    /// Adds a list; an older one for the same address is replaced, a newer one stays.
    pub fn insert(&mut self, list: VerifiedStatus) {
        let newer = self.0.get(&list.uri).is_none_or(|known| known.issued <= list.issued);
        if newer {
            self.0.insert(list.uri.clone(), list);
        }
    }

    /// The list for an address.
    pub fn get(&self, uri: &str) -> Option<&VerifiedStatus> {
        self.0.get(uri)
    }

    /// The status of a pass of `issuer` at `now`.
    pub fn answer(&self, issuer: &str, status: &StatusRef<'_>, now: Seconds) -> StatusAnswer {
        self.get(status.uri).map_or(StatusAnswer::Unknown, |list| list.answer(issuer, status, now))
    }
}
