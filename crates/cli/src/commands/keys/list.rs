//! `tongxing keys list`: every signing key, its state and its times. Asks for no passphrase.

use clap::Args;
use credential::rfc3339;

use super::options::KeyFolder;
use crate::failure::Failure;
use crate::output::Output;
use crate::signing::life::{KEPT_AFTER, PUBLISHED_BEFORE};
use crate::signing::{Home, SigningKey, Use, folder};

/// List the signing keys with their states and times.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    folder: KeyFolder,
}

impl List {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        let keys = folder::load(&self.folder.path)?;
        output.line(format_args!("issuer {}, version {}", keys.issuer(), keys.version()))?;
        keys.keys().iter().try_for_each(|key| output.line(line(key)))
    }
}

fn line(key: &SigningKey) -> String {
    let home = match &key.home {
        Home::Sealed(_) => "sealed in the file".to_owned(),
        Home::Token(place) => format!("in the token {:?}", place.label),
        Home::Gone => "private half not kept".to_owned(),
    };
    let ended = key.ended.map(|at| format!(", until {}", rfc3339(at))).unwrap_or_default();
    let next = match (key.r#use, key.ended) {
        (Use::Standby, _) => format!("; may sign from {}", rfc3339(key.published + PUBLISHED_BEFORE)),
        (Use::Retired, Some(at)) => format!("; published until {}", rfc3339(at + KEPT_AFTER)),
        _ => String::new(),
    };
    let (kid, r#use) = (key.key_id(), key.r#use.as_str());
    let (published, last) = (rfc3339(key.published), rfc3339(key.not_after));
    format!("{kid}  {use:<9}  published {published}{ended}, valid to {last}, {home}{next}")
}
