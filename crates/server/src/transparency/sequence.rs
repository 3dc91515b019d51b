//! Gives waiting leaves their places in the log, and signs where it stands then.
//!
//! Any number of servers may run it: the row of the log's state is written first, so one of two waits or begins again.
//! A server that is killed has given no place, or all places of a batch with roots and checkpoint.

use std::future::Future;
use std::time::Duration;

use ::transparency::LogError;
use domain::Timestamp;
use store::rows::log::LogHead;
use store::{Tx, call, read, transact};

use super::{Parts, TransparencyError};
use crate::App;

/// How often waiting leaves are looked for: five times within the 5 s in which each has its place (design section 7).
pub const EVERY: Duration = Duration::from_secs(1);
/// Leaves of one transaction.
const BATCH: i64 = 1_000;

/// Works until `shutdown` is done. A round that fails is logged; the next one comes all the same.
pub async fn forever(app: App, shutdown: impl Future<Output = ()> + Send) {
    tokio::pin!(shutdown);
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    if app.transparency.public().is_none() {
        tracing::warn!(
            "the public log has no key, so no checkpoint is signed: make it with `tongxing log key`"
        );
    }
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            _ = ticks.tick() => match run(&app).await {
                Ok(0) => {}
                Ok(leaves) => tracing::debug!(leaves, "sequenced into the public log"),
                Err(error) => tracing::error!(%error, "leaves could not be sequenced into the public log"),
            },
        }
    }
}

/// Gives every waiting leaf its place; says how many there were.
pub async fn run(app: &App) -> Result<usize, TransparencyError> {
    let mut all = 0;
    while is_due(app).await? {
        let now = app.now();
        all += transact!(app.store, "log.sequence", TransparencyError, |tx| {
            batch(tx, &app.transparency, now).await
        })?;
    }
    Ok(all)
}

/// Whether a leaf waits, or the log stands where no checkpoint was signed. Reads alone: most rounds find nothing.
async fn is_due(app: &App) -> Result<bool, TransparencyError> {
    read!(app.store, "log.due", TransparencyError, |tx| {
        if call!(tx, log_tree::waits())? {
            return Ok(true);
        }
        let head = call!(tx, log_tree::current())?.unwrap_or_default();
        Ok(!app.transparency.is_signed(&head.frontier, head.checkpoint.as_deref()))
    })
}

async fn batch(tx: &mut Tx, parts: &Parts, now: Timestamp) -> Result<usize, TransparencyError> {
    let LogHead { mut frontier, checkpoint } = call!(tx, log_tree::lock())?;
    let given = call!(tx, log_tree::give(frontier.size(), BATCH))?;
    let mut full = Vec::new();
    for (place, leaf) in &given {
        if *place != frontier.size() {
            let (what, why) = ("the places of leaves".to_owned(), "one was left out or given twice");
            return Err(LogError::Format { what, why }.into());
        }
        frontier.push(leaf.hash()?, |level, position, root| full.push((level, position, root)));
    }
    for (level, position, root) in full {
        call!(tx, log_tree::add_root(level, position, root))?;
    }
    // A server without the key leaves the checkpoint of those that have it.
    let checkpoint = parts.sign(&frontier).map(|signed| signed.to_string()).or(checkpoint);
    let grown = (!given.is_empty()).then_some(now);
    call!(tx, log_tree::put(&LogHead { frontier, checkpoint }, grown))?;
    Ok(given.len())
}
