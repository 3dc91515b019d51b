//! `tongxing keys init`: the keys of a new installation.

use std::path::Path;

use clap::Args;
use credential::Seconds;
use store::DataKeys;
use store::keyfile;

use super::options::{InToken, KeyFolder, PASSPHRASE_OPTION, Secrets};
use super::{key_file, now};
use crate::commands::log;
use crate::failure::Failure;
use crate::output::Output;
use crate::passphrase::Passphrase;
use crate::sealed::Lock;
use crate::signing::folder::{self, Held};
use crate::signing::opening::{Opener, TokenName, new_sealed};
use crate::signing::{SigningKeys, is_issuer};
use crate::system::OsEntropy;
use crate::{private, root, trust_store};

/// The file of the data keys in the folder of keys.
pub const DATA_FILE: &str = "data-keys.json";

/// Make the keys of a new installation: those that seal personal data, and those that sign passes.
///
/// Writes data-keys.json and signing-keys.json with mode 0600 into a folder with mode 0700. Never writes
/// over a file. The signing keys are sealed with a passphrase, or made in a PKCS#11 token. Makes the root key
/// and the first signed trust list too (see `tongxing trust`), and the key of the public log (see `tongxing log`),
/// sealed with the same passphrase.
#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    folder: KeyFolder,
    /// The name of the issuer in passes and trust list; it stays with the installation
    #[arg(long, value_name = "NAME", default_value = "CN-HB", value_parser = issuer)]
    issuer: String,
    /// The name of the public log: its address without https://, such as code.example.cn/log [default: ISSUER/log]
    #[arg(long, value_name = "NAME", value_parser = issuer)]
    log_name: Option<String>,
    #[command(flatten)]
    secrets: Secrets,
    #[command(flatten)]
    token: InToken,
}

fn issuer(text: &str) -> Result<String, &'static str> {
    let fits = is_issuer(text).then(|| text.to_owned());
    fits.ok_or("expected 1 to 64 letters, digits and the characters - . _ : /, such as CN-HB")
}

impl Init {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        let token = self.token.name()?;
        let names = (self.issuer.as_str(), self.log_name.as_deref());
        output.text(&make(&self.folder.path, names, &self.secrets.opener(), token.as_ref(), now())?)
    }
}

/// Makes all files, and says in words what was made. The names are those of the issuer and of the public log.
pub fn make(
    folder: &Path,
    (issuer, log_name): (&str, Option<&str>),
    opener: &Opener,
    token: Option<&TokenName>,
    now: Seconds,
) -> Result<String, Failure> {
    let (data, signing) = (folder.join(DATA_FILE), folder.join(folder::FILE));
    // Keys in a token need no passphrase; root key and log key, which are sealed in files, are then made only unattended.
    let asked = token.is_none() || opener.passphrase().is_file();
    if let Some(name) = log_name.filter(|_| !asked) {
        return Err(Failure::new(
            "--log-name is given, and no key of the public log would be made: with keys in a token, no passphrase is asked",
        )
        .advice(format!(
            "give one with {PASSPHRASE_OPTION}, or leave --log-name out and run `tongxing log key --name {name}` \
             afterwards"
        )));
    }
    private::folder(folder)?;
    refuse_existing(&data, &signing)?;
    let _held = Held::take(folder)?;
    let passphrase = if asked { Some(opener.new_passphrase()?) } else { None };
    let keys = first(issuer, opener, token, passphrase.as_ref(), now)?;
    private::create(&signing, &keys.serialise())?;
    keyfile::create_new(&data, &DataKeys::generate(&OsEntropy)).map_err(key_file)?;
    let names: Vec<String> =
        keys.keys().iter().map(|key| format!("{} ({})", key.key_id(), key.r#use.as_str())).collect();
    let (at, names) = (signing.display(), names.join(" and "));
    let signing = match token {
        None => format!(
            "made {at}: keys {names} of issuer {issuer}, which sign passes, sealed with the passphrase"
        ),
        Some(token) => {
            format!("made {at}: names of the keys {names} of issuer {issuer} in the token {:?}", token.label)
        }
    };
    let root = root_and_log(folder, log_name, &keys, passphrase.as_ref(), now)?;
    Ok(format!(
        "made {}: data key 1 and index key 1, which seal and find personal data\n\
         {signing}\n\
         {root}\
         Keep a backup of all, apart from every backup of the database and of the passphrase: without them\n\
         nothing in the database can be read; with all in one place, anybody who finds it can read everything.\n",
        data.display(),
    ))
}

/// Makes the root key with the first trust list, and the key of the public log.
fn root_and_log(
    folder: &Path,
    log_name: Option<&str>,
    keys: &SigningKeys,
    passphrase: Option<&Passphrase>,
    now: Seconds,
) -> Result<String, Failure> {
    let Some(passphrase) = passphrase else {
        return Ok(
            "no root key was made: make it with `tongxing trust init`, so that checkers have a trust list\n\
             no key of the public log was made: make it with `tongxing log key`\n"
                .to_owned(),
        );
    };
    let root = trust_store::begin(folder, &folder.join(root::FILE), &keys.issuer_entry(), passphrase, now)?;
    let log = log::key::make(folder, log_name, keys.issuer(), passphrase)?;
    Ok(format!("{root}{log}\n"))
}

fn first(
    issuer: &str,
    opener: &Opener,
    token: Option<&TokenName>,
    passphrase: Option<&Passphrase>,
    now: Seconds,
) -> Result<SigningKeys, Failure> {
    if let Some(token) = token {
        let (current, standby) = (opener.new_in_token(token)?, opener.new_in_token(token)?);
        return Ok(SigningKeys::first(issuer, None, current, standby, now));
    }
    let lock = Lock::new(&OsEntropy);
    let passphrase = passphrase.expect("asked for where there is no token");
    let key = lock.key(passphrase).map_err(|error| Failure::new(error.to_string()))?;
    Ok(SigningKeys::first(issuer, Some(lock), new_sealed(&key), new_sealed(&key), now))
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
    use super::super::load_data_keys;
    use super::*;

    #[test]
    fn both_files_are_made_once_and_read_back() {
        let above = tempfile::tempdir().unwrap();
        let (folder, phrase) = (above.path().join("keys"), above.path().join("phrase"));
        private::create(&phrase, "words for a test only\n").unwrap();
        let opener = Secrets { passphrase_file: Some(phrase), pin_file: None }.opener();
        let make = || make(&folder, ("CN-HB", None), &opener, None, 1_795_420_800);
        let said = make().unwrap();
        assert!(said.contains("backup"), "{said}");
        let kid = folder::load(&folder).unwrap().current().key_id();
        assert!(said.contains(&format!("{kid} (current)")), "{said}");
        load_data_keys(&folder).unwrap();
        assert!(make().unwrap_err().to_string().contains("exist already"));
        std::fs::remove_file(folder.join(DATA_FILE)).unwrap();
        assert!(make().unwrap_err().to_string().contains("restore"));
        assert!(load_data_keys(&folder).unwrap_err().to_string().contains("keys init"));
    }

    #[test]
    fn a_name_for_a_log_key_that_is_not_made_is_refused_before_anything_is_made() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("keys");
        let token = TokenName { module: "module.so".into(), label: "passes".into() };
        let names = ("CN-HB", Some("code.example/log"));
        let refused = make(&folder, names, &Secrets::default().opener(), Some(&token), 1_795_420_800);
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("tongxing log key --name code.example/log"), "{refused}");
        assert!(!folder.exists());
    }
}
