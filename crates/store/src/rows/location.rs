//! Rows of locations, their entrances and the codes of their posters.

use domain::Timestamp;
use domain::id::kind::{
    CheckpointId, LocationBatchId, LocationEntranceId, LocationFlagId, LocationId, StaffId,
};
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
    /// Whether only somebody whose colour is green registers an entry.
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

/// Somebody who manages a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagerRow {
    /// Who.
    pub id: StaffId,
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
}

/// One way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntranceRow {
    /// Which.
    pub id: LocationEntranceId,
    /// What it is called.
    pub name: String,
}

/// Which poster or tablet of a location: each has versions of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spot {
    /// Which location.
    pub location: LocationId,
    /// Which entrance; none: the whole location.
    pub entrance: Option<LocationEntranceId>,
    /// Whether it is a tablet.
    pub tablet: bool,
}

impl CodeRow {
    /// Whose version it is.
    pub const fn spot(&self) -> Spot {
        Spot { location: self.location, entrance: self.entrance, tablet: self.tablet }
    }
}

/// What a poster says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PosterRow {
    /// Its code.
    pub code: CodeRow,
    /// The location's name in Chinese.
    pub name: String,
    /// Its name in another language.
    pub name_other: Option<String>,
    /// Six digits (GB/T 2260).
    pub division: String,
    /// Street and number.
    pub address: String,
    /// What the entrance is called, where it is for one.
    pub entrance: Option<String>,
}

named! {
    /// Why somebody should look at a location.
    LocationFlagKind {
        /// Its poster was scanned from many networks within minutes, as a picture that is passed on is.
        Networks = "networks",
        /// Many more entries than in other hours like it.
        Rush = "rush",
    }
}

/// What was noticed at a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationFlagRow {
    /// Which.
    pub id: LocationFlagId,
    /// Where.
    pub location: LocationId,
    /// What.
    pub kind: LocationFlagKind,
    /// In which hour, since 1970.
    pub hour: i64,
    /// How many networks, or entries.
    pub number: i64,
    /// When it was noticed.
    pub made_at: Timestamp,
    /// When a manager looked at it.
    pub seen_at: Option<Timestamp>,
    /// When an administrator did.
    pub checked_at: Option<Timestamp>,
}

/// What became of a file of locations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationBatchRow {
    /// Which.
    pub id: LocationBatchId,
    /// Who sent it.
    pub staff: StaffId,
    /// When.
    pub made_at: Timestamp,
    /// Rows in it.
    pub rows_read: i64,
    /// New locations.
    pub added: i64,
    /// Rows that were there already.
    pub there: i64,
    /// Rows that could not be taken.
    pub refused: i64,
    /// What was wrong with them, as JSON.
    pub report: String,
}
