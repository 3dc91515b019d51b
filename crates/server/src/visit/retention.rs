//! Visits end: their rows, the keys that seal them, and what was counted of them.
//!
//! Run by the job once an hour. The decision that matters: whoever watches the server sees that it goes on: what was
//! forgotten, when, and the oldest slot that is left.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use domain::location::Slot;
use store::rows::visit::VisitsForgotten;
use store::{StoreError, call, read, transact};

use crate::App;

/// A data key outlives what it sealed at the longest: a phone's clock may be so far ahead.
const KEY_AFTER: Duration = Duration::from_mins(15);

/// What the job has done since this server began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// When it ended last.
    pub last_run: Option<Timestamp>,
    /// All that it has forgotten.
    pub forgotten: VisitsForgotten,
    /// The oldest slot that it left.
    pub oldest: Option<Slot>,
}

/// The same, shared.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Progress>);

impl Kept {
    /// How far it is.
    pub fn progress(&self) -> Progress {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what has been kept for as many days as the installation says. Visits go slot by slot, so that no transaction is
/// long.
pub async fn forget(app: &App) -> Result<VisitsForgotten, StoreError> {
    let now = app.now();
    let before = now.minus(app.settings.visits.kept());
    let first = Slot::of(before);
    let mut done = VisitsForgotten::default();
    let oldest = loop {
        let oldest = read!(app.store, "visit.oldest", StoreError, |tx| { call!(tx, visit::oldest()) })?;
        match oldest.filter(|oldest| *oldest < first) {
            None => break oldest,
            Some(slot) => {
                done.visits += transact!(app.store, "visit.forget", StoreError, |tx| {
                    call!(tx, visit::forget(slot))
                })?;
            }
        }
    };
    let minute = before.minus(KEY_AFTER).seconds().div_euclid(60);
    (done.keys, done.counts) = transact!(app.store, "visit.forget_keys", StoreError, |tx| {
        Ok((call!(tx, visit::forget_keys(minute))?, call!(tx, visit::forget_counts(first))?))
    })?;
    app.visit.retention.note(app.now(), done, oldest);
    let oldest = oldest.map(|slot| slot.start().to_string()).unwrap_or_default();
    let VisitsForgotten { visits, keys, counts } = done;
    tracing::info!(visits, keys, counts, oldest, "visits forgotten");
    Ok(done)
}

impl Kept {
    fn note(&self, now: Timestamp, done: VisitsForgotten, oldest: Option<Slot>) {
        let mut progress = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        progress.last_run = Some(now);
        progress.oldest = oldest;
        progress.forgotten.visits += done.visits;
        progress.forgotten.keys += done.keys;
        progress.forgotten.counts += done.counts;
    }
}
