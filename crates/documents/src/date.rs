//! Dates of which a document may leave the day, or day and month, open.
//!
//! Birth dates are such dates (ICAO 9303-3, section 4.8). They have one text form only, a prefix of the
//! ISO 8601 calendar date, because that text goes into blind indexes and must not have two spellings.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A calendar date known to the day, to the month or to the year. Text form `1974-08-12`, `1974-08`, `1974`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

/// Why a text or a triple of numbers is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not of the form `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    #[error("expected a date as YYYY-MM-DD, YYYY-MM or YYYY")]
    Form,
    /// The year is before 1850 or after 2200, which no document in use can carry.
    #[error("the year must be between 1850 and 2200")]
    Year,
    /// The month is not 1 to 12.
    #[error("the month must be between 01 and 12")]
    Month,
    /// The month has no such day in that year.
    #[error("that month has no such day")]
    Day,
    /// A day without its month.
    #[error("a day needs its month")]
    DayWithoutMonth,
}

impl DateError {
    /// The stable machine code of this error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Form => "date.form",
            Self::Year => "date.year",
            Self::Month => "date.month",
            Self::Day => "date.day",
            Self::DayWithoutMonth => "date.day_without_month",
        }
    }
}

impl PartialDate {
    /// Checks the parts against the Gregorian calendar. Years 1850 to 2200.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Result<Self, DateError> {
        if !(1850..=2200).contains(&year) {
            return Err(DateError::Year);
        }
        match (month, day) {
            (None, Some(_)) => return Err(DateError::DayWithoutMonth),
            (Some(month), _) if !(1..=12).contains(&month) => return Err(DateError::Month),
            (Some(month), Some(day)) => {
                calendar(year, month, day).ok_or(DateError::Day)?;
            }
            _ => {}
        }
        Ok(Self { year, month, day })
    }

    /// The year, four digits.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12, where the document states it.
    pub const fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month, where the document states it.
    pub const fn day(self) -> Option<u8> {
        self.day
    }

    /// The full date, if nothing is left open.
    pub fn full(self) -> Option<Date> {
        calendar(self.year, self.month?, self.day?)
    }

    /// Whether even the earliest day that this date can mean lies after `day`.
    pub fn is_after(self, day: Date) -> bool {
        calendar(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).is_some_and(|first| first > day)
    }

    /// How many of year, month and day differ. A part that one side leaves open and the other states counts.
    ///
    /// One differing field makes a *near* match of two filings (design section 4).
    pub fn differing_fields(self, other: Self) -> u8 {
        u8::from(self.year != other.year)
            + u8::from(self.month != other.month)
            + u8::from(self.day != other.day)
    }
}

fn calendar(year: u16, month: u8, day: u8) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

impl From<Date> for PartialDate {
    /// A full date. Years outside 1850 to 2200 are moved to the nearer bound; no document carries one.
    fn from(date: Date) -> Self {
        let part = |value: i8| u8::try_from(value).ok();
        let year = u16::try_from(date.year()).unwrap_or(1850).clamp(1850, 2200);
        Self::new(year, part(date.month()), part(date.day())).unwrap_or(Self { year, month: None, day: None })
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let shaped = matches!(bytes.len(), 4 | 7 | 10)
            && bytes
                .iter()
                .enumerate()
                .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        if !shaped {
            return Err(DateError::Form);
        }
        let part = |from: usize| text.get(from..from + 2).and_then(|digits| digits.parse().ok());
        let year = text[..4].parse().map_err(|_| DateError::Form)?;
        Self::new(year, part(5), part(8))
    }
}

impl TryFrom<String> for PartialDate {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_back() {
        for text in ["1974-08-12", "1974-08", "1974", "2000-02-29"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_date_says_why() {
        let cases = [
            ("1974-8-12", DateError::Form),
            ("", DateError::Form),
            ("１９７４", DateError::Form),
            ("1974-0a", DateError::Form),
            ("1849", DateError::Year),
            ("1974-13", DateError::Month),
            ("1974-00-01", DateError::Month),
            ("1900-02-29", DateError::Day),
            ("1974-04-31", DateError::Day),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<PartialDate>(), Err(error), "{text}");
        }
        assert_eq!(PartialDate::new(1974, None, Some(1)), Err(DateError::DayWithoutMonth));
    }

    #[test]
    fn an_open_part_is_after_only_if_its_first_day_is() {
        let day = Date::constant(2026, 11, 23);
        assert!(!"2026".parse::<PartialDate>().unwrap().is_after(day));
        assert!(!"2026-11".parse::<PartialDate>().unwrap().is_after(day));
        assert!("2026-12".parse::<PartialDate>().unwrap().is_after(day));
        assert!("2026-11-24".parse::<PartialDate>().unwrap().is_after(day));
    }

    #[test]
    fn fields_that_differ_are_counted() {
        let date = |text: &str| text.parse::<PartialDate>().unwrap();
        assert_eq!(date("1974-08-12").differing_fields(date("1974-08-12")), 0);
        assert_eq!(date("1974-08-12").differing_fields(date("1974-08-21")), 1);
        assert_eq!(date("1974-08-12").differing_fields(date("1975-08-21")), 2);
        assert_eq!(date("1974-08").differing_fields(date("1974-08-21")), 1);
    }
}
