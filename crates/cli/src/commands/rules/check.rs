//! `tongxing rules check`: files with an expression or a rule set each.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::entry::{self, EntryRules};
use rules::certlogic::{Expression, Issue};
use rules::set::{Checked, MAX_FILE, Refused, RuleSet, check};
use serde_json::{Value, json};
use server::words::Language;

use super::super::verify::input;
use super::VOCABULARIES;
use super::words;
use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;

/// Check that each file holds a valid expression in CertLogic or a rule set that can be published.
///
/// Of an expression it is printed which of the data it looks at. A rule set (an object with "format") is read against its
/// schema, its conditions are checked, its examples run, and its rules are asked about all evidence that they can tell
/// apart, alone and in pairs: a rule that never made a difference, a way back that leads nowhere, a condition that fails, a
/// reason without words in some language are findings (docs/rule-sets.md). Exit status 1 if any file is wrong.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Args)]
pub struct Check {
    /// One line of JSON a file: {"file", "holds", "name", "looks_at", "rules", "examples", "situations", "issues"}
    #[arg(long)]
    json: bool,
    /// Files with an expression or a rule set each
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// What a file holds.
enum Held {
    Nothing,
    Expression(Vec<String>),
    RuleSet { name: String, rules: usize, checked: Checked },
}

impl Check {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let mut finding = Finding::Fine;
        for path in &self.files {
            let (held, issues) = looked_at(path)?;
            if !issues.is_empty() {
                finding = Finding::Wrong;
            }
            if self.json {
                output.line(report(path, &held, &issues))?;
                continue;
            }
            let shown = path.display();
            if issues.is_empty() {
                output.line(format!("{shown}: {}", praise(&held)))?;
            }
            for issue in issues {
                output.line(format!("{shown}: {issue}"))?;
            }
        }
        Ok(finding)
    }
}

fn praise(held: &Held) -> String {
    match held {
        Held::Nothing => "nothing".to_owned(),
        Held::Expression(accesses) if accesses.is_empty() => "valid; looks at no data".to_owned(),
        Held::Expression(accesses) => format!("valid; looks at {}", accesses.join(", ")),
        Held::RuleSet { name, rules, checked: Checked { examples, situations, .. } } => {
            format!(
                "{name}: valid; {rules} rules decide, {examples} examples hold, {situations} situations explored"
            )
        }
    }
}

fn report(path: &Path, held: &Held, issues: &[Issue]) -> Value {
    let issues: Vec<Value> =
        issues.iter().map(|issue| json!({"place": issue.place, "message": issue.message})).collect();
    let file = path.display().to_string();
    match held {
        Held::Nothing => json!({"file": file, "issues": issues}),
        Held::Expression(accesses) => {
            json!({"file": file, "holds": "expression", "looks_at": accesses, "issues": issues})
        }
        Held::RuleSet { name, rules, checked: Checked { examples, situations, .. } } => json!({
            "file": file, "holds": "rule_set", "name": name, "rules": rules, "examples": examples,
            "situations": situations, "issues": issues,
        }),
    }
}

/// What a file holds, and what is wrong with it.
fn looked_at(path: &Path) -> Result<(Held, Vec<Issue>), Failure> {
    let limit = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
    let bytes = input::file(path, limit)?;
    let whole = |message: String| Ok((Held::Nothing, vec![Issue { place: String::new(), message }]));
    if bytes.len() > MAX_FILE {
        return whole(format!("larger than {MAX_FILE} bytes"));
    }
    let json: Value = match serde_json::from_slice(&bytes) {
        Ok(json) => json,
        Err(error) => return whole(format!("not JSON: {error}")),
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) if json.get("format").is_some() => Ok(rule_set(text)),
        _ => Ok(expression(&json)),
    }
}

fn expression(json: &Value) -> (Held, Vec<Issue>) {
    match Expression::read(json) {
        Ok(expression) => {
            let named = |path: String| if path.is_empty() { "all data".to_owned() } else { path };
            (Held::Expression(expression.data_accesses().into_iter().map(named).collect()), Vec::new())
        }
        Err(invalid) => (Held::Nothing, invalid.issues().to_vec()),
    }
}

fn rule_set(text: &str) -> (Held, Vec<Issue>) {
    let set = match RuleSet::read(text, &VOCABULARIES) {
        Ok(set) => set,
        Err(Refused(issues)) => return (Held::Nothing, issues),
    };
    let checked = check(&set);
    let mut issues = checked.findings.clone();
    let missing = Language::ALL.iter().flat_map(|language| words::missing(&set, *language));
    issues.extend(missing.map(|message| Issue { place: String::new(), message }));
    let (name, rules) = (set.name(), set.rules().len());
    if set.vocabulary() == &entry::VOCABULARY
        && let Err(error) = EntryRules::try_from(set)
    {
        issues.push(Issue { place: "/rules".to_owned(), message: error.to_string() });
    }
    (Held::RuleSet { name, rules, checked }, issues)
}
