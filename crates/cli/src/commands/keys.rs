//! `tongxing keys`: makes the keys of an installation, and shows what of them is public.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use credential::Seconds;
use domain::Clock as _;
use store::DataKeys;
use store::keyfile::{self, KeyFileError};

use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;
use crate::private;
use crate::signing::{self, SigningKeys, is_issuer};
use crate::system::{OsEntropy, SystemClock};

/// The file of the data keys in the folder of keys.
pub const DATA_FILE: &str = "data-keys.json";

/// Make the keys of an installation, or show what of them is public.
#[derive(Debug, Subcommand)]
pub enum Keys {
    Init(Init),
    Trust(Trust),
}

/// Make the keys of a new installation: those that seal personal data, and those that sign passes.
///
/// Writes data-keys.json and signing-keys.json with mode 0600 into a folder with mode 0700. Never writes
/// over a file.
#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    folder: KeyFolder,
    /// The name of the issuer in passes and trust list; it stays with the installation
    #[arg(long, value_name = "NAME", default_value = "CN-HB", value_parser = issuer)]
    issuer: String,
}

/// Print the trust list: the public halves of the signing keys, for `tongxing verify --trust`.
#[derive(Debug, Args)]
pub struct Trust {
    #[command(flatten)]
    folder: KeyFolder,
}

#[derive(Debug, Args)]
struct KeyFolder {
    /// The folder of the keys
    #[arg(long = "keys", value_name = "DIR", env = "TONGXING_KEYS", default_value = "data/keys")]
    path: PathBuf,
}

fn issuer(text: &str) -> Result<String, &'static str> {
    let fits = is_issuer(text).then(|| text.to_owned());
    fits.ok_or("expected 1 to 64 letters, digits and the characters - . _ : /, such as CN-HB")
}

impl Keys {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        match self {
            Self::Init(Init { folder, issuer }) => {
                let now = Seconds::try_from(SystemClock.now().seconds()).unwrap_or(0);
                let made = make(&folder.path, &issuer, now)?;
                output.text(&made)?;
            }
            Self::Trust(Trust { folder }) => {
                let list = SigningKeys::load(&folder.path)?.trust_list().to_json();
                output.line(serde_json::to_string_pretty(&list).expect("a trust list is plain data"))?;
            }
        }
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

/// Makes both files, and says in words what was made.
pub fn make(folder: &Path, issuer: &str, now: Seconds) -> Result<String, Failure> {
    let (data, signing) = (folder.join(DATA_FILE), folder.join(signing::FILE));
    private::folder(folder)?;
    refuse_existing(&data, &signing)?;
    let keys = SigningKeys::generate(issuer, now);
    private::create(&signing, &keys.serialise())?;
    keyfile::create_new(&data, &DataKeys::generate(&OsEntropy)).map_err(key_file)?;
    let names: Vec<String> = keys.uses().map(|(kid, r#use)| format!("{kid} ({})", r#use.as_str())).collect();
    Ok(format!(
        "made {}: data key 1 and index key 1, which seal and find personal data\n\
         made {}: keys {} of issuer {issuer}, which sign passes\n\
         Keep a backup of both, apart from every backup of the database: without them nothing in the\n\
         database can be read; with both in one place, anybody who finds the place can read everything.\n",
        data.display(),
        signing.display(),
        names.join(" and "),
    ))
}

/// Half an installation is more likely one that has lost a file than a new one: nothing is made then.
fn refuse_existing(data: &Path, signing: &Path) -> Result<(), Failure> {
    let there = |path: &Path| path.symlink_metadata().is_ok();
    match (there(data), there(signing)) {
        (false, false) => Ok(()),
        (true, true) => {
            Err(Failure::new(format!("{} and {} exist already", data.display(), signing.display()))
                .advice("they are kept: what they sealed and signed could not be used without them"))
        }
        (has_data, _) => {
            let (here, gone) = if has_data { (data, signing) } else { (signing, data) };
            Err(Failure::new(format!("{} exists, but {} does not", here.display(), gone.display())).advice(
                "restore the missing file from its backup; for a new installation name another folder",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_made_once_and_read_back() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("keys");
        let said = make(&folder, "CN-HB", 1_795_420_800).unwrap();
        assert!(said.contains("backup"), "{said}");
        let (kid, _) = SigningKeys::load(&folder).unwrap().uses().next().unwrap();
        assert!(said.contains(&format!("{kid} (current)")), "{said}");
        load_data_keys(&folder).unwrap();
        assert!(make(&folder, "CN-HB", 0).unwrap_err().to_string().contains("exist already"));
        std::fs::remove_file(folder.join(DATA_FILE)).unwrap();
        assert!(make(&folder, "CN-HB", 0).unwrap_err().to_string().contains("restore"));
        assert!(load_data_keys(&folder).unwrap_err().to_string().contains("keys init"));
    }
}
