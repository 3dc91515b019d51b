//! `tongxing authority open`: a unit's shares with its key file; with both units' shares, the records.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use visits::{Shares, VisitError, lines};

use super::Secret;
use crate::Finding;
use crate::authority::KeyFile;
use crate::failure::Failure;
use crate::lines::{Line, Lines, NOT_UTF8, TOO_LONG};
use crate::output::{Output, note};

/// So many wrong lines of a file are told one by one.
const TOLD: u64 = 20;

/// Open shares with a unit's key file, or records with both units' opened shares.
///
/// With --key-file and --shares alone, opened shares are printed, one a line: they are secrets, for the other unit. With
/// --records too, what the records hold is printed. Wrong lines are told on standard error and left out; the exit status
/// is then 1.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("halves").required(true).multiple(true).args(["shares", "opened"])))]
pub struct Open {
    /// The unit's key file
    #[arg(long, value_name = "FILE", requires = "shares")]
    key_file: Option<PathBuf>,
    /// Wrapped shares of this unit, one JSON object a line, as the server hands them out
    #[arg(long, value_name = "FILE", requires = "key_file")]
    shares: Option<PathBuf>,
    /// Opened shares, as this command prints them; may be given for each unit
    #[arg(long, value_name = "FILE", requires = "records")]
    opened: Vec<PathBuf>,
    /// Sealed records, one JSON object a line, as the server hands them out
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    #[command(flatten)]
    secret: Secret,
}

impl Open {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let (mut shares, mut wrong) = (Shares::default(), 0);
        for path in &self.opened {
            let counted = each(path, |line| shares.add(lines::read_opened(line)?).map_err(Wrong::from))?;
            wrong += counted.wrong;
        }
        if let (Some(path), Some(key_file)) = (&self.shares, &self.key_file) {
            let keys = KeyFile::read(key_file)?;
            let mut unlocked = keys.unlock(&self.secret.source().existing()?)?;
            let counted = each(path, |line| {
                let share = lines::read_share(line)?;
                let opened = unlocked.open(&share).map_err(|error| Wrong::Line(error.to_string()))?;
                if self.records.is_some() {
                    return shares.add(opened).map_err(Wrong::from);
                }
                output.line(lines::opened_line(&opened)).map_err(Wrong::Stop)
            })?;
            counted.tell("shares", path);
            wrong += counted.wrong;
        }
        if let Some(path) = &self.records {
            let counted = each(path, |line| {
                let (key, place, record) = lines::read_record(line)?;
                let visit = shares.key(key).and_then(|key| key.open(&place, &record))?;
                output.line(lines::visit_line(&place, &visit)).map_err(Wrong::Stop)
            })?;
            counted.tell("records", path);
            wrong += counted.wrong;
        }
        Ok(if wrong == 0 { Finding::Fine } else { Finding::Wrong })
    }
}

/// Why a line was left out, or why all stops.
enum Wrong {
    Line(String),
    Stop(Failure),
}

impl From<VisitError> for Wrong {
    fn from(error: VisitError) -> Self {
        Self::Line(error.to_string())
    }
}

struct Counted {
    right: u64,
    wrong: u64,
}

impl Counted {
    fn tell(&self, what: &str, path: &Path) {
        note(&format!("opened {} of {} {what} of {}", self.right, self.right + self.wrong, path.display()));
    }
}

/// Gives every line of a file to `open`, and tells which ones were wrong.
fn each(path: &Path, mut open: impl FnMut(&str) -> Result<(), Wrong>) -> Result<Counted, Failure> {
    let failed = |error: std::io::Error| Failure::file("read", path, &error);
    let mut file = Lines::new(File::open(path).map_err(failed)?);
    let mut counted = Counted { right: 0, wrong: 0 };
    while let Some(lines) = file.ready().map_err(failed)? {
        for line in lines {
            let done = match line {
                Line::Text(text) => open(&text),
                Line::NotUtf8 => Err(Wrong::Line(NOT_UTF8.to_owned())),
                Line::TooLong => Err(Wrong::Line(TOO_LONG.to_owned())),
            };
            match done {
                Ok(()) => counted.right += 1,
                Err(Wrong::Stop(failure)) => return Err(failure),
                Err(Wrong::Line(why)) => {
                    counted.wrong += 1;
                    let number = counted.right + counted.wrong;
                    if counted.wrong <= TOLD {
                        note(&format!("{} line {number}: {why}", path.display()));
                    }
                }
            }
        }
    }
    if counted.wrong > TOLD {
        note(&format!("{}: {} more wrong lines", path.display(), counted.wrong - TOLD));
    }
    Ok(counted)
}
