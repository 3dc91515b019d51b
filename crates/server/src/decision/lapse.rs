//! Decides again what may have changed by itself: a duration that is over, a rule set that has come into force.
//!
//! The decision that matters: nobody is scanned. Each decision says when anything of it may change next; the job takes
//! those alone whose moment has come, each in a transaction of its own.

use domain::id::kind::HolderId;
use store::{StoreError, call, read, transact};

use super::{AGAIN, Cause, decide};
use crate::App;

/// Holders of one round.
const BATCH: i64 = 200;

/// Decides for everybody whose moment has come; gives how many got another decision.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let mut changed = 0;
    loop {
        let now = app.now();
        let due =
            read!(app.store, "decision.due", StoreError, |tx| { call!(tx, evidence::due(now, BATCH)) })?;
        let all = i64::try_from(due.len()).unwrap_or(BATCH) < BATCH;
        for holder in due {
            let decided = transact!(app.store, "decision.lapse", StoreError, |tx| {
                decide(tx, app, holder, Cause::Time).await
            });
            match decided {
                Ok(decided) => changed += usize::from(decided.is_some()),
                Err(error) => later(app, holder, &error).await?,
            }
        }
        if all {
            return Ok(changed);
        }
    }
}

/// One whose colour cannot be decided holds up nobody else's.
async fn later(app: &App, holder: HolderId, error: &StoreError) -> Result<(), StoreError> {
    tracing::error!(%error, "a colour could not be decided again: the former one stays");
    let at = Some(app.now().plus(AGAIN));
    transact!(app.store, "decision.later", StoreError, |tx| { call!(tx, evidence::put_due(holder, at)) })
}
