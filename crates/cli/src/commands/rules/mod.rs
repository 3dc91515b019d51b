//! `tongxing rules`: evaluates and checks expressions in CertLogic, checks rule sets, and explains what they decide.

mod check;
mod explain;
mod words;

use std::io;

use ::rules::set::Vocabulary;
use ::rules::{answer, refused};
use clap::{Args, Subcommand};
use serde_json::Value;

use crate::Finding;
use crate::failure::Failure;
use crate::lines::{Line, Lines, NOT_UTF8, TOO_LONG};
use crate::output::Output;

/// What there are rule sets about.
const VOCABULARIES: [&Vocabulary; 2] = [&domain::colour::VOCABULARY, &domain::entry::VOCABULARY];

/// Evaluate and check rules in CertLogic (docs/certlogic.md), and rule sets (docs/rule-sets.md).
#[derive(Debug, Subcommand)]
pub enum Rules {
    Eval(Eval),
    Check(check::Check),
    Explain(explain::Explain),
}

/// Evaluate standard input line by line: {"logic": expression, "data": value} in, {"result": value} or
/// {"error": {"kind", "message", "place"}} out, in the same order.
///
/// A place is a JSON pointer into the expression. A bad line has its error and the run goes on; the exit status is 0
/// when all lines have been answered.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Args)]
pub struct Eval {}

impl Rules {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        match self {
            Self::Eval(Eval {}) => each_line(output, answer),
            Self::Check(check) => check.run(output),
            Self::Explain(explain) => explain.run(output),
        }
    }
}

/// Answers standard input line by line.
fn each_line(output: &mut Output, answer: impl Fn(&str) -> Value) -> Result<Finding, Failure> {
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
