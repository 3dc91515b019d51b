//! `tongxing serve`: reads the configuration, puts the parts together, and serves.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use clap::Args;
use server::App;
use server::http::{Access, Endpoint, Route};

use crate::config::{Config, Options, make_data_folder};
use crate::failure::Failure;
use crate::output::{Output, note};
use crate::serve::addresses::Addresses;
use crate::serve::authority::Authority;
use crate::serve::tls::Tls;
use crate::serve::{self, log, reload, shutdown};
use crate::system::SystemClock;
use crate::{Finding, assemble, demonstration};

/// Run the service until SIGTERM or SIGINT; requests that have begun get 10 seconds to finish.
///
/// Every option can also be given as an environment variable, named in its description.
#[derive(Debug, Args)]
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

async fn start(mut config: Config) -> Result<(), Failure> {
    let stop =
        shutdown::signals().map_err(|error| Failure::new(format!("cannot listen to signals: {error}")))?;
    make_data_folder(&config.data)?;
    // The port first: whoever has it is the likeliest trouble, and nothing has been made yet.
    let listener = serve::bind(config.listen)?;
    let tls = Tls::open(&config.tls, &config.data, Arc::new(SystemClock))?;
    if config.demo {
        demonstration::make_keys(&mut config)?;
    }
    let national = demonstration::national(&config)?;
    let (app, keys, stamp) = assemble::app(&config, national.as_ref()).await?;
    if config.demo {
        demonstration::load(&app, &config, national.as_ref()).await?;
    }
    // It stops with the runtime: nothing waits for a demonstration.
    let _national = national.map(|national| tokio::spawn(national.serve(std::future::pending())));
    let shown = listener.local_addr().unwrap_or(config.listen);
    tracing::info!(listen = %shown, origin = config.public_origin, "serving");
    note(&format!("Tongxing is at {} (listening on {shown}); Ctrl-C stops it", config.public_origin));
    if tls.authority().is_some() {
        note(&format!("On a phone, first install {}/local-authority.crt", config.public_origin));
    }
    let (stop_jobs, stopped) = tokio::sync::oneshot::channel::<()>();
    let jobs = tokio::spawn(server::jobs::forever(app.clone(), async {
        let _ = stopped.await;
    }));
    let following = tokio::spawn(reload::forever(app.clone(), Arc::new(keys), stamp));
    let router = router(&app, tls.authority());
    let watched = app.clone();
    let stop = async move {
        stop.await;
        watched.live.close();
    };
    serve::run(listener, tls, router, stop).await?;
    following.abort();
    let _ = stop_jobs.send(());
    let _ = jobs.await;
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// The service's routes, and the certificate of this machine's own authority if it has one.
fn router(app: &App, authority: Option<Arc<Authority>>) -> Router {
    let mut endpoints = server::endpoints();
    endpoints.extend(authority.map(|authority| local_authority(&authority)));
    server::http::router::router(app, endpoints)
}

/// `/local-authority.crt`: what phones open to install the authority.
fn local_authority(authority: &Authority) -> Endpoint {
    let certificate = authority.certificate_der();
    let headers = [(header::CONTENT_TYPE, "application/x-x509-ca-cert")];
    let route = Route::get("/local-authority.crt", Access::Everyone);
    Endpoint::new(route, move || std::future::ready((headers, certificate.clone())))
}
