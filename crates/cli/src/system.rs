//! The machine's own clock and randomness: the two implementations that are not for tests.

use std::cell::RefCell;

use domain::{Clock, Entropy, Timestamp};
use zeroize::{Zeroize as _, Zeroizing};

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one clock that everybody else is handed")]
    fn now(&self) -> Timestamp {
        let now = jiff::Timestamp::now();
        Timestamp::from_micros(now.as_microsecond())
    }
}

/// The operating system's randomness, through `aws-lc-rs`.
///
/// Ids, of which each request draws a few, come out of a [`Store`] of this thread: asking for eight bytes costs as much as
/// asking for five hundred. Keys, nonces and salts are asked for by themselves: a copy of this process, such as a machine
/// that is resumed twice from one picture of its memory, would hand out the rest of a store a second time.
#[derive(Debug, Clone, Copy)]
pub struct OsEntropy;

/// Bytes that were asked for and not yet handed out. What is handed out is wiped.
struct Store {
    bytes: Zeroizing<[u8; 512]>,
    left: usize,
}

/// What is not larger comes out of the store.
const SMALL: usize = 8;

thread_local! {
    static STORE: RefCell<Store> = RefCell::new(Store { bytes: Zeroizing::new([0; 512]), left: 0 });
}

impl Store {
    fn take(&mut self, bytes: &mut [u8]) {
        if self.left < bytes.len() {
            random(&mut *self.bytes);
            self.left = self.bytes.len();
        }
        let taken = &mut self.bytes[self.left - bytes.len()..self.left];
        bytes.copy_from_slice(taken);
        taken.zeroize();
        self.left -= bytes.len();
    }
}

#[allow(clippy::disallowed_methods, reason = "the one source of randomness that everybody else is handed")]
fn random(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("a machine without randomness can keep no secret: stop");
}

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if bytes.len() > SMALL {
            return random(bytes);
        }
        STORE.with_borrow_mut(|store| store.take(bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_in_this_century_and_does_not_run_back() {
        let first = SystemClock.now();
        assert!(first > Timestamp::from_seconds(1_790_000_000), "{first}");
        assert!(SystemClock.now() >= first);
    }

    #[test]
    fn randomness_differs() {
        let draw = |length| {
            let mut bytes = vec![0; length];
            OsEntropy.fill(&mut bytes);
            bytes
        };
        // More than the store holds, of ids and of keys.
        let drawn: std::collections::HashSet<Vec<u8>> = (0..2_000).map(|at| draw(8 + at % 25)).collect();
        assert_eq!(drawn.len(), 2_000);
        assert!(drawn.iter().all(|bytes| bytes.iter().any(|byte| *byte != 0)));
    }

    #[test]
    fn what_is_handed_out_is_wiped() {
        let mut store = Store { bytes: Zeroizing::new([0; 512]), left: 0 };
        for length in [8, 4, 8] {
            store.take(&mut vec![0; length]);
        }
        assert_eq!(store.left, 512 - 20);
        assert_eq!(store.bytes[store.left..], [0; 20]);
        assert_ne!(store.bytes[..20], [0; 20]);
    }
}
