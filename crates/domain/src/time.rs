//! Points in time, and the clock that everybody is handed instead of reading one.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01T00:00:00Z, as the database stores it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// Where days begin and due times are shown: China has had one zone without summer time since 1991.
pub const SERVICE_TIME_ZONE: &str = "Asia/Shanghai";
const SHANGHAI_OFFSET_SECONDS: i32 = 8 * 3600;
const DAY_SECONDS: i64 = 24 * 3600;

impl Timestamp {
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole seconds since the Unix epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This time and `span` later.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros_of(span)))
    }

    /// This time and `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros_of(span)))
    }

    /// How long after `earlier` this is; zero if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The calendar date and time of day in the service's time zone (Asia/Shanghai, UTC+8).
    pub fn local(self) -> jiff::civil::DateTime {
        let offset =
            jiff::tz::Offset::from_seconds(SHANGHAI_OFFSET_SECONDS).expect("eight hours is an offset");
        jiff::Timestamp::from_microsecond(self.0)
            .map_or(jiff::civil::DateTime::MAX, |t| offset.to_datetime(t))
    }

    /// The calendar day in the service's time zone: limits "a day" and expiry days count these.
    pub fn local_date(self) -> jiff::civil::Date {
        self.local().date()
    }

    /// The same day as a number: days since 1970 in the service's time zone.
    pub const fn day(self) -> i64 {
        (self.seconds() + SHANGHAI_OFFSET_SECONDS as i64).div_euclid(DAY_SECONDS)
    }

    /// The first moment of a [`day`](Self::day): midnight in the service's time zone.
    pub const fn of_day(day: i64) -> Self {
        Self::from_seconds(day.saturating_mul(DAY_SECONDS) - SHANGHAI_OFFSET_SECONDS as i64)
    }
}

fn micros_of(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// RFC 3339 in UTC, as logs and the API print it.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(t) => write!(f, "{t}"),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

/// Tells the time. One implementation reads the machine's clock (in `cli`); tests move one by hand.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until a test moves it.
#[cfg(feature = "testing")]
#[derive(Debug)]
pub struct MockClock(std::sync::atomic::AtomicI64);

#[cfg(feature = "testing")]
impl MockClock {
    /// A clock that shows `at`.
    pub fn at(at: Timestamp) -> Self {
        Self(std::sync::atomic::AtomicI64::new(at.0))
    }

    /// Moves the clock on by `span`.
    pub fn advance(&self, span: Duration) {
        self.0.fetch_add(micros_of(span), std::sync::atomic::Ordering::SeqCst);
    }

    /// Sets the clock, forwards or back.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, std::sync::atomic::Ordering::SeqCst);
    }
}

#[cfg(feature = "testing")]
impl Clock for MockClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_shanghai() {
        let before = Timestamp::from_seconds(1_795_449_599); // 2026-11-23T15:59:59Z
        assert_eq!(before.local_date().to_string(), "2026-11-23");
        let first = before.plus(Duration::from_secs(1));
        assert_eq!(first.local_date().to_string(), "2026-11-24");
        assert_eq!((before.day() + 1, Timestamp::of_day(first.day())), (first.day(), first));
        assert_eq!(Timestamp::from_seconds(16 * 3600 - 1).day(), 0);
    }

    #[test]
    fn spans_never_turn_negative() {
        let t = Timestamp::from_seconds(10);
        assert_eq!(t.since(Timestamp::from_seconds(20)), Duration::ZERO);
    }
}
