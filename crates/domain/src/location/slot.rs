//! The times of visits: five-minute slots, and the windows that may be opened.

use std::time::Duration;

use crate::Timestamp;

const SECONDS: i64 = 300;

/// Five minutes, counted from 1970-01-01T00:00:00Z: as finely as the time of a visit is kept. Clock times in China
/// begin slots too, its offset being whole hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(i64);

impl Slot {
    /// The slot that this moment lies in.
    pub const fn of(at: Timestamp) -> Self {
        Self(at.seconds().div_euclid(SECONDS))
    }

    /// From its number, as the database stores it.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Its number: five minutes since 1970.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Its first moment.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_seconds(self.0.saturating_mul(SECONDS))
    }

    /// The first moment after it.
    pub const fn end(self) -> Timestamp {
        self.next().start()
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// The slots in which visits of a case may be opened: both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    first: Slot,
    last: Slot,
}

/// Why there is no window of these times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// The end is not after the beginning.
    #[error("a window ends after it begins")]
    Backwards,
    /// Longer than may be opened at once.
    #[error("a window has 48 hours at most: ask for two")]
    Long,
}

impl Window {
    /// The longest, in whole slots.
    pub const LONGEST: Duration = Duration::from_hours(48);

    /// All slots that have a moment from `from` on and before `until`.
    pub fn new(from: Timestamp, until: Timestamp) -> Result<Self, WindowError> {
        if until <= from {
            return Err(WindowError::Backwards);
        }
        let window = Self { first: Slot::of(from), last: Slot::of(until.minus(Duration::from_micros(1))) };
        if window.span() > Self::LONGEST { Err(WindowError::Long) } else { Ok(window) }
    }

    /// The first slot.
    pub const fn first(self) -> Slot {
        self.first
    }

    /// The last slot.
    pub const fn last(self) -> Slot {
        self.last
    }

    /// Whether a slot belongs to it.
    pub fn contains(self, slot: Slot) -> bool {
        (self.first..=self.last).contains(&slot)
    }

    fn span(self) -> Duration {
        self.last.end().since(self.first.start())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn moment() -> impl Strategy<Value = Timestamp> {
        (-4_000_000_000_000_000_i64..4_000_000_000_000_000).prop_map(Timestamp::from_micros)
    }

    proptest! {
        #[test]
        fn every_moment_lies_in_one_slot_of_five_minutes(at in moment()) {
            let slot = Slot::of(at);
            prop_assert!(slot.start() <= at && at < slot.end());
            prop_assert_eq!(slot.end().since(slot.start()), Duration::from_mins(5));
            prop_assert_eq!((Slot::of(slot.end()), slot.next().start()), (slot.next(), slot.end()));
            prop_assert_eq!((slot.start().local().minute() % 5, slot.start().local().second()), (0, 0));
            prop_assert_eq!(Slot::from_number(slot.number()), slot);
        }

        #[test]
        fn a_window_has_what_lies_between_and_nothing_more(from in moment(), span in 1_u64..48 * 3_600_000_000, at in moment()) {
            let until = from.plus(Duration::from_micros(span));
            if let Ok(window) = Window::new(from, until) {
                for (inside, slot) in [(true, Slot::of(from)), (true, Slot::of(until.minus(Duration::from_micros(1)))),
                                       (false, Slot::of(from.minus(Duration::from_mins(5)))), (false, Slot::of(until.plus(Duration::from_mins(5))))] {
                    prop_assert_eq!(window.contains(slot), inside);
                }
                prop_assert_eq!(window.contains(Slot::of(at)), window.first() <= Slot::of(at) && Slot::of(at) <= window.last());
                prop_assert!(window.span() <= Window::LONGEST);
            } else {
                // Only a window that begins within a slot is rounded beyond the longest.
                prop_assert!(span + 2 * 300_000_000 > 48 * 3_600_000_000);
            }
        }
    }

    #[test]
    fn a_window_is_not_backwards_and_not_longer_than_two_days() {
        let from = Timestamp::of_day(20_000);
        assert_eq!(Window::new(from, from), Err(WindowError::Backwards));
        let window = Window::new(from, from.plus(Window::LONGEST)).unwrap();
        assert_eq!(window.last().number() - window.first().number() + 1, 48 * 12);
        let longer = from.plus(Window::LONGEST + Duration::from_micros(1));
        assert_eq!(Window::new(from, longer), Err(WindowError::Long));
    }
}
