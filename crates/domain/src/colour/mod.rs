//! Colours: evidence, and the decision that published rules make of it (docs/rule-sets.md).
//!
//! Used by `store`, which keeps evidence and decisions, by `server`, which decides when either changes, and by `tongxing
//! rules`. The decision that matters: **nobody can set a colour**. People add [`Evidence`]; [`decide`] asks a rule set of
//! the `rules` crate, to which this module gives its words ([`VOCABULARY`]). A visit is no kind of evidence, so no rule
//! can ask for one.

mod decision;
mod evidence;
mod published;
mod vocabulary;

use serde::{Deserialize, Serialize};

pub use decision::{Decision, Fired, Undecided, decide};
pub use evidence::{Evidence, EvidenceKind, EvidenceSource, Fact, TestMethod, TestOutcome};
pub use published::{in_force, published, reasons, text};
pub use vocabulary::VOCABULARY;

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Nothing stands against passing.
    Green,
    /// To be looked at.
    Yellow,
    /// Not to pass.
    Red,
    /// No colour for now.
    None,
}

impl Colour {
    /// The name that the database, the API and locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::None => "none",
        }
    }

    /// Every colour, from the least severe to the most severe: of what the rules say, the most severe counts. No colour
    /// is less than yellow, which states a reason to look at the person; at a checkpoint both are CHECK.
    pub const BY_SEVERITY: [Self; 4] = [Self::Green, Self::None, Self::Yellow, Self::Red];

    /// How severe it is: its place in [`BY_SEVERITY`](Self::BY_SEVERITY).
    pub const fn severity(self) -> usize {
        match self {
            Self::Green => 0,
            Self::None => 1,
            Self::Yellow => 2,
            Self::Red => 3,
        }
    }

    /// The colour of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::BY_SEVERITY.into_iter().find(|c| c.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_is_the_place_in_the_list() {
        for (place, colour) in Colour::BY_SEVERITY.into_iter().enumerate() {
            assert_eq!((colour.severity(), Colour::from_name(colour.as_str())), (place, Some(colour)));
        }
    }
}
