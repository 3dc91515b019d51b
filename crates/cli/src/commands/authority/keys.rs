//! `tongxing authority keys`: a month of day keys for one unit.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use visits::{Day, PublicList, UnitName};

use super::{Secret, count, span, today};
use crate::authority::KeyFile;
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::private;
use crate::system::OsEntropy;

/// Make a month of day keys for one unit, sealed with a passphrase, and the public list for the server.
///
/// Never writes over a file. Days are those of Asia/Shanghai. The public list is printed, or written to a file.
#[derive(Debug, Args)]
pub struct Make {
    /// The unit's name, as it stands in shares and messages
    #[arg(long, value_name = "NAME")]
    unit: UnitName,
    /// The first day, such as 2026-12-01 [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<Day>,
    /// How many days
    #[arg(long, value_name = "NUMBER", default_value_t = 31, value_parser = clap::value_parser!(u32).range(1..=92))]
    days: u32,
    /// The file to make for the keys, with mode 0600
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The file to make for the public list [default: it is printed]
    #[arg(long, value_name = "FILE")]
    public: Option<PathBuf>,
    #[command(flatten)]
    secret: Secret,
}

impl Make {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        let from = self.from.unwrap_or_else(today);
        let days: Vec<Day> = (0..self.days).filter_map(|more| from.plus(more)).collect();
        if days.len() < self.days as usize || days.last().is_none_or(|last| *last < today()) {
            return Err(Failure::new(format!("there is nothing to seal on {} any more", span(&days)))
                .advice("--from is the first day on which the server is to seal to these keys"));
        }
        [Some(&self.out), self.public.as_ref()].into_iter().flatten().try_for_each(|path| refuse(path))?;
        let keys = KeyFile::make(&self.unit, &days, &self.secret.source().new_one()?, &OsEntropy);
        let list = keys.public_list()?;
        private::create(&self.out, &keys.serialise())?;
        note(&format!(
            "made {}: {} of the unit {} for {}, sealed with the passphrase",
            self.out.display(),
            count(&days),
            self.unit,
            span(&days)
        ));
        hand_out(output, self.public.as_deref(), &list)?;
        note("Give the server's administrator the public list, and compare the fingerprint by telephone.");
        note(
            "Keep file and passphrase apart, and no copy for longer than its days are needed: what was copied away,",
        );
        note("`tongxing authority destroy` cannot reach.");
        Ok(())
    }
}

/// Before anybody is asked for a passphrase.
fn refuse(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(Failure::new(format!("{} exists already", path.display()))
        .advice("nothing is written over: name another file"))
}

/// Writes or prints the public list, and its fingerprint beside it.
pub(super) fn hand_out(output: &mut Output, path: Option<&Path>, list: &PublicList) -> Result<(), Failure> {
    match path {
        None => output.text(&list.to_json())?,
        Some(path) => {
            let write = || -> io::Result<()> {
                let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
                file.write_all(list.to_json().as_bytes())?;
                file.sync_all()
            };
            write().map_err(|error| {
                Failure::file("make", path, &error)
                    .advice("the keys are made: `tongxing authority public` gives the list again")
            })?;
            note(&format!("made {}: the public list", path.display()));
        }
    }
    note(&format!("fingerprint of the public list: {}", list.fingerprint()));
    Ok(())
}
