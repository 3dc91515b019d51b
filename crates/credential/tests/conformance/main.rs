//! The public conformance suites of every format that is read, each as a table (`make conformance`).
//!
//! They are too large to keep here: `TONGXING_SUITES` names the folder that holds them, and without it this says so
//! and is content. One file a suite; a case that comes out otherwise than the suite expects fails the run, unless
//! the suite itself lists it as its own defect, and then it is named with that reason.
#![allow(clippy::print_stdout, reason = "a table for people")]
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(missing_docs, reason = "a program, not a library")]

mod eu_dcc;
mod table;

use std::path::Path;
use std::process::ExitCode;

use table::Table;

/// The folder of each suite, and what runs it.
type Suite = (&'static str, fn(&Path, &mut Table));

const SUITES: &[Suite] = &[("eu-dcc-testdata", eu_dcc::run)];

fn main() -> ExitCode {
    #[allow(
        clippy::disallowed_methods,
        reason = "where the suites are is nobody's configuration but this test's"
    )]
    let Some(root) = std::env::var_os("TONGXING_SUITES") else {
        println!("conformance: TONGXING_SUITES is not set, so no public suite was run");
        return ExitCode::SUCCESS;
    };
    let mut sound = true;
    for (folder, run) in SUITES {
        let path = Path::new(&root).join(folder);
        let mut table = Table::new(folder);
        run(&path, &mut table);
        table.print();
        sound &= table.sound();
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
