//! Machine-readable zones TD1, TD2 and TD3 (ICAO 9303-3 to 9303-6): reading, checking and writing.
//!
//! Used wherever lines come from a reader or are pasted, and by `tongxing mrz`. The decision that matters: a
//! zone with any error is not a document. All errors are collected and each says where it is and what was
//! expected, and none is corrected, because a zone that needs a correction was misread or made up.

mod check;
mod error;
mod generate;
mod layout;
mod lines;
mod parse;
mod report;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Kind, Number, NumberError, PartialDate, PersonName, Sex, StateCode};

pub use check::check_digit;
pub use error::{Field, Hint, MrzError};
pub use generate::{GenerateError, generate, name_field};
pub use layout::Format;
pub use lines::MAX_INPUT;
pub use parse::parse;
pub use report::{ErrorReport, Report, report};

/// The content of a machine-readable zone, fillers removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mrz {
    /// Shape of the zone.
    pub format: Format,
    /// Document code: `P`, `PD`, `I`, `AC` …
    pub document_code: String,
    /// Issuing state or organisation.
    pub issuer: StateCode,
    /// Document number, whole also where it runs over into the optional data of TD1 and TD2.
    pub number: String,
    /// Nationality of the holder.
    pub nationality: StateCode,
    /// Date of birth; `None` if even the year is unknown (all fillers).
    pub birth: Option<PartialDate>,
    /// Sex.
    pub sex: Sex,
    /// Date of expiry, the last day on which the document is valid.
    pub expiry: Date,
    /// Optional data behind the number (TD1 line 1, TD2 and TD3 line 2), inner fillers kept.
    pub optional: String,
    /// Optional data of line 2 of TD1; empty in the other formats.
    pub optional2: String,
    /// Name of the holder.
    pub name: PersonName,
}

impl Mrz {
    /// Whether the document has expired on that day. Not an error of the zone: the caller judges.
    pub fn is_expired(&self, on: Date) -> bool {
        self.expiry < on
    }

    /// The number as a passport's, for the match key.
    ///
    /// Fails only for a number longer than [`crate::number::MAX_LENGTH`].
    pub fn passport_number(&self) -> Result<Number, NumberError> {
        Number::parse(Kind::Passport, &self.number)
    }
}

#[cfg(test)]
mod tests;
