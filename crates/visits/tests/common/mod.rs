//! Two units, their keys, and a data key with its shares.
#![allow(dead_code, reason = "each user takes a part")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "test support")]

use domain::Timestamp;
use domain::entropy::SeededEntropy;
use visits::{
    DataKey, Day, DayKey, HolderReference, JoinedKey, Kind, Location, LocationGroup, Minute, OpenedShare,
    Place, Slot, UnitName, Visit, VisitId, WrappedShare,
};

/// 2026-12-01T08:02:03 in Asia/Shanghai.
pub const AT: Timestamp = Timestamp::from_seconds(1_796_083_323);
pub const HEALTH: &str = "省疾控中心";
pub const COURT: &str = "Supervision office";

/// A data key of two units.
pub struct Made {
    pub keys: [DayKey; 2],
    pub data: DataKey,
    pub shares: [WrappedShare; 2],
}

pub fn unit(name: &str) -> UnitName {
    name.parse().unwrap()
}

pub fn day() -> Day {
    Day::of(AT)
}

pub fn day_key(name: &str, day: Day, entropy: &SeededEntropy) -> DayKey {
    DayKey::generate(unit(name), day, entropy)
}

impl Made {
    pub fn new(entropy: &SeededEntropy) -> Self {
        let keys = [day_key(HEALTH, day(), entropy), day_key(COURT, day(), entropy)];
        Self::with(keys, entropy)
    }

    pub fn with(keys: [DayKey; 2], entropy: &SeededEntropy) -> Self {
        let units = [keys[0].public(), keys[1].public()];
        let (data, shares) = DataKey::new(Minute::of(AT), LocationGroup(7), units, entropy).unwrap();
        Self { keys, data, shares }
    }

    pub fn opened(&self) -> [OpenedShare; 2] {
        [self.shares[0].open(&self.keys[0]).unwrap(), self.shares[1].open(&self.keys[1]).unwrap()]
    }

    pub fn joined(&self) -> JoinedKey {
        let [one, other] = self.opened();
        JoinedKey::join(&one, &other).unwrap()
    }
}

pub fn place(entropy: &SeededEntropy) -> Place {
    let entropy: &dyn domain::Entropy = entropy;
    Place { location: Location(0x0123_4567_89ab_cdef), slot: Slot::of(AT), visit: VisitId(entropy.bytes()) }
}

pub fn visit(kind: Kind, holder: &[u8]) -> Visit {
    Visit { kind, holder: HolderReference::new(holder).unwrap() }
}
