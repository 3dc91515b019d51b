//! Options that the commands about keys share.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::passphrase::Source;
use crate::signing::opening::{Opener, TokenName, check_module};

/// What advice names.
pub const PASSPHRASE_OPTION: &str = "--passphrase-file (TONGXING_KEYS_PASSPHRASE_FILE)";

/// Where the keys are.
#[derive(Debug, Args)]
pub struct KeyFolder {
    /// The folder of the keys
    #[arg(long = "keys", value_name = "DIR", env = "TONGXING_KEYS", default_value = "data/keys")]
    pub path: PathBuf,
}

/// Where passphrase and PIN come from.
#[allow(clippy::doc_markdown, reason = "the text of the help page, which is not Markdown")]
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct Secrets {
    /// A file with mode 0600 whose first line is the passphrase of the signing keys [default: asked]
    #[arg(long, value_name = "FILE", env = "TONGXING_KEYS_PASSPHRASE_FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// A file with mode 0600 whose first line is the PIN of the PKCS#11 token [default: asked]
    #[arg(long, value_name = "FILE", env = "TONGXING_PKCS11_PIN_FILE")]
    pub pin_file: Option<PathBuf>,
}

impl Secrets {
    /// What opens keys with them.
    pub fn opener(&self) -> Opener {
        Opener::new(
            Source::new("the signing keys", PASSPHRASE_OPTION, self.passphrase_file.clone()),
            Source::pin("--pin-file (TONGXING_PKCS11_PIN_FILE)", self.pin_file.clone()),
        )
    }
}

/// A token in which keys are to be made.
#[derive(Debug, Args)]
pub struct InToken {
    /// Make the signing keys in a PKCS#11 token, by this module (a shared library); they never leave it
    #[arg(long, value_name = "MODULE", requires = "token_label")]
    pkcs11: Option<PathBuf>,
    /// The label of that token
    #[arg(long, value_name = "LABEL", requires = "pkcs11")]
    token_label: Option<String>,
}

impl InToken {
    /// The token, if one is named. The module is kept with its whole path: servers start elsewhere.
    pub fn name(self) -> Result<Option<TokenName>, Failure> {
        let (Some(module), Some(label)) = (self.pkcs11, self.token_label) else { return Ok(None) };
        check_module(&module)?;
        let module = module.canonicalize().map_err(|error| Failure::file("read", &module, &error))?;
        Ok(Some(TokenName { module, label }))
    }
}
