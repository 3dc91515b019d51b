//! Dates and date-times: the formats of the specification and no others, and the arithmetic of ECMAScript's
//! `Date` in UTC, to which the specification refers.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span};

use super::error::Problem;
use super::expression::Unit;

/// Reads a date, a partial date or a date-time, as a date-time in UTC with milliseconds.
pub fn read(text: &str) -> Result<DateTime, Problem> {
    if let Some(date) = partial(text) {
        return date;
    }
    let mut rest = text;
    let (date, time) = date_and_time(&mut rest).ok_or(Problem::DateFormat)?;
    let offset = offset(rest)?;
    let (Some(date), Some(time)) = (date, time) else { return Err(Problem::NoSuchDate) };
    date.to_datetime(time).checked_sub(offset).map_err(|_| Problem::DateRange)
}

/// Reads a date of birth: where it leaves day or month open, the last day that it can be.
pub fn read_birth(text: &str) -> Result<DateTime, Problem> {
    partial(text).unwrap_or(Err(Problem::BirthFormat))
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `None` if it has another form.
fn partial(text: &str) -> Option<Result<DateTime, Problem>> {
    let mut rest = text;
    let year = digits(&mut rest, 4)?;
    let (mut month, mut day) = (None, None);
    if !rest.is_empty() {
        month = Some(after(&mut rest, '-')?);
    }
    if !rest.is_empty() {
        day = Some(after(&mut rest, '-')?);
    }
    if !rest.is_empty() {
        return None;
    }
    let date = match day {
        Some(day) => calendar(year, month.unwrap_or(12), day),
        None => calendar(year, month.unwrap_or(12), 1).map(Date::last_of_month),
    };
    Some(date.map(|date| date.to_datetime(Time::midnight())).ok_or(Problem::NoSuchDate))
}

/// `YYYY-MM-DDThh:mm:ss` with or without decimals; each `None` within if the calendar or the clock has no such.
fn date_and_time(rest: &mut &str) -> Option<(Option<Date>, Option<Time>)> {
    let date = calendar(digits(rest, 4)?, after(rest, '-')?, after(rest, '-')?);
    let [hour, minute, second] = [after(rest, 'T')?, after(rest, ':')?, after(rest, ':')?];
    let mut nanoseconds = 0;
    if let Some(decimals) = rest.strip_prefix('.') {
        let length = decimals.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return None;
        }
        // All decimals beyond the third are ignored.
        for (at, digit) in decimals[..length].bytes().take(3).enumerate() {
            nanoseconds += i32::from(digit - b'0') * [100_000_000, 10_000_000, 1_000_000][at];
        }
        *rest = &decimals[length..];
    }
    let [hour, minute, second] = [hour, minute, second].map(|n| i8::try_from(n).unwrap_or(-1));
    Some((date, Time::new(hour, minute, second, nanoseconds).ok()))
}

/// Nothing, `Z`, or a sign with `h`, `hh`, `hmm`, `hhmm`, `h:mm` or `hh:mm`.
fn offset(text: &str) -> Result<SignedDuration, Problem> {
    if text.is_empty() || text == "Z" {
        return Ok(SignedDuration::ZERO);
    }
    let (sign, hours, minutes) = signed(text).ok_or(Problem::DateFormat)?;
    if hours > 23 || minutes > 59 {
        return Err(Problem::NoSuchDate);
    }
    Ok(SignedDuration::from_mins(sign * i64::from(hours * 60 + minutes)))
}

/// Sign, hours and minutes of an offset.
fn signed(text: &str) -> Option<(i64, i16, i16)> {
    let (sign, text) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (mut hours, minutes) = match text.split_once(':') {
        Some((hours, minutes)) => (hours, Some(minutes)),
        None if text.len() <= 2 => (text, None),
        None => text.split_at_checked(text.len() - 2).map(|(hours, minutes)| (hours, Some(minutes)))?,
    };
    if !(1..=2).contains(&hours.len()) {
        return None;
    }
    let width = hours.len();
    let hours = digits(&mut hours, width)?;
    let minutes = minutes.map_or(Some(0), |mut minutes| whole(&mut minutes))?;
    Some((sign, hours, minutes))
}

/// Two digits and no more.
fn whole(text: &mut &str) -> Option<i16> {
    digits(text, 2).filter(|_| text.is_empty())
}

fn after(rest: &mut &str, separator: char) -> Option<i16> {
    *rest = rest.strip_prefix(separator)?;
    digits(rest, 2)
}

/// So many digits (at most four), and no sign.
fn digits(rest: &mut &str, count: usize) -> Option<i16> {
    let (number, left) = rest.split_at_checked(count)?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    *rest = left;
    number.parse().ok()
}

fn calendar(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Adds, or takes away, whole units. A day that the month does not have runs over into the next month.
pub fn plus(time: DateTime, amount: i64, unit: Unit) -> Result<DateTime, Problem> {
    let moved = match unit {
        Unit::Hour => SignedDuration::try_from_hours(amount).and_then(|span| time.checked_add(span).ok()),
        Unit::Day => days(time, amount),
        Unit::Month => months(time, Some(amount)),
        Unit::Year => months(time, amount.checked_mul(12)),
    };
    moved.ok_or(Problem::DateRange)
}

fn days(time: DateTime, amount: i64) -> Option<DateTime> {
    Span::new().try_days(amount).ok().and_then(|span| time.checked_add(span).ok())
}

fn months(time: DateTime, amount: Option<i64>) -> Option<DateTime> {
    let month = (i64::from(time.year()) * 12 + i64::from(time.month()) - 1).checked_add(amount?)?;
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let first = Date::new(year, i8::try_from(month.rem_euclid(12) + 1).ok()?, 1).ok()?;
    days(first.to_datetime(time.time()), i64::from(time.day()) - 1)
}

/// The text of a date-time, as ECMAScript writes it.
pub fn write(time: DateTime) -> String {
    let year = match time.year() {
        year @ 0.. => format!("{year:04}"),
        year => format!("-{:06}", year.unsigned_abs()),
    };
    format!(
        "{year}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
