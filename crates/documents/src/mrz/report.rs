//! The outcome of reading a zone, as a person reads it and as a program does: for `tongxing mrz`.

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use super::error::{Field, MrzError};
use super::{Mrz, parse};

/// What reading a zone gave. `Display` is the text form, serde the JSON form.
///
/// Holds personal data: it goes to whoever gave the lines, not into a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether the zone has no error; the exit status of the command.
    pub valid: bool,
    /// Whether the document had expired on the day that was passed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired: Option<bool>,
    /// The content, if there is no error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Mrz>,
    /// Every error.
    pub errors: Vec<ErrorReport>,
}

/// One error for programs; see [`MrzError`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorReport {
    /// Stable machine code.
    pub code: &'static str,
    /// Field concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// Line from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Position in the line from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// What was expected there, in words or as a character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The character, or the count, that was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The sentence for people.
    pub message: String,
}

impl From<&MrzError> for ErrorReport {
    fn from(error: &MrzError) -> Self {
        let (line, position) = error.place();
        let (expected, found) = match *error {
            MrzError::LineCount { found } => (None, Some(found.to_string())),
            MrzError::LineLength { expected, found, .. } => {
                (Some(expected.to_string()), Some(found.to_string()))
            }
            MrzError::Character { expected, found, .. } => {
                (Some(expected.to_owned()), Some(found.to_string()))
            }
            MrzError::CheckDigit { expected, found, .. } => {
                (Some(expected.to_string()), Some(found.to_string()))
            }
            _ => (None, None),
        };
        let message = error.to_string();
        Self { code: error.code(), field: error.field(), line, position, expected, found, message }
    }
}

/// Reads a zone and reports: `today` decides centuries and whether the document has expired.
pub fn report(text: &str, today: Date) -> Report {
    match parse(text, today) {
        Ok(document) => Report {
            valid: true,
            expired: Some(document.is_expired(today)),
            document: Some(document),
            errors: Vec::new(),
        },
        Err(errors) => Report {
            valid: false,
            expired: None,
            document: None,
            errors: errors.iter().map(Into::into).collect(),
        },
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(f, "error: {} [{}]", error.message, error.code)?;
        }
        let Some(document) = &self.document else { return Ok(()) };
        let birth = document.birth.map_or_else(|| "unknown".to_owned(), |date| date.to_string());
        let expired = if self.expired == Some(true) { " (expired)" } else { "" };
        let cut = if document.name.is_truncated() { " (field full: the name may be cut)" } else { "" };
        let rows = [
            ("format", document.format.as_str().to_owned()),
            ("document", document.document_code.clone()),
            ("issuer", document.issuer.to_string()),
            ("number", document.number.clone()),
            ("family name", format!("{}{cut}", document.name.primary())),
            ("given names", document.name.secondary().to_owned()),
            ("nationality", document.nationality.to_string()),
            ("birth", birth),
            ("sex", document.sex.to_string()),
            ("expiry", format!("{}{expired}", document.expiry)),
            ("optional", document.optional.clone()),
            ("optional 2", document.optional2.clone()),
        ];
        rows.iter()
            .filter(|(_, value)| !value.is_empty())
            .try_for_each(|(label, value)| writeln!(f, "{label:<12} {value}"))
    }
}
