//! The units' public day keys.

use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{StaffId, UnitId, VisitKeyListId};
use store::rows::visit::VisitKeyListRow;
use store::{Store, StoreError, call, read, transact};

use super::NOW;

const ADMINISTRATOR: StaffId = StaffId::from_i64(1);
const OFFICER: StaffId = StaffId::from_i64(2);
const A: UnitId = UnitId::from_i64(71);
const B: UnitId = UnitId::from_i64(72);

fn list(id: i64, half: i64, unit: UnitId) -> VisitKeyListRow {
    VisitKeyListRow {
        id: VisitKeyListId::from_i64(id),
        half,
        unit,
        fingerprint: format!("{id:04}"),
        added_at: NOW,
        added_by: ADMINISTRATOR,
        confirmed_at: None,
        confirmed_by: None,
        withdrawn_at: None,
    }
}

fn keys(from: i64, until: i64, byte: u8) -> Vec<(i64, Vec<u8>)> {
    (from..=until).map(|day| (day, vec![byte; 65])).collect()
}

async fn add(store: &Store, row: &VisitKeyListRow, keys: &[(i64, Vec<u8>)], confirmed: Option<Timestamp>) {
    transact!(store, "test.list", StoreError, |tx| {
        call!(tx, staff::unit(A, "Unit A"))?;
        call!(tx, staff::unit(B, "Unit B"))?;
        call!(tx, visit_keys::add(row, keys))?;
        if let Some(at) = confirmed {
            assert!(call!(tx, visit_keys::confirm(row.id, OFFICER, at))?);
        }
        Ok(())
    })
    .unwrap();
}

async fn in_force(store: &Store, day: i64) -> Vec<(i64, String, u8)> {
    let rows = read!(store, "test.in_force", StoreError, |tx| { call!(tx, visit_keys::in_force(day)) });
    let short = |row: store::rows::visit::VisitDayKeyRow| {
        assert_eq!(row.day, day);
        (row.half, row.unit, row.public_key[0])
    };
    rows.unwrap().into_iter().map(short).collect()
}

pub async fn the_list_confirmed_last_counts_for_each_day(store: &Store) {
    let later = NOW.plus(Duration::from_secs(5));
    // The second was handed in later and confirmed earlier.
    add(store, &list(1, 1, A), &keys(100, 110, 1), Some(later)).await;
    add(store, &list(2, 1, A), &keys(105, 120, 2), Some(NOW)).await;
    add(store, &list(3, 2, B), &keys(100, 105, 3), Some(NOW)).await;
    add(store, &list(4, 2, B), &keys(100, 130, 4), None).await;
    let (a, b) = ("Unit A".to_owned(), "Unit B".to_owned());
    assert_eq!(in_force(store, 105).await, [(1, a.clone(), 1), (2, b.clone(), 3)]);
    assert_eq!(in_force(store, 111).await, [(1, a.clone(), 2)]);
    assert_eq!(in_force(store, 131).await, []);
    let (withdrawn, again, days, lists) = transact!(store, "test.withdraw", StoreError, |tx| {
        let id = VisitKeyListId::from_i64(1);
        let withdrawn = call!(tx, visit_keys::withdraw(id, later))?;
        let again = call!(tx, visit_keys::withdraw(id, later))?;
        Ok((withdrawn, again, call!(tx, visit_keys::days(104, 900))?, call!(tx, visit_keys::lists(111))?))
    })
    .unwrap();
    assert!(withdrawn && !again);
    assert_eq!(in_force(store, 105).await, [(2, b, 3)], "what was replaced does not come back");
    assert_eq!(in_force(store, 111).await, [(1, a, 2)], "days that it did not have are as before");
    let of = |half| days.iter().filter(|one| one.1 == half).map(|one| one.0).collect::<Vec<i64>>();
    assert_eq!(of(2), [104, 105]);
    assert_eq!(of(1), (111..=120).collect::<Vec<i64>>());
    let shown: Vec<_> =
        lists.iter().map(|one| (one.row.id.as_i64(), one.first, one.last, one.days)).collect();
    assert_eq!(shown, [(4, 100, 130, 31), (2, 105, 120, 16)]);
}

pub async fn a_list_is_confirmed_once_and_not_by_who_handed_it_in(store: &Store) {
    add(store, &list(1, 1, A), &keys(100, 101, 1), None).await;
    let id = VisitKeyListId::from_i64(1);
    transact!(store, "test.confirm", StoreError, |tx| {
        assert!(!call!(tx, visit_keys::confirm(id, ADMINISTRATOR, NOW))?);
        assert!(!call!(tx, visit_keys::same_unit(2, A, (100, 100)))?, "it does not count yet");
        assert!(call!(tx, visit_keys::confirm(id, OFFICER, NOW))?);
        assert!(!call!(tx, visit_keys::confirm(id, OFFICER, NOW))?);
        assert!(call!(tx, visit_keys::same_unit(2, A, (101, 140)))?);
        assert!(!call!(tx, visit_keys::same_unit(2, A, (102, 140)))?, "other days");
        assert!(!call!(tx, visit_keys::same_unit(1, A, (100, 101)))?, "the same half");
        assert!(!call!(tx, visit_keys::same_unit(2, B, (100, 101)))?, "another unit");
        let one = call!(tx, visit_keys::one(id))?.unwrap();
        assert_eq!((one.unit_name.as_str(), one.row.confirmed_by), ("Unit A", Some(OFFICER)));
        assert_eq!(call!(tx, visit_keys::unit("Unit A"))?, Some(A));
        assert_eq!(call!(tx, visit_keys::unit("Unit C"))?, None);
        Ok(())
    })
    .unwrap();
}
