//! Writes visits: many requests' in one transaction, with the data keys that seal them, and counted.
//!
//! The decision that matters: the rows of a batch are put in the order of their random ids before they are written, and visits that came before are
//! neither written nor counted again. Whoever is told that a visit is registered is told after the commit.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::Timestamp;
use store::rows::visit::VisitCount;
use store::{StoreError, call, transact};
use visits::Kind;

use super::VisitError;
use super::keys::{self, NoKeys};
use super::seal::{MinuteKeys, Unsealed};
use crate::App;
use crate::batch::{Batches, Limits};

/// How much is gathered. Few wait, so that who comes when there are too many is told at once, and not after ten seconds: a
/// tenth of a second where thousands are written in one, a second on a slow disk.
const LIMITS: Limits = Limits { waiting: 2_000, together: 1_000 };

/// What is on its way to the database, and what seals it.
pub struct Writer {
    batches: Batches<Vec<Unsealed>, Result<Vec<bool>, Failed>>,
    keys: Mutex<MinuteKeys>,
    written: AtomicU64,
    refused: AtomicU64,
}

/// Why a batch was not written, for each of those whose batch it was.
#[derive(Debug, Clone)]
enum Failed {
    NoKeys(NoKeys),
    Other(String),
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            batches: Batches::new(LIMITS),
            keys: Mutex::default(),
            written: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }
}

impl Writer {
    /// Wipes the data keys of a minute that is over.
    pub fn tidy(&self, now: Timestamp) {
        self.keys().end(now);
    }

    /// How many visits were written since the server began, and how many requests were refused because too much waited.
    pub fn numbers(&self) -> (u64, u64) {
        (self.written.load(Ordering::Relaxed), self.refused.load(Ordering::Relaxed))
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, MinuteKeys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the visits of one request. Returns after the commit; says which of them are new.
pub async fn append(app: &App, visits: Vec<Unsealed>) -> Result<Vec<bool>, VisitError> {
    let (writer, rows) = (app.clone(), visits.len());
    let write = move |requests| {
        let app = writer.clone();
        async move { together(&app, requests).await }
    };
    let written = app.visit.writer.batches.append(visits, rows, write).await.inspect_err(|_| {
        app.visit.writer.refused.fetch_add(1, Ordering::Relaxed);
    })?;
    written.map_err(|failed| match failed {
        Failed::NoKeys(no_keys) => VisitError::NoKeys(no_keys),
        Failed::Other(error) => VisitError::Together(error),
    })
}

/// One transaction for all: it holds nothing that one request could spoil for the others.
async fn together(app: &App, requests: Vec<Vec<Unsealed>>) -> Vec<Result<Vec<bool>, Failed>> {
    let lengths: Vec<usize> = requests.iter().map(Vec::len).collect();
    match commit(app, requests.concat()).await {
        Ok(new) => {
            let mut new = new.into_iter();
            lengths.iter().map(|length| Ok(new.by_ref().take(*length).collect())).collect()
        }
        Err(error) => {
            let failed = match error {
                VisitError::NoKeys(no_keys) => Failed::NoKeys(no_keys),
                other => Failed::Other(other.to_string()),
            };
            lengths.iter().map(|_| Err(failed.clone())).collect()
        }
    }
}

/// Seals and writes; says of each visit whether it is new.
async fn commit(app: &App, visits: Vec<Unsealed>) -> Result<Vec<bool>, VisitError> {
    let now = app.now();
    let units = keys::at(app, now).await?;
    let sealed = app.visit.writer.keys().seal(&visits, &units, now, app.settings.visits, &*app.entropy);
    let (mut rows, keys) = sealed.map_err(|error| VisitError::Together(error.to_string()))?;
    // By their random ids: in no order in which they came, and the one in which the table has them.
    rows.sort_unstable_by_key(|row| (row.slot, row.location, row.id));
    let new = transact!(app.store, "visit.write", StoreError, |tx| {
        for key in &keys {
            call!(tx, visit::add_key(key))?;
        }
        let mut left = call!(tx, visit::insert(&rows))?;
        let mut is_new = |visit: &Unsealed| left.remove(&(visit.slot, visit.location, visit.visit.0));
        let new: Vec<bool> = visits.iter().map(&mut is_new).collect();
        let both = visits.iter().zip(&new).filter(|(visit, new)| **new && visit.counted);
        let counts = counted(both.map(|(visit, _)| visit));
        if !counts.is_empty() {
            call!(tx, visit::count(&counts))?;
        }
        Ok(new)
    })?;
    app.visit.writer.keys().stored(&keys);
    let number = new.iter().filter(|new| **new).count();
    app.visit.writer.written.fetch_add(u64::try_from(number).unwrap_or(0), Ordering::Relaxed);
    Ok(new)
}

/// In the order of their keys, so that two servers take them in the same order.
fn counted<'a>(visits: impl Iterator<Item = &'a Unsealed>) -> Vec<VisitCount> {
    let mut counts = BTreeMap::new();
    for visit in visits {
        let count: &mut (i64, i64) = counts.entry((visit.location.as_i64(), visit.slot)).or_default();
        match visit.kind {
            Kind::Entry => count.0 += 1,
            Kind::Exit => count.1 += 1,
        }
    }
    let count = |((location, slot), (entries, exits))| VisitCount {
        location: domain::Id::from_i64(location),
        slot,
        entries,
        exits,
    };
    counts.into_iter().map(count).collect()
}
