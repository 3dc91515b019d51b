//! `tongxing`, the only binary: configuration, wiring and the commands.
//!
//! Used by operators (`serve`, `keys`), by anyone with a code to check (`verify`) and by people who debug
//! document readers (`mrz`). The one decision that matters: **everything that only the outermost caller may
//! do is here and nowhere else**: reading the clock, randomness, environment and configuration, choosing the
//! database engine, printing. The other crates are handed the results.
//!
//! Exit status of every command: 0 fine; 1 what was checked is wrong; 2 the command could not be carried
//! out (wrong usage, an unreadable file, a taken port), with what to do on standard error.

mod assemble;
mod authority;
mod commands;
mod config;
mod demonstration;
mod failure;
mod lines;
mod messages;
mod national;
mod output;
mod passphrase;
mod private;
mod public_log;
mod root;
mod sealed;
mod serve;
mod signing;
mod stop_at;
mod system;
mod trust_store;

use std::process::ExitCode;

use clap::Parser as _;

use commands::Cli;
use output::Output;

/// Each request makes and drops hundreds of small things on every thread: this allocator does it in half the time of the C
/// library's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a command that was carried out found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    /// Nothing is wrong.
    Fine,
    /// What was checked is wrong.
    Wrong,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => {
            // Help and version arrive this way too. A closed pipe is nobody's fault.
            let _ = told.print();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2));
        }
    };
    let mut output = Output::standard();
    let result = cli.run(&mut output).and_then(|finding| {
        output.flush()?;
        Ok(finding)
    });
    match result {
        Ok(Finding::Fine) => ExitCode::SUCCESS,
        Ok(Finding::Wrong) => ExitCode::from(1),
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            output::note(&format!("error: {failure}"));
            ExitCode::from(2)
        }
    }
}
