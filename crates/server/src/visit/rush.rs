//! An hour in which far more people enter a location than usually do.
//!
//! Run by the job once a minute. What is usual is the mean of the same hour of the last days; a location whose first day
//! this is has no usual hour yet. The decision that matters: counts say nothing of anybody, and what comes of them is
//! told to the location's managers and to administrators alone.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::id::kind::LocationId;
use domain::location::Slot;
use store::rows::location::LocationFlagKind;
use store::{StoreError, Tx, call, read};

use crate::App;
use crate::location::flags::{self, hour};

/// So many times as usual.
pub const TIMES: i64 = 5;
/// Fewer in an hour are no rush, however few are usual.
pub const LEAST: i64 = 50;
/// The days before that are looked at.
const DAYS: i64 = 7;
/// No number of entries is more.
const NEVER: i64 = i64::MAX;
const SLOTS_AN_HOUR: i64 = 12;
const SLOTS_A_DAY: i64 = 24 * SLOTS_AN_HOUR;

/// More than so many entries are a rush in this hour, for each location that was busy in it; [`NEVER`] where it has no
/// usual hour, or the rush was noticed.
#[derive(Default)]
pub struct Usual(Mutex<(i64, HashMap<LocationId, i64>)>);

impl Usual {
    fn known(&self, of: i64, location: LocationId) -> Option<i64> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != of {
            *kept = (of, HashMap::new());
        }
        kept.1.get(&location).copied()
    }

    fn keep(&self, of: i64, location: LocationId, more_than: i64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == of {
            kept.1.insert(location, more_than);
        }
    }
}

/// Looks at the hour that runs; gives at how many locations it is a rush that was not noticed before.
pub async fn look(app: &App) -> Result<usize, StoreError> {
    let of = hour(app.now());
    let first = Slot::from_number(of * SLOTS_AN_HOUR);
    let last = Slot::from_number(first.number() + SLOTS_AN_HOUR - 1);
    let busy =
        read!(app.store, "visit.busy", StoreError, |tx| { call!(tx, visit_rush::busy(first, last, LEAST)) })?;
    let mut found = 0;
    for (location, entries) in busy {
        let more_than = if let Some(known) = app.visit.usual.known(of, location) {
            known
        } else {
            let usual =
                read!(app.store, "visit.usual", StoreError, |tx| { usual(tx, location, first).await })?;
            app.visit.usual.keep(of, location, usual);
            usual
        };
        if entries > more_than {
            flags::raise(app, (location, of), LocationFlagKind::Rush, entries).await?;
            app.visit.usual.keep(of, location, NEVER);
            found += 1;
        }
    }
    Ok(found)
}

/// How many entries are not yet a rush in the hour that begins with `first`.
async fn usual(tx: &mut Tx, location: LocationId, first: Slot) -> Result<i64, StoreError> {
    let Some(since) = call!(tx, visit_rush::first(location))? else { return Ok(NEVER) };
    let days = ((first.number() - since.number()) / SLOTS_A_DAY).min(DAYS);
    if days < 1 {
        return Ok(NEVER);
    }
    let mut entries = 0;
    for day in 1..=days {
        let first = first.number() - day * SLOTS_A_DAY;
        let last = Slot::from_number(first + SLOTS_AN_HOUR - 1);
        entries += call!(tx, visit_rush::entries(location, Slot::from_number(first), last))?;
    }
    Ok((TIMES * entries / days).max(LEAST))
}
