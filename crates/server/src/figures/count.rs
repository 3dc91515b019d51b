//! Counts the decisions of days that are over.

use std::time::Duration;

use store::{StoreError, call, transact};

use super::current::DAYS;
use crate::App;

/// A day is counted so long after its end: what was begun on it is written by then.
const AFTER: Duration = Duration::from_mins(10);

/// Counts the days that are over and were not counted, and forgets those that are shown no more. Run by the job that
/// forgets; any number of servers may run it.
pub async fn days(app: &App) -> Result<(), StoreError> {
    let today = app.now().minus(AFTER).day();
    for day in today - DAYS..today {
        transact!(app.store, "figures.count", StoreError, |tx| { call!(tx, figures::count_day(day)) })?;
    }
    let first = app.now().day() - DAYS;
    transact!(app.store, "figures.forget", StoreError, |tx| { call!(tx, figures::forget(first)) })?;
    Ok(())
}
