//! What a run says of the rows that it could not take: line, field and reason, never what stood there.

use serde::{Deserialize, Serialize};
use store::rows::import::Progress;

use crate::filing::entry::{Wrong, reported};
use crate::words::Words;

/// How many errors are listed; the rest is counted. A file with more is better mended at its source.
pub const LISTED_LIMIT: usize = 10_000;

/// One error of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// Line in the file, from 1; the header is line 1.
    pub line: u64,
    /// Column; empty if the whole row is meant.
    pub field: String,
    /// What is wrong: a stable code.
    pub code: String,
    /// At which character of the field, from 1.
    pub position: Option<usize>,
}

impl BadRow {
    /// What is wrong and how to mend it, in words.
    pub fn reason(&self, words: Words) -> String {
        reported(words, &self.code, self.position)
    }
}

/// The report of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The first [`LISTED_LIMIT`] errors in the order of the file.
    pub errors: Vec<BadRow>,
    /// How many more there are.
    pub unlisted: u64,
    /// Columns that were not imported.
    pub ignored_columns: Vec<String>,
}

impl Report {
    pub(super) fn whole_row(&mut self, line: u64, code: &str) {
        self.add(BadRow { line, field: String::new(), code: code.to_owned(), position: None });
    }

    pub(super) fn wrong(&mut self, line: u64, wrong: &Wrong) {
        self.add(BadRow {
            line,
            field: wrong.field.as_str().to_owned(),
            code: wrong.code.to_owned(),
            position: wrong.position,
        });
    }

    fn add(&mut self, row: BadRow) {
        if self.errors.len() < LISTED_LIMIT {
            self.errors.push(row);
        } else {
            self.unlisted += 1;
        }
    }

    /// Adds what a later batch found.
    pub(super) fn append(&mut self, later: Self) {
        for row in later.errors {
            self.add(row);
        }
        self.unlisted += later.unlisted;
    }

    /// The report as a CSV file in the reader's language, with a byte order mark for spreadsheets.
    pub fn csv(&self, words: Words) -> String {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let titles = ["line", "field", "code", "position", "reason"];
        let mut csv = format!("\u{feff}{}\r\n", titles.join(","));
        for row in &self.errors {
            let position = row.position.map(|p| p.to_string()).unwrap_or_default();
            let reason = quoted(&row.reason(words));
            let fields = [&row.line.to_string(), &row.field, &row.code, &position, &reason];
            csv.push_str(&fields.map(String::as_str).join(","));
            csv.push_str("\r\n");
        }
        csv
    }
}

/// Adds up what batches did.
pub(super) const fn sum(a: Progress, b: Progress) -> Progress {
    Progress {
        rows_read: a.rows_read + b.rows_read,
        inserted: a.inserted + b.inserted,
        unchanged: a.unchanged + b.unchanged,
        conflicts: a.conflicts + b.conflicts,
        refused: a.refused + b.refused,
    }
}
