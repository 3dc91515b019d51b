//! What is remembered of scans: in this process, for ten minutes, and in a bounded number.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use domain::Timestamp;
use store::rows::checkpoint::FlagKind;

use super::{APART, Flag, Scanned, WINDOW};
use crate::App;

/// How long a mark is remembered.
const KEPT: Duration = Duration::from_mins(10);
/// How long a key is used: whoever reads this memory learns nothing of yesterday.
const KEY_LASTS: Duration = Duration::from_hours(24);
/// Far more codes than all checkpoints of a province scan in ten minutes. Then the oldest go.
pub(super) const MOST_MARKS: usize = 200_000;
/// Far more sessions than scan on the page at a time.
const MOST_SESSIONS: usize = 4_096;

/// A mark under the key of the day.
type Keyed = [u8; 16];

/// What one process remembers of scans.
#[derive(Default)]
pub struct Watch(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    key: Option<(Timestamp, Key)>,
    seen: HashMap<Keyed, Vec<Scanned>>,
    order: VecDeque<(Timestamp, Keyed)>,
    sessions: HashMap<[u8; 32], BTreeMap<i64, i64>>,
}

/// Which codes were where is nobody's to print.
impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch(…)")
    }
}

impl Watch {
    /// Remembers what was scanned, and gives what was scanned elsewhere at about the same time.
    pub(super) fn meet(&self, app: &App, at: Scanned, marks: &[[u8; 8]]) -> Vec<Flag> {
        let now = app.now();
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memory.forget(now);
        let key = memory.key(app, now);
        let mut found = Vec::new();
        for mark in marks {
            let mut keyed = Keyed::default();
            keyed.copy_from_slice(&sign(&key, mark).as_ref()[..16]);
            for other in memory.remember(now, keyed, at) {
                let flag = two_places(at, other);
                if !found.contains(&flag) {
                    found.push(flag);
                }
            }
        }
        found
    }

    /// Counts a scan of a session: how many in this minute, and how many in the ten that it ends.
    pub(super) fn count(&self, app: &App, session: &[u8; 32], minute: i64) -> (i64, i64) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = app.now().seconds() / 60;
        memory.sessions.retain(|_, minutes| {
            minutes.retain(|&minute, _| minute > now - WINDOW);
            !minutes.is_empty()
        });
        if memory.sessions.len() >= MOST_SESSIONS && !memory.sessions.contains_key(session) {
            return (1, 1);
        }
        let minutes = memory.sessions.entry(*session).or_default();
        *minutes.entry(minute).or_default() += 1;
        (minutes[&minute], minutes.values().sum())
    }

    /// How many marks are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).order.len()
    }
}

impl Memory {
    /// The key of the day. With a new one nothing that is remembered can be found: it goes too.
    fn key(&mut self, app: &App, now: Timestamp) -> Key {
        if let Some((since, key)) = &self.key
            && now.since(*since) < KEY_LASTS
        {
            return key.clone();
        }
        let key = Key::new(HMAC_SHA256, &app.entropy.bytes::<32>());
        self.seen.clear();
        self.order.clear();
        self.key = Some((now, key.clone()));
        key
    }

    fn forget(&mut self, now: Timestamp) {
        while self.order.front().is_some_and(|(at, _)| now.since(*at) >= KEPT) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        let Some((_, keyed)) = self.order.pop_front() else { return };
        if let Some(places) = self.seen.get_mut(&keyed) {
            if places.len() > 1 {
                places.remove(0);
            } else {
                self.seen.remove(&keyed);
            }
        }
    }

    /// Remembers a scan, and gives where else the same code was within [`APART`] minutes.
    fn remember(&mut self, now: Timestamp, keyed: Keyed, at: Scanned) -> Vec<Scanned> {
        let places = self.seen.entry(keyed).or_default();
        let elsewhere =
            |other: &&Scanned| other.checkpoint != at.checkpoint && (other.minute - at.minute).abs() <= APART;
        let found = places.iter().filter(elsewhere).copied().collect();
        if !places.contains(&at) {
            places.push(at);
            self.order.push_back((now, keyed));
            if self.order.len() > MOST_MARKS {
                self.forget_first();
            }
        }
        found
    }
}

/// The same flag, whichever of the two came first.
fn two_places(one: Scanned, other: Scanned) -> Flag {
    let (at, other) =
        if one.checkpoint.as_i64() < other.checkpoint.as_i64() { (one, other) } else { (other, one) };
    let minute = at.minute.max(other.minute);
    let at = Scanned { minute, ..at };
    Flag { kind: FlagKind::TwoPlaces, at, other: Some(other.checkpoint), scans: None }
}
