//! What a check rests on: whose signatures count, and what has been withdrawn.

use credential::{StatusLists, TrustList};

use crate::App;

/// The trust list and the status lists of this server.
pub fn inputs(_app: &App) -> (TrustList, StatusLists) {
    (TrustList::empty(), StatusLists::default())
}
