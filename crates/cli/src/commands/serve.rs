//! `tongxing serve`: reads the configuration, puts the parts together, and serves.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use clap::Args;
use domain::IdSource;
use server::app::Parts;
use server::http::limits::{Limits, Rates};
use server::{App, Settings};

use crate::Finding;
use crate::config::{Config, Options, make_data_folder};
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::serve::addresses::Addresses;
use crate::serve::authority::Authority;
use crate::serve::tls::Tls;
use crate::serve::{self, log, shutdown};
use crate::system::{OsEntropy, SystemClock};

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
    let stop = shutdown::signals()
        .map_err(|error| Failure::new(format!("cannot listen to signals: {error}")))?;
    make_data_folder(&config.data)?;
    // The port first: whoever has it is the likeliest trouble, and nothing has been made yet.
    let listener = serve::bind(config.listen)?;
    let tls = Tls::open(&config.tls, &config.data, Arc::new(SystemClock))?;
    let router = router(&config, tls.authority());
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
fn router(config: &Config, authority: Option<Arc<Authority>>) -> Router {
    let clock: Arc<dyn domain::Clock> = Arc::new(SystemClock);
    let app = App::new(Parts {
        settings: Settings {
            public_origin: config.public_origin.clone(),
            hotline: config.hotline.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            demonstration: config.demo,
        },
        clock: Arc::clone(&clock),
        entropy: Arc::new(OsEntropy),
        ids: IdSource::default(),
        limits: Limits::new(Rates::default(), clock),
    });
    let router = server::http::router::router(&app, Vec::new());
    match authority {
        Some(authority) => router.merge(local_authority(&authority)),
        None => router,
    }
}

/// `/local-authority.crt`: what phones open to install the authority.
fn local_authority(authority: &Authority) -> Router {
    let certificate = authority.certificate_der();
    let headers = [(header::CONTENT_TYPE, "application/x-x509-ca-cert")];
    Router::new().route("/local-authority.crt", get(move || async move { (headers, certificate) }))
}
