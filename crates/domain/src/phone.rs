//! Telephone numbers in international form (ITU-T E.164), as people from everywhere type them.
//!
//! Used by `server` for the number an applicant may give and for contacts. Numbering plans come from the crate
//! `phonenumber`, which carries the metadata of libphonenumber. The decision that matters: the one mistake that
//! nearly everybody makes, keeping the trunk zero behind the country code, is named instead of refused as
//! "invalid", which is why the library's own parser, that drops the zero in silence, is not asked; whether a number
//! rings is not ours to know.

use std::fmt;
use std::str::FromStr;

use phonenumber::metadata::{DATABASE, Metadata};
use phonenumber::{Mode, Type};
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
    #[error("expected as many digits as numbers of that country have")]
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
        let (code, countries) = plan(&digits).ok_or(PhoneError::CountryCode)?;
        let national = &digits[code.len()..];
        if national.starts_with('0') && !begins_as_dialled(&countries, national) {
            return Err(PhoneError::TrunkZero);
        }
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&digits.len()) || !may_have(&countries, national.len()) {
            return Err(PhoneError::Length);
        }
        Ok(Self(format!("+{digits}")))
    }
}

/// The country code in front of `digits`, and what the numbering plan says of its countries (several share `1`, `7`
/// or `44`). Country codes are never the beginning of one another (ITU-T E.164, section 6.1).
fn plan(digits: &str) -> Option<(&str, Vec<&'static Metadata>)> {
    (1..=3).find_map(|length| {
        let code = digits.get(..length).filter(|code| !code.starts_with('0'))?;
        let countries = DATABASE.by_code(&code.parse::<u16>().ok()?)?;
        Some((code, countries))
    })
}

/// Whether the countries have numbers that begin as `national` does: in Italy and a few others a zero belongs to
/// the number, elsewhere it is dialled only inside the country.
fn begins_as_dialled(countries: &[&Metadata], national: &str) -> bool {
    countries.iter().any(|country| {
        country.descriptors().general().national_number().find(national).is_some_and(|m| m.start() == 0)
    })
}

/// Whether some kind of number there has this many digits. A plan without lengths rules nothing out.
fn may_have(countries: &[&Metadata], digits: usize) -> bool {
    let lengths: Vec<u16> = countries
        .iter()
        .flat_map(|country| KINDS.iter().filter_map(|kind| country.descriptors().get(*kind)))
        .flat_map(|kind| kind.possible_length().to_vec())
        .collect();
    lengths.is_empty() || lengths.iter().any(|length| usize::from(*length) == digits)
}

/// The kinds of numbers that a person may have.
const KINDS: [Type; 7] = [
    Type::FixedLine,
    Type::Mobile,
    Type::PersonalNumber,
    Type::Voip,
    Type::Pager,
    Type::Uan,
    Type::SharedCost,
];

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
        || matches!(c, '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        // Around numbers that are copied out of contact lists.
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

impl Phone {
    /// `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In groups, as the country writes it: `+44 7512 345678`.
    pub fn grouped(&self) -> String {
        let parsed = phonenumber::parse(None, &self.0);
        parsed.map_or_else(|_| self.0.clone(), |n| n.format().mode(Mode::International).to_string())
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
            ("+49 0151 23456789", Err(PhoneError::TrunkZero)),
            ("+81 090 1234 5678", Err(PhoneError::TrunkZero)),
            ("+241 06 03 12 34", Ok("+24106031234")),
            ("+7 912 345 67 89", Ok("+79123456789")),
            ("+33 6 12 34 56 7", Err(PhoneError::Length)),
            ("+999 123 456 789", Err(PhoneError::CountryCode)),
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
