//! What is wrong with an expression, and what went wrong when it was evaluated. Neither repeats the data.

use std::fmt;

use super::limits::{MAX_DEPTH, MAX_INTEGER, MAX_RESULT, MAX_RESULT_DEPTH, MAX_STEPS};

/// One thing that is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Where: a JSON pointer (RFC 6901) into the expression; empty for the whole.
    pub place: String,
    /// What, in the words of the suite where it has any.
    pub message: String,
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        located(f, &self.place, &self.message)
    }
}

/// Not a valid expression, with everything that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(pub(super) Vec<Issue>);

impl Invalid {
    /// What is wrong, in the order of the expression; never empty.
    pub fn issues(&self) -> &[Issue] {
        &self.0
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut issues = self.0.iter();
        issues.next().map_or(Ok(()), |first| write!(f, "{first}"))?;
        issues.try_for_each(|issue| write!(f, "; {issue}"))
    }
}

impl std::error::Error for Invalid {}

/// An evaluation that came to no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where in the rule: a JSON pointer (RFC 6901) into the expression; empty for the whole.
    pub place: String,
    /// What.
    pub problem: Problem,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        located(f, &self.place, &self.problem)
    }
}

impl std::error::Error for Fault {}

fn located(f: &mut fmt::Formatter<'_>, place: &str, what: &dyn fmt::Display) -> fmt::Result {
    if place.is_empty() { write!(f, "{what}") } else { write!(f, "{place}: {what}") }
}

/// Why an evaluation came to no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A value of the wrong type.
    #[error("{whose} must be {wanted}, but it is {found}")]
    Type {
        /// Which operand of which operation.
        whose: &'static str,
        /// What it may be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// Implementations differ in what they make of this comparison.
    #[error("{0} and {0} cannot be compared for equality: compare strings or integers")]
    Incomparable(&'static str),
    /// A sum that not every implementation can represent.
    #[error("the sum is not between -{MAX_INTEGER} and {MAX_INTEGER}")]
    Sum,
    /// Not in one of the formats.
    #[error("not a date or date-time in an allowed format, such as 2020-04-01 or 2020-04-01T08:00:00+08:00")]
    DateFormat,
    /// Not one of the formats of a date of birth.
    #[error("not a date of birth in an allowed format: YYYY, YYYY-MM or YYYY-MM-DD")]
    BirthFormat,
    /// In a format, but no calendar or clock has it.
    #[error("there is no such date, time or offset")]
    NoSuchDate,
    /// Out of the range of date-times.
    #[error("the date-time is not between the years -9999 and 9999")]
    DateRange,
    /// Too much work.
    #[error("the evaluation takes more than {MAX_STEPS} steps")]
    Steps,
    /// Values that are built too deep.
    #[error("the expression builds values that are nested more than {MAX_DEPTH} deep")]
    Depth,
    /// A result nested too deep.
    #[error("the result is nested more than {MAX_RESULT_DEPTH} deep")]
    ResultDepth,
    /// A result that is too large.
    #[error("the result is larger than {MAX_RESULT} bytes")]
    ResultSize,
}

impl Problem {
    /// Whether a bound was reached, and not a rule of the language broken.
    pub fn is_limit(&self) -> bool {
        matches!(self, Self::Steps | Self::Depth | Self::ResultDepth | Self::ResultSize)
    }
}
