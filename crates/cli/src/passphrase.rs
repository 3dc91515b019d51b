//! The passphrase that unlocks keys: from a private file, or asked at the terminal. Never an argument, which
//! other users of the machine could read.
//!
//! Used by every command that opens keys, and by the server at start and at each reload: a file is read again
//! each time (it may be changed), what was typed is kept in memory and wiped at the end.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::private;

/// The least that a new passphrase may have: what is sealed may be copied, and guessed at for years.
const LEAST: usize = 12;

/// A passphrase; wiped when it is dropped, never printed.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// This text.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// For the key derivation only.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// For a token's login only.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    fn long_enough(self, from: &str) -> Result<Self, Failure> {
        if self.0.chars().count() >= LEAST {
            return Ok(self);
        }
        Err(Failure::new(format!("{from} is shorter than {LEAST} characters"))
            .advice("take five or six words that nobody would expect together"))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Where a passphrase comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// What is asked for: "passphrase" or "PIN".
    word: &'static str,
    /// What it unlocks, for the prompt: "the signing keys".
    what: &'static str,
    /// The option that names a file, for advice: `--passphrase-file (TONGXING_KEYS_PASSPHRASE_FILE)`.
    option: &'static str,
    file: Option<PathBuf>,
    /// What was typed: nobody is asked twice.
    typed: Arc<OnceLock<Passphrase>>,
}

impl Source {
    /// From `file` if there is one, else asked. `option` is what advice names.
    pub fn new(what: &'static str, option: &'static str, file: Option<PathBuf>) -> Self {
        Self { word: "passphrase", what, option, file, typed: Arc::default() }
    }

    /// The PIN of a token, from the same places.
    pub fn pin(option: &'static str, file: Option<PathBuf>) -> Self {
        Self { word: "PIN", ..Self::new("the token", option, file) }
    }

    /// Whether nobody has to be asked.
    pub fn is_file(&self) -> bool {
        self.file.is_some()
    }

    /// The passphrase of keys that exist.
    pub fn existing(&self) -> Result<Passphrase, Failure> {
        if let Some(path) = &self.file {
            return read(path);
        }
        if let Some(typed) = self.typed.get() {
            return Ok(typed.clone());
        }
        let typed = self.ask(&format!("The {} of {}: ", self.word, self.what))?;
        Ok(self.typed.get_or_init(|| typed).clone())
    }

    /// The passphrase for new keys: asked twice, and long enough.
    pub fn new_one(&self) -> Result<Passphrase, Failure> {
        if let Some(path) = &self.file {
            return read(path)?.long_enough(&format!("the passphrase in {}", path.display()));
        }
        let first =
            self.ask(&format!("New passphrase for {}: ", self.what))?.long_enough("the passphrase")?;
        let again = self.ask("The same once more: ")?;
        if first.0 != again.0 {
            return Err(Failure::new("the two passphrases differ").advice("nothing was made; try again"));
        }
        Ok(first)
    }

    /// Nothing shows while it is typed.
    fn ask(&self, prompt: &str) -> Result<Passphrase, Failure> {
        let nobody = |why: &str| {
            Failure::new(format!("the {} of {} is needed, and {why}", self.word, self.what))
                .advice(format!("give a file that only you may read with {}", self.option))
        };
        if !io::stdin().is_terminal() {
            return Err(nobody("there is no terminal to ask at"));
        }
        rpassword::prompt_password(prompt)
            .map(Passphrase::new)
            .map_err(|error| nobody(&format!("it could not be asked: {error}")))
    }
}

/// The first line of a private file.
fn read(path: &Path) -> Result<Passphrase, Failure> {
    let text = private::read(path)?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::new(format!("the file {} has an empty first line", path.display()))
            .advice("its first line is the passphrase or PIN"));
    }
    Ok(Passphrase::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &Path) -> Source {
        Source::new("the keys", "--passphrase-file", Some(path.to_owned()))
    }

    #[test]
    fn the_first_line_of_a_private_file_counts_without_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        private::create(&path, "five words that do fit\r\nnot this\n").unwrap();
        assert_eq!(source(&path).existing().unwrap().bytes(), b"five words that do fit");
        assert_eq!(source(&path).new_one().unwrap().bytes(), b"five words that do fit");
        private::replace(&path, "too short\n").unwrap();
        assert_eq!(source(&path).existing().unwrap().bytes(), b"too short");
        let refused = source(&path).new_one().unwrap_err().to_string();
        assert!(refused.contains("12 characters") && !refused.contains("too short"), "{refused}");
        private::replace(&path, "\n").unwrap();
        assert!(source(&path).existing().unwrap_err().to_string().contains("empty first line"));
        assert_eq!(format!("{:?}", Passphrase::new("secret".into())), "Passphrase(…)");
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        private::create(&path, "five words that do fit\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(source(&path).existing().unwrap_err().to_string().contains("chmod 600"));
    }
}
