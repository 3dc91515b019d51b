//! Rows of locations, their entrances and the codes of their posters.

use domain::Timestamp;
use domain::id::kind::{CheckpointId, LocationEntranceId, LocationId, StaffId};
use domain::location::{LocationCode, LocationKind, Poster, Stay};

use super::named;

named! {
    /// Where a location stands.
    LocationState {
        /// Registered, and not decided on.
        Waiting = "waiting",
        /// People register there.
        Approved = "approved",
        /// A reviewer said no.
        Refused = "refused",
        /// For a while nobody registers there.
        Suspended = "suspended",
        /// For good.
        Closed = "closed",
    }
}

/// What a manager says of a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationDetails {
    /// Its name in Chinese.
    pub name: String,
    /// Its name in another language.
    pub name_other: Option<String>,
    /// What kind of place.
    pub kind: LocationKind,
    /// Six digits (GB/T 2260).
    pub division: String,
    /// Street and number.
    pub address: String,
    /// How many people it holds.
    pub capacity: Option<u32>,
    /// How long people usually stay.
    pub stay: Stay,
    /// Whether only somebody whose pass is PASS registers an entry.
    pub entry_rule: bool,
}

/// A location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationRow {
    /// Which.
    pub id: LocationId,
    /// What its manager says of it.
    pub details: LocationDetails,
    /// The checkpoint at which people register by themselves.
    pub checkpoint: Option<CheckpointId>,
    /// Where it stands.
    pub state: LocationState,
    /// Why it is refused or suspended.
    pub reason: Option<String>,
    /// When it was registered.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: StaffId,
    /// When a reviewer last decided on it.
    pub decided_at: Option<Timestamp>,
    /// Who decided.
    pub decided_by: Option<StaffId>,
    /// Rises with each change.
    pub version: i64,
}

/// One version of a poster, or of a tablet's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// What its link ends in.
    pub code: LocationCode,
    /// Which location.
    pub location: LocationId,
    /// Which entrance; none: the whole location.
    pub entrance: Option<LocationEntranceId>,
    /// Whether it counts with the tail of the day alone.
    pub tablet: bool,
    /// Its version, and until when it opens.
    pub poster: Poster,
    /// Who made it.
    pub made_by: StaffId,
}
