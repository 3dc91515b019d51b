//! Facts about many people from one CSV file.
//!
//! The decision that matters: a row is judged and stated alone, by the rules of the page, so that one bad row costs one row;
//! and what counts or waits already is left alone, so that the same file states nothing twice. Nothing of the file is kept:
//! what became of it is told in the answer.

mod read;
mod run;

pub use read::{Bad, BadFile, COLUMNS, File, MOST_ROWS, rows};
pub use run::{Became, Row, run};

/// A thousand rows with long notes.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;
