//! The three kinds of travel document that the notice accepts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Kind of a travel document. Part of the match key, so two kinds never share a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A passport, or a document used like one, of any issuing state (ICAO 9303).
    Passport,
    /// Mainland Travel Permit for Hong Kong and Macao residents (港澳居民来往内地通行证).
    HkMacaoPermit,
    /// Mainland Travel Permit for Taiwan residents (台湾居民来往大陆通行证).
    TaiwanPermit,
}

impl Kind {
    /// Every kind, in the order in which forms offer them.
    pub const ALL: [Self; 3] = [Self::Passport, Self::HkMacaoPermit, Self::TaiwanPermit];

    /// The stable code that databases, imports and interfaces carry.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::HkMacaoPermit => "hk_macao_permit",
            Self::TaiwanPermit => "taiwan_permit",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not the code of a document kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown document kind: expected passport, hk_macao_permit or taiwan_permit")]
pub struct UnknownKind;

impl UnknownKind {
    /// The stable machine code of this error.
    pub const fn code(self) -> &'static str {
        "kind.unknown"
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_agree_with_serde() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!("Passport".parse::<Kind>(), Err(UnknownKind));
    }
}
