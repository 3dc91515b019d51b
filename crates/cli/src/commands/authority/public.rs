//! `tongxing authority public`: the public list of a file of day keys once more. Asks for no passphrase.

use std::path::PathBuf;

use clap::Args;

use super::keys::hand_out;
use super::{count, span};
use crate::authority::KeyFile;
use crate::failure::Failure;
use crate::output::{Output, note};

/// Print the public list of a key file again, for the server. Needs no passphrase.
#[derive(Debug, Args)]
pub struct Public {
    /// The unit's key file
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
}

impl Public {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        let keys = KeyFile::read(&self.key_file)?;
        let list = keys.public_list()?;
        note(&format!("{} of the unit {} for {}", count(&keys.days()), keys.unit(), span(&keys.days())));
        hand_out(output, None, &list)
    }
}
