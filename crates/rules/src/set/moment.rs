//! Moments: whole milliseconds, which is what times in CertLogic are counted in.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::certlogic::time_text;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// A text that is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a date-time with its offset, such as 2020-04-01T08:00:00+08:00")]
pub struct NotAMoment;

/// The first and the last one: whole days within the years -9999 and 9999, which calendars can hold.
const RANGE: std::ops::RangeInclusive<i64> = -377_705_000_000_000..=253_402_200_000_000;

impl Moment {
    /// From milliseconds since the Unix epoch; what no calendar can hold becomes the nearest that one can.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(*RANGE.start(), *RANGE.end()))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// So many milliseconds later, or at the end of all time.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    pub(super) fn utc(self) -> DateTime {
        let moment = jiff::Timestamp::from_millisecond(self.0).expect("within the range of calendars");
        Offset::UTC.to_datetime(moment)
    }

    pub(super) fn of_utc(time: DateTime) -> Self {
        let moment = Offset::UTC.to_timestamp(time).map(jiff::Timestamp::as_millisecond);
        Self::from_millis(moment.unwrap_or(*RANGE.end()))
    }
}

/// RFC 3339 with an offset; what is finer than a millisecond is cut off.
impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let moment: jiff::Timestamp = text.parse().map_err(|_| NotAMoment)?;
        Ok(Self::from_millis(moment.as_microsecond().div_euclid(1_000)))
    }
}

/// RFC 3339 in UTC, with milliseconds.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&time_text(self.utc()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_written() {
        let moment: Moment = "2020-04-01T08:00:00.0019+08:00".parse().unwrap();
        assert_eq!(
            (moment.millis(), moment.to_string()),
            (1_585_699_200_001, "2020-04-01T00:00:00.001Z".into())
        );
        assert_eq!(Moment::of_utc(moment.utc()), moment);
        for wrong in ["2020-04-01", "2020-04-01T08:00:00", "yesterday", "", "2020-13-01T00:00:00Z"] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_number_is_beyond_calendars() {
        for millis in [i64::MIN, i64::MAX] {
            let moment = Moment::from_millis(millis);
            assert_eq!(Moment::of_utc(moment.utc()), moment);
            assert_eq!(moment.plus_millis(millis), moment);
        }
    }
}
