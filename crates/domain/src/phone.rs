//! Telephone numbers in international form (ITU-T E.164), as people from everywhere type them.
//!
//! Used by `server` for the number an applicant may give. The decision that matters: the one mistake that
//! nearly everybody makes, keeping the trunk zero behind the country code, is named instead of refused as
//! "invalid" (`ux.md`); whether a number rings is not ours to know.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most digits of an international number (ITU-T E.164, section 6.2).
const MAX_DIGITS: usize = 15;
const MIN_DIGITS: usize = 7;
/// The longest text that is looked at, in bytes.
const MAX_INPUT: usize = 100;

/// A number in international form, `+447512345678`. Personal: `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// Why a text is not a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Neither `+` nor `00` in front, and not a Chinese mobile number.
    #[error("expected a number with its country code, such as +44 7512 345678")]
    CountryCode,
    /// A zero behind the country code, which is dialled only inside the country.
    #[error("leave out the first 0 after the country code: +44 7512 345678")]
    TrunkZero,
    /// Too few or too many digits.
    #[error("expected 7 to 15 digits with the country code")]
    Length,
    /// Something that is no digit, space, hyphen, dot, slash or bracket.
    #[error("expected digits only")]
    Character,
}

impl PhoneError {
    /// The stable machine code of this error, the key of its words in each language.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CountryCode => "phone.country_code",
            Self::TrunkZero => "phone.trunk_zero",
            Self::Length => "phone.length",
            Self::Character => "phone.character",
        }
    }
}

impl FromStr for Phone {
    type Err = PhoneError;

    /// Spaces, hyphens, dots, slashes, brackets and full-width forms do not matter; `00` in front is a `+`; a
    /// Chinese mobile number needs no country code.
    fn from_str(text: &str) -> Result<Self, PhoneError> {
        if text.len() > MAX_INPUT {
            return Err(PhoneError::Length);
        }
        let plain: String = text.chars().map(half_width).filter(|c| !is_separator(*c)).collect();
        let digits = match (plain.strip_prefix('+'), plain.strip_prefix("00")) {
            (Some(rest), _) | (None, Some(rest)) => rest.to_owned(),
            (None, None) if is_chinese_mobile(&plain) => format!("86{plain}"),
            (None, None) if plain.chars().all(|c| c.is_ascii_digit()) => return Err(PhoneError::CountryCode),
            (None, None) => return Err(PhoneError::Character),
        };
        if !digits.chars().all(|c| c.is_ascii_digit()) {
            return Err(PhoneError::Character);
        }
        let code = country_code(&digits).ok_or(PhoneError::CountryCode)?;
        if digits[code.len()..].starts_with('0') && !ZERO_IS_DIALLED.contains(&code) {
            return Err(PhoneError::TrunkZero);
        }
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&digits.len()) {
            return Err(PhoneError::Length);
        }
        Ok(Self(format!("+{digits}")))
    }
}

/// Countries whose own numbers may begin with 0: Italy and San Marino, and those that dropped the trunk zero
/// into the number (Congo, Côte d'Ivoire, Gabon).
const ZERO_IS_DIALLED: [&str; 5] = ["39", "378", "225", "241", "242"];

/// Country codes of two digits (ITU-T E.164 Annex, assigned codes); `1` and `7` have one digit, all others
/// that are assigned have three.
const TWO_DIGITS: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
    "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
    "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

fn country_code(digits: &str) -> Option<&str> {
    let first = digits.chars().next()?;
    match first {
        '0' => None,
        '1' | '7' => digits.get(..1),
        _ => {
            let two = digits.get(..2)?;
            let known = TWO_DIGITS.contains(&two);
            digits.get(..if known { 2 } else { 3 })
        }
    }
}

fn is_chinese_mobile(text: &str) -> bool {
    text.len() == 11 && text.starts_with('1') && text.bytes().all(|b| b.is_ascii_digit())
}

/// A full-width digit or plus sign as its plain form.
fn half_width(c: char) -> char {
    match c {
        '０'..='９' | '＋' | '（' | '）' | '－' => {
            char::from_u32(c as u32 - 0xFEE0).expect("full-width forms stand 0xFEE0 above ASCII")
        }
        _ => c,
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{200B}'..='\u{200F}')
}

impl Phone {
    /// `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        text.parse()
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_read_or_told_how_to_mend() {
        for (typed, expected) in [
            ("+44 7512 345678", Ok("+447512345678")),
            ("0044 (7512) 345-678", Ok("+447512345678")),
            ("＋８６ 138 0013 8000", Ok("+8613800138000")),
            ("138 0013 8000", Ok("+8613800138000")),
            ("+1 202 555 0143", Ok("+12025550143")),
            ("+852 2345 6789", Ok("+85223456789")),
            ("+39 06 1234 5678", Ok("+390612345678")),
            ("+44 07512 345678", Err(PhoneError::TrunkZero)),
            ("+44 (0)7512 345678", Err(PhoneError::TrunkZero)),
            ("+8860912345678", Err(PhoneError::TrunkZero)),
            ("07512 345678", Err(PhoneError::CountryCode)),
            ("+0 123 456 789", Err(PhoneError::CountryCode)),
            ("+44 75", Err(PhoneError::Length)),
            ("+44 7512 345678 9012 3456", Err(PhoneError::Length)),
            ("+44 7512 CALL", Err(PhoneError::Character)),
            ("ring me", Err(PhoneError::Character)),
            ("", Err(PhoneError::CountryCode)),
        ] {
            let read = typed.parse::<Phone>();
            assert_eq!(read.as_ref().map(Phone::as_str), expected.as_ref().copied(), "{typed}");
        }
    }

    #[test]
    fn it_is_not_printed() {
        assert_eq!(format!("{:?}", "+12025550143".parse::<Phone>().unwrap()), "Phone(…)");
    }
}
