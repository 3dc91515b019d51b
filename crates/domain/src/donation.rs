//! The code that an officer reads out, so that a person gives what their phone remembers to the right case.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::letters::Digits;
use crate::{Entropy, letters};

const LENGTH: usize = 10;

/// Nine random characters (44.6 bits) and a check character. It counts once and for [`DonationCode::LIFE`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DonationCode(Digits<LENGTH>);

/// Why a text is not such a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code for giving has 10 digits and letters, without 0, 1, I, L and O")]
pub struct NotADonationCode;

impl DonationCode {
    /// For how long it counts.
    pub const LIFE: Duration = Duration::from_hours(1);

    /// A new one.
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self(letters::draw(entropy))
    }

    /// In two groups, for reading out: `7K3M9-2QD4R`.
    pub fn grouped(&self) -> String {
        self.0.chunks(LENGTH / 2).map(letters::text).collect::<Vec<_>>().join("-")
    }
}

/// Whoever has it may give: it never ends in a log.
impl fmt::Debug for DonationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DonationCode(…)")
    }
}

/// Without a hyphen: what is hashed.
impl fmt::Display for DonationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&letters::text(&self.0))
    }
}

impl FromStr for DonationCode {
    type Err = NotADonationCode;

    /// Accepts lower case, and spaces or hyphens anywhere or nowhere.
    fn from_str(text: &str) -> Result<Self, NotADonationCode> {
        let digits = letters::read(&letters::plain(text)).ok_or(NotADonationCode)?;
        if letters::fits(&digits) { Ok(Self(digits)) } else { Err(NotADonationCode) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_code_is_read_back_however_it_is_typed_and_a_slip_is_told() {
        let code = DonationCode::draw(&SeededEntropy::new(5));
        for typed in [code.to_string(), code.grouped(), code.grouped().to_lowercase().replace('-', "  ")] {
            assert_eq!(typed.parse(), Ok(code), "{typed}");
        }
        let mut slip = code.to_string().into_bytes();
        slip[3] = if slip[3] == b'7' { b'8' } else { b'7' };
        for bad in [String::from_utf8(slip).unwrap(), String::new(), "0".repeat(10), "22222222222".to_owned()]
        {
            assert_eq!(bad.parse::<DonationCode>(), Err(NotADonationCode), "{bad}");
        }
        assert_eq!(format!("{code:?}"), "DonationCode(…)");
    }
}
