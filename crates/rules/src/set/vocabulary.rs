//! What a rule set can speak of: the kinds of evidence with their members, and the outcomes.
//!
//! The words themselves belong to whoever decides by rule sets (`domain`); here they are data, so that a rule that asks
//! for a member which no evidence has is found before it decides nothing.

/// The words of one subject of rule sets.
#[derive(Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// The subject's name, as rule sets give it.
    pub subject: &'static str,
    /// The outcomes, from the least severe to the most severe.
    pub outcomes: &'static [&'static str],
    /// Who can have stated evidence.
    pub sources: &'static [&'static str],
    /// The kinds of evidence.
    pub kinds: &'static [Kind],
    /// Whether every outcome but the least severe has to have a way back.
    pub ways_back: bool,
}

/// A kind of evidence.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// What it says beside `kind`, `at` and `source`, which all have.
    pub members: &'static [Member],
    /// Whether one that is newer takes the place of all before it, while it counts.
    pub newest_only: bool,
}

/// A member of evidence.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether it may be missing; a rule then sees `null`.
    pub optional: bool,
}

/// What a member of evidence holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Holds {
    /// `true` or `false`.
    Truth,
    /// An integer in this range.
    Whole(i64, i64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any of these words, each once at most, in this order.
    Words(&'static [&'static str]),
    /// A date or date-time, as CertLogic reads them.
    Time,
}

/// The members that all evidence has and that a rule can look at.
pub const COMMON: [&str; 3] = ["kind", "at", "source"];

impl Vocabulary {
    /// The kind of this name.
    pub fn kind(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.name == name)
    }

    /// How severe the outcome of this name is.
    pub fn outcome(&self, name: &str) -> Option<usize> {
        self.outcomes.iter().position(|outcome| *outcome == name)
    }
}

impl Kind {
    /// The member of this name.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}
