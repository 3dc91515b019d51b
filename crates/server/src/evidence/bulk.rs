//! Bulk changes: a unit whose evidence makes many colours worse in a short time is stopped, and somebody of another unit
//! looks before it goes on.
//!
//! The decision that matters: it is counted in the transaction that confirms, so that no number of officers at once passes
//! the limit. 1,317 people were made red at will in Henan in June 2022; here the first [`AN_HOUR`] would have been.

use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{EvidenceStopId, UnitId};
use serde::Serialize;
use store::rows::evidence::{StopReason, StopRow};
use store::rows::log::Leaf;
use store::{StoreError, Tx, call, read, transact};

use super::error::hindered;
use super::{EvidenceError, Hindrance};
use crate::App;
use crate::http::session::Staff;

/// So many colours one unit's evidence makes worse in an hour before it is stopped; and in a day, unless its usual day has
/// more.
pub const AN_HOUR: usize = 20;
/// How many times its usual day a unit's day may be.
const TIMES: usize = 3;
/// How many days before are its usual ones.
const DAYS: i64 = 14;
const HOUR: Duration = Duration::from_hours(1);
/// The most rows of the list.
const SHOWN: i64 = 100;
/// The kind of the log's leaves that record stops, and that they were lifted.
pub const LEAF_KIND: &str = "evidence_stop";
/// The step of a stop's second leaf.
const LIFTED: &str = "lifted";
/// So long stops that were lifted are kept.
pub const KEPT: Duration = Duration::from_hours(366 * 24);

/// Whether a unit is stopped.
pub async fn is_stopped(tx: &mut Tx, unit: UnitId) -> Result<bool, StoreError> {
    Ok(call!(tx, evidence_stop::of_unit(unit))?.0)
}

/// The same where nothing else is asked.
pub async fn stopped(app: &App, unit: UnitId) -> Result<bool, StoreError> {
    read!(app.store, "evidence.stopped", StoreError, |tx| { is_stopped(tx, unit).await })
}

/// Whether one more change of a unit's is within its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    /// It is.
    Yes,
    /// The unit is stopped.
    Stopped,
    /// It is not, and the unit is stopped from now on: the caller commits that, and nothing else, and raises the alarm.
    StoppedNow {
        /// Which unit.
        unit: UnitId,
        /// How many changes there were.
        changes: i64,
    },
}

/// Asks for one more change of a unit's.
pub async fn admit(tx: &mut Tx, app: &App, unit: UnitId) -> Result<Admitted, StoreError> {
    let now = app.now();
    // One at a time of each unit: of two that are confirmed at the same moment neither would see the other.
    call!(tx, evidence_stop::lock(unit))?;
    let (stopped, lifted) = call!(tx, evidence_stop::of_unit(unit))?;
    if stopped {
        return Ok(Admitted::Stopped);
    }
    let all = call!(tx, evidence_proposal::changes(unit, Timestamp::of_day(now.day() - DAYS)))?;
    let Some((reason, number)) = too_many(&all, lifted, now) else { return Ok(Admitted::Yes) };
    let (id, changes): (EvidenceStopId, _) = (app.new_id(), i64::try_from(number).unwrap_or(i64::MAX));
    call!(tx, evidence_stop::stop(id, unit, (reason, changes), now))?;
    leaf(tx, app, (id, unit), reason.as_str(), changes).await?;
    Ok(Admitted::StoppedNow { unit, changes })
}

/// Whether one more at `now` is too many, after so many changes (in order) and a stop that was lifted; and how many there
/// were. What came before a stop that was lifted has been looked at.
fn too_many(changes: &[Timestamp], lifted: Option<Timestamp>, now: Timestamp) -> Option<(StopReason, usize)> {
    let fresh = |at: &&Timestamp| lifted.is_none_or(|lifted| **at > lifted);
    let hour = changes.iter().filter(fresh).filter(|at| now.since(**at) < HOUR).count();
    if hour >= AN_HOUR {
        return Some((StopReason::Hour, hour));
    }
    let today = changes.iter().filter(fresh).filter(|at| at.day() == now.day()).count();
    let most = AN_HOUR.max(TIMES * usual(changes, now.day()));
    (today >= most).then_some((StopReason::Day, today))
}

/// The median of the days before.
fn usual(changes: &[Timestamp], today: i64) -> usize {
    let of = |day: i64| changes.iter().filter(|at| at.day() == day).count();
    let mut days: Vec<usize> = (today - DAYS..today).map(of).collect();
    days.sort_unstable();
    days[days.len() / 2]
}

/// All stops, those that stand first.
pub async fn list(app: &App) -> Result<Vec<StopRow>, StoreError> {
    read!(app.store, "evidence.stops", StoreError, |tx| { call!(tx, evidence_stop::stops(SHOWN)) })
}

/// Lifts a stop of another unit than the administrator's, with what they found.
pub async fn lift(app: &App, staff: &Staff, id: EvidenceStopId, note: &str) -> Result<(), EvidenceError> {
    let now = app.now();
    transact!(app.store, "evidence.lift", EvidenceError, |tx| {
        let stops = call!(tx, evidence_stop::stops(SHOWN))?;
        let stop = stops.into_iter().find(|stop| stop.id == id).ok_or(EvidenceError::NotFound)?;
        if stop.unit == staff.unit {
            return hindered(Hindrance::OwnUnit);
        }
        if !call!(tx, evidence_stop::lift(id, (staff.id, staff.unit), note, now))? {
            return hindered(Hindrance::Decided);
        }
        crate::access::record(tx, app, staff, "seen", "evidence-stop", id).await?;
        Ok(leaf(tx, app, (id, stop.unit), LIFTED, stop.changes).await?)
    })
}

/// What a leaf commits to, as JSON without white space, members in this order.
#[derive(Serialize)]
struct LeafContent<'a> {
    stop: EvidenceStopId,
    unit: UnitId,
    /// `hour`, `day` or `lifted`.
    step: &'a str,
    changes: i64,
}

fn content(id: EvidenceStopId, unit: UnitId, step: &str, changes: i64) -> String {
    serde_json::to_string(&LeafContent { stop: id, unit, step, changes }).expect("ids and texts are JSON")
}

/// What the two leaves of a stop commit to: that the unit was stopped, and that it was lifted.
pub fn leaf_contents(stop: &StopRow) -> [String; 2] {
    [stop.reason.as_str(), LIFTED].map(|step| content(stop.id, stop.unit, step, stop.changes))
}

async fn leaf(
    tx: &mut Tx,
    app: &App,
    (id, unit): (EvidenceStopId, UnitId),
    step: &str,
    changes: i64,
) -> Result<(), StoreError> {
    let content = content(id, unit, step, changes);
    let leaf = Leaf::commit(app.new_id(), LEAF_KIND, None, content.as_bytes(), app.now(), &*app.entropy);
    call!(tx, log::append(&leaf))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_435_200);

    fn minutes(ago: u64) -> Timestamp {
        NOW.minus(Duration::from_mins(ago))
    }

    #[test]
    fn twenty_in_an_hour_are_the_most_unless_somebody_looked() {
        let mut changes: Vec<Timestamp> = (0..20).map(|at| minutes(59 - at)).collect();
        assert_eq!(too_many(&changes, None, NOW), Some((StopReason::Hour, 20)));
        assert_eq!(too_many(&changes[1..], None, NOW), None);
        changes[0] = minutes(60);
        assert_eq!(
            too_many(&changes, None, NOW),
            Some((StopReason::Day, 20)),
            "not within the hour, on one day"
        );
        assert_eq!(too_many(&changes, Some(minutes(40)), NOW), None);
    }

    #[test]
    fn a_unit_with_much_to_do_may_do_three_times_its_usual_day() {
        let days = |number: usize, days: i64| {
            let of = move |day: i64| vec![Timestamp::of_day(NOW.day() - day).plus(HOUR); number];
            (1..=days).rev().flat_map(of).collect::<Vec<_>>()
        };
        let with_today = |mut changes: Vec<Timestamp>, today: usize| {
            changes.extend(vec![minutes(240); today]);
            too_many(&changes, None, NOW)
        };
        assert_eq!(with_today(days(9, 14), 26), None);
        assert_eq!(with_today(days(9, 14), 27), Some((StopReason::Day, 27)));
        assert_eq!(
            with_today(days(50, 6), 20),
            Some((StopReason::Day, 20)),
            "six such days are not its usual ones"
        );
        assert_eq!(with_today(days(50, 8), 149), None);
    }
}
