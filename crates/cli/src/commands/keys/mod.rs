//! `tongxing keys`: makes the keys of an installation, changes them in their time, and shows what is public.

mod change;
mod init;
mod list;
mod options;
mod seal;

use std::path::Path;

use clap::{Args, Subcommand};
use credential::Seconds;
use domain::Clock as _;
use store::DataKeys;
use store::keyfile::{self, KeyFileError};

pub use self::init::{DATA_FILE, make};
pub use self::options::{KeyFolder, PASSPHRASE_OPTION, Secrets};
pub use self::seal::seal;
use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;
use crate::signing::folder;
use crate::system::SystemClock;

/// Make the keys of an installation, change those that sign, or show what of them is public.
///
/// A signing key is standby (published, ready), then current (signs), then retired (its passes stay good until
/// they end), or withdrawn (nothing that it signed counts). A standby key is always published. A running
/// server takes each change by itself within seconds.
#[derive(Debug, Subcommand)]
pub enum Keys {
    Init(init::Init),
    List(list::List),
    AddStandby(change::AddStandby),
    Rotate(change::Rotate),
    Retire(change::Retire),
    Withdraw(change::Withdraw),
    Tidy(change::Tidy),
    Seal(seal::Seal),
    Trust(Trust),
}

/// Print the trust list: the public halves of the signing keys, for `tongxing verify --trust`.
#[derive(Debug, Args)]
pub struct Trust {
    #[command(flatten)]
    folder: KeyFolder,
}

impl Keys {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        match self {
            Self::Init(init) => init.run(output),
            Self::List(list) => list.run(output),
            Self::AddStandby(change) => change.run(output),
            Self::Rotate(change) => change.run(output),
            Self::Retire(change) => change.run(output),
            Self::Withdraw(change) => change.run(output),
            Self::Tidy(change) => change.run(output),
            Self::Seal(seal) => seal.run(output),
            Self::Trust(Trust { folder }) => {
                let list = folder::load(&folder.path)?.trust_list().to_json();
                output.line(serde_json::to_string_pretty(&list).expect("a trust list is plain data"))
            }
        }?;
        Ok(Finding::Fine)
    }
}

/// Reads the data keys of a folder of keys.
pub fn load_data_keys(folder: &Path) -> Result<DataKeys, Failure> {
    keyfile::read(&folder.join(DATA_FILE)).map_err(key_file)
}

#[allow(clippy::needless_pass_by_value, reason = "used as a function value")]
fn key_file(error: KeyFileError) -> Failure {
    Failure::new(error.to_string())
}

fn now() -> Seconds {
    Seconds::try_from(SystemClock.now().seconds()).unwrap_or(0)
}
