//! Counts that the public is shown, and what auditors are shown of units.

use domain::colour::Colour;
use domain::id::kind::UnitId;

use super::evidence::ProposalStage;

/// How many decisions of a day were alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionCount {
    /// The day, since 1970 in Asia/Shanghai.
    pub day: i64,
    /// The rule set that decided.
    pub rule_set: String,
    /// The colour.
    pub colour: Colour,
    /// The codes of all its reasons.
    pub reasons: Vec<String>,
    /// How many.
    pub decisions: i64,
}

/// How many applications were decided, and how many of them in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Decided {
    /// Issued or refused.
    pub all: i64,
    /// Of those, how many within their due time.
    pub in_time: i64,
}

/// How many proposals of a unit are in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalCount {
    /// Which unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Which stage.
    pub stage: ProposalStage,
    /// How many.
    pub proposals: i64,
}
