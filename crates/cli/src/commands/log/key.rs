//! `tongxing log key`: the log's key in the folder of keys, made if it is not there.

use std::path::Path;

use clap::Args;
use transparency::SigningKey;

use crate::Finding;
use crate::commands::keys::{KeyFolder, Secrets};
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::passphrase::Passphrase;
use crate::public_log::key_file;
use crate::signing::folder::{self, Held};

/// Print the public key of the log; make the key first if there is none yet.
///
/// `tongxing keys init` makes it too. It is sealed with the passphrase of the signing keys, and is not changed as long
/// as the log lives: with another key it is another log.
#[derive(Debug, Args)]
pub struct Key {
    #[command(flatten)]
    folder: KeyFolder,
    /// The name of a new log: its address without https://, such as code.example.cn/log [default: ISSUER/log]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    secrets: Secrets,
}

impl Key {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let path = self.folder.path.join(key_file::FILE);
        if !path.exists() {
            let keys = folder::load(&self.folder.path)?;
            let opener = self.secrets.opener();
            if keys.lock().is_some() {
                // One passphrase opens all: another one is refused before anything is made.
                opener.sealing_key(&keys)?;
            }
            let passphrase = match keys.lock() {
                Some(_) => opener.passphrase().existing()?,
                None => opener.new_passphrase()?,
            };
            let _held = Held::take(&self.folder.path)?;
            note(&make(&self.folder.path, self.name.as_deref(), keys.issuer(), &passphrase)?);
            note("Start the server again, so that it signs with it.");
        } else if self.name.is_some() {
            return Err(Failure::new(format!("{} exists already", path.display()))
                .advice("a log keeps its name and key; leave --name out to print the key"));
        }
        output.line(key_file::public::<SigningKey>(&path)?)?;
        Ok(Finding::Fine)
    }
}

/// Makes the key in this folder, and says so.
pub fn make(
    folder: &Path,
    name: Option<&str>,
    issuer: &str,
    passphrase: &Passphrase,
) -> Result<String, Failure> {
    let path = folder.join(key_file::FILE);
    let name = name.map_or_else(|| format!("{issuer}/log"), str::to_owned);
    let key: SigningKey = key_file::make(&path, &name, passphrase)?;
    Ok(format!("made {}: the key of the public log {}", path.display(), key.public().name()))
}
