//! Rows of partners, of their keys, and of what people allow them.

use documents::{Number, StateCode};
use domain::Timestamp;
use domain::id::kind::{
    ApplicationId, DeviceSessionId, GrantId, HolderId, PartnerId, PartnerKeyId, TripId, UnitId,
};
use domain::partner::Functions;
use domain::trip::Trip;
use zeroize::Zeroizing;

use crate::seal::{Place, Sealer};

/// A partner: the operator of an application that uses the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerRow {
    /// Which.
    pub id: PartnerId,
    /// The application's name, as people are shown it.
    pub name: String,
    /// The unit of the same name, under which it stands in the record of accesses.
    pub unit: UnitId,
    /// Where people are sent back to.
    pub return_address: String,
    /// What it may be allowed.
    pub functions: Functions,
    /// Since when it may do nothing.
    pub suspended_at: Option<Timestamp>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// A public key of a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerKeyRow {
    /// Which.
    pub id: PartnerKeyId,
    /// Whose.
    pub partner: PartnerId,
    /// Its JWK thumbprint: the `keyid` of signatures.
    pub key_id: String,
    /// The name of its algorithm.
    pub algorithm: String,
    /// The key.
    pub public: Vec<u8>,
    /// When it was added.
    pub added_at: Timestamp,
    /// Since when it counts no more.
    pub withdrawn_at: Option<Timestamp>,
}

/// What a partner passes on of a person, until that person has answered.
#[derive(Clone)]
pub struct EntryRow {
    /// Which; the grant will have the same id.
    pub id: GrantId,
    /// By whom.
    pub partner: PartnerId,
    /// What is passed on. Sealed when written.
    pub passed: Zeroizing<Vec<u8>>,
    /// What the partner asks to be allowed.
    pub functions: Functions,
    /// For how many days.
    pub days: i64,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

/// What a person passes on says who they are: only the id is printed.
impl std::fmt::Debug for EntryRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EntryRow({})", self.id)
    }
}

/// What a person allows a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// Which.
    pub id: GrantId,
    /// Whom.
    pub partner: PartnerId,
    /// The person of the phone on which it is given.
    pub device: DeviceSessionId,
    /// The document that was passed on: see [`lookup_of`].
    pub lookup: [u8; 16],
    /// What.
    pub functions: Functions,
    /// The version of the text that was agreed to.
    pub text_version: String,
    /// Since when.
    pub given_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// A grant that is in force, and what the phone that it hangs on holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Which.
    pub id: GrantId,
    /// The person of the phone.
    pub device: DeviceSessionId,
    /// The holder whom it is about, once that is known.
    pub holder: Option<HolderId>,
    /// The holder whose code the phone shows now.
    pub shown: Option<HolderId>,
    /// The application that the phone made last.
    pub application: Option<ApplicationId>,
    /// What is allowed.
    pub functions: Functions,
    /// Until when.
    pub until: Timestamp,
    /// The document that was passed on: see [`lookup_of`].
    pub lookup: Vec<u8>,
}

/// A grant, as it is shown to whoever gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldGrant {
    /// Which.
    pub id: GrantId,
    /// The partner's name.
    pub partner: String,
    /// Where people are sent back to.
    pub return_address: String,
    /// What is allowed.
    pub functions: Functions,
    /// The version of the text that was agreed to.
    pub text_version: String,
    /// Since when.
    pub given_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

impl HeldGrant {
    /// Whether the partner may still do something with it.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.until
    }
}

/// A trip that was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TripRow {
    /// Which.
    pub id: TripId,
    /// The trip.
    pub trip: Trip,
    /// The partner that declared it, if one did.
    pub partner: Option<String>,
    /// The version of the text that was agreed to.
    pub consent: String,
    /// When it was declared.
    pub made_at: Timestamp,
}

pub(crate) const PASSED: fn(i64) -> Place = |row| Place { table: "partner_entry", column: "passed", row };
pub(crate) const TRIP: fn(i64) -> Place = |row| Place { table: "trip", column: "trip", row };

/// The blind index of a document, the same under which it leads to a holder.
pub fn lookup_of(sealer: &Sealer, issuing_state: StateCode, number: &Number) -> [u8; 16] {
    let parts = [number.kind().as_str(), issuing_state.as_str(), number.canonical()];
    sealer.index().exact("filing.lookup", &parts.map(str::as_bytes))
}
