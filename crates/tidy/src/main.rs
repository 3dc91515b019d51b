//! The repository's own rules, run by `make tidy`.
//!
//! Used by everybody before a change lands, and by CI. The decision that matters: a rule reads text (the files
//! git knows) and `cargo metadata`, and gives findings; it never mends and never stops at the first, so that
//! one run shows everything. Exceptions live in `tidy.toml`, each with its reason, and one that no longer
//! excuses anything is itself a finding.
#![allow(clippy::print_stdout, reason = "a command-line program: its findings are its output")]

mod config;
mod finding;
mod generated;
mod metadata;
mod programs;
mod rules;
mod source;
mod tree;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::finding::Finding;

const USAGE: &str = "usage: tidy [rules | programs | generated [--write]]   (nothing: all three)";

fn main() -> Result<ExitCode> {
    let root = tree::root()?;
    std::env::set_current_dir(&root).context("entering the repository's folder")?;
    let config = config::Config::read()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let findings = match arguments.as_slice() {
        [] => {
            let mut all = rule_findings(&config)?;
            all.extend(programs::run()?);
            all.extend(generated::check(&config.generated)?);
            all
        }
        ["rules"] => rule_findings(&config)?,
        ["programs"] => programs::run()?,
        ["generated"] => generated::check(&config.generated)?,
        ["generated", "--write"] => {
            generated::write(&config.generated)?;
            Vec::new()
        }
        _ => bail!(USAGE),
    };
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy: nothing found"),
        n => println!("tidy: {n} found"),
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn rule_findings(config: &config::Config) -> Result<Vec<Finding>> {
    let tree = tree::Tree::read()?;
    let metadata = metadata::Metadata::read()?;
    let mut findings = rules::check(&tree, &metadata, config);
    findings.sort();
    Ok(config.without_excused(findings))
}
