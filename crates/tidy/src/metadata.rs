//! The part of `cargo metadata` that the rules read.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

/// Every package of the build, ours and foreign.
#[derive(Debug, Default, Deserialize)]
pub struct Metadata {
    /// The packages.
    pub packages: Vec<Package>,
}

/// One package.
#[derive(Debug, Default, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence as an SPDX expression, where it says.
    pub license: Option<String>,
    /// Where it comes from; nothing for our own.
    pub source: Option<String>,
    /// What it wants.
    #[serde(default)]
    pub dependencies: Vec<Dependency>,
}

/// One wanted package.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// The wanted package's name.
    pub name: String,
    /// `dev`, `build`, or nothing for a normal one.
    pub kind: Option<String>,
}

impl Metadata {
    /// Asks cargo about the workspace we stand in.
    pub fn read() -> Result<Self> {
        let out = Command::new("cargo")
            .args(["metadata", "--format-version=1", "--locked"])
            .output()
            .context("starting cargo")?;
        ensure!(out.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).context("reading cargo metadata")
    }

    /// Our own crates.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|p| p.source.is_none())
    }

    /// Our own crates from (name, normal dependencies), for tests.
    #[cfg(test)]
    pub fn of(members: &[(&str, &[&str])]) -> Self {
        let package = |(name, wanted): &(&str, &[&str])| Package {
            name: (*name).to_owned(),
            dependencies: wanted.iter().map(|d| Dependency { name: (*d).to_owned(), kind: None }).collect(),
            ..Package::default()
        };
        Self { packages: members.iter().map(package).collect() }
    }
}
