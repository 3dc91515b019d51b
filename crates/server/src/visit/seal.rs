//! The data keys of the minute: made when the first visit of a group of locations comes, kept in memory alone.
//!
//! The decision that matters: a key's two wrapped shares are written in the transaction of its first batch, and again with
//! the next one for as long as no commit was answered: no visit is ever there whose key is not.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::id::kind::{HolderId, LocationId};
use domain::location::Slot;
use domain::{Entropy, Timestamp};
use store::rows::visit::{VisitKeyRow, VisitRow};
use visits::{
    DataKey, HolderReference, KeyId, Kind, Location, LocationGroup, Minute, Place, Visit, VisitError, VisitId,
};

use super::VisitSettings;
use super::keys::Pair;

/// One entry or exit before it is sealed. Never printed.
#[derive(Clone, Copy)]
pub struct Unsealed {
    /// Where.
    pub location: LocationId,
    /// When.
    pub slot: Slot,
    /// The phone's own number for it.
    pub visit: VisitId,
    /// Whether they came or went.
    pub kind: Kind,
    /// Who.
    pub holder: HolderId,
    /// Whether the place's managers count it: a corrected time of leaving is nobody more who left.
    pub counted: bool,
}

/// The data keys of one minute.
#[derive(Default)]
pub struct MinuteKeys {
    of: Option<(Minute, [KeyId; 2])>,
    groups: HashMap<LocationGroup, GroupKey>,
}

struct GroupKey {
    key: DataKey,
    row: VisitKeyRow,
    stored: bool,
}

impl MinuteKeys {
    /// Seals visits, with keys of this moment; and gives the keys that are not known to be stored.
    pub fn seal(
        &mut self,
        visits: &[Unsealed],
        units: &Pair,
        now: Timestamp,
        settings: VisitSettings,
        entropy: &dyn Entropy,
    ) -> Result<(Vec<VisitRow>, Vec<VisitKeyRow>), VisitError> {
        let minute = Minute::of(now);
        let of = Some((minute, [units[0].kid(), units[1].kid()]));
        if self.of != of {
            // Dropped, they are wiped: what is sealed from now on has other keys.
            *self = Self { of, groups: HashMap::new() };
        }
        let mut rows = Vec::with_capacity(visits.len());
        for visit in visits {
            let location = Location(visit.location.as_i64());
            let group = LocationGroup::of(location, settings.groups);
            if let Entry::Vacant(free) = self.groups.entry(group) {
                free.insert(GroupKey::new(minute, group, units, entropy)?);
            }
            rows.push(self.groups[&group].seal(location, visit, entropy)?);
        }
        let new = self.groups.values().filter(|key| !key.stored).map(|key| key.row.clone());
        Ok((rows, new.collect()))
    }

    /// Wipes the keys if their minute is over.
    pub fn end(&mut self, now: Timestamp) {
        if self.of.is_some_and(|(minute, _)| minute != Minute::of(now)) {
            *self = Self::default();
        }
    }

    /// These keys are stored.
    pub fn stored(&mut self, keys: &[VisitKeyRow]) {
        for group in self.groups.values_mut() {
            group.stored |= keys.iter().any(|key| key.id == group.row.id);
        }
    }
}

impl GroupKey {
    fn new(
        minute: Minute,
        group: LocationGroup,
        units: &Pair,
        entropy: &dyn Entropy,
    ) -> Result<Self, VisitError> {
        let (key, shares) = DataKey::new(minute, group, [&units[0], &units[1]], entropy)?;
        let row = VisitKeyRow {
            id: key.context().id.0,
            minute: i64::from(minute.number()),
            group: i64::from(group.0),
            shares: shares.map(|share| share.to_bytes()),
        };
        Ok(Self { key, row, stored: false })
    }

    fn seal(
        &self,
        location: Location,
        visit: &Unsealed,
        entropy: &dyn Entropy,
    ) -> Result<VisitRow, VisitError> {
        let slot = u32::try_from(visit.slot.number()).ok().and_then(visits::Slot::new);
        let place = Place { location, slot: slot.ok_or(VisitError::Day)?, visit: visit.visit };
        let holder = HolderReference::new(&visit.holder.as_i64().to_be_bytes())?;
        let record = self.key.seal(&place, &Visit { kind: visit.kind, holder }, entropy);
        Ok(VisitRow {
            location: visit.location,
            slot: visit.slot,
            id: visit.visit.0,
            key: self.row.id,
            record: record.as_bytes().to_vec(),
        })
    }
}
