//! `tidy.toml`: the exceptions with their reasons, the names that need no translation, the generated files.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::finding::Finding;

/// Where the configuration lies, from the repository's root.
pub const PATH: &str = "crates/tidy/tidy.toml";

/// All of `tidy.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Texts that a template may hold as they are: names that are the same in every language.
    #[serde(default)]
    pub names: Vec<String>,
    /// Findings that are accepted.
    #[serde(default)]
    pub exception: Vec<Exception>,
    /// Files that a command writes.
    #[serde(default)]
    pub generated: Vec<Generated>,
}

/// One accepted finding, or all of one rule in one file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The rule's short name.
    pub rule: String,
    /// The file, from the repository's root.
    pub path: String,
    /// Only findings whose words contain this.
    #[serde(default)]
    pub text: String,
    /// Why it is right as it is.
    pub reason: String,
}

/// A committed file that is a command's standard output.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// The file, from the repository's root.
    pub output: String,
    /// The program and its arguments.
    pub command: Vec<String>,
}

impl Config {
    /// Reads the configuration of the repository we stand in.
    pub fn read() -> Result<Self> {
        let text = std::fs::read_to_string(PATH).with_context(|| format!("reading {PATH}"))?;
        toml::from_str(&text).with_context(|| format!("understanding {PATH}"))
    }

    /// The findings that no exception excuses, and one for each exception that excuses nothing.
    pub fn without_excused(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        for exception in &self.exception {
            let before = findings.len();
            findings.retain(|f| !exception.excuses(f));
            if exception.reason.trim().is_empty() || findings.len() == before {
                let what = format!(
                    "the exception for {} in {} has no reason or excuses nothing: delete it, or say why",
                    exception.rule, exception.path
                );
                findings.push(Finding::new("exceptions", PATH, 0, what));
            }
        }
        findings
    }
}

impl Exception {
    fn excuses(&self, finding: &Finding) -> bool {
        finding.rule == self.rule && finding.path == self.path && finding.what.contains(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(rule: &str) -> Config {
        toml::from_str(&format!("[[exception]]\nrule = \"{rule}\"\npath = \"a.rs\"\nreason = \"a table\""))
            .unwrap()
    }

    #[test]
    fn an_exception_excuses_its_own_rule_and_file_only() {
        let findings = vec![Finding::new("length", "a.rs", 0, "x"), Finding::new("length", "b.rs", 0, "x")];
        let left = config("length").without_excused(findings);
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].path, "b.rs");
    }

    #[test]
    fn an_exception_that_excuses_nothing_is_found() {
        let left = config("sql").without_excused(vec![Finding::new("length", "a.rs", 0, "x")]);
        assert_eq!(left.iter().map(|f| f.rule).collect::<Vec<_>>(), ["length", "exceptions"]);
    }
}
