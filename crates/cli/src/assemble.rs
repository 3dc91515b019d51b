//! Puts the parts together: the only place where the engine is chosen and an [`App`] is made.

use std::sync::Arc;

use credential::Seconds;
use domain::{Clock as _, IdSource};
use server::checkpoint::settings::APP;
use server::http::limits::{Limits, Rates};
use server::pass::Issuer;
use server::{App, Parts, Settings};
use store::{Sealer, Store};

use crate::commands::keys::load_data_keys;
use crate::config::{Config, Database, Place};
use crate::failure::Failure;
use crate::national::{self, demo::Demo};
use crate::signing::source::{KeySource, Stamp};
use crate::system::{OsEntropy, SystemClock};

/// Connections to PostgreSQL that one server opens.
const CONNECTIONS: u32 = 16;

/// The service of this configuration, on its database; and where its signing keys came from, to follow them. `demo` is
/// the national platform of a demonstration.
pub async fn app(config: &Config, demo: Option<&Demo>) -> Result<(App, KeySource, Stamp), Failure> {
    let source = KeySource::new(config.keys.clone(), config.secrets.opener());
    let stamp = source.stamp();
    let now = Seconds::try_from(SystemClock.now().seconds()).unwrap_or(0);
    let signers = Issuer::from(source.load(now)?);
    tracing::info!(issuer = signers.name(), key = %signers.signing().signer().key_id(), "signing");
    warn_of_minimum(config.checkpoints.devices.minimum_app);
    let recognition = match demo {
        Some(demo) => demo.recognition()?,
        None => national::recognition(config.national.as_ref())?,
    };
    let clock: Arc<dyn domain::Clock> = Arc::new(SystemClock);
    let app = App::new(Parts {
        settings: Settings {
            public_origin: config.public_origin.clone(),
            hotline: config.hotline.clone(),
            companions: config.companions,
            visits: config.visits,
            trusted_proxies: config.trusted_proxies.clone(),
            temperature_threshold: config.temperature_threshold,
            devices: config.checkpoints.devices,
            report_due: config.checkpoints.report_due,
            report_escalation: config.checkpoints.report_escalation.clone(),
            appeal_due: config.appeal_due,
            demonstration: config.demo,
        },
        store: open(&config.place()).await?,
        clock: Arc::clone(&clock),
        entropy: Arc::new(OsEntropy),
        ids: IdSource::default(),
        signers,
        recognition,
        messages: config.messages.messages()?,
        live: server::health::live::Live::default(),
        limits: Limits::new(Rates::default(), clock),
        checkpoint: server::checkpoint::Parts::default(),
        watch: server::checkpoint::abuse::Watch::default(),
        counted: server::checkpoint::plain::Counted::default(),
        places: server::location::places::Places::default(),
        visit: server::visit::Parts::default(),
        transparency: server::transparency::Parts::new(source.log_key()?),
        shown_demonstration: server::demonstration::Shown::default(),
    });
    Ok((app, source, stamp))
}

/// A minimum that no application has which this server could give stops every device: that may be meant.
fn warn_of_minimum(minimum: u32) {
    if minimum > APP {
        tracing::warn!(
            minimum,
            served = APP,
            "--checkpoint-minimum-app is above the inspector's application that this server serves: every device stops"
        );
    }
}

/// The database of an installation, with its schema brought up to date.
pub async fn open(place: &Place) -> Result<Store, Failure> {
    let sealer = Sealer::new(&load_data_keys(&place.keys())?, Arc::new(OsEntropy));
    let database = place.database();
    let opened = match &database {
        Database::Sqlite(path) => Store::open_sqlite(path, sealer).await,
        Database::Postgres(url) => Store::open_postgres(url, CONNECTIONS, sealer).await,
    };
    opened.map_err(|error| {
        let advice = match &database {
            Database::Sqlite(path) => {
                format!("check that {} is a database and can be written", path.display())
            }
            Database::Postgres(_) => "check that PostgreSQL runs, and the address, name and password in \
                                      --database-url (TONGXING_DATABASE_URL)"
                .to_owned(),
        };
        Failure::new(format!("cannot open the database: {error}")).advice(advice)
    })
}

/// Runs a command's work on a small runtime of its own.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Runtime::new()
        .map_err(|error| Failure::new(format!("cannot start the threads of the program: {error}")))?
        .block_on(work)
}
