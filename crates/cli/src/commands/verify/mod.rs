//! `tongxing verify`: checks one code, or a batch of them by the line.

mod batch;
pub mod input;
mod show;

use std::path::PathBuf;

use clap::Args;
use credential::{BatchDefaults, Observed, Seconds, StatusLists, Temperature, Verdict, parse_time, verify};
use domain::Clock as _;

use crate::Finding;
use crate::config::temperature;
use crate::failure::Failure;
use crate::output::Output;
use crate::system::SystemClock;

/// Check a pass, or a credential of somebody else, and print the verdict: PASS, CHECK or STOP, with its reasons.
///
/// The text comes as an argument, from a picture (`--image`), or from standard input. Exit status 0 only
/// for PASS, 1 for CHECK and STOP. Without `--trust` nobody is trusted; without `--status` nothing is known
/// not to be withdrawn.
///
/// With `--jsonl`, each line of standard input is an object {"text", "at"?, "trust"?, "status"?,
/// "document_matches"?, "temperature"?} whose missing members come from the options, and each line of
/// output is its verdict or its error, in the same order. The exit status is then 0 when all lines have
/// been answered: the verdicts are in the lines.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Args)]
pub struct Verify {
    /// The text of the code: TX1:, HC1:, shc:/, NZCP:/ or the JSON of a VDS-NC [default: read from standard input]
    #[arg(conflicts_with_all = ["image", "jsonl"])]
    text: Option<String>,
    /// A PNG or JPEG picture with the QR code in it, at most 5 MB
    #[arg(long, value_name = "FILE", conflicts_with = "jsonl")]
    image: Option<PathBuf>,
    #[command(flatten)]
    trust: input::TrustSource,
    /// A signed status list (CWT as bytes or in Base64, or JWT); may be given more than once
    #[arg(long, value_name = "FILE")]
    status: Vec<PathBuf>,
    /// The time of the check, in RFC 3339 or whole seconds since 1970 [default: now]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<Seconds>,
    /// The travel document in hand matches the four items of the pass
    #[arg(long)]
    document_matches: bool,
    /// The body temperature, in degrees Celsius from 0 to 100
    #[arg(long, value_name = "DEGREES", value_parser = temperature)]
    temperature: Option<Temperature>,
    /// Print the outcome as one JSON object
    #[arg(long)]
    json: bool,
    /// Check standard input line by line, each line a JSON object
    #[arg(long, conflicts_with = "json")]
    jsonl: bool,
}

fn now() -> Seconds {
    Seconds::try_from(SystemClock.now().seconds()).unwrap_or(0)
}

impl Verify {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let mut observed = Observed { document_matches: self.document_matches, ..Observed::default() };
        observed.temperature = self.temperature;
        let now = self.at.unwrap_or_else(now);
        let defaults = BatchDefaults {
            trust: self.trust.load(now)?,
            status: input::status(&self.status)?,
            now,
            observed,
        };
        if self.jsonl {
            let fixed = self.at.is_some();
            batch::run(defaults, fixed, output)?;
            return Ok(Finding::Fine);
        }
        let text = match (&self.text, &self.image) {
            (Some(text), _) => text.clone(),
            (None, Some(image)) => input::picture(image)?,
            (None, None) => input::standard()?,
        };
        self.one(&text, &defaults, output)
    }

    fn one(&self, text: &str, defaults: &BatchDefaults, output: &mut Output) -> Result<Finding, Failure> {
        let BatchDefaults { trust, now, observed, .. } = defaults;
        let mut statuses = StatusLists::default();
        for token in &defaults.status {
            match token.verify(trust, *now) {
                Ok(list) => statuses.insert(list),
                Err(refusal) => crate::output::note(&format!("note: a status list is not used: {refusal}")),
            }
        }
        let mut buffer = Vec::new();
        let outcome = verify(text, &mut buffer, trust, &statuses, *now, observed);
        if self.json {
            let json = serde_json::to_string_pretty(&outcome.to_json()).expect("an outcome is plain data");
            output.line(json)?;
        } else {
            output.text(&show::text(&outcome))?;
        }
        Ok(if outcome.verdict() == Verdict::Pass { Finding::Fine } else { Finding::Wrong })
    }
}
