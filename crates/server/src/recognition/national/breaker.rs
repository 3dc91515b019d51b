//! A circuit breaker: who does not answer is left alone for a while, so that nobody at a gate waits for them.
//!
//! Closed, it lets everything through and counts failures in a row. After [`FAILURES`] it opens for [`REST`];
//! then one request may try (half open): its success closes it, its failure opens it again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{Clock, Timestamp};

/// Failures in a row that open it.
pub const FAILURES: u32 = 5;
/// For how long nothing is asked then.
pub const REST: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Timestamp },
    HalfOpen,
}

/// Counts failures and says whether to ask.
pub struct Breaker {
    state: Mutex<State>,
    clock: Arc<dyn Clock>,
}

/// Leave to ask once. Dropped without word of a success it is a failure: whoever gave up waiting saw none.
pub struct Attempt<'a> {
    breaker: &'a Breaker,
    succeeded: bool,
}

impl Breaker {
    /// A closed one.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { state: Mutex::new(State::Closed { failures: 0 }), clock }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave to ask; `None` while it rests, and while somebody else tries.
    pub fn attempt(&self) -> Option<Attempt<'_>> {
        let mut state = self.lock();
        match *state {
            State::Closed { .. } => {}
            State::Open { until } if self.clock.now() >= until => *state = State::HalfOpen,
            State::Open { .. } | State::HalfOpen => return None,
        }
        Some(Attempt { breaker: self, succeeded: false })
    }

    /// `closed`, `open`, or `half_open` where the next request may try.
    pub fn word(&self) -> &'static str {
        match *self.lock() {
            State::Closed { .. } => "closed",
            State::Open { until } if self.clock.now() < until => "open",
            State::Open { .. } | State::HalfOpen => "half_open",
        }
    }

    fn ended(&self, succeeded: bool) {
        let mut state = self.lock();
        let next = match (*state, succeeded) {
            // Requests that began before it opened say nothing new.
            (State::Open { until }, _) => State::Open { until },
            (_, true) => State::Closed { failures: 0 },
            (State::Closed { failures }, false) if failures + 1 < FAILURES => {
                State::Closed { failures: failures + 1 }
            }
            (State::Closed { .. } | State::HalfOpen, false) => {
                State::Open { until: self.clock.now().plus(REST) }
            }
        };
        match (*state, next) {
            (State::Closed { .. } | State::HalfOpen, State::Open { until }) => {
                tracing::warn!(%until, "the national platform fails: it is not asked for a while");
            }
            (State::HalfOpen, State::Closed { .. }) => tracing::info!("the national platform answers again"),
            _ => {}
        }
        *state = next;
    }
}

impl Attempt<'_> {
    /// It went well.
    pub fn succeeded(mut self) {
        self.succeeded = true;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.breaker.ended(self.succeeded);
    }
}

#[cfg(test)]
mod tests {
    use domain::time::MockClock;

    use super::*;

    fn breaker() -> (Arc<MockClock>, Breaker) {
        let clock = Arc::new(MockClock::at(Timestamp::from_seconds(1_795_435_200)));
        (clock.clone(), Breaker::new(clock))
    }

    fn fail(breaker: &Breaker, times: u32) {
        for _ in 0..times {
            drop(breaker.attempt().expect("it is not open yet"));
        }
    }

    #[test]
    fn failures_in_a_row_open_it_and_a_success_between_them_does_not() {
        let (_, breaker) = breaker();
        fail(&breaker, FAILURES - 1);
        breaker.attempt().unwrap().succeeded();
        fail(&breaker, FAILURES - 1);
        assert_eq!(breaker.word(), "closed");
        fail(&breaker, 1);
        assert_eq!(breaker.word(), "open");
        assert!(breaker.attempt().is_none());
    }

    #[test]
    fn after_its_rest_one_may_try_and_decides() {
        let (clock, breaker) = breaker();
        fail(&breaker, FAILURES);
        clock.advance(REST.checked_sub(Duration::from_secs(1)).unwrap());
        assert!(breaker.attempt().is_none());
        clock.advance(Duration::from_secs(1));
        assert_eq!(breaker.word(), "half_open");
        let probe = breaker.attempt().unwrap();
        assert!(breaker.attempt().is_none(), "one alone");
        drop(probe);
        assert_eq!(breaker.word(), "open");
        clock.advance(REST);
        breaker.attempt().unwrap().succeeded();
        assert_eq!(breaker.word(), "closed");
        fail(&breaker, FAILURES - 1);
        assert_eq!(breaker.word(), "closed", "it counts from nothing");
    }

    #[test]
    fn a_late_success_of_an_old_request_does_not_close_it() {
        let (_, breaker) = breaker();
        let old = breaker.attempt().unwrap();
        fail(&breaker, FAILURES);
        old.succeeded();
        assert_eq!(breaker.word(), "open");
    }
}
