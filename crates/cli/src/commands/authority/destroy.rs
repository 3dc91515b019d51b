//! `tongxing authority destroy`: takes the private halves of past days out of a key file.

use std::path::PathBuf;

use clap::Args;
use visits::Day;

use super::{count, span, today};
use crate::authority::{Held, KeyFile};
use crate::failure::Failure;
use crate::output::Output;

/// Visits are kept for so many days: until then their keys are needed.
const KEPT: u32 = 14;

/// Destroy the keys of the days before a date: what was sealed to them can never be opened again.
///
/// The file is replaced at once by one without them, read back and counted, and its former place on the disk is
/// overwritten. Needs no passphrase.
#[derive(Debug, Args)]
pub struct Destroy {
    /// The unit's key file
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// The first day that is kept, such as 2026-12-15
    #[arg(long, value_name = "DATE")]
    before: Day,
    /// Destroy even keys of the last 14 days, whose visits may still have to be opened
    #[arg(long)]
    early: bool,
}

impl Destroy {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        self.check_date()?;
        let held = Held::take(&self.key_file)?;
        let mut keys = held.load()?;
        let gone = keys.destroy_before(self.before);
        if gone.is_empty() {
            return output.line(format_args!(
                "nothing was changed: {} has no private half of a day before {}",
                self.key_file.display(),
                self.before
            ));
        }
        held.replace_and_overwrite(&keys)?;
        output.line(format_args!(
            "destroyed {} of the unit {}: {}",
            count(&gone),
            keys.unit(),
            span(&gone)
        ))?;
        self.prove(output, &keys)?;
        output.line(
            "The former place of the file on the disk was overwritten once. That reaches a plain disk. It does not reach\n\
             copies and backups of the file, snapshots, file systems that write to another place (btrfs, ZFS), or the\n\
             spare blocks of flash and SSDs: there the sealed keys may remain, as safe as the passphrase is.",
        )
    }

    /// What is destroyed by mistake cannot be made again.
    fn check_date(&self) -> Result<(), Failure> {
        let today = today();
        if self.before > today {
            return Err(Failure::new(format!("{} lies ahead: today is {today}", self.before))
                .advice("keys of today and later are in use; nothing was changed"));
        }
        let kept = today.minus(KEPT);
        if self.before > kept && !self.early {
            return Err(Failure::new(format!(
                "keys from {kept} on may still have to open visits, which are kept for {KEPT} days"
            ))
            .advice(format!("name {kept} or an earlier day, or say --early; nothing was changed")));
        }
        Ok(())
    }

    /// Counts what is in the file now, read from the disk again.
    fn prove(&self, output: &mut Output, expected: &KeyFile) -> Result<(), Failure> {
        let days = KeyFile::read(&self.key_file)?.days();
        let old = days.iter().filter(|day| **day < self.before).count();
        if old > 0 || days != expected.days() {
            return Err(Failure::new(format!(
                "{} was replaced, and holds something else now: {old} private halves before {}",
                self.key_file.display(),
                self.before
            )));
        }
        output.line(format_args!(
            "read back from {}: 0 private halves before {}, {} from then on ({})",
            self.key_file.display(),
            self.before,
            days.len(),
            span(&days)
        ))
    }
}
