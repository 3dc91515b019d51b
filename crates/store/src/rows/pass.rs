//! Rows of passes.

use domain::Timestamp;
use domain::declaration::Colour;
use domain::id::kind::{DecisionId, DeviceSessionId, HolderId, PassId};

use super::named;
use crate::seal::Place;

/// One issue in so many counts for all of them: see `shared/status.rs`.
pub const COUNTED: u32 = 64;

named! {
    /// The kind of a pass.
    PassKind {
        /// Bound to a key of the holder's phone.
        Live = "live",
        /// On paper.
        Printed = "printed",
    }
}

named! {
    /// Why a pass was withdrawn. Never published: the status list says only that it was.
    WithdrawnFor {
        /// The holder's colour is another one now.
        ColourChanged = "colour_changed",
        /// A newer printed pass took its place.
        Reissued = "reissued",
        /// The phone made another key.
        NewKey = "new_key",
        /// The holder removed the code from this phone.
        Left = "left",
        /// The code moved to another phone.
        AnotherDevice = "another_device",
        /// The code was closed.
        Closed = "closed",
        /// The holder's details were corrected, or a renewed document was linked.
        Corrected = "corrected",
        /// The holder does not want days without the internet any more.
        NotWanted = "not_wanted",
        /// The holder took back what they had allowed an application.
        Revoked = "revoked",
    }
}

/// A status list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Days since 1970 (Asia/Shanghai): all its passes have ended after it.
    pub expiry_day: i64,
    /// When it was begun.
    pub created_at: Timestamp,
    /// What its decoys are drawn from; none in lists from before there were any.
    pub decoy_seed: Option<Vec<u8>>,
}

/// A pass to be written.
#[derive(Clone)]
pub struct NewPass {
    /// Its id; later ones have larger ids.
    pub id: PassId,
    /// The pass's own name for itself.
    pub cti: [u8; 8],
    /// Whose.
    pub holder: HolderId,
    /// The decision whose colour it shows.
    pub decision: DecisionId,
    /// The phone that asked for it.
    pub device: DeviceSessionId,
    /// The phone's key (SEC 1, compressed): a live pass has one, a printed one has none.
    pub device_key: Option<[u8; 33]>,
    /// The day that it is for (days since 1970, Asia/Shanghai), if it is fetched ahead.
    pub for_day: Option<i64>,
    /// The list that would say that it is withdrawn.
    pub list: i64,
    /// Where in the list.
    pub index: u32,
    /// The pass as it is given out. Sealed when written: it says who the holder is.
    pub signed: Vec<u8>,
    /// When.
    pub issued_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

impl NewPass {
    /// Live with a key, printed without.
    pub const fn kind(&self) -> PassKind {
        if self.device_key.is_some() { PassKind::Live } else { PassKind::Printed }
    }
}

/// A pass that was issued, with the holder's present colour.
#[derive(Clone, PartialEq, Eq)]
pub struct PassRow {
    /// Its id.
    pub id: PassId,
    /// The phone's key, if it is live.
    pub device_key: Option<Vec<u8>>,
    /// The day that it is for, if it was fetched ahead.
    pub for_day: Option<i64>,
    /// The pass as it was given out.
    pub signed: Vec<u8>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// When and why it was withdrawn, if it was.
    pub withdrawn: Option<(Timestamp, WithdrawnFor)>,
    /// The decision that counts now.
    pub decision: DecisionId,
    /// Its colour.
    pub colour: Colour,
    /// The codes of its reasons.
    pub reasons: Vec<String>,
    /// When it was made.
    pub decided_at: Timestamp,
}

/// A pass says who its holder is: only the id is printed.
impl std::fmt::Debug for PassRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PassRow({})", self.id)
    }
}

pub(crate) const SIGNED: fn(i64) -> Place = |row| Place { table: "pass", column: "signed", row };
