//! `tongxing authority`: what a unit does that opens sealed visits with another (docs/sealed-visits.md). It runs at the
//! unit, on its own machine: it needs neither the server nor its keys.

mod destroy;
mod keys;
mod open;
mod public;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::Clock as _;
use visits::Day;

use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;
use crate::passphrase::Source;
use crate::system::SystemClock;

/// Make, use and destroy the day keys of a unit that opens sealed visits together with another.
///
/// The private halves stay with the unit; the server is given the public list. One unit alone opens nothing.
#[derive(Debug, Subcommand)]
pub enum Authority {
    Keys(keys::Make),
    Public(public::Public),
    Open(open::Open),
    Destroy(destroy::Destroy),
}

/// Where the passphrase of the day keys comes from.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Args)]
struct Secret {
    /// A file with mode 0600 whose first line is the passphrase of the day keys [default: asked]
    #[arg(long, value_name = "FILE", env = "TONGXING_AUTHORITY_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Secret {
    fn source(&self) -> Source {
        let option = "--passphrase-file (TONGXING_AUTHORITY_PASSPHRASE_FILE)";
        Source::new("the day keys", option, self.passphrase_file.clone())
    }
}

impl Authority {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        match self {
            Self::Keys(make) => make.run(output).map(|()| Finding::Fine),
            Self::Public(public) => public.run(output).map(|()| Finding::Fine),
            Self::Open(open) => open.run(output),
            Self::Destroy(destroy) => destroy.run(output).map(|()| Finding::Fine),
        }
    }
}

fn today() -> Day {
    Day::of(SystemClock.now())
}

/// "2026-12-01 to 2026-12-31", or the one day.
fn span(days: &[Day]) -> String {
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if first == last => first.to_string(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "none".to_owned(),
    }
}

/// "1 day key", "31 day keys".
fn count(days: &[Day]) -> String {
    format!("{} day key{}", days.len(), if days.len() == 1 { "" } else { "s" })
}
