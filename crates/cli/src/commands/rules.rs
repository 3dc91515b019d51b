//! `tongxing rules`: evaluates and checks expressions in CertLogic.

use std::io;
use std::path::{Path, PathBuf};

use ::rules::certlogic::Expression;
use ::rules::{answer, refused};
use clap::{Args, Subcommand};
use serde_json::Value;

use super::verify::input;
use crate::Finding;
use crate::failure::Failure;
use crate::lines::{Line, Lines, NOT_UTF8, TOO_LONG};
use crate::output::Output;

/// The longest file: far more than the largest expression that is read.
const MAX_FILE: u64 = 1024 * 1024;

/// Evaluate and check rules in CertLogic (docs/certlogic.md).
#[derive(Debug, Subcommand)]
pub enum Rules {
    Eval(Eval),
    Check(Check),
}

/// Evaluate standard input line by line: {"logic": expression, "data": value} in, {"result": value} or
/// {"error": {"kind", "message", "place"}} out, in the same order.
///
/// A place is a JSON pointer into the expression. A bad line has its error and the run goes on; the exit status is 0
/// when all lines have been answered.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Args)]
pub struct Eval {}

/// Check that each file holds a valid expression, and print every error with its place.
///
/// Of a valid one it is printed which of the data it looks at. Exit status 1 if any file is wrong.
#[derive(Debug, Args)]
pub struct Check {
    /// Files with an expression each
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Rules {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        match self {
            Self::Eval(Eval {}) => eval(output),
            Self::Check(check) => check.run(output),
        }
    }
}

fn eval(output: &mut Output) -> Result<Finding, Failure> {
    let mut input = Lines::new(io::stdin().lock());
    loop {
        let lines =
            input.ready().map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
        let Some(lines) = lines else { return Ok(Finding::Fine) };
        for line in lines {
            output.line(match line {
                Line::Text(line) => answer(&line),
                Line::NotUtf8 => refused(NOT_UTF8),
                Line::TooLong => refused(TOO_LONG),
            })?;
        }
        // Whoever types lines, or waits for an answer before the next, has it at once.
        output.flush()?;
    }
}

impl Check {
    fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let mut finding = Finding::Fine;
        for path in &self.files {
            let wrong = checked(path)?;
            let shown = path.display();
            match wrong {
                Ok(accesses) if accesses.is_empty() => {
                    output.line(format!("{shown}: valid; looks at no data"))?;
                }
                Ok(accesses) => output.line(format!("{shown}: valid; looks at {}", accesses.join(", ")))?,
                Err(issues) => {
                    finding = Finding::Wrong;
                    for issue in issues {
                        output.line(format!("{shown}: {issue}"))?;
                    }
                }
            }
        }
        Ok(finding)
    }
}

/// The paths that a file's expression looks at, or what is wrong with it.
fn checked(path: &Path) -> Result<Result<Vec<String>, Vec<String>>, Failure> {
    let bytes = input::file(path, MAX_FILE)?;
    if bytes.len() as u64 > MAX_FILE {
        return Ok(Err(vec![format!("larger than {MAX_FILE} bytes")]));
    }
    let json: Value = match serde_json::from_slice(&bytes) {
        Ok(json) => json,
        Err(error) => return Ok(Err(vec![format!("not JSON: {error}")])),
    };
    Ok(match Expression::read(&json) {
        Ok(expression) => {
            let named = |path: String| if path.is_empty() { "all data".to_owned() } else { path };
            Ok(expression.data_accesses().into_iter().map(named).collect())
        }
        Err(invalid) => Err(invalid.issues().iter().map(ToString::to_string).collect()),
    })
}
