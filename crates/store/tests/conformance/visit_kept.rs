//! The units' public day keys, and what of the counts is to be looked at.

use std::time::Duration;

use domain::id::kind::{LocationFlagId, StaffId, UnitId, VisitKeyListId};
use domain::location::Slot;
use store::rows::visit::{VisitCount, VisitFlag, VisitFlagKind, VisitKeyListRow, VisitKeyRow, VisitRow};
use store::{Store, StoreError, call, transact};

use super::NOW;
use super::visit::{LIBRARY, MARKET, location};

const CLERK: StaffId = StaffId::from_i64(41);
const OFFICER: StaffId = StaffId::from_i64(42);
const DAY: i64 = 20_781;

async fn list(store: &Store, id: i64, half: i64, unit: &str, days: &[i64]) -> VisitKeyListId {
    let list = VisitKeyListId::from_i64(id);
    let keys: Vec<(i64, Vec<u8>)> =
        days.iter().map(|day| (*day, vec![u8::try_from(id).unwrap(); 65])).collect();
    transact!(store, "test.list", StoreError, |tx| {
        let row = VisitKeyListRow {
            id: list,
            half,
            unit: call!(tx, staff::unit(UnitId::from_i64(id), unit))?,
            fingerprint: "f".to_owned(),
            added_at: NOW,
            added_by: CLERK,
            confirmed_at: None,
            confirmed_by: None,
            withdrawn_at: None,
        };
        call!(tx, visit_keys::add(&row, &keys))
    })
    .unwrap();
    list
}

async fn confirmed(store: &Store, list: VisitKeyListId, by: StaffId, minutes: u64) -> bool {
    let at = NOW.plus(Duration::from_mins(minutes));
    transact!(store, "test.confirm", StoreError, |tx| { call!(tx, visit_keys::confirm(list, by, at)) })
        .unwrap()
}

pub async fn a_list_counts_once_somebody_else_confirmed_it_and_the_last_one_counts(store: &Store) {
    let in_force = async |day| {
        let keys =
            transact!(store, "test.keys", StoreError, |tx| { call!(tx, visit_keys::in_force(day)) }).unwrap();
        keys.into_iter().map(|key| (key.half, key.unit, key.public_key[0])).collect::<Vec<_>>()
    };
    let first = list(store, 1, 1, "A", &[DAY, DAY + 1]).await;
    let second = list(store, 2, 2, "B", &[DAY]).await;
    assert_eq!(in_force(DAY).await, []);
    assert!(!confirmed(store, first, CLERK, 1).await, "not by whoever handed it in");
    assert!(confirmed(store, first, OFFICER, 1).await);
    assert!(!confirmed(store, first, OFFICER, 2).await, "once");
    assert_eq!(in_force(DAY).await, [(1, "A".to_owned(), 1)]);
    assert!(confirmed(store, second, OFFICER, 1).await);
    let newer = list(store, 3, 1, "A", &[DAY]).await;
    assert_eq!(in_force(DAY).await, [(1, "A".to_owned(), 1), (2, "B".to_owned(), 2)]);
    assert!(confirmed(store, newer, OFFICER, 3).await);
    assert_eq!(in_force(DAY).await, [(1, "A".to_owned(), 3), (2, "B".to_owned(), 2)]);
    assert_eq!(in_force(DAY + 1).await, [(1, "A".to_owned(), 1)]);
    assert_eq!(in_force(DAY + 2).await, []);
    let days = transact!(store, "test.days", StoreError, |tx| { call!(tx, visit_keys::days(DAY, DAY + 7)) });
    assert_eq!(days.unwrap(), [(DAY, 1), (DAY, 2), (DAY + 1, 1)]);
}

pub async fn what_is_to_be_looked_at_is_there_once_an_hour(store: &Store) {
    let flag = |id, kind| VisitFlag {
        id: LocationFlagId::from_i64(id),
        location: MARKET,
        kind,
        hour: 498_750,
        number: 20,
        made_at: NOW,
    };
    transact!(store, "test.location", StoreError, |tx| { call!(tx, location::add(&location(MARKET))) })
        .unwrap();
    let raised = async |flag: VisitFlag| {
        transact!(store, "test.flag", StoreError, |tx| { call!(tx, visit_flag::raise(&flag)) }).unwrap()
    };
    assert!(raised(flag(1, VisitFlagKind::Networks)).await);
    assert!(!raised(flag(2, VisitFlagKind::Networks)).await);
    assert!(raised(flag(3, VisitFlagKind::Rush)).await);
    assert!(raised(VisitFlag { hour: 498_751, ..flag(4, VisitFlagKind::Networks) }).await);
}

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
            call!(tx, visit_flag::busy(first, last, 55))?,
            call!(tx, visit_flag::entries(MARKET, Slot::from_number(90), first))?,
            call!(tx, visit_flag::entries(LIBRARY, first, Slot::from_number(104)))?,
            call!(tx, visit_flag::first(MARKET))?,
            call!(tx, visit_flag::first(never))?,
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
        assert_eq!(call!(tx, visit::key([1; 16]))?, None);
        assert_eq!(call!(tx, visit::key([4; 16]))?, Some(key(60, 4)));
        assert_eq!(call!(tx, visit::window(MARKET, slot(0), slot(20)))?, [visit(12, 4)]);
        assert_eq!(call!(tx, visit::counts(MARKET, slot(0), slot(20)))?.len(), 2);
        Ok(())
    })
    .unwrap();
}
