//! `tongxing log witness`: cosigns a log's checkpoints as long as each continues the last one.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use clap::Args;
use transparency::{LogError, LogKey, Refused, SignedCheckpoint, Source, Witness, WitnessKey};

use super::{Which, now};
use crate::Finding;
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::passphrase::Source as PassphraseSource;
use crate::private;
use crate::public_log::{hold::hold, key_file};

/// Where the passphrase of the witness's key comes from.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Args)]
struct Secret {
    /// A file with mode 0600 whose first line is the passphrase of the witness's key [default: asked]
    #[arg(long, value_name = "FILE", env = "TONGXING_WITNESS_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Secret {
    fn source(&self) -> PassphraseSource {
        let option = "--passphrase-file (TONGXING_WITNESS_PASSPHRASE_FILE)";
        PassphraseSource::new("the witness's key", option, self.passphrase_file.clone())
    }
}

/// Make the key of a witness, and print its public half.
#[derive(Debug, Args)]
pub struct MakeKey {
    /// The witness's name: an address without https://, such as witness.example.org/w1
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The file to make for the key, with mode 0600
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    secret: Secret,
}

impl MakeKey {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let key: WitnessKey = key_file::make(&self.out, &self.name, &self.secret.source().new_one()?)?;
        output.line(key.public())?;
        Ok(Finding::Fine)
    }
}

/// Cosign the log's newest checkpoint, if it continues the last one that was cosigned.
///
/// The last one is kept in the file of --state, which is written before anything is handed out. Without it a witness
/// would cosign a fork: the first time it has to be made with --first. A fork or an older state is refused, exit
/// status 1, and nothing is written.
#[derive(Debug, Args)]
pub struct Cosign {
    #[command(flatten)]
    which: Which,
    /// The file of the witness's key, as `tongxing log witness-key` made it
    #[arg(long, value_name = "FILE")]
    witness_key: PathBuf,
    /// The file in which the last cosigned checkpoint is kept
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// Begin with the checkpoint that is served now: there is no --state yet
    #[arg(long)]
    first: bool,
    /// Go on, and look again after so many seconds [default: once]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    every: Option<u64>,
    #[command(flatten)]
    secret: Secret,
}

impl Cosign {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let (log, source) = (self.which.whose.key()?, self.which.source()?);
        // Two that cosign at once could cosign two sides of a fork.
        let _held = hold(&self.state)?;
        let mut last = self.last(&log)?;
        let key: WitnessKey = key_file::open(&self.witness_key, &self.secret.source())?;
        loop {
            match self.step(&Witness { key: &key, log: &log }, last.as_ref(), &*source) {
                Ok(cosigned) => {
                    output.text(&cosigned.to_string())?;
                    output.flush()?;
                    last = Some(cosigned);
                }
                Err(Step::Refused(refused)) => {
                    output.line(format!("WRONG: {refused}"))?;
                    return Ok(Finding::Wrong);
                }
                // Whoever looks again and again outlives a server that is away.
                Err(Step::Failed(failure)) if self.every.is_some() => {
                    note(&format!("not cosigned: {failure}"));
                }
                Err(Step::Failed(failure)) => return Err(failure),
            }
            let Some(seconds) = self.every else { return Ok(Finding::Fine) };
            thread::sleep(Duration::from_secs(seconds));
        }
    }

    fn step(
        &self,
        witness: &Witness<'_>,
        last: Option<&SignedCheckpoint>,
        source: &dyn Source,
    ) -> Result<SignedCheckpoint, Step> {
        let time = u64::try_from(now()).unwrap_or(0);
        let cosigned = witness.cosign(last, source, time).map_err(|refused| match refused {
            Refused::Unusable(LogError::Source(error)) => Step::Failed(Failure::new(error.to_string())),
            refused => Step::Refused(refused),
        })?;
        keep(&self.state, last.is_none(), &cosigned).map_err(Step::Failed)?;
        Ok(cosigned)
    }

    fn last(&self, log: &LogKey) -> Result<Option<SignedCheckpoint>, Failure> {
        let shown = self.state.display();
        match (self.state.exists(), self.first) {
            (false, true) => Ok(None),
            (false, false) => Err(Failure::new(format!("there is no {shown}")).advice(
                "restore it, or begin with --first: then nothing is known of what was cosigned before",
            )),
            (true, true) => Err(Failure::new(format!("{shown} exists already")).advice("leave --first out")),
            (true, false) => {
                let note = private::read(&self.state)?;
                SignedCheckpoint::open(&note, log).map(Some).map_err(|error| {
                    Failure::new(format!("{shown}: {error}")).advice("restore it from its backup")
                })
            }
        }
    }
}

/// Why a step gave no cosignature.
enum Step {
    Refused(Refused),
    Failed(Failure),
}

/// Durable when this returns: before anybody is shown the cosignature.
fn keep(path: &Path, is_first: bool, cosigned: &SignedCheckpoint) -> Result<(), Failure> {
    let text = cosigned.to_string();
    if is_first { private::create(path, &text) } else { private::replace(path, &text) }
}
