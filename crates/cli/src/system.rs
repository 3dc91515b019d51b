//! The machine's own clock and randomness: the two implementations that are not for tests.

use domain::{Clock, Entropy, Timestamp};

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
#[derive(Debug, Clone, Copy)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[allow(
        clippy::disallowed_methods,
        reason = "the one source of randomness that everybody else is handed"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("a machine without randomness can keep no secret: stop");
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
        let draw = || (&OsEntropy as &dyn Entropy).bytes::<16>();
        assert_ne!(draw(), draw());
    }
}
