//! The share of applications decided in time: a public figure (design section 4). Counts only.
//!
//! Anybody may ask for it, so it is counted at most once in [`FRESH`] and kept meanwhile.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use store::rows::review::Decided;
use store::{StoreError, call, read};
use tokio::sync::Mutex;

use crate::App;

/// How far back the figure looks.
pub const DAYS: u64 = 30;
/// How old a count may be that is shown.
pub const FRESH: Duration = Duration::from_mins(5);

/// Counts, and when they were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// What was decided in the last [`DAYS`] days.
    pub decided: Decided,
    /// When this was counted.
    pub counted_at: Timestamp,
}

impl Figures {
    /// Decided in time, in tenths of a per cent, rounded down so that 100 % means all; `None` if nothing was
    /// decided.
    pub fn per_mille(&self) -> Option<i64> {
        (self.decided.all > 0).then(|| self.decided.in_time * 1000 / self.decided.all)
    }
}

/// The last count. One for each server.
#[derive(Debug, Clone, Default)]
pub struct Counted(Arc<Mutex<Option<Figures>>>);

impl Counted {
    /// The figures, counted now if the last count is too old. While one request counts, others wait for it.
    pub async fn figures(&self, app: &App) -> Result<Figures, StoreError> {
        let mut last = self.0.lock().await;
        let now = app.now();
        if let Some(figures) = last.filter(|f| f.counted_at <= now && now.since(f.counted_at) < FRESH) {
            return Ok(figures);
        }
        let since = now.minus(Duration::from_hours(DAYS * 24));
        let decided =
            read!(app.store, "review.figures", StoreError, |tx| { call!(tx, review::decided(since, now)) })?;
        Ok(*last.insert(Figures { decided, counted_at: now }))
    }
}
