//! CSV import of filings and permit records, for the page and for `tongxing filing import`.
//!
//! The decision that matters: a row is judged alone and a batch is committed alone, so one bad row costs one row,
//! and a run that is killed has kept every committed batch; running the same file again completes it, because
//! a row that is on file already is left alone. Memory is bounded by the batch, whatever the file holds.

mod batches;
mod header;
mod lines;
mod report;
mod run;

pub use header::{Columns, HeaderError};
pub(crate) use header::{Header, ReadError};
pub use lines::{Encoding, LINE_LIMIT};
pub(crate) use lines::{Lines, Read, Record};
pub use report::{BadRow, LISTED_LIMIT, Report};
pub use run::{ImportError, Options, Running, Summary, Tools, begin, run};
