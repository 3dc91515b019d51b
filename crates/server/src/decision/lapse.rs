//! Decides again what may have changed by itself: a duration that is over, a rule set that has come into force.
//!
//! The decision that matters: nobody is scanned. Each decision says when anything of it may change next; the job takes
//! those alone whose moment has come, each in a transaction of its own.

use domain::id::kind::HolderId;
use store::{StoreError, call, read, transact};

use super::{AGAIN, decide_again};
use crate::App;

/// Holders of one round. The job's other work waits for no more: after an upgrade, or under a new rule set, everybody is due.
const BATCH: i64 = 500;

/// Decides for those whose moment has come, the longest due first; gives how many got another decision.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.now();
    let due = read!(app.store, "decision.due", StoreError, |tx| { call!(tx, evidence::due(now, BATCH)) })?;
    let mut changed = 0;
    for holder in due {
        let decided =
            transact!(app.store, "decision.lapse", StoreError, |tx| { decide_again(tx, app, holder).await });
        match decided {
            Ok(decided) => changed += usize::from(decided.is_some()),
            Err(error) => later(app, holder, &error).await?,
        }
    }
    Ok(changed)
}

/// One whose colour cannot be decided holds up nobody else's.
async fn later(app: &App, holder: HolderId, error: &StoreError) -> Result<(), StoreError> {
    tracing::error!(%error, "a colour could not be decided again: the former one stays");
    let at = Some(app.now().plus(AGAIN));
    transact!(app.store, "decision.later", StoreError, |tx| { call!(tx, evidence::put_due(holder, at)) })
}
