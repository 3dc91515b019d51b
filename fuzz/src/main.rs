//! `fuzz`: changes seeds at random and gives them to the parsers, on any toolchain, for seconds.
//!
//! Used by `make test` (5 s each), `make soak` (60 s each), and by hand to make a failure happen again. The decision
//! that matters: **each target runs in a process of its own**, which writes every input down before it tries it: so
//! a stack that overflows, memory that runs out and a loop that never ends leave their input behind as a panic does.
#![allow(clippy::print_stdout, reason = "a command-line program: its lines are its output")]

mod child;
mod dice;
mod meter;
mod mutate;
mod parent;
mod seeds;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use fuzz::targets::{ALL, Target, named};
use peak_alloc::PeakAlloc;

/// Counts what Rust code allocates; libraries in C count for themselves.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Hostile bytes for every parser of foreign bytes.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Try changed seeds; print a line a target, and keep the inputs that failed in fuzz/failures.
    Run {
        /// How long each target runs.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// The same seed gives the same inputs in the same order.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Which targets. All, if none is named.
        targets: Vec<String>,
    },
    /// One target in this process.
    #[command(hide = true)]
    One { target: String, seconds: u64, seed: u64, current: PathBuf },
    /// Give one file to a target, and say what it took.
    Reproduce { target: String, file: PathBuf },
    /// Write the seeds again.
    Seeds,
}

fn main() -> Result<ExitCode> {
    let good = match Arguments::parse().command {
        Command::Run { seconds, seed, targets } => parent::run(&chosen(&targets)?, seconds, seed)?,
        Command::One { target, seconds, seed, current } => {
            child::run(of_name(&target)?, seconds, seed, &current)?
        }
        Command::Reproduce { target, file } => child::reproduce(of_name(&target)?, &file)?,
        Command::Seeds => {
            seeds::write()?;
            true
        }
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn of_name(name: &str) -> Result<&'static Target> {
    let names = || ALL.map(|target| target.name).join(", ");
    named(name).with_context(|| format!("no target is named {name}. There are: {}", names()))
}

fn chosen(names: &[String]) -> Result<Vec<&'static Target>> {
    if names.is_empty() {
        return Ok(ALL.iter().collect());
    }
    names.iter().map(|name| of_name(name)).collect()
}
