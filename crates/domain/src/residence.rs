//! Where an applicant stays in Hubei, and how they can be reached.
//!
//! Used by `server`, which asks for it, and by `store`, which seals it. The decision that matters: the place is
//! a code of GB/T 2260 down to the prefecture, which every language can name, and free text below it.

use serde::{Deserialize, Serialize};

use crate::phone::Phone;

/// The 17 divisions of Hubei as GB/T 2260 codes them: twelve prefecture-level cities, one autonomous
/// prefecture, and what the province administers itself (three cities and one forestry district).
pub const DIVISIONS: [&str; 17] = [
    "420100", "420200", "420300", "420500", "420600", "420700", "420800", "420900", "421000", "421100",
    "421200", "421300", "422800", "429004", "429005", "429006", "429021",
];

/// A division of [`DIVISIONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub struct Division(usize);

/// The text is not the code of a division of Hubei.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the GB/T 2260 code of a prefecture of Hubei")]
pub struct UnknownDivision;

impl Division {
    /// The six digits of GB/T 2260; locale keys are `division-<code>`.
    pub const fn code(self) -> &'static str {
        DIVISIONS[self.0]
    }
}

impl std::str::FromStr for Division {
    type Err = UnknownDivision;

    fn from_str(code: &str) -> Result<Self, UnknownDivision> {
        DIVISIONS.iter().position(|known| *known == code).map(Self).ok_or(UnknownDivision)
    }
}

impl TryFrom<String> for Division {
    type Error = UnknownDivision;

    fn try_from(code: String) -> Result<Self, UnknownDivision> {
        code.parse()
    }
}

impl From<Division> for &'static str {
    fn from(division: Division) -> Self {
        division.code()
    }
}

/// Where an applicant stays and how they can be reached. Personal: `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Residence {
    /// Prefecture.
    pub division: Division,
    /// County, city district or town, as typed; may be empty.
    pub county: String,
    /// Street, house, hotel: as typed.
    pub address: String,
    /// A telephone number, where one was given.
    pub phone: Option<Phone>,
}

impl std::fmt::Debug for Residence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Residence(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_division_reads_back_and_only_hubei_has_any() {
        for code in DIVISIONS {
            let division: Division = code.parse().unwrap();
            let json = serde_json::to_string(&division).unwrap();
            assert_eq!(serde_json::from_str::<Division>(&json).unwrap(), division);
        }
        assert_eq!("310100".parse::<Division>(), Err(UnknownDivision));
        assert!(serde_json::from_str::<Division>("\"42\"").is_err());
    }
}
