//! Many locations from one CSV file.
//!
//! The decision that matters: a row is judged alone, and what is there with the same details is left alone, so that one
//! bad row costs one row and the same file makes nothing twice (docs/locations.md).

mod read;
mod report;
mod run;

pub use read::{BadFile, MOST_ROWS, rows};
pub use report::{BadRow, Report, What};
pub use run::run;

/// Ten thousand rows with long names.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;
