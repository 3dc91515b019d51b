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
use crate::root;
use crate::signing::SigningKeys;
use crate::signing::folder::{self, Held};
use crate::signing::opening::Opener;

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
            let passphrase = passphrase(&self.folder.path, &keys, &self.secrets.opener())?;
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

/// One passphrase opens all that is sealed in a folder: another one is refused before anything is made. Where nothing is
/// sealed yet, it is a new one.
fn passphrase(folder: &Path, keys: &SigningKeys, opener: &Opener) -> Result<Passphrase, Failure> {
    if folder::has_sealed(keys) {
        opener.sealing_key(keys)?;
        return opener.passphrase().existing();
    }
    let root_key = folder.join(root::FILE);
    if root_key.exists() {
        let passphrase = opener.passphrase().existing()?;
        root::open(&root_key, &passphrase)?;
        return Ok(passphrase);
    }
    opener.new_passphrase()
}

/// Makes the key in this folder, and says so.
pub fn make(
    folder: &Path,
    name: Option<&str>,
    issuer: &str,
    passphrase: &Passphrase,
) -> Result<String, Failure> {
    let path = folder.join(key_file::FILE);
    let chosen = name.map_or_else(|| format!("{issuer}/log"), str::to_owned);
    let key: SigningKey = key_file::make(&path, &chosen, passphrase)?;
    let (shown, log) = (path.display(), key.public());
    let made = format!("made {shown}: the key of the public log {}; it has this name for life", log.name());
    Ok(match name {
        Some(_) => made,
        None => format!(
            "{made}\n\
             A log that the public reads is named by its address: before anything is signed with this key, remove\n\
             {shown} and run `tongxing log key --name code.example.cn/log` with the address of this service."
        ),
    })
}

#[cfg(test)]
mod tests {
    use crate::passphrase::Source;
    use crate::private;
    use crate::sealed::Lock;
    use crate::signing::opening::new_sealed;
    use crate::signing::{Home, NewKey, TokenPlace};
    use crate::system::OsEntropy;

    use super::*;

    const NOW: credential::Seconds = 1_795_420_800;
    const PHRASE: &str = "words for a test only";

    fn opener(file: &Path) -> Opener {
        let passphrase = Source::new("the keys", "--passphrase-file", Some(file.to_owned()));
        Opener::new(passphrase, Source::pin("--pin-file", None))
    }

    /// Keys in a token, in a file that has kept its lock from before.
    #[test]
    fn a_mistyped_passphrase_is_refused_wherever_something_is_sealed() {
        let above = tempfile::tempdir().unwrap();
        let (folder, right, wrong) = (above.path(), above.path().join("right"), above.path().join("wrong"));
        private::create(&right, PHRASE).unwrap();
        private::create(&wrong, "words for a tset only").unwrap();
        let lock = Lock::new(&OsEntropy);
        let sealing = lock.key(&Passphrase::new(PHRASE.to_owned())).unwrap();
        let in_token = || {
            let place = TokenPlace { module: "module.so".into(), label: "passes".into(), id: "01".into() };
            NewKey { home: Home::Token(place), ..new_sealed(&sealing) }
        };
        let with = |standby| SigningKeys::first("CN-HB", Some(lock.clone()), in_token(), standby, NOW);
        let (moved, moving) = (with(in_token()), with(new_sealed(&sealing)));
        let refused = |keys| passphrase(folder, keys, &opener(&wrong)).unwrap_err().to_string();
        assert!(refused(&moving).contains("passphrase"));
        passphrase(folder, &moving, &opener(&right)).unwrap();
        // Nothing is sealed: what is given is a new passphrase, and long enough.
        passphrase(folder, &moved, &opener(&wrong)).unwrap();
        private::replace(&wrong, "too short").unwrap();
        assert!(refused(&moved).contains("12 characters"));
        private::replace(&wrong, "words for a tset only").unwrap();
        root::make(&folder.join(root::FILE), &Passphrase::new(PHRASE.to_owned())).unwrap();
        assert!(refused(&moved).contains("passphrase"));
        passphrase(folder, &moved, &opener(&right)).unwrap();
    }

    #[test]
    fn a_log_that_got_its_name_by_itself_is_told_how_to_get_another() {
        let above = tempfile::tempdir().unwrap();
        let phrase = Passphrase::new(PHRASE.to_owned());
        let said = make(above.path(), None, "CN-HB", &phrase).unwrap();
        assert!(said.contains("CN-HB/log") && said.contains("for life") && said.contains("--name"), "{said}");
        std::fs::remove_file(above.path().join(key_file::FILE)).unwrap();
        let said = make(above.path(), Some("code.example/log"), "CN-HB", &phrase).unwrap();
        assert!(said.contains("code.example/log") && !said.contains("--name"), "{said}");
    }
}
