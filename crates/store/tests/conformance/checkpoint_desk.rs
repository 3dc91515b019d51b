//! Checkpoints as administrators see them.

use domain::id::kind::{CheckpointFlagId, CheckpointId, InspectorDeviceId, UnitId};
use store::rows::checkpoint::{Counts, FlagKind, FlagRow, ShiftRow};
use store::{Store, StoreError, call, transact};

use super::NOW;
use super::checkpoint::{GATE, HOUR, STATION, checkpoints, shift};

pub async fn a_closed_checkpoint_opens_again_once(store: &Store) {
    checkpoints(store).await;
    let (open, closed, reopened, again, unknown, row) = transact!(store, "test.reopen", StoreError, |tx| {
        let open = call!(tx, checkpoint_desk::reopen(GATE))?;
        let closed = call!(tx, checkpoint::close(GATE, NOW))?;
        let reopened = call!(tx, checkpoint_desk::reopen(GATE))?;
        let again = call!(tx, checkpoint_desk::reopen(GATE))?;
        let unknown = call!(tx, checkpoint_desk::reopen(CheckpointId::from_i64(99)))?;
        Ok((open, closed, reopened, again, unknown, call!(tx, checkpoint::one(GATE))?))
    })
    .unwrap();
    assert_eq!([open, closed, reopened, again, unknown], [false, true, true, false, false]);
    assert_eq!(row.unwrap().closed_at, None);
}

pub async fn shifts_that_go_on_are_counted_where_they_are(store: &Store) {
    checkpoints(store).await;
    let running = |hours: u32| async move {
        let mut found = transact!(store, "test.running", StoreError, |tx| {
            call!(tx, checkpoint_desk::running(NOW.plus(hours * HOUR)))
        })
        .unwrap();
        found.sort_by_key(|(id, _)| id.as_i64());
        found
    };
    assert_eq!(running(0).await, [], "nobody works");
    transact!(store, "test.shifts", StoreError, |tx| {
        for row in [
            shift(1, None, GATE, NOW),
            shift(2, None, GATE, NOW.plus(2 * HOUR)),
            shift(3, None, STATION, NOW),
            ShiftRow { device: None, ..shift(4, None, STATION, NOW) },
        ] {
            call!(tx, shift::begin(&row, NOW))?;
        }
        call!(tx, shift::end(shift(3, None, STATION, NOW).id, NOW.plus(HOUR)))
    })
    .unwrap();
    assert_eq!(running(3).await, [(GATE, 2), (STATION, 1)], "with a device or without, but not what ended");
    assert_eq!(running(12).await, [(GATE, 1)], "over when its time is");
    assert_eq!(running(14).await, []);
}

pub async fn what_was_counted_adds_up_by_checkpoint_since_a_time(store: &Store) {
    checkpoints(store).await;
    let counts = |passes| Counts { passes, checks: 2, stops: 1, normal: 5, abnormal: 1 };
    let (all, later) = transact!(store, "test.counted", StoreError, |tx| {
        for (id, at, hours, passes) in
            [(1, GATE, 0, 10), (2, GATE, 1, 20), (3, STATION, 1, 7), (4, STATION, 3, 0)]
        {
            let row = shift(id, None, at, NOW.plus(hours * HOUR));
            call!(tx, shift::begin(&row, NOW))?;
            if passes > 0 {
                call!(tx, shift::count(row.id, &counts(passes)))?;
            }
        }
        // An ended one counts as well.
        call!(tx, shift::end(shift(1, None, GATE, NOW).id, NOW.plus(HOUR)))?;
        let since = |hours: u32| NOW.plus(hours * HOUR);
        Ok((call!(tx, checkpoint_desk::counted(since(0)))?, call!(tx, checkpoint_desk::counted(since(1)))?))
    })
    .unwrap();
    let of = |found: &[(CheckpointId, Counts)], id| found.iter().find(|one| one.0 == id).map(|one| one.1);
    let both = Counts { passes: 30, checks: 4, stops: 2, normal: 10, abnormal: 2 };
    assert_eq!((of(&all, GATE), of(&all, STATION)), (Some(both), Some(counts(7))));
    assert_eq!((of(&later, GATE), of(&later, STATION)), (Some(counts(20)), Some(counts(7))));
    assert_eq!((all.len(), later.len()), (2, 2));
}

pub async fn a_flag_of_the_page_is_one_for_each_unit(store: &Store) {
    checkpoints(store).await;
    let flag = |id, unit| FlagRow {
        id: CheckpointFlagId::from_i64(id),
        kind: FlagKind::Minute,
        device: InspectorDeviceId::from_i64(0),
        unit,
        checkpoint: GATE,
        other_checkpoint: None,
        minute: NOW.seconds() / 60,
        scans: Some(21),
        made_at: NOW,
        seen_at: None,
    };
    let (raised, all, named) = transact!(store, "test.page_flags", StoreError, |tx| {
        let one = call!(tx, staff::unit(UnitId::from_i64(3), "Hankou station"))?;
        let other = call!(tx, staff::unit(UnitId::from_i64(4), "Wuchang station"))?;
        let mut raised = Vec::new();
        for (id, unit) in [(1, Some(one)), (2, Some(one)), (3, Some(other)), (4, None)] {
            raised.push(call!(tx, flag::raise(&flag(id, unit)))?);
        }
        Ok((raised, call!(tx, flag::latest(9))?, call!(tx, flag::units())?))
    })
    .unwrap();
    assert_eq!(raised, [true, false, true, true]);
    assert_eq!(all, [flag(4, None), flag(3, Some(UnitId::from_i64(4))), flag(1, Some(UnitId::from_i64(3)))]);
    let mut named: Vec<String> = named.into_iter().map(|(_, name)| name).collect();
    named.sort();
    assert_eq!(named, ["Hankou station", "Wuchang station"]);
}
