//! The code on a tablet at a door, another one every day: a picture of it that is passed on is worth nothing tomorrow.
//!
//! It is the tablet's own [`LocationCode`], the same every day, by which the server finds the row, and 13 characters
//! (64.4 bits) of `HMAC-SHA-256(key, "tongxing daily v1" ‖ code ‖ day)` with a check character. **What the server
//! keeps**: one key of 32 bytes for all tablets, outside the database, and for each tablet the same row as for a
//! poster. There is no job at midnight, nothing to store a day, and a copy of the database makes no code.
//!
//! A wrong tail can only be tried online: 64 bits is the length that NIST SP 800-107 Rev. 1 section 5.3.5 has for tags
//! in general use. A tail of another day and one that never was look the same, here and to whoever asks.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::{constant_time, hmac};

use super::code::{CodeError, LENGTH, LocationCode, read};
use crate::letters::Digits;
use crate::{Timestamp, letters};

/// Characters of the day's tail, its check among them.
const TAIL: usize = 14;
const DOMAIN: &[u8] = b"tongxing daily v1";
/// Who scanned before midnight may register a while after.
const AFTER: std::time::Duration = std::time::Duration::from_hours(1);
/// Servers' clocks differ: one that is behind takes what one that is ahead has shown.
const BEFORE: std::time::Duration = std::time::Duration::from_mins(1);

/// The key of all tablets' codes: secret, and not in the database.
pub struct DailyKey(hmac::Key);

impl DailyKey {
    /// From 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// What the tablet of this code shows at this time.
    pub fn shown(&self, code: LocationCode, now: Timestamp) -> Shown {
        Shown { code, tail: self.tail(code, now.day()) }
    }

    /// Whether what was scanned is what its tablet shows now: the code of the day, that of the day before for an hour
    /// after midnight (Asia/Shanghai), that of the next for a minute before it.
    pub fn check(&self, shown: Shown, now: Timestamp) -> Daily {
        let days = [now.minus(AFTER).day(), now.day(), now.plus(BEFORE).day()];
        // All are compared, so that the time it takes says nothing of which one it was.
        let fits = days.map(|day| {
            let tail = self.tail(shown.code, day);
            constant_time::verify_slices_are_equal(&tail, &shown.tail).is_ok()
        });
        if fits.contains(&true) { Daily::Good } else { Daily::Stale }
    }

    fn tail(&self, code: LocationCode, day: i64) -> Digits<TAIL> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(DOMAIN);
        context.update(&code.0);
        context.update(&day.to_be_bytes());
        let tag = context.sign();
        let (first, _) = tag.as_ref().split_first_chunk::<16>().expect("32 bytes");
        let mut number = u128::from_be_bytes(*first);
        let mut digits = [0; TAIL];
        for digit in &mut digits[..TAIL - 1] {
            *digit = u8::try_from(number % 31).expect("below 31");
            number /= 31;
        }
        letters::checked(digits)
    }
}

/// What becomes of a tablet's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Daily {
    /// It is what the tablet shows.
    Good,
    /// It is of another day, or of none: scan the tablet again.
    Stale,
}

/// What a tablet shows in one day's link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// By which the tablet's row is found.
    pub code: LocationCode,
    tail: Digits<TAIL>,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown(…)")
    }
}

/// As it stands in the link.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.code, letters::text(&self.tail))
    }
}

/// What stands in a link `https://…/v/…`: of a poster, or of a tablet. The number of characters tells which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scanned {
    /// A poster's. Whether it still counts: [`Poster::standing`](super::Poster::standing). The server must take it from
    /// no tablet's row: without its tail a tablet's code counts for nothing.
    Poster(LocationCode),
    /// A tablet's. Whether it is today's: [`DailyKey::check`].
    Tablet(Shown),
}

impl FromStr for Scanned {
    type Err = CodeError;

    /// Accepts lower case, and spaces or hyphens anywhere or nowhere.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let plain = letters::plain(text);
        if plain.chars().count() == LENGTH {
            return Ok(Self::Poster(LocationCode(read(&plain)?)));
        }
        let end = plain.char_indices().nth(LENGTH).map_or(plain.len(), |(at, _)| at);
        let (code, tail) = plain.split_at(end);
        let tail = if tail.chars().count() == TAIL { tail } else { return Err(CodeError::Length) };
        Ok(Self::Tablet(Shown { code: LocationCode(read(code)?), tail: read(tail)? }))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn key() -> DailyKey {
        DailyKey::new(&[7; 32])
    }

    fn code(seed: u8) -> LocationCode {
        LocationCode(letters::checked([seed % 31; LENGTH]))
    }

    proptest! {
        #[test]
        fn a_link_holds_for_its_day_and_an_hour(seed in 0_u8..31, day in 0_i64..40_000, second in 0_u64..86_400) {
            let midnight = Timestamp::of_day(day);
            let shown = key().shown(code(seed), midnight.plus(Duration::from_secs(second)));
            let read = shown.to_string().to_lowercase().parse();
            prop_assert_eq!(read, Ok(Scanned::Tablet(shown)));
            let end = Timestamp::of_day(day + 1);
            for at in [midnight.minus(BEFORE), midnight, end.minus(Duration::from_micros(1)), end,
                       end.plus(AFTER).minus(Duration::from_micros(1))] {
                prop_assert_eq!(key().check(shown, at), Daily::Good);
            }
            for at in [midnight.minus(BEFORE + Duration::from_micros(1)), end.plus(AFTER), end.plus(Duration::from_hours(24))] {
                prop_assert_eq!(key().check(shown, at), Daily::Stale);
            }
        }

        #[test]
        fn another_tail_another_tablet_or_another_key_is_refused(at in 0..TAIL - 1, shift in 1_u8..31) {
            let now = Timestamp::of_day(20_000);
            let shown = key().shown(code(1), now);
            let mut tail = shown.tail;
            tail[at] = (tail[at] + shift) % 31;
            let forged = Shown { tail: letters::checked(tail), ..shown };
            prop_assert_eq!(key().check(forged, now), Daily::Stale);
            prop_assert_eq!(key().check(Shown { code: code(2), ..shown }, now), Daily::Stale);
            prop_assert_eq!(DailyKey::new(&[8; 32]).check(shown, now), Daily::Stale);
        }

        #[test]
        fn nothing_that_is_scanned_panics(text in any::<String>()) {
            let _ = text.parse::<Scanned>();
        }
    }

    #[test]
    fn a_mistyped_tail_is_told_from_an_old_one_and_a_poster_from_a_tablet() {
        let shown = key().shown(code(3), Timestamp::of_day(20_000));
        let text = shown.to_string();
        let last = if text.ends_with('2') { "3" } else { "2" };
        let mistyped = format!("{}{last}", &text[..text.len() - 1]);
        assert_eq!(mistyped.parse::<Scanned>(), Err(CodeError::Check));
        assert_eq!(text[..20].parse::<Scanned>(), Err(CodeError::Length));
        assert_eq!(code(3).grouped().parse(), Ok(Scanned::Poster(code(3))));
        assert_eq!("深深深深深深深深深深深深深深深深深深深".parse::<Scanned>(), Err(CodeError::Length));
        assert_eq!(format!("{shown:?}"), "Shown(…)");
    }

    /// A second computation of the definition, by another implementation (Python's hmac): what is on tablets must not
    /// change with this code.
    #[test]
    fn the_tail_is_what_the_definition_says() {
        let shown = key().shown(code(3), Timestamp::of_day(20_000));
        assert_eq!(letters::text(&shown.tail), "AH3YCPG2NWSQKP");
    }
}
