//! `tongxing keys add-standby | rotate | retire | withdraw | tidy`: one change of the file each.
//!
//! All go the same way: take the lock, read, check, make what is new, replace the file at once, publish.
//! Killed anywhere, the file is the one before or the one after.

use std::path::Path;

use clap::Args;
use credential::{Es256Key, KeyId};

use super::now;
use super::options::{InToken, KeyFolder, PASSPHRASE_OPTION, Secrets};
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::passphrase::Source;
use crate::root;
use crate::signing::folder::Held;
use crate::signing::life::Done;
use crate::signing::opening::TokenName;
use crate::signing::{Home, SigningKeys};
use crate::trust_store::{Published, TrustStore};

/// What every change needs.
#[derive(Debug, Args)]
struct Common {
    #[command(flatten)]
    folder: KeyFolder,
    #[command(flatten)]
    secrets: Secrets,
}

/// Publish one more standby key; it may sign a day later.
#[derive(Debug, Args)]
pub struct AddStandby {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    token: InToken,
}

/// Let the standby key sign that was published first, and publish a new one.
///
/// Refused until that key has been published for 24 hours. What the former key signed stays good until it
/// ends: that key stays on the trust list for 15 days.
#[derive(Debug, Args)]
pub struct Rotate {
    #[command(flatten)]
    common: Common,
}

/// Take a standby key out of use that never signed.
#[derive(Debug, Args)]
pub struct Retire {
    #[command(flatten)]
    common: Common,
    /// The key's short name, as `tongxing keys list` shows it
    #[arg(value_name = "KID", value_parser = kid, allow_hyphen_values = true)]
    kid: KeyId,
}

/// Emergency: withdraw a key and with it everything that it signed.
///
/// If it is the current one, the standby key signs from now on, without waiting, and a new standby key is
/// published. Checkers refuse the key as soon as they have the new trust list.
#[derive(Debug, Args)]
pub struct Withdraw {
    #[command(flatten)]
    common: Common,
    /// The key's short name, as `tongxing keys list` shows it
    #[arg(value_name = "KID", value_parser = kid, allow_hyphen_values = true)]
    kid: KeyId,
}

/// Drop retired keys whose last pass has ended.
#[derive(Debug, Args)]
pub struct Tidy {
    #[command(flatten)]
    common: Common,
}

fn kid(text: &str) -> Result<KeyId, &'static str> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok();
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.map(KeyId).ok_or("expected the 11 characters that `tongxing keys list` shows")
}

impl AddStandby {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        let token = self.token.name()?;
        self.common.change(output, token.as_ref(), |keys, make| Ok((keys.add_standby(now(), make)?, None)))
    }
}

impl Rotate {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        self.common.change(output, None, |keys, make| Ok((keys.rotate(now(), make)?, None)))
    }
}

impl Retire {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        self.common.change(output, None, |keys, make| Ok((keys.retire(self.kid, now(), make)?, None)))
    }
}

impl Withdraw {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        self.common.change(output, None, |keys, make| {
            let in_token = matches!(keys.current().home, Home::Token(_));
            match keys.withdraw(self.kid, now(), make)? {
                // A wrong passphrase can be mended; a token that is gone is what the emergency may be.
                (_, Some(failure)) if !in_token => Err(failure),
                done => Ok(done),
            }
        })
    }
}

impl Tidy {
    /// Carries the command out.
    pub fn run(self, output: &mut Output) -> Result<(), Failure> {
        let held = Held::take(&self.common.folder.path)?;
        let mut keys = held.load()?;
        let Some(done) = keys.tidy(now()) else { return output.line("nothing has ended") };
        let root = open_root(&self.common.folder.path, &self.common.secrets)?;
        held.replace(&keys)?;
        output.text(&said(&done, &keys))?;
        publish(output, &self.common.folder.path, &keys, root.as_ref())
    }
}

type Make<'a> = &'a mut dyn FnMut() -> Result<crate::signing::NewKey, Failure>;

impl Common {
    fn change(
        self,
        output: &mut Output,
        token: Option<&TokenName>,
        change: impl FnOnce(&mut SigningKeys, Make<'_>) -> Result<(Done, Option<Failure>), Failure>,
    ) -> Result<(), Failure> {
        let held = Held::take(&self.folder.path)?;
        let mut keys = held.load()?;
        let (before, opener) = (keys.clone(), self.secrets.opener());
        let root = open_root(&self.folder.path, &self.secrets)?;
        let (done, failed) = match change(&mut keys, &mut || opener.new_key(&before, token)) {
            Ok(changed) => changed,
            Err(failure) => {
                catch_up(output, &self.folder.path, &before, root.as_ref())?;
                return Err(failure);
            }
        };
        held.replace(&keys)?;
        output.text(&said(&done, &keys))?;
        if let Some(failed) = failed {
            note(&format!("warning: no standby key is published, because none could be made: {failed}"));
            note("  publish one with `tongxing keys add-standby` as soon as that is mended");
        }
        publish(output, &self.folder.path, &keys, root.as_ref())
    }
}

fn said(done: &Done, keys: &SigningKeys) -> String {
    let mut lines = Vec::new();
    if let Some(stopped) = done.stopped {
        let state = keys.keys().iter().find(|key| key.key_id() == stopped).map(|key| key.r#use.as_str());
        lines.push(format!("{stopped} is {}", state.unwrap_or("no longer published")));
    }
    lines.extend(done.current.map(|kid| format!("{kid} signs from now on")));
    lines.extend(done.standby.map(|kid| format!("{kid} is published as standby key")));
    lines.extend(done.dropped.iter().map(|kid| format!("{kid} has ended and is no longer published")));
    lines.push(format!("the signing keys have version {} now\n", keys.version()));
    lines.join("\n")
}

/// The root key, opened before anything changes: so a wrong passphrase changes nothing, and the new list follows
/// the new keys at once. `None` where it is kept elsewhere.
fn open_root(folder: &Path, secrets: &Secrets) -> Result<Option<Es256Key>, Failure> {
    let path = folder.join(root::FILE);
    if !path.exists() {
        return Ok(None);
    }
    let source = Source::new("the root key", PASSPHRASE_OPTION, secrets.passphrase_file.clone());
    root::open(&path, &source.existing()?).map(Some)
}

/// A command that was cut off may have changed the keys and not signed the list: whoever repeats it is told that there
/// is nothing to change, and checkers have to learn of it all the same.
fn catch_up(
    output: &mut Output,
    folder: &Path,
    keys: &SigningKeys,
    root: Option<&Es256Key>,
) -> Result<(), Failure> {
    match Published::read(folder)? {
        Some(published) if !published.says(&keys.issuer_entry()) => {
            note("note: the published list did not say yet how the keys stand");
            publish(output, folder, keys, root)
        }
        _ => Ok(()),
    }
}

/// Checkers learn of the change from the published list, which is signed anew.
fn publish(
    output: &mut Output,
    folder: &Path,
    keys: &SigningKeys,
    root: Option<&Es256Key>,
) -> Result<(), Failure> {
    let Some(root) = root else {
        note(
            "note: the root key is not here: sign the trust list anew where it is kept: `tongxing trust sign`",
        );
        return Ok(());
    };
    let signed = TrustStore::load(folder)
        .and_then(|mut store| store.republish(&keys.issuer_entry(), root, now()))
        .map_err(|failure| {
            Failure::new(format!("the keys are changed, but the trust list could not be signed: {failure}"))
                .advice("sign it with `tongxing trust sign`: checkers do not know of the change before")
        })?;
    output.text(&signed.said())
}
