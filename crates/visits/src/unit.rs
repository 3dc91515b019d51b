//! The name of a unit that holds day keys, as it stands in key files, shares and messages.

use std::fmt;
use std::str::FromStr;

use crate::VisitError;

const MOST: usize = 64;

/// The name of a unit: 1 to 64 bytes of UTF-8 without control characters, with no space at either end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnitName(String);

impl UnitName {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UnitName {
    /// Its bytes, behind their number.
    pub(crate) fn with_length(&self) -> Vec<u8> {
        let length = u8::try_from(self.0.len()).expect("a unit's name has at most 64 bytes");
        [&[length], self.0.as_bytes()].concat()
    }
}

impl FromStr for UnitName {
    type Err = VisitError;

    fn from_str(text: &str) -> Result<Self, VisitError> {
        let fits =
            (1..=MOST).contains(&text.len()) && text.trim() == text && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(VisitError::UnitName) }
    }
}

impl fmt::Display for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_lines_of_text() {
        for good in ["A", "省疾控中心", &"x".repeat(64)] {
            assert_eq!(good.parse::<UnitName>().unwrap().as_str(), good);
        }
        for bad in ["", " A", "A\n", "A\u{1b}[2J", &"x".repeat(65)] {
            assert_eq!(bad.parse::<UnitName>(), Err(VisitError::UnitName), "{bad:?}");
        }
    }
}
