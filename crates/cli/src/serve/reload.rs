//! Changed signing keys and trust lists reach a running server: it looks at their folder every two seconds, and at once on
//! SIGHUP.
//!
//! Any number of servers may share the folder. The decision that matters: keys that cannot be loaded (a folder
//! that is away, a changed passphrase, a token without power) change nothing. The server goes on with those
//! that it has, says so in the log and at `/readyz`, and tries again.

use std::sync::Arc;
use std::time::Duration;

use credential::Seconds;
use server::App;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use crate::failure::Failure;
use crate::signing::source::{KeySource, Stamp};

const LOOK: Duration = Duration::from_secs(2);
/// How often the end of the trust list is thought of.
const RENEW: Duration = Duration::from_hours(1);
/// What failed is tried again after this, even where nothing has changed.
const AGAIN: Duration = Duration::from_secs(30);

/// Follows the folder until it is dropped. `loaded` is how it looked when the keys of `app` were loaded.
pub async fn forever(app: App, source: Arc<KeySource>, mut loaded: Stamp) {
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut asked = match signal(SignalKind::hangup()) {
        Ok(asked) => asked,
        Err(error) => return tracing::error!(%error, "cannot listen to SIGHUP: keys are not reloaded"),
    };
    let mut failed: Option<(Stamp, domain::Timestamp)> = None;
    let mut renew = interval(RENEW);
    renew.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let told = tokio::select! {
            _ = look.tick() => false,
            _ = asked.recv() => true,
            _ = renew.tick() => {
                renew_list(&app, &source).await;
                false
            }
        };
        let stamp = source.stamp();
        let waits = failed.as_ref().is_some_and(|(at, when)| *at == stamp && app.now().since(*when) < AGAIN);
        // A folder that was away and came back as it was is loaded too: only that ends the warning.
        if !told && (waits || (stamp == loaded && failed.is_none())) {
            continue;
        }
        match reload(&app, &source).await {
            Ok(()) => (loaded, failed) = (stamp, None),
            Err(failure) => {
                let failure = failure.to_string().replace('\n', ";");
                tracing::error!(%failure, "the signing keys could not be reloaded: going on with those before");
                app.signers.could_not_reload(app.now());
                failed = Some((stamp, app.now()));
            }
        }
    }
}

/// The published trust list ends after thirty days: it is signed anew long before, where the root key is here.
async fn renew_list(app: &App, source: &Arc<KeySource>) {
    let (now, source) = (seconds(app), Arc::clone(source));
    let renewed = tokio::task::spawn_blocking(move || source.renew(now)).await;
    match renewed.unwrap_or_else(|_| Err(Failure::new("signing the trust list was interrupted"))) {
        Ok(None) => {}
        Ok(Some(published)) => tracing::info!(version = published.version, "trust list signed anew"),
        Err(failure) => {
            let failure = failure.to_string().replace('\n', ";");
            tracing::warn!(%failure, "the trust list needs a person");
        }
    }
}

fn seconds(app: &App) -> Seconds {
    Seconds::try_from(app.now().seconds()).unwrap_or(0)
}

async fn reload(app: &App, source: &Arc<KeySource>) -> Result<(), Failure> {
    let (now, source) = (seconds(app), Arc::clone(source));
    let signing = tokio::task::spawn_blocking(move || source.load(now)).await;
    let signing = signing.map_err(|_| Failure::new("loading the keys was interrupted"))??;
    let (key, version) = (signing.signer().key_id(), signing.trust().version());
    app.signers.replace(signing).map_err(|error| Failure::new(error.to_string()))?;
    tracing::info!(%key, version, "signing keys reloaded");
    Ok(())
}
