//! Checks that other programs do: formatting, lints, and `cargo deny` where it is installed.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::finding::Finding;

/// Runs them; their own output says what is wrong.
pub fn run() -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    findings.extend(cargo(&["fmt", "--all", "--check"], "run `make fmt`")?);
    let lints = ["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"];
    findings.extend(cargo(&lints, "mend what clippy says above")?);
    if succeeds(&["deny", "--version"]) {
        let offline = ["deny", "--log-level=error", "check", "bans", "licenses", "sources"];
        findings.extend(cargo(&offline, "mend what cargo deny says above, or give a reason in deny.toml")?);
        // The advisories lie in a database on the network: without a network there is nothing to compare with.
        if succeeds(&["deny", "fetch", "db"]) {
            let advisories = ["deny", "--log-level=error", "check", "--disable-fetch", "advisories"];
            findings.extend(cargo(&advisories, "update the crate, or give a reason in deny.toml")?);
        }
    }
    Ok(findings)
}

fn cargo(arguments: &[&str], mend: &str) -> Result<Option<Finding>> {
    let status = Command::new("cargo").args(arguments).status().context("starting cargo")?;
    let what = || format!("`cargo {}` failed: {mend}", arguments.join(" "));
    Ok((!status.success()).then(|| Finding::new("programs", "Cargo.toml", 0, what())))
}

fn succeeds(arguments: &[&str]) -> bool {
    Command::new("cargo").args(arguments).output().is_ok_and(|out| out.status.success())
}
