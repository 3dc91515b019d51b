//! What a check rests on: whose signatures count, and what has been withdrawn.

use std::sync::Arc;

use credential::{Scan, Seconds, StatusLists, StatusToken};

use crate::App;
use crate::pass::{Signing, lists};

/// The trust list of this server (in its [`Signing`]), and the status list that the code in `text` names, if it is
/// one of ours.
///
/// A list that cannot be had (none of that name, the database away and nothing in memory) is left out: the
/// verdict then says that it cannot tell. The list goes through the same checks as one fetched from outside.
pub async fn inputs(app: &App, text: &str, now: Seconds) -> (Arc<Signing>, StatusLists) {
    let signing = app.signers.signing();
    let mut statuses = StatusLists::default();
    let Some(list) = named_list(app, text) else { return (signing, statuses) };
    match lists::published(app, list).await {
        Ok(forms) => {
            let token = StatusToken::parse(&forms.cwt.body);
            match token.and_then(|token| token.verify(signing.trust(), now)) {
                Ok(verified) => statuses.insert(verified),
                Err(error) => tracing::error!(%error, list, "our own status list is refused"),
            }
        }
        Err(lists::ListError::Unknown) => {}
        Err(error) => tracing::warn!(%error, list, "checking without the status list"),
    }
    (signing, statuses)
}

/// The list that the pass names, before anything of the pass has been checked: only a number of ours.
fn named_list(app: &App, text: &str) -> Option<i64> {
    let mut buffer = Vec::new();
    let scan = Scan::read(text, &mut buffer);
    lists::at(app, scan.pass()?.claims().status.uri)
}
