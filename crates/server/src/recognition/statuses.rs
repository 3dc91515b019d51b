//! The status lists of national passes: fetched from the national platform when a pass names one.
//!
//! Only once the pass itself holds: a code that nobody trusted has signed makes this server ask nobody. A list that
//! cannot be had is left out, and the verdict then says that it cannot tell.

use std::sync::PoisonError;

use credential::{Authenticity, Scan, Seconds, StatusLists, StatusToken, TrustList, VerifiedStatus};

use crate::App;

/// Lists that are kept in memory.
const MOST: usize = 64;

/// Adds the list that the national pass in `text` names, if it is one.
pub async fn add_national(
    app: &App,
    text: &str,
    trust: &TrustList,
    statuses: &mut StatusLists,
    now: Seconds,
) {
    let Some(address) = named_list(text, trust, now) else { return };
    if let Some(list) = kept(app, &address).filter(|list| now < list.refresh_at()) {
        statuses.insert(list);
        return;
    }
    match fetch(app, &address, trust, now).await {
        Some(list) => {
            keep(app, &list);
            statuses.insert(list);
        }
        // What was fetched before counts until it ends: the verdict looks at that.
        None => kept(app, &address).into_iter().for_each(|list| statuses.insert(list)),
    }
}

/// The address in a national pass whose signature holds.
fn named_list(text: &str, trust: &TrustList, now: Seconds) -> Option<String> {
    let mut buffer = Vec::new();
    let scan = Scan::read(text, &mut buffer);
    let pass = scan.pass().filter(|_| scan.is_national())?;
    let holds = Authenticity::of(pass, trust, now).holds();
    holds.then(|| pass.claims().status.uri.to_owned())
}

async fn fetch(app: &App, address: &str, trust: &TrustList, now: Seconds) -> Option<VerifiedStatus> {
    let platform = app.recognition.platform.as_ref()?;
    let bytes = platform.status_list(address).await.ok()?;
    let read = StatusToken::parse(&bytes).and_then(|token| token.verify(trust, now));
    if let Err(error) = &read {
        tracing::warn!(%error, "a status list of the national code is refused");
    }
    read.ok()
}

fn kept(app: &App, address: &str) -> Option<VerifiedStatus> {
    app.recognition.statuses.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
}

fn keep(app: &App, list: &VerifiedStatus) {
    let mut kept = app.recognition.statuses.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= MOST {
        kept.clear();
    }
    kept.insert(list.uri().to_owned(), list.clone());
}
