//! `tongxing run --demo`: keys, sign-ins and invented people on first use; the same again afterwards.
//!
//! The sign-ins are kept beside the database in a private file, so that a second start can print them. A
//! database that was begun without the demonstration never gets it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use credential::Seconds;
use domain::Clock as _;
use server::App;
use server::demonstration::{self, Demonstration, DemonstrationError};

use crate::commands::keys;
use crate::config::Config;
use crate::failure::Failure;
use crate::national::demo::Demo;
use crate::output::note;
use crate::private;
use crate::system::SystemClock;

const ISSUER: &str = "UTO-DEMONSTRATION";

fn file(config: &Config) -> PathBuf {
    config.data.join("demonstration.json")
}

/// Makes the keys of a new demonstration.
pub fn make_keys(config: &Config) -> Result<(), Failure> {
    if config.keys.join(keys::DATA_FILE).exists() {
        return Ok(());
    }
    let now = Seconds::try_from(SystemClock.now().seconds()).unwrap_or(0);
    keys::make(&config.keys, ISSUER, now).map(drop)
}

/// The national platform of a demonstration that is not connected to one, at any free port.
pub fn national(config: &Config) -> Result<Option<Demo>, Failure> {
    if !config.demo || config.national.is_some() {
        return Ok(None);
    }
    Demo::open(&config.data, SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).map(Some)
}

/// Loads the demonstration into an empty database, and prints what to use.
pub async fn load(app: &App, config: &Config, national: Option<&Demo>) -> Result<(), Failure> {
    let path = file(config);
    let mut made = if path.exists() {
        let text = private::read(&path)?;
        serde_json::from_str(&text).map_err(|_| {
            Failure::new(format!("{} is damaged", path.display()))
                .advice("stop the demonstration, delete its data folder and start it anew")
        })?
    } else {
        let made = demonstration::make(app).await.map_err(explain)?;
        let text = serde_json::to_string_pretty(&made).expect("plain data");
        private::create(&path, &text)?;
        made
    };
    if let Some(national) = national {
        made.national = national.samples()?;
    }
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
    if !made.national.is_empty() {
        note(&format!("National codes to paste at {origin}/check as the inspector (for entry only):"));
        for sample in &made.national {
            note(&format!("  {:<14} {}", sample.state.as_str(), sample.code));
        }
        note("");
    }
}
