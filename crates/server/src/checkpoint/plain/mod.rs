//! Working a shift on the page that needs no script: choosing the checkpoint, counting, reporting a temperature.
//!
//! Used by `/check`. The decisions that matter: **a shift of the page is the inspector's own**, at one checkpoint, for
//! twelve hours at most, and ends with a button or with signing out. A report names the check that it came from by a
//! number of its form, so that pressing twice, going back or loading again makes one report; other content under the same
//! number is refused in words. The later forms of a check are tied to what was scanned (`bond`). Which checks have
//! been counted is in memory alone: of a check nothing is written but the shift's numbers.

pub mod bond;
pub mod report;
pub mod shift;
#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::checkpoint::ClientId;
use domain::{Entropy, Timestamp};

/// How long a check is remembered as counted: to take two temperatures, and to go back and forth meanwhile.
const KEPT: Duration = Duration::from_hours(1);
/// Far more checks than the inspectors of one server make on the page in an hour. Then the oldest are forgotten.
const MOST: usize = 50_000;

/// A new number for the check of one person.
pub fn new_check(entropy: &dyn Entropy) -> ClientId {
    ClientId(entropy.bytes::<16>())
}

/// A check's number as a form carries it.
pub fn check_text(check: ClientId) -> String {
    URL_SAFE_NO_PAD.encode(check.0)
}

/// The number that a form carries; none if it is not one.
pub fn read_check(text: &str) -> Option<ClientId> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(ClientId)
}

/// What of a check has been counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Its verdict.
    Verdict,
    /// Its temperature.
    Reading,
}

/// Which checks have been counted: each counts once, however often its page is loaded.
#[derive(Debug, Default)]
pub struct Counted(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    known: HashSet<(ClientId, Part)>,
    order: VecDeque<(Timestamp, ClientId, Part)>,
}

impl Counted {
    /// Whether this is the first time.
    pub fn first(&self, check: ClientId, part: Part, now: Timestamp) -> bool {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while memory
            .order
            .front()
            .is_some_and(|(at, ..)| now.since(*at) >= KEPT || memory.order.len() >= MOST)
        {
            if let Some((_, check, part)) = memory.order.pop_front() {
                memory.known.remove(&(check, part));
            }
        }
        let first = memory.known.insert((check, part));
        if first {
            memory.order.push_back((now, check, part));
        }
        first
    }
}
