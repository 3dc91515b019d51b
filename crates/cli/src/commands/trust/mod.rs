//! `tongxing trust`: whose keys this installation trusts, and the signed list that says so to checkers.
//!
//! Commands that change the list sign it anew at once: there is no state in which a withdrawal has been noted but
//! not published, unless the root key is kept elsewhere and that command failed.

mod change;
mod import;
mod read;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use credential::{Es256Key, Issuer, Seconds};
use domain::Clock as _;

use crate::Finding;
use crate::commands::keys::PASSPHRASE_OPTION;
use crate::failure::Failure;
use crate::output::Output;
use crate::passphrase::Source;
use crate::root;
use crate::signing::{self, folder::Held};
use crate::system::SystemClock;
use crate::trust_store::TrustStore;

/// Say whose keys count: the signed trust list of checkers, and its root key.
#[derive(Debug, Subcommand)]
pub enum Trust {
    Init(change::Init),
    Import(import::ImportKeys),
    Withdraw(change::Withdraw),
    Sign(change::Sign),
    List(read::List),
    Export(read::Export),
    Root(read::Root),
    Verify(read::Verify),
}

/// The folder of the keys.
#[derive(Debug, Args)]
struct Folder {
    /// The folder of the keys
    #[arg(long = "keys", value_name = "DIR", env = "TONGXING_KEYS", default_value = "data/keys")]
    path: PathBuf,
}

/// The folder of the keys, and the way to the root key.
#[derive(Debug, Args)]
struct Signing {
    #[command(flatten)]
    folder: Folder,
    /// The file of the root key, where it is kept apart [default: root-key.json in the folder of keys]
    #[arg(long, value_name = "FILE", env = "TONGXING_ROOT_KEY")]
    root_key: Option<PathBuf>,
    /// A file whose first line is the passphrase of the root key [default: ask]
    #[arg(long, value_name = "FILE", env = "TONGXING_KEYS_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Folder {
    fn store(&self) -> Result<TrustStore, Failure> {
        TrustStore::load(&self.path)
    }

    /// Our own entry of the list.
    fn own(&self) -> Result<Issuer, Failure> {
        Ok(signing::folder::load(&self.path)?.issuer_entry())
    }
}

impl Signing {
    fn root_key(&self) -> PathBuf {
        self.root_key.clone().unwrap_or_else(|| self.folder.path.join(root::FILE))
    }

    fn passphrase(&self) -> Source {
        Source::new("the root key", PASSPHRASE_OPTION, self.passphrase_file.clone())
    }

    fn open(&self) -> Result<Es256Key, Failure> {
        let path = self.root_key();
        root::open(&path, &self.passphrase().existing()?)
    }

    /// The right to change the list, and the list. Without the root key nothing begins.
    fn begin(&self) -> Result<(Held, TrustStore), Failure> {
        root::refuse_missing(&self.root_key())?;
        Ok((Held::take(&self.folder.path)?, self.folder.store()?))
    }

    /// Publishes what the store holds; what that was is told in the answer's words.
    fn publish(&self, store: &mut TrustStore, now: Seconds) -> Result<String, Failure> {
        Ok(store.republish(&self.folder.own()?, &self.open()?, now)?.said())
    }
}

impl Trust {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        match self {
            Self::Init(command) => command.run(output),
            Self::Import(command) => command.run(output),
            Self::Withdraw(command) => command.run(output),
            Self::Sign(command) => command.run(output),
            Self::List(command) => command.run(output),
            Self::Export(command) => command.run(output),
            Self::Root(command) => command.run(output),
            Self::Verify(command) => command.run(output),
        }
    }
}

fn now() -> Seconds {
    Seconds::try_from(SystemClock.now().seconds()).unwrap_or(0)
}
