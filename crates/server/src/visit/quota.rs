//! How often somebody enters and leaves in a day, and whether a scan is the last one again.
//!
//! The decision that matters: it is counted in this process's memory alone, under a key of the day that nothing else
//! knows; no number leads to a person, and of the place nothing is left but eight bytes that only whoever knows the person
//! can compare. More than one server each count what reaches them.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use domain::Timestamp;
use domain::id::kind::{HolderId, LocationId};
use domain::location::Slot;
use visits::Kind;

use super::VisitError;
use super::ticket::Session;
use crate::App;

/// Nobody enters more places in a day; nor leaves more.
pub const MOST_A_DAY: u8 = 50;
/// Two scans at one place within this are one.
pub const SAME_SCAN: Duration = Duration::from_mins(2);
/// More people than there are in a province's register; then nobody new is counted.
const MOST_PEOPLE: usize = 2_000_000;

/// A person of a phone, under the key of the day.
type Keyed = [u8; 16];

/// What one process remembers of the day.
#[derive(Default)]
pub struct Quota(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    day: i64,
    key: Option<Key>,
    people: HashMap<Keyed, Person>,
}

#[derive(Default, Clone, Copy)]
struct Person {
    entries: u8,
    exits: u8,
    /// Where they registered last and what, under the key of the day; when, in seconds.
    last: ([u8; 8], i64),
}

/// Nothing of it is anybody's to print.
impl std::fmt::Debug for Quota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Quota(…)")
    }
}

/// Who registers what where.
#[derive(Clone, Copy)]
pub struct Scan {
    /// From which phone.
    pub session: Session,
    /// Which person of the phone.
    pub holder: HolderId,
    /// Where.
    pub location: LocationId,
    /// What.
    pub kind: Kind,
    /// Of an exit, when: who corrects it says another time. Nothing of an entry.
    pub slot: Option<Slot>,
}

/// A scan that counts, unless it is given back.
#[derive(Clone, Copy)]
pub struct Taken {
    person: Keyed,
    kind: Kind,
    mark: [u8; 8],
}

impl Quota {
    /// Counts a scan; `None` if it is the last one again.
    pub fn take(&self, app: &App, scan: Scan) -> Result<Option<Taken>, VisitError> {
        let now = app.now();
        let mut memory = self.lock();
        let key = memory.key_of(app, now);
        let (person, mark) = scan.under(&key);
        let known = memory.people.len() < MOST_PEOPLE || memory.people.contains_key(&person);
        let mut spare = Person::default();
        let counted = if known { memory.people.entry(person).or_default() } else { &mut spare };
        let (last, at) = counted.last;
        if last == mark && now.since(Timestamp::from_seconds(at)) < SAME_SCAN {
            return Ok(None);
        }
        let number = counted.number(scan.kind);
        if *number >= MOST_A_DAY {
            return Err(VisitError::Quota { again: Timestamp::of_day(now.day() + 1) });
        }
        *number += 1;
        Ok(Some(Taken { person, kind: scan.kind, mark }))
    }

    /// It was not written, or was there before: it does not count.
    pub fn give_back(&self, taken: Taken) {
        if let Some(person) = self.lock().people.get_mut(&taken.person) {
            let number = person.number(taken.kind);
            *number = number.saturating_sub(1);
        }
    }

    /// It is written: the same scan is this one again for a while.
    pub fn written(&self, now: Timestamp, taken: Taken) {
        if let Some(person) = self.lock().people.get_mut(&taken.person) {
            person.last = (taken.mark, now.seconds());
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// The key of the day. With a new one nothing that is remembered can be found: it goes too.
    fn key_of(&mut self, app: &App, now: Timestamp) -> Key {
        let today = self.key.clone().filter(|_| self.day == now.day());
        today.unwrap_or_else(|| {
            let key = Key::new(HMAC_SHA256, &app.entropy.bytes::<32>());
            *self = Self { day: now.day(), key: Some(key.clone()), people: HashMap::new() };
            key
        })
    }
}

impl Person {
    fn number(&mut self, kind: Kind) -> &mut u8 {
        match kind {
            Kind::Entry => &mut self.entries,
            Kind::Exit => &mut self.exits,
        }
    }
}

impl Scan {
    fn under(self, key: &Key) -> (Keyed, [u8; 8]) {
        let person = [&self.session.0[..], &self.holder.as_i64().to_be_bytes()].concat();
        let kind: u8 = match self.kind {
            Kind::Entry => 1,
            Kind::Exit => 2,
        };
        let slot = self.slot.map_or(0, Slot::number);
        let signed = sign(key, &person);
        let (keyed, rest) = signed.as_ref().split_at(16);
        // The other half of what was signed is kept nowhere: it is the key under which the place is hashed.
        let mut mark = DefaultHasher::new();
        (rest, self.location.as_i64(), slot, kind).hash(&mut mark);
        (keyed.try_into().expect("half of 32 bytes"), mark.finish().to_be_bytes())
    }
}
