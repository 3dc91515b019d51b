//! Commands that change the list: its root key, withdrawals, another signature.

use clap::Args;

use super::{Signing, now};
use crate::Finding;
use crate::failure::Failure;
use crate::output::Output;
use crate::signing::folder::Held;
use crate::trust_store;

/// Make the root key of an installation that has none, and sign its first list.
///
/// `tongxing keys init` does this too. Give the key's fingerprint to everybody who checks passes, together with
/// their installation and not over the same network: a list that another key signed is refused.
#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    signing: Signing,
}

/// Withdraw a key or an issuer from the list, for good: no import brings it back.
#[derive(Debug, Args)]
pub struct Withdraw {
    #[command(flatten)]
    signing: Signing,
    /// The kid or the thumbprint of a key, or the name of an issuer, as `tongxing trust list` shows them
    #[arg(value_name = "KID|ISSUER")]
    what: String,
    /// Why, for whoever asks later
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    reason: String,
}

/// Sign the list anew: it is good for 30 days, and its number grows.
#[derive(Debug, Args)]
pub struct Sign {
    #[command(flatten)]
    signing: Signing,
    /// A number that checkers have seen already: the new one is above it. Needed after restoring a backup
    #[arg(long, value_name = "N")]
    above: Option<u64>,
}

impl Init {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let (folder, path) = (&self.signing.folder, self.signing.root_key());
        // Without signing keys there is nothing to sign; said before a passphrase is asked.
        let own = folder.own()?;
        let _held = Held::take(&folder.path)?;
        if path.exists() {
            return Err(Failure::new(format!("{} exists already", path.display())).advice(
                "a root key is never written over: checkers know it; sign with `tongxing trust sign`",
            ));
        }
        let passphrase = self.signing.passphrase().new_one()?;
        output.text(&trust_store::begin(&folder.path, &path, &own, &passphrase, now())?)?;
        Ok(Finding::Fine)
    }
}

impl Withdraw {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let (_held, mut store) = self.signing.begin()?;
        let keys = store.withdraw(&self.what, &self.reason, now())?;
        let published = self.signing.publish(&mut store, now())?;
        output.line(format_args!("withdrawn {}: {keys} key(s) on the list", self.what))?;
        output.text(&published)?;
        Ok(Finding::Fine)
    }
}

impl Sign {
    pub fn run(self, output: &mut Output) -> Result<Finding, Failure> {
        let (_held, mut store) = self.signing.begin()?;
        store.continue_above(self.above.unwrap_or(0));
        output.text(&self.signing.publish(&mut store, now())?)?;
        Ok(Finding::Fine)
    }
}
