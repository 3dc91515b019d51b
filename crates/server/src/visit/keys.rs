//! The units' keys of the day, to which data keys are wrapped.
//!
//! The decision that matters: without a key of both units nothing is written, and whoever wants to enter is told so in
//! words. What was read is good for [`LASTS`], so that a list that was confirmed or withdrawn on another server counts
//! here soon, and at once where this server did it ([`Kept::forget`]).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use store::rows::visit::VisitDayKeyRow;
use store::{StoreError, call, read};
use visits::{Day, PublicDayKey};

use super::VisitError;
use crate::App;

/// How long what was read is good.
pub const LASTS: Duration = Duration::from_secs(10);

/// The keys of both units for one day, in the order of their halves.
pub type Pair = Arc<[PublicDayKey; 2]>;

/// The keys of the day, as they were read last.
#[derive(Default)]
pub struct Kept(Mutex<Option<Known>>);

/// When it was read, for which day, and what was found.
type Known = (Timestamp, i64, Result<Pair, NoKeys>);

/// There is no key of both units for this day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no visit is written on {day}: the key of the {missing} is missing, or is none")]
pub struct NoKeys {
    /// The day.
    pub day: Day,
    /// What is missing.
    pub missing: Missing,
}

/// Whose key is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The first unit's.
    First,
    /// The second unit's.
    Second,
    /// Both.
    Both,
    /// None: but they are of one unit, or the same.
    Equal,
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::First => "first unit",
            Self::Second => "second unit",
            Self::Both => "two units",
            Self::Equal => "second, different unit",
        })
    }
}

impl Kept {
    /// Forgets what was read: a list was confirmed or withdrawn.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn known(&self, day: i64, now: Timestamp) -> Option<Result<Pair, NoKeys>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, of, keys) = kept.as_ref()?;
        (*of == day && *at <= now && now.since(*at) < LASTS).then(|| keys.clone())
    }
}

/// The keys of the day of this moment.
pub async fn at(app: &App, now: Timestamp) -> Result<Pair, VisitError> {
    if let Some(known) = app.visit.keys.known(now.day(), now) {
        return Ok(known?);
    }
    let rows =
        read!(app.store, "visit.day_keys", StoreError, |tx| { call!(tx, visit_keys::in_force(now.day())) })?;
    let keys = pair(Day::of(now), rows);
    let kept = Some((now, now.day(), keys.clone()));
    *app.visit.keys.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    Ok(keys?)
}

fn pair(day: Day, rows: Vec<VisitDayKeyRow>) -> Result<Pair, NoKeys> {
    let mut halves = [None, None];
    for row in rows {
        let place = usize::try_from(row.half).ok().and_then(|half| half.checked_sub(1));
        let key = row.unit.parse().ok();
        let key = key.and_then(|unit| PublicDayKey::from_point(unit, day, &row.public_key));
        if let Some(half) = place.and_then(|place| halves.get_mut(place)) {
            *half = key;
        }
    }
    let no = |missing| Err(NoKeys { day, missing });
    match halves {
        [Some(one), Some(other)] if one.unit() == other.unit() || one.kid() == other.kid() => {
            no(Missing::Equal)
        }
        [Some(one), Some(other)] => Ok(Arc::new([one, other])),
        [None, Some(_)] => no(Missing::First),
        [Some(_), None] => no(Missing::Second),
        [None, None] => no(Missing::Both),
    }
}

/// The first day of the next that has no key of both units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOut {
    /// Which day: from its first moment on nobody registers anywhere.
    pub day: Day,
    /// In how many days that is; 0 is today.
    pub in_days: u32,
    /// Whose key is missing.
    pub missing: Missing,
}

/// In how many days keys run out, as the job saw it last.
#[derive(Debug, Default)]
pub struct DaysLeft(Mutex<Option<u32>>);

impl DaysLeft {
    /// At most one more than [`WARN_DAYS`]; `None` before the job has looked.
    pub fn known(&self) -> Option<u32> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many days before keys run out it is told: time for both units to make a month of them.
pub const WARN_DAYS: u32 = 7;

/// Whether keys run out soon. It reads: for the job, and for the pages of administrators.
pub async fn run_out(app: &App) -> Result<Option<RunOut>, StoreError> {
    let today = Day::of(app.now());
    let number = |in_days| i64::from(today.number() + in_days);
    let (first, last) = (number(0), number(WARN_DAYS));
    let days =
        read!(app.store, "visit.key_days", StoreError, |tx| { call!(tx, visit_keys::days(first, last)) })?;
    let has = |in_days, half| days.contains(&(number(in_days), half));
    let missing = |in_days| match (has(in_days, 1), has(in_days, 2)) {
        (true, true) => None,
        (false, true) => Some(Missing::First),
        (true, false) => Some(Missing::Second),
        (false, false) => Some(Missing::Both),
    };
    Ok((0..=WARN_DAYS).find_map(|in_days| {
        let missing = missing(in_days)?;
        Some(RunOut { day: today.plus(in_days)?, in_days, missing })
    }))
}

/// Tells in the log if keys run out soon, and keeps it for whoever watches the server.
pub async fn warn(app: &App) -> Result<Option<RunOut>, StoreError> {
    let run_out = run_out(app).await?;
    if let Some(RunOut { day, in_days, missing }) = run_out {
        tracing::warn!(
            %day, in_days, %missing,
            "visits cannot be registered from this day on: a unit has to make day keys (tongxing authority keys), hand \
             in their public list, and confirm it"
        );
    }
    let days_left = run_out.map_or(WARN_DAYS + 1, |run_out| run_out.in_days);
    *app.visit.days_left.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(days_left);
    Ok(run_out)
}
