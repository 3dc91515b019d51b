//! Sex as a travel document states it (ICAO 9303-3, section 4.9, and 9303-4 to -6).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Sex as printed: female, male or unspecified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Female.
    F,
    /// Male.
    M,
    /// Unspecified: `X` in the printed zone, `<` in the machine-readable one.
    X,
}

impl Sex {
    /// The stable code: `F`, `M` or `X`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::M => "M",
            Self::X => "X",
        }
    }

    /// The character of the machine-readable zone.
    pub const fn mrz(self) -> char {
        match self {
            Self::F => 'F',
            Self::M => 'M',
            Self::X => '<',
        }
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is neither `F`, `M`, `X` nor `<`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown sex: expected F, M or X")]
pub struct UnknownSex;

impl UnknownSex {
    /// The stable machine code of this error.
    pub const fn code(self) -> &'static str {
        "sex.unknown"
    }
}

impl FromStr for Sex {
    type Err = UnknownSex;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "F" | "f" => Ok(Self::F),
            "M" | "m" => Ok(Self::M),
            "X" | "x" | "<" => Ok(Self::X),
            _ => Err(UnknownSex),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for sex in [Sex::F, Sex::M, Sex::X] {
            assert_eq!(sex.as_str().parse(), Ok(sex));
            assert_eq!(sex.mrz().to_string().parse(), Ok(sex));
            assert_eq!(serde_json::to_value(sex).unwrap(), sex.as_str());
        }
        assert_eq!("W".parse::<Sex>(), Err(UnknownSex));
    }
}
