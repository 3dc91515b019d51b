//! How many people are at a location now: numbers of entries and exits, and nobody's.

use std::collections::VecDeque;

use domain::Timestamp;
use domain::id::kind::LocationId;
use domain::location::{Slot, Stay};
use store::rows::location::LocationRow;
use store::rows::visit::VisitCount;
use store::{call, read};

use super::LocationError;
use super::registry::reach;
use crate::App;
use crate::http::session::Staff;

/// What the counter shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// The location.
    pub location: LocationRow,
    /// How many came within the usual stay and have not gone.
    pub now: i64,
    /// How many came today.
    pub today: i64,
    /// How many came in each hour of today so far (Asia/Shanghai), from midnight on.
    pub hours: Vec<i64>,
}

/// Counts at this moment.
pub async fn count(app: &App, staff: &Staff, id: LocationId) -> Result<Inside, LocationError> {
    let now = app.now();
    let midnight = Timestamp::of_day(now.day());
    read!(app.store, "location.inside", LocationError, |tx| {
        let location = reach(tx, staff, id).await?;
        // Twice the stay: an exit of now may be that of an entry that is nearly over, and took the place of a later one.
        let begun = now.minus(2 * location.details.stay.span());
        let first = Slot::of(if begun < midnight { begun } else { midnight });
        // A phone's clock may be ahead of ours by a slot.
        let counts = call!(tx, visit::counts(id, first, Slot::of(now).next()))?;
        Ok(of(location, &counts, now))
    })
}

fn of(location: LocationRow, counts: &[VisitCount], now: Timestamp) -> Inside {
    let hours = by_hour(counts, now);
    Inside { now: inside(counts, location.details.stay, now), today: hours.iter().sum(), hours, location }
}

/// Who came and has not gone: each exit is that of the entry that is open for longest, and an entry is over after the usual
/// stay, so that whoever left by no door is not counted for ever. An exit without an open entry counts for nothing.
fn inside(counts: &[VisitCount], stay: Stay, now: Timestamp) -> i64 {
    // The slot in which the stay ends belongs to it: phones say then that somebody has left.
    let first = |slot: Slot| Slot::of(slot.start().minus(stay.span()));
    let mut open: VecDeque<(Slot, i64)> = VecDeque::new();
    let over = |open: &mut VecDeque<(Slot, i64)>, at: Slot| {
        while open.front().is_some_and(|(slot, _)| *slot < first(at)) {
            open.pop_front();
        }
    };
    for count in counts {
        over(&mut open, count.slot);
        open.push_back((count.slot, count.entries));
        let mut exits = count.exits;
        while exits > 0
            && let Some((_, entries)) = open.front_mut()
        {
            let gone = exits.min(*entries);
            *entries -= gone;
            exits -= gone;
            if *entries == 0 {
                open.pop_front();
            }
        }
    }
    over(&mut open, Slot::of(now));
    open.iter().map(|(_, entries)| entries).sum()
}

fn by_hour(counts: &[VisitCount], now: Timestamp) -> Vec<i64> {
    let mut hours = vec![0; usize::try_from(now.local().hour()).unwrap_or(0) + 1];
    for count in counts {
        let at = count.slot.start();
        let hour = usize::try_from(at.local().hour()).unwrap_or(0);
        if at.day() == now.day()
            && let Some(entries) = hours.get_mut(hour)
        {
            *entries += count.entries;
        }
    }
    hours
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn count(minutes_ago: u64, entries: i64, exits: i64) -> VisitCount {
        let slot = Slot::of(noon().minus(Duration::from_mins(minutes_ago)));
        VisitCount { location: LocationId::from_i64(1), slot, entries, exits }
    }

    fn noon() -> Timestamp {
        Timestamp::of_day(20_000).plus(Duration::from_hours(12))
    }

    #[test]
    fn whoever_came_within_the_usual_stay_and_has_not_gone_is_inside() {
        let stay = Stay::from_minutes(60).unwrap();
        assert_eq!(inside(&[count(70, 9, 0), count(55, 5, 0), count(5, 2, 3)], stay, noon()), 4);
        assert_eq!(inside(&[count(90, 200, 0), count(45, 0, 200), count(5, 150, 0)], stay, noon()), 150);
        assert_eq!(inside(&[count(60, 3, 0), count(0, 0, 1)], stay, noon()), 2, "just over is still open");
        assert_eq!(inside(&[count(70, 9, 0), count(5, 0, 3)], stay, noon()), 0, "never below nobody");
        assert_eq!(inside(&[], stay, noon()), 0);
    }

    #[test]
    fn where_people_come_and_go_all_day_those_between_are_inside() {
        let stay = Stay::from_minutes(60).unwrap();
        // Ten come in each slot, and leave half an hour later.
        let counts: Vec<VisitCount> =
            (0..24).rev().map(|slot| count(slot * 5, 10, if slot < 18 { 10 } else { 0 })).collect();
        assert_eq!(inside(&counts, stay, noon()), 60);
    }

    #[test]
    fn entries_are_those_of_today_by_the_hour() {
        let hours =
            by_hour(&[count(0, 1, 9), count(60, 2, 0), count(61, 3, 0), count(13 * 60, 7, 0)], noon());
        assert_eq!((hours.len(), hours[12], hours[11], hours[10]), (13, 1, 2, 3));
        assert_eq!(hours.iter().sum::<i64>(), 6, "yesterday's are not among them");
    }
}
