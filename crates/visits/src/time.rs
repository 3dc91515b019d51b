//! Days, minutes and slots, as numbers that stand in the formats.

use std::fmt;
use std::str::FromStr;

use domain::Timestamp;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use crate::VisitError;

const EPOCH: Date = date(1970, 1, 1);
/// 9999-12-31, the last day that has a date.
const LAST_DAY: u32 = 2_932_896;
const MINUTES_A_DAY: u32 = 24 * 60;
/// Asia/Shanghai has been eight hours ahead of UTC, summer and winter, since 1991.
const SHANGHAI_MINUTES: u32 = 8 * 60;
const LAST_MINUTE: u32 = LAST_DAY * MINUTES_A_DAY;
const MINUTES_A_SLOT: u32 = 5;

/// A calendar day in Asia/Shanghai: days since 1970-01-01, as [`Timestamp::day`] counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

/// A minute: minutes since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(u32);

/// Five minutes: as many since 1970-01-01T00:00Z. A visit's time is never kept more exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(u32);

impl Day {
    /// 1970-01-01.
    pub const FIRST: Self = Self(0);

    /// From the number of days; `None` behind the year 9999.
    pub const fn new(days: u32) -> Option<Self> {
        if days <= LAST_DAY { Some(Self(days)) } else { None }
    }

    /// The day of a moment; the first or the last one that has a number, if it lies outside of them.
    pub fn of(at: Timestamp) -> Self {
        Self(u32::try_from(at.day().max(0)).unwrap_or(LAST_DAY).min(LAST_DAY))
    }

    /// The number of days since 1970-01-01.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// So many days later; `None` behind the year 9999.
    pub fn plus(self, days: u32) -> Option<Self> {
        self.0.checked_add(days).and_then(Self::new)
    }

    /// So many days earlier; the first day of all if there are fewer.
    #[must_use]
    pub const fn minus(self, days: u32) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

/// As a date: `2026-12-31`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = EPOCH.checked_add(i64::from(self.0).days()).expect("no day lies behind the year 9999");
        write!(f, "{date}")
    }
}

impl FromStr for Day {
    type Err = VisitError;

    fn from_str(text: &str) -> Result<Self, VisitError> {
        let date: Date = text.parse().map_err(|_| VisitError::Day)?;
        let days = EPOCH.until(date).ok().and_then(|span| u32::try_from(span.get_days()).ok());
        let day = days.and_then(Self::new).ok_or(VisitError::Day)?;
        // In its one spelling, so that equal days are equal texts.
        if day.to_string() == text { Ok(day) } else { Err(VisitError::Day) }
    }
}

impl Minute {
    /// From the number of minutes; `None` behind the year 9999.
    pub const fn new(minutes: u32) -> Option<Self> {
        if minutes < LAST_MINUTE { Some(Self(minutes)) } else { None }
    }

    /// The minute of a moment; the first or the last one that has a number, if it lies outside of them.
    pub fn of(at: Timestamp) -> Self {
        let minutes = u32::try_from(at.seconds().max(0) / 60).unwrap_or(u32::MAX);
        Self(minutes.min(LAST_MINUTE - 1))
    }

    /// The number of minutes since 1970-01-01T00:00Z.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The day in Asia/Shanghai in which it lies.
    pub const fn day(self) -> Day {
        Day((self.0 + SHANGHAI_MINUTES) / MINUTES_A_DAY)
    }
}

impl Slot {
    /// From the number of slots; `None` behind the year 9999.
    pub const fn new(slots: u32) -> Option<Self> {
        if slots < LAST_MINUTE / MINUTES_A_SLOT { Some(Self(slots)) } else { None }
    }

    /// The slot of a moment; the first or the last one that has a number, if it lies outside of them.
    pub fn of(at: Timestamp) -> Self {
        Self(Minute::of(at).0 / MINUTES_A_SLOT)
    }

    /// The number of slots since 1970-01-01T00:00Z.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Its first moment.
    pub const fn begins(self) -> Timestamp {
        Timestamp::from_seconds(self.0 as i64 * MINUTES_A_SLOT as i64 * 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_date_in_shanghai() {
        let day: Day = "2026-12-01".parse().unwrap();
        assert_eq!(day.to_string(), "2026-12-01");
        assert_eq!(
            (day.plus(31).unwrap().to_string(), day.minus(1).to_string()),
            ("2027-01-01".into(), "2026-11-30".into())
        );
        let first = Timestamp::of_day(i64::from(day.number()));
        assert_eq!(first.to_string(), "2026-11-30T16:00:00Z");
        assert_eq!((Day::of(first), Minute::of(first).day()), (day, day));
        let before = first.minus(std::time::Duration::from_micros(1));
        assert_eq!((Day::of(before), Minute::of(before).day()), (day.minus(1), day.minus(1)));
        for bad in
            ["", "2026-12-32", "2026-1-01", "1969-12-31", "12026-01-01", "2026-12-01T00:00", "+002026-12-01"]
        {
            assert_eq!(bad.parse::<Day>(), Err(VisitError::Day), "{bad}");
        }
    }

    #[test]
    fn what_lies_outside_has_the_first_or_last_number_and_never_panics() {
        let (early, late) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
        assert_eq!((Day::of(early).0, Minute::of(early).0, Slot::of(early).0), (0, 0, 0));
        let last = Day::new(LAST_DAY).unwrap();
        assert_eq!((Day::of(late), last.to_string()), (last, "9999-12-31".to_owned()));
        assert_eq!((Day::new(LAST_DAY + 1), last.plus(1), last.plus(u32::MAX)), (None, None, None));
        assert_eq!(Minute::of(late).day(), last);
        assert_eq!((Minute::new(LAST_MINUTE), Slot::new(u32::MAX)), (None, None));
        assert!(Minute::of(late).day() <= last && Slot::new(Slot::of(late).0).is_some());
    }

    #[test]
    fn a_slot_has_five_minutes() {
        let at = Timestamp::from_seconds(1_796_083_199); // 2026-11-30T23:59:59Z
        let slot = Slot::of(at);
        assert_eq!(slot.begins().to_string(), "2026-11-30T23:55:00Z");
        assert_eq!(Slot::of(Timestamp::from_seconds(1_796_083_200)).0, slot.0 + 1);
    }
}
