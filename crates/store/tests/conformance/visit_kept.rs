//! What of the counts is to be looked at, and what goes when its time is over.

use domain::location::Slot;
use store::rows::visit::{VisitCount, VisitKeyRow, VisitRow};
use store::{Store, StoreError, call, transact};

use super::visit::{LIBRARY, MARKET};

pub async fn busy_locations_are_found_and_their_hours_before(store: &Store) {
    let count =
        |location, slot, entries| VisitCount { location, slot: Slot::from_number(slot), entries, exits: 1 };
    let counts =
        [count(MARKET, 100, 30), count(MARKET, 111, 25), count(LIBRARY, 105, 54), count(MARKET, 90, 4)];
    let (first, last) = (Slot::from_number(100), Slot::from_number(111));
    let (busy, entries, none, since, never) = transact!(store, "test.busy", StoreError, |tx| {
        call!(tx, visit::count(&counts))?;
        let never = domain::id::kind::LocationId::from_i64(99);
        Ok((
            call!(tx, visit_rush::busy(first, last, 55))?,
            call!(tx, visit_rush::entries(MARKET, Slot::from_number(90), first))?,
            call!(tx, visit_rush::entries(LIBRARY, first, Slot::from_number(104)))?,
            call!(tx, visit_rush::first(MARKET))?,
            call!(tx, visit_rush::first(never))?,
        ))
    })
    .unwrap();
    assert_eq!((busy, entries, none), (vec![(MARKET, 55)], 34, 0));
    assert_eq!((since.map(Slot::number), never), (Some(90), None));
}

pub async fn visits_keys_and_counts_are_forgotten_to_the_slot(store: &Store) {
    let visit = |slot, id| VisitRow {
        location: MARKET,
        slot: Slot::from_number(slot),
        id: [id; 16],
        key: [id; 16],
        record: vec![id; 61],
    };
    let key = |minute, id| VisitKeyRow { id: [id; 16], minute, group: 1, shares: [vec![1], vec![2]] };
    let counts = [10, 11, 12].map(|slot| VisitCount {
        location: MARKET,
        slot: Slot::from_number(slot),
        entries: 1,
        exits: 0,
    });
    let slot = Slot::from_number;
    transact!(store, "test.forget", StoreError, |tx| {
        assert_eq!(call!(tx, visit::oldest())?, None);
        call!(tx, visit::insert(&[visit(10, 1), visit(11, 2), visit(11, 3), visit(12, 4)]))?;
        call!(tx, visit::count(&counts))?;
        for key in [key(50, 1), key(55, 2), key(60, 4)] {
            call!(tx, visit::add_key(&key))?;
        }
        assert_eq!(call!(tx, visit::oldest())?, Some(slot(10)));
        assert_eq!(call!(tx, visit::forget(slot(11)))?, 3);
        assert_eq!(call!(tx, visit::forget_counts(slot(11)))?, 1);
        assert_eq!(call!(tx, visit::forget_keys(60))?, 2);
        assert_eq!(call!(tx, visit::oldest())?, Some(slot(12)));
        assert_eq!(call!(tx, visit_opening::keys(&[&[1; 16][..], &[4; 16]]))?, [key(60, 4)]);
        assert_eq!(call!(tx, visit::window(MARKET, slot(0), slot(20)))?, [visit(12, 4)]);
        assert_eq!(call!(tx, visit::counts(MARKET, slot(0), slot(20)))?.len(), 2);
        Ok(())
    })
    .unwrap();
}
