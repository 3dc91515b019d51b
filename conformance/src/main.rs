//! Runs the public suites of every format and prints one table; fails where anything differs without a reason.
//!
//! Used by `make conformance`. The suites stand where `TONGXING_SUITES` says; without it only the examples that
//! RFCs print run. Every credential goes through [`credential::verify()`], as it does at a checkpoint: a case counts
//! as accepted if its verdict is not STOP. What a suite expects of somebody else (profiles of FHIR resources, lists
//! that are fetched) is named as skipped, with the reason; nothing else may be left out.

mod certlogic;
mod eu_dcc;
mod nzcp;
mod rfc;
mod shc;
mod shc_expected;
mod status_list;
mod table;
mod vds_nc;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use credential::{Observed, Outcome, Seconds, StatusLists, TrustList, verify};

use crate::table::{Suite, print};

/// Reads a suite in its folder: one line of the table, or several.
type Run = fn(&Path) -> anyhow::Result<Vec<Suite>>;

/// The suites on disk, each with the name of its folder.
const SUITES: [(&str, Run); 6] = [
    ("eu-dcc-testdata", eu_dcc::run),
    ("smart-health-cards", |folder| Ok(vec![shc::run(folder)?])),
    ("nzcp", |folder| Ok(vec![nzcp::run(folder)?])),
    ("vds-nc", |folder| Ok(vec![vds_nc::run(folder)?])),
    ("token-status-list", |folder| Ok(vec![status_list::run(folder)?])),
    ("certlogic", certlogic::run),
];

#[allow(clippy::print_stderr, reason = "a command line program")]
fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("conformance: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "a command line program")]
fn run() -> anyhow::Result<bool> {
    #[allow(clippy::disallowed_methods, reason = "where the suites stand is a matter of the machine")]
    let folder = std::env::var_os("TONGXING_SUITES").map(PathBuf::from);
    let mut suites = Vec::new();
    match folder {
        None => println!("TONGXING_SUITES is not set: only the examples of RFCs are run"),
        Some(folder) => {
            for (name, run) in SUITES {
                suites.extend(run(&folder.join(name)).with_context(|| format!("the suite {name}"))?);
            }
        }
    }
    suites.extend(rfc::run()?);
    print(&suites);
    Ok(suites.iter().all(Suite::holds))
}

/// The check of one text as at a checkpoint: the verdict's reasons, and whether it was accepted.
fn check(text: &str, trust: &TrustList, now: Seconds) -> Checked {
    let mut buffer = Vec::new();
    let found = verify(text, &mut buffer, trust, &StatusLists::default(), now, &Observed::default());
    Checked::of(&found)
}

/// What came of one check.
struct Checked {
    accepted: bool,
    reasons: Vec<&'static str>,
}

impl Checked {
    fn of(found: &Outcome<'_>) -> Self {
        let reasons = found.reasons().iter().map(|reason| reason.as_str()).collect();
        Self { accepted: found.verdict() != credential::Verdict::Stop, reasons }
    }

    /// In words, for the table.
    fn words(&self) -> String {
        let verdict = if self.accepted { "accepted" } else { "refused" };
        if self.reasons.is_empty() {
            verdict.into()
        } else {
            format!("{verdict}: {}", self.reasons.join(", "))
        }
    }
}
