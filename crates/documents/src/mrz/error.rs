//! What can be wrong with a machine-readable zone. No error carries more of the zone than one character.

use std::fmt;

use serde::Serialize;

use crate::DateError;

/// A field of the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Document code, the first two characters.
    DocumentCode,
    /// Issuing state or organisation.
    Issuer,
    /// Document number.
    Number,
    /// Nationality.
    Nationality,
    /// Date of birth.
    Birth,
    /// Sex.
    Sex,
    /// Date of expiry.
    Expiry,
    /// Optional data.
    Optional,
    /// Optional data of line 2 of TD1.
    Optional2,
    /// The composite check digit over several fields.
    Composite,
    /// Name.
    Name,
}

impl Field {
    /// The stable code, the key of its word in each language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DocumentCode => "document_code",
            Self::Issuer => "issuer",
            Self::Number => "number",
            Self::Nationality => "nationality",
            Self::Birth => "birth",
            Self::Sex => "sex",
            Self::Expiry => "expiry",
            Self::Optional => "optional",
            Self::Optional2 => "optional2",
            Self::Composite => "composite",
            Self::Name => "name",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::DocumentCode => "document code",
            Self::Issuer => "issuing state",
            Self::Number => "document number",
            Self::Nationality => "nationality",
            Self::Birth => "date of birth",
            Self::Sex => "sex",
            Self::Expiry => "date of expiry",
            Self::Optional => "optional data",
            Self::Optional2 => "second optional data",
            Self::Composite => "whole zone",
            Self::Name => "name",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// The one look-alike that would make a check digit right. Advice: it may be another error after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// Position in the line, from 1.
    pub position: usize,
    /// What may have been meant there.
    pub meant: char,
}

/// One error. Lines and positions count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    /// Nothing but spaces.
    #[error("the machine-readable zone is empty")]
    Empty,
    /// Longer than any zone, also with spaces between all characters.
    #[error("the text is too long for a machine-readable zone: at most {max} bytes")]
    TooLong {
        /// The most bytes that are looked at.
        max: usize,
    },
    /// A count of lines that no format has.
    #[error("found {found} lines, expected 2 lines of 44 or 36 characters, or 3 lines of 30")]
    LineCount {
        /// How many lines there are.
        found: usize,
    },
    /// A line too short or too long.
    #[error("line {line} has {found} characters, expected {expected}")]
    LineLength {
        /// Which line.
        line: usize,
        /// Characters that a line of the nearest format has.
        expected: usize,
        /// Characters that it has.
        found: usize,
    },
    /// A character that cannot stand there.
    #[error("line {line}, position {position} ({field}): found {found:?}, expected {expected}{}", meant(*.suggestion))]
    Character {
        /// Which field.
        field: Field,
        /// Which line.
        line: usize,
        /// Where in the line.
        position: usize,
        /// What may stand there, in words.
        expected: &'static str,
        /// What stands there.
        found: char,
        /// The look-alike that may have been meant.
        suggestion: Option<char>,
    },
    /// A check digit that does not fit its field.
    #[error("line {line}, position {position}: the check digit of the {field} is {found:?}, expected {expected:?}{}", hinted(*.hint))]
    CheckDigit {
        /// Which field it checks.
        field: Field,
        /// Which line.
        line: usize,
        /// Where in the line the check digit stands.
        position: usize,
        /// The digit that the field has.
        expected: char,
        /// What stands there.
        found: char,
        /// The one look-alike in the field that would explain it.
        hint: Option<Hint>,
    },
    /// A date that does not exist.
    #[error("line {line}, position {position} ({field}): not a date, {reason}")]
    Date {
        /// Birth or expiry.
        field: Field,
        /// Which line.
        line: usize,
        /// Where the field begins.
        position: usize,
        /// What is wrong with it.
        reason: DateError,
    },
    /// A state or nationality that ICAO 9303-3 does not list.
    #[error("line {line}, position {position} ({field}): expected a code of ICAO 9303-3 such as CHN or D<<")]
    State {
        /// Issuer or nationality.
        field: Field,
        /// Which line.
        line: usize,
        /// Where the field begins.
        position: usize,
    },
    /// A field that must not be empty.
    #[error("line {line}, position {position}: the {field} is missing")]
    Missing {
        /// Which field.
        field: Field,
        /// Which line.
        line: usize,
        /// Where the field begins.
        position: usize,
    },
}

fn meant(suggestion: Option<char>) -> String {
    suggestion.map_or_else(String::new, |meant| format!(" (did you mean {meant:?}?)"))
}

fn hinted(hint: Option<Hint>) -> String {
    hint.map_or_else(String::new, |Hint { position, meant }| {
        format!(" (it would be right with {meant:?} at position {position})")
    })
}

impl MrzError {
    /// The stable machine code of this error, the key of its words in each language.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "mrz.empty",
            Self::TooLong { .. } => "mrz.too_long",
            Self::LineCount { .. } => "mrz.line_count",
            Self::LineLength { .. } => "mrz.line_length",
            Self::Character { .. } => "mrz.character",
            Self::CheckDigit { .. } => "mrz.check_digit",
            Self::Date { .. } => "mrz.date",
            Self::State { .. } => "mrz.state",
            Self::Missing { .. } => "mrz.missing",
        }
    }

    /// The field concerned; `None` if the error is about whole lines.
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::Character { field, .. }
            | Self::CheckDigit { field, .. }
            | Self::Date { field, .. }
            | Self::State { field, .. }
            | Self::Missing { field, .. } => Some(*field),
            _ => None,
        }
    }

    /// Line and position from 1, where the error has them; a line alone for its length.
    pub const fn place(&self) -> (Option<usize>, Option<usize>) {
        match self {
            Self::Character { line, position, .. }
            | Self::CheckDigit { line, position, .. }
            | Self::Date { line, position, .. }
            | Self::State { line, position, .. }
            | Self::Missing { line, position, .. } => (Some(*line), Some(*position)),
            Self::LineLength { line, .. } => (Some(*line), None),
            Self::Empty | Self::TooLong { .. } | Self::LineCount { .. } => (None, None),
        }
    }
}
