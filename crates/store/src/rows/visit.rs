//! Rows of sealed visits. What is sealed is bytes here: the formats are those of the crate `visits`.

use domain::Timestamp;
use domain::id::kind::{LocationId, StaffId, UnitId, VisitKeyListId};
use domain::location::Slot;

/// A data key in its two wrapped shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitKeyRow {
    /// 16 random bytes.
    pub id: [u8; 16],
    /// The minute in which it seals, since 1970.
    pub minute: i64,
    /// The group of locations that it is for.
    pub group: i64,
    /// The shares, as they are handed to the first and the second unit.
    pub shares: [Vec<u8>; 2],
}

/// One sealed entry or exit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Where.
    pub location: LocationId,
    /// When.
    pub slot: Slot,
    /// 16 random bytes: what comes twice under them is there once.
    pub id: [u8; 16],
    /// What it is sealed with.
    pub key: [u8; 16],
    /// Who, and whether they came or went; 61 bytes.
    pub record: Vec<u8>,
}

/// How many came and went in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitCount {
    /// Where.
    pub location: LocationId,
    /// When.
    pub slot: Slot,
    /// How many came.
    pub entries: i64,
    /// How many went.
    pub exits: i64,
}

/// A list of public day keys, as it was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitKeyListRow {
    /// Which.
    pub id: VisitKeyListId,
    /// 1 or 2: whose share it is.
    pub half: i64,
    /// Whose keys.
    pub unit: UnitId,
    /// What the unit compares.
    pub fingerprint: String,
    /// When it was handed in.
    pub added_at: Timestamp,
    /// By whom.
    pub added_by: StaffId,
    /// Since when it counts.
    pub confirmed_at: Option<Timestamp>,
    /// The officer of the unit who compared the fingerprint.
    pub confirmed_by: Option<StaffId>,
    /// Since when it counts no more.
    pub withdrawn_at: Option<Timestamp>,
}

/// The public key of a unit for a day, of a list that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitDayKeyRow {
    /// 1 or 2.
    pub half: i64,
    /// The unit's name, as its key file has it.
    pub unit: String,
    /// The day, since 1970.
    pub day: i64,
    /// Uncompressed point on P-256.
    pub public_key: Vec<u8>,
}

/// What one run of the job that forgets visits did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitsForgotten {
    /// Sealed visits.
    pub visits: u64,
    /// Data keys.
    pub keys: u64,
    /// Counts.
    pub counts: u64,
}
