//! `tongxing run --demo`: keys, sign-ins and invented people on first use; the same again afterwards.
//!
//! The sign-ins are kept beside the database in a private file, so that a second start can print them. A
//! database that was begun without the demonstration never gets it.

mod visit_keys;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Issuer, Seconds, Taken, TrustedKey};
use domain::{Clock as _, Entropy};
use server::App;
use server::demonstration::{self, Demonstration, DemonstrationError};

use crate::commands::{keys, log};
use crate::config::Config;
use crate::failure::Failure;
use crate::national::demo::Demo;
use crate::output::note;
use crate::signing::folder::{self, Held};
use crate::system::{OsEntropy, SystemClock};
use crate::trust_store::TrustStore;
use crate::{private, public_log, root, trust_store};

const ISSUER: &str = "UTO-DEMONSTRATION";
/// The file of the passphrase, in the folder of keys.
const PASSPHRASE: &str = "demonstration-passphrase";

fn file(config: &Config) -> PathBuf {
    config.data.join("demonstration.json")
}

/// Makes the keys of a new demonstration. It starts unattended: where no passphrase file is named, it makes one
/// of its own beside the keys, and says so.
pub fn make_keys(config: &mut Config) -> Result<(), Failure> {
    let made = config.keys.join(keys::DATA_FILE).exists();
    let clear = made && matches!(folder::is_clear(&config.keys), Ok(true));
    let passphrase = config.keys.join(PASSPHRASE);
    if config.secrets.passphrase_file.is_none() && (!made || clear || passphrase.exists()) {
        make_passphrase(&config.keys, &passphrase)?;
        config.secrets.passphrase_file = Some(passphrase);
    }
    let now = Seconds::try_from(SystemClock.now().seconds()).unwrap_or(0);
    if clear {
        keys::seal(&config.keys, &config.secrets.opener(), now)?;
        note("The signing keys of this demonstration lay in the clear; they are sealed now.");
    }
    if !made {
        return keys::make(&config.keys, (ISSUER, None), &config.secrets.opener(), None, now).map(drop);
    }
    if !config.keys.join(public_log::key_file::FILE).exists() {
        // A demonstration from before there was a public log.
        let opener = config.secrets.opener();
        log::key::make(&config.keys, None, ISSUER, &opener.passphrase().existing()?)?;
    }
    let root_key = config.keys.join(root::FILE);
    if !root_key.exists() {
        // A demonstration from before there were signed lists.
        let (own, opener) = (folder::load(&config.keys)?.issuer_entry(), config.secrets.opener());
        trust_store::begin(&config.keys, &root_key, &own, &opener.passphrase().existing()?, now)?;
    }
    Ok(())
}

fn make_passphrase(folder: &Path, path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    private::folder(folder)?;
    let random = (&OsEntropy as &dyn Entropy).bytes::<24>();
    private::create(path, &format!("{}\n", URL_SAFE_NO_PAD.encode(random)))?;
    note(&format!(
        "The passphrase of the demonstration's signing keys is in {}: in real use it lies elsewhere.",
        path.display()
    ));
    Ok(())
}

/// The national platform of a demonstration that is not connected to one, at any free port.
pub fn national(config: &Config) -> Result<Option<Demo>, Failure> {
    if !config.demo || config.national.is_some() {
        return Ok(None);
    }
    let demo = Demo::open(&config.data, SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0))?;
    trust(config, demo.issuer())?;
    Ok(Some(demo))
}

/// Puts the demonstration's national issuer on the trust list, once, as `tongxing trust import` would.
fn trust(config: &Config, national: Issuer) -> Result<(), Failure> {
    let _held = Held::take(&config.keys)?;
    let mut store = TrustStore::load(&config.keys)?;
    let thumbprints = |issuer: &Issuer| issuer.keys.iter().map(TrustedKey::thumbprint).collect::<Vec<_>>();
    let wanted = thumbprints(&national);
    if store.issuers().iter().any(|known| known.name == national.name && thumbprints(known) == wanted) {
        return Ok(());
    }
    let Issuer { name, format, purposes, keys } = national;
    let issuer = name.unwrap_or_default();
    let taken = |key| Taken { entry: "the demonstration".to_owned(), issuer: issuer.clone(), key };
    store.add(format, &purposes, keys.into_iter().map(taken).collect());
    let root = root::open(&config.keys.join(root::FILE), &config.secrets.opener().passphrase().existing()?)?;
    let now = Seconds::try_from(SystemClock.now().seconds()).unwrap_or(0);
    store.republish(&folder::load(&config.keys)?.issuer_entry(), &root, now).map(drop)
}

/// Loads the demonstration into an empty database, and prints what to use.
pub async fn load(app: &App, config: &Config, national: Option<&Demo>) -> Result<(), Failure> {
    let path = file(config);
    // Whether there is one already, the database knows: a file may be left from one that was deleted.
    let mut made = match demonstration::make(app).await {
        Ok(made) => {
            let text = serde_json::to_string_pretty(&made).expect("plain data");
            private::replace(&path, &text)?;
            made
        }
        Err(DemonstrationError::NotEmpty) if path.exists() => {
            let text = private::read(&path)?;
            serde_json::from_str(&text).map_err(|_| {
                Failure::new(format!("{} is damaged", path.display()))
                    .advice("stop the demonstration, delete its data folder and start it anew")
            })?
        }
        Err(error) => return Err(explain(error)),
    };
    if let Some(national) = national {
        made.national = national.samples()?;
    }
    made.enrolment = Some(demonstration::enrolment(app).await.map_err(explain)?);
    made.visit_keys = Some(visit_keys::load(app, config).await?);
    print(app, &made, &config.public_origin);
    note(&format!("  All of this again, with a fresh code: {}/demonstration", config.public_origin));
    demonstration::show(app, made);
    Ok(())
}

#[allow(clippy::needless_pass_by_value, reason = "used as a function value")]
fn explain(error: DemonstrationError) -> Failure {
    let advice = match error {
        DemonstrationError::NotEmpty => {
            "start without --demo, or name an empty folder (--data) and an empty database (--database-url)"
        }
        DemonstrationError::Broken(_) => "delete the data folder and start anew",
    };
    Failure::new(error.to_string()).advice(advice)
}

fn print(app: &App, made: &Demonstration, origin: &str) {
    note("");
    note("Demonstration with invented people. Sign in to work at:");
    note(&format!("  {origin}/staff/sign-in"));
    for sign_in in &made.sign_ins {
        let code = sign_in.code_at(app.now());
        note(&format!(
            "  {:<9} login {:<9} password {}  code {code}",
            sign_in.role, sign_in.login, sign_in.password
        ));
    }
    note("");
    note(&format!("Apply at {origin}/apply with one of these documents:"));
    for person in &made.people {
        note(&format!("  {person}"));
    }
    note("");
    note(&format!("Or open an application that was made before at {origin}/recover with its recovery code:"));
    for application in &made.applications {
        note(&format!("  {application}"));
    }
    note("");
    if let Some(enrolment) = &made.enrolment {
        note("A device to enrol as the inspector, once and within a day:");
        note(&format!("  {}  code {}", enrolment.device, enrolment.code));
        note("");
    }
    if let Some(keys) = &made.visit_keys {
        note("Key files of the two units that open visits (sign in as that unit's officer):");
        for (_, login, file) in &keys.files {
            note(&format!("  {login:<9} {file}  passphrase {}", keys.passphrase));
        }
        note("");
    }
    if !made.national.is_empty() {
        note(&format!("National codes to paste at {origin}/check as the inspector (for entry only):"));
        for sample in &made.national {
            note(&format!("  {:<14} {}", sample.state.as_str(), sample.code));
        }
        note("");
    }
}
