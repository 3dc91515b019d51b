//! `tongxing log`: the public log from outside (docs/transparency-log.md). But for `key` it needs neither the server's
//! keys nor its database: whoever wants to check the service runs it on their own machine.

pub mod key;
mod monitor;
mod open;
mod verify;
mod witness;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::Clock as _;
use transparency::{LogError, LogKey, Source};

use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;
use crate::public_log::source;
use crate::system::SystemClock;

/// Check, follow or cosign the public log, or make its key.
///
/// Exit status: 0 all holds; 1 something does not hold, such as a fork, a changed byte or a log that stands still;
/// 2 it could not be looked at: a server that does not answer, an unreadable file.
#[derive(Debug, Subcommand)]
pub enum Log {
    Verify(verify::Verify),
    Open(open::Open),
    Monitor(monitor::Monitor),
    Witness(witness::Cosign),
    WitnessKey(witness::MakeKey),
    Key(key::Key),
}

/// Which log, and where.
#[derive(Debug, Args)]
struct Which {
    /// A folder with a copy of the log, or the address of its prefix, such as <https://code.example.cn/log>
    #[arg(value_name = "PLACE")]
    place: String,
    #[command(flatten)]
    whose: Whose,
    /// A PEM file with the authority of the server's certificate [default: those of this machine]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// The log's public key.
#[derive(Debug, Args)]
struct Whose {
    /// The log's public key, NAME+ID+KEY as `tongxing log key` prints it, or a file with it
    #[arg(long, value_name = "KEY")]
    key: String,
}

impl Whose {
    fn key(&self) -> Result<LogKey, Failure> {
        let text = key_text(&self.key)?;
        LogKey::parse(&text).map_err(|error| Failure::new(format!("--key: {error}")))
    }
}

impl Which {
    fn source(&self) -> Result<Box<dyn Source>, Failure> {
        source::open(&self.place, self.ca.as_deref())
    }
}

/// A key as it stands, or the first line of the file of that name.
fn key_text(text: &str) -> Result<String, Failure> {
    if text.contains('+') {
        return Ok(text.to_owned());
    }
    let path = PathBuf::from(text);
    let content = std::fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
    Ok(content.lines().next().unwrap_or_default().to_owned())
}

/// What does not hold is the answer of the command; what could not be had is why there is none.
fn told<T>(output: &mut Output, result: Result<T, LogError>) -> Result<Option<T>, Failure> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(LogError::Source(error)) => Err(Failure::new(error.to_string())
            .advice("check the address or folder, and that the copy is whole; then try again")),
        Err(error) => {
            output.line(format!("WRONG: {error}"))?;
            Ok(None)
        }
    }
}

fn now() -> i64 {
    SystemClock.now().seconds()
}

impl Log {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        match self {
            Self::Verify(verify) => verify.run(output),
            Self::Open(open) => open.run(output),
            Self::Monitor(monitor) => monitor.run(output),
            Self::Witness(cosign) => cosign.run(output),
            Self::WitnessKey(make) => make.run(output),
            Self::Key(key) => key.run(output),
        }
    }
}
