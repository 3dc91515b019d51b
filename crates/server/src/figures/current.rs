//! The figures as they stand: put together at most once in [`FRESH`], and kept meanwhile.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use domain::colour::{Colour, in_force, published};
use rules::set::{Moment, RuleSet};
use serde::Serialize;
use store::rows::figures::DecisionCount;
use store::{StoreError, Tx, call, read};
use tokio::sync::Mutex;

use super::hide::{self, InTime};
use crate::App;

/// Of so many days the decisions are shown. Today is not over.
pub const DAYS: i64 = 14;
/// Of so many days it is shown how fast applications were decided.
pub const APPLICATION_DAYS: i64 = 7;
/// How old figures may be that are shown.
pub const FRESH: Duration = Duration::from_mins(5);

/// All that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// When this was put together: seconds since 1970.
    pub counted_at: i64,
    /// The least number that is shown.
    pub least: i64,
    /// Days with decisions that are counted, the last first; of a day with two rule sets two.
    pub decisions: Vec<Day>,
    /// How fast applications were decided.
    pub applications: Applications,
    /// The published rule sets on colours, in the order in which they came into force.
    pub rule_sets: Vec<Set>,
    /// Where the public log stands; nothing before its first checkpoint.
    pub log: Option<Log>,
}

/// The decisions of one day by one rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// `YYYY-MM-DD`, in Asia/Shanghai.
    pub day: String,
    /// The rule set that decided.
    pub rule_set: String,
    /// What is shown, the most frequent first.
    pub counts: Vec<Count>,
    /// Whether there were other decisions, which are not shown.
    pub others_not_shown: bool,
}

/// So many decisions of a colour, for exactly these reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The colour.
    pub colour: Colour,
    /// The codes of the reasons.
    pub reasons: Vec<String>,
    /// How many.
    pub decisions: i64,
}

/// How fast applications were decided. Nothing where it would be a number under ten, or of fewer than ten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Applications {
    /// The first and the last day, `YYYY-MM-DD`.
    pub days: [String; 2],
    /// How many were decided.
    pub decided: Option<i64>,
    /// How many of them within 24 hours.
    pub in_time: InTime,
    /// Within how many minutes half of them were decided: above two hours in whole hours, always rounded up.
    pub median_minutes: Option<u64>,
    /// The same of 95 in a hundred.
    pub p95_minutes: Option<u64>,
    /// How many wait for us at this moment although their time has passed.
    pub late_now: Option<i64>,
}

/// A published rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Set {
    /// Its name; its file is `/rules/<name>.json`.
    pub name: String,
    /// From when on it is in force: seconds since 1970.
    pub from: i64,
    /// Until before when, where it has an end.
    pub until: Option<i64>,
    /// Whether it decides now.
    pub in_force: bool,
    /// The document that it was made from.
    pub document: String,
    /// Who published that.
    pub issuer: String,
    /// When, as far as it is known.
    pub date: String,
    /// Where it can be read.
    pub place: String,
}

/// Where the public log stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Log {
    /// How many leaves it has.
    pub size: u64,
    /// Its checkpoint, as signed text.
    pub checkpoint: String,
}

/// Figures, and when they were put together.
type Dated = (Timestamp, Arc<Figures>);

/// The last figures. One for each server.
#[derive(Debug, Clone, Default)]
pub struct Shown(Arc<Mutex<Option<Dated>>>);

impl Shown {
    /// The figures, put together now if the last ones are too old. While one request does it, others wait for it.
    pub async fn figures(&self, app: &App) -> Result<Arc<Figures>, StoreError> {
        let mut last = self.0.lock().await;
        let now = app.now();
        if let Some((at, figures)) = last.as_ref()
            && *at <= now
            && now.since(*at) < FRESH
        {
            return Ok(figures.clone());
        }
        let figures = read!(app.store, "figures.read", StoreError, |tx| { figures(tx, now).await })?;
        Ok(last.insert((now, Arc::new(figures))).1.clone())
    }
}

async fn figures(tx: &mut Tx, now: Timestamp) -> Result<Figures, StoreError> {
    let counted = call!(tx, figures::counts(now.day() - DAYS))?;
    let head = call!(tx, log_tree::current())?;
    Ok(Figures {
        counted_at: now.seconds(),
        least: hide::LEAST,
        decisions: days(&counted),
        applications: applications(tx, now).await?,
        rule_sets: published().iter().map(|one| set(one, now)).collect(),
        log: head.and_then(|head| Some(Log { size: head.frontier.size(), checkpoint: head.checkpoint? })),
    })
}

/// What is shown of counts that stand in the order of days and rule sets.
fn days(counted: &[DecisionCount]) -> Vec<Day> {
    let groups = counted.chunk_by(|a, b| (a.day, &a.rule_set) == (b.day, &b.rule_set));
    groups.map(day).collect()
}

/// What is shown of the counts of one day and rule set, of which there is one at least.
fn day(group: &[DecisionCount]) -> Day {
    let (counts, others_not_shown) = hide::counts(group.to_vec());
    let count =
        |one: DecisionCount| Count { colour: one.colour, reasons: one.reasons, decisions: one.decisions };
    Day {
        day: date(group[0].day),
        rule_set: group[0].rule_set.clone(),
        counts: counts.into_iter().map(count).collect(),
        others_not_shown,
    }
}

/// A day as it is written.
pub fn date(day: i64) -> String {
    Timestamp::of_day(day).local_date().to_string()
}

async fn applications(tx: &mut Tx, now: Timestamp) -> Result<Applications, StoreError> {
    let today = now.day();
    let days = [today - APPLICATION_DAYS, today].map(Timestamp::of_day);
    let decided = call!(tx, figures::decided(days))?;
    let (mut median_minutes, mut p95_minutes) = (None, None);
    if decided.all >= hide::LEAST {
        // The nearest rank: the first within which so many of a hundred were decided.
        let place = |percent: i64| (decided.all * percent + 99) / 100 - 1;
        median_minutes = call!(tx, figures::took(days, place(50)))?.map(minutes);
        p95_minutes = call!(tx, figures::took(days, place(95)))?.map(minutes);
    }
    Ok(Applications {
        days: [date(today - APPLICATION_DAYS), date(today - 1)],
        decided: hide::number(decided.all),
        in_time: hide::share(decided),
        median_minutes,
        p95_minutes,
        late_now: hide::number(call!(tx, figures::late(now))?),
    })
}

/// Whole minutes, above two hours whole hours, rounded up: one person's time to the second says more than how fast we are.
fn minutes(took: Duration) -> u64 {
    let minutes = took.as_secs().div_ceil(60).max(1);
    if minutes <= 120 { minutes } else { minutes.div_ceil(60) * 60 }
}

fn set(set: &RuleSet, now: Timestamp) -> Set {
    let seconds = |moment: Moment| moment.millis().div_euclid(1_000);
    let source = set.source();
    Set {
        name: set.name(),
        from: seconds(set.from()),
        until: set.until().map(seconds),
        in_force: in_force(published(), now).is_some_and(|one| one.name() == set.name()),
        document: source.document.clone(),
        issuer: source.issuer.clone(),
        date: source.date.clone(),
        place: source.place.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rounded_up_and_never_to_nothing() {
        for (seconds, expected) in [(0, 1), (60, 1), (61, 2), (7_200, 120), (7_201, 180), (86_401, 1_500)] {
            assert_eq!(minutes(Duration::from_secs(seconds)), expected, "{seconds}");
        }
    }
}
