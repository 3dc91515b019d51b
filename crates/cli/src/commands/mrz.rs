//! `tongxing mrz`: reads a machine-readable zone from standard input and says what it holds.

use std::io::Read as _;

use clap::Args;
use documents::mrz::{MAX_INPUT, report};
use domain::Clock as _;
use jiff::civil::Date;

use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;
use crate::system::SystemClock;

/// Read the machine-readable zone of one document from standard input (ICAO 9303: two lines of 44 or 36
/// characters, or three of 30).
///
/// Prints the document, or every error with its place. Exit status 1 if there is any error; an expired
/// document is marked, but is no error of the zone.
#[derive(Debug, Args)]
pub struct Mrz {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// The day that decides the century of two-digit years and whether the document has expired
    /// [default: today in Asia/Shanghai]
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
}

impl Mrz {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let mut bytes = Vec::new();
        // One byte more than the parser looks at: it is the one that says "too long".
        let limit = u64::try_from(MAX_INPUT).unwrap_or(u64::MAX) + 1;
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
        // What is not UTF-8 turns into a character that no zone has, and is pointed out in its place.
        let text = String::from_utf8_lossy(&bytes);
        let today = self.today.unwrap_or_else(|| SystemClock.now().local_date());
        let report = report(&text, today);
        if self.json {
            let json = serde_json::to_string_pretty(&report).expect("a report is plain data");
            output.line(json)?;
        } else {
            output.text(&report.to_string())?;
        }
        Ok(if report.valid { Finding::Fine } else { Finding::Wrong })
    }
}
