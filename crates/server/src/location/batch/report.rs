//! What is wrong with rows: line, column, what, how to mend it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::filing::entry;
use crate::location::details::Wrong;
use crate::words::Words;

/// One error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// Line in the file, from 1; the header is line 1.
    pub line: u64,
    /// What is wrong.
    pub what: What,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A field.
    Field(Wrong),
    /// The row as a whole: a code of the CSV reader, such as `row.quote`.
    Row(String),
    /// It is there with other details.
    Differs,
}

impl BadRow {
    /// The column; empty if the whole row is meant.
    pub fn column(&self) -> &'static str {
        match &self.what {
            What::Field(wrong) => wrong.field.as_str(),
            What::Row(_) | What::Differs => "",
        }
    }

    /// What is wrong and how to mend it, in words.
    pub fn reason(&self, words: Words) -> String {
        match &self.what {
            What::Field(wrong) => wrong.reason(words),
            What::Row(code) => entry::reason(words, code, None, None),
            What::Differs => words.t("location-wrong-differs"),
        }
    }
}

/// The report on a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Every error, in the order of the file.
    pub errors: Vec<BadRow>,
    /// Columns that were not read.
    pub ignored: Vec<String>,
}

impl Report {
    /// As a CSV file in the reader's language, with a byte order mark for spreadsheets.
    pub fn csv(&self, words: Words) -> String {
        let mut csv = String::from("\u{feff}line,column,reason\r\n");
        for row in &self.errors {
            let reason = row.reason(words).replace('"', "\"\"");
            let _ = write!(csv, "{},{},\"{reason}\"\r\n", row.line, row.column());
        }
        csv
    }
}
