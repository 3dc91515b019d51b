//! `tongxing serve`: reads the configuration, puts the parts together, and serves.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use clap::Args;
use credential::Seconds;
use domain::{Clock as _, IdSource};
use server::http::limits::{Limits, Rates};
use server::http::{Access, Endpoint, Route};
use server::{App, Parts, Settings};
use store::{Sealer, Store};

use crate::Finding;
use crate::commands::keys::load_data_keys;
use crate::config::{Config, Database, Options, make_data_folder};
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::serve::addresses::Addresses;
use crate::serve::authority::Authority;
use crate::serve::tls::Tls;
use crate::serve::{self, log, shutdown};
use crate::signing::SigningKeys;
use crate::system::{OsEntropy, SystemClock};

/// Connections to PostgreSQL that one server opens.
const CONNECTIONS: u32 = 16;

/// Run the service until SIGTERM or SIGINT; requests that have begun get 10 seconds to finish.
///
/// Every option can also be given as an environment variable, named in its description.
#[derive(Debug, Args)]
#[command(visible_alias = "run")]
pub struct Serve {
    #[command(flatten)]
    options: Options,
}

impl Serve {
    /// Carries the command out.
    pub fn run(self, _output: &mut Output) -> Result<Finding, Failure> {
        let config = self.options.validate(Addresses::of_this_machine().lan())?;
        log::start(config.log_json, config.log);
        let runtime = tokio::runtime::Runtime::new()
            .map_err(|error| Failure::new(format!("cannot start the threads of the server: {error}")))?;
        runtime.block_on(start(config))?;
        Ok(Finding::Fine)
    }
}

async fn start(config: Config) -> Result<(), Failure> {
    let stop =
        shutdown::signals().map_err(|error| Failure::new(format!("cannot listen to signals: {error}")))?;
    make_data_folder(&config.data)?;
    // The port first: whoever has it is the likeliest trouble, and nothing has been made yet.
    let listener = serve::bind(config.listen)?;
    let tls = Tls::open(&config.tls, &config.data, Arc::new(SystemClock))?;
    let signing = SigningKeys::load(&config.keys)?;
    let now = Seconds::try_from(SystemClock.now().seconds()).unwrap_or(0);
    let signer = signing.signer(now)?;
    tracing::info!(issuer = signing.issuer(), key = %signer.key_id(), "signing");
    let store = open_store(&config).await?;
    let router = router(&config, store, tls.authority());
    let shown = listener.local_addr().unwrap_or(config.listen);
    tracing::info!(listen = %shown, origin = config.public_origin, "serving");
    note(&format!("Tongxing is at {} (listening on {shown}); Ctrl-C stops it", config.public_origin));
    if tls.authority().is_some() {
        note(&format!("On a phone, first install {}/local-authority.crt", config.public_origin));
    }
    serve::run(listener, tls, router, stop).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Puts the parts of the service together.
fn router(config: &Config, store: Store, authority: Option<Arc<Authority>>) -> Router {
    let clock: Arc<dyn domain::Clock> = Arc::new(SystemClock);
    let app = App::new(Parts {
        settings: Settings {
            public_origin: config.public_origin.clone(),
            hotline: config.hotline.clone(),
            temperature_threshold: credential::THRESHOLD,
            trusted_proxies: config.trusted_proxies.clone(),
            demonstration: config.demo,
        },
        store,
        clock: Arc::clone(&clock),
        entropy: Arc::new(OsEntropy),
        ids: IdSource::default(),
        limits: Limits::new(Rates::default(), clock),
    });
    let mut endpoints = server::endpoints();
    endpoints.extend(authority.map(|authority| local_authority(&authority)));
    server::http::router::router(&app, endpoints)
}

/// The database, with its schema brought up to date.
async fn open_store(config: &Config) -> Result<Store, Failure> {
    let sealer = Sealer::new(&load_data_keys(&config.keys)?, Arc::new(OsEntropy));
    let opened = match &config.database {
        Database::Sqlite(path) => Store::open_sqlite(path, sealer).await,
        Database::Postgres(url) => Store::open_postgres(url, CONNECTIONS, sealer).await,
    };
    opened.map_err(|error| {
        let advice = match &config.database {
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

/// `/local-authority.crt`: what phones open to install the authority.
fn local_authority(authority: &Authority) -> Endpoint {
    let certificate = authority.certificate_der();
    let headers = [(header::CONTENT_TYPE, "application/x-x509-ca-cert")];
    let route = Route::get("/local-authority.crt", Access::Everyone);
    Endpoint::new(route, move || std::future::ready((headers, certificate.clone())))
}
