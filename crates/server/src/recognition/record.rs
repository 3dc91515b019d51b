//! The note that a code of others was recognised: which format, which verdict, who, when. Nothing of the code.

use std::time::Duration;

use credential::{Scope, Verdict};
use domain::id::kind::AccessId;
use store::{StoreError, transact};

use crate::App;
use crate::access;
use crate::checkpoint::inspect::Finding;
use crate::http::session::Staff;

/// Nobody at a gate waits longer for a database that is busy or gone.
const PATIENCE: Duration = Duration::from_secs(1);

/// Notes a recognition in the record of accesses. The object is a number of its own: there is nothing kept that it
/// could refer to. A note that cannot be made is logged, and the verdict is shown all the same: checking never
/// waits for the database.
pub async fn record(app: &App, staff: &Staff, finding: &Finding) {
    if finding.scope != Scope::Entry {
        return;
    }
    let (action, kind) = (action(finding.verdict), finding.source.record_kind());
    let object = app.new_id::<AccessId>();
    let noted = async {
        transact!(app.store, "recognition.record", StoreError, |tx| {
            access::record(tx, app, staff, action, kind, object).await
        })
    };
    match tokio::time::timeout(PATIENCE, noted).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, kind, "a recognition could not be recorded"),
        Err(_) => tracing::error!(kind, "a recognition could not be recorded in time"),
    }
}

const fn action(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "entry-pass",
        Verdict::Check => "entry-check",
        Verdict::Stop => "entry-stop",
    }
}
