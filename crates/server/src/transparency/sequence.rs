//! Gives waiting leaves their places in the log, and signs where it stands then.
//!
//! Any number of servers may run it: the row of the log's state is written first, so one of two waits or begins again.
//! A server that is killed has given no place, or all places of a batch with roots and checkpoint.

use std::future::Future;
use std::time::Duration;

use ::transparency::LogError;
use store::rows::log::LogHead;
use store::{Store, Tx, call, read, transact};

use super::{Parts, TransparencyError};
use crate::App;

/// How often waiting leaves are looked for: five times within the 5 s in which each has its place (design section 7).
pub const EVERY: Duration = Duration::from_secs(1);
/// Leaves of one transaction.
const BATCH: i64 = 1_000;

/// Works until `shutdown` is done, of which it learns between batches too: a backlog holds up no server that stops. A round
/// that fails is logged; the next one comes all the same.
pub async fn forever(app: App, shutdown: impl Future<Output = ()> + Send) {
    tokio::pin!(shutdown);
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    if app.transparency.public().is_none() {
        tracing::warn!(
            "the public log has no key, so no checkpoint is signed: make it with `tongxing log key`"
        );
    }
    let mut more = false;
    loop {
        let due = async {
            if !more {
                ticks.tick().await;
            }
        };
        tokio::select! {
            biased;
            () = &mut shutdown => return,
            () = due => {}
        }
        more = match step(&app.store, &app.transparency).await {
            Ok(Some(leaves)) => {
                tracing::debug!(leaves, "sequenced into the public log");
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::error!(%error, "the public log is not up to date");
                false
            }
        };
    }
}

/// Gives a batch of waiting leaves their places, and signs where the log stands then; says how many there were, and nothing
/// where nothing was to be done.
pub(crate) async fn step(store: &Store, parts: &Parts) -> Result<Option<usize>, TransparencyError> {
    if !is_due(store, parts).await? {
        return Ok(None);
    }
    transact!(store, "log.sequence", TransparencyError, |tx| { batch(tx, parts).await.map(Some) })
}

/// Whether a leaf waits, or the log stands where no checkpoint was signed. Reads alone: most rounds find nothing.
async fn is_due(store: &Store, parts: &Parts) -> Result<bool, TransparencyError> {
    read!(store, "log.due", TransparencyError, |tx| {
        if call!(tx, log_tree::waits())? {
            return Ok(true);
        }
        parts.is_to_sign(&call!(tx, log_tree::current())?.unwrap_or_default())
    })
}

async fn batch(tx: &mut Tx, parts: &Parts) -> Result<usize, TransparencyError> {
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
    let checkpoint = parts.sign(&frontier, checkpoint);
    call!(tx, log_tree::put(&LogHead { frontier, checkpoint }))?;
    Ok(given.len())
}
