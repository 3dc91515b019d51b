//! Locations and their codes, and sealed visits.

use std::time::Duration;

use domain::entropy::SeededEntropy;
use domain::id::kind::{LocationId, StaffId};
use domain::location::{LocationCode, LocationKind, Poster, Slot, Stay};
use store::rows::location::{CodeRow, LocationDetails, LocationRow, LocationState};
use store::rows::visit::{VisitCount, VisitKeyRow, VisitRow};
use store::{Store, StoreError, call, transact};

use super::NOW;

pub const MARKET: LocationId = LocationId::from_i64(31);
pub const LIBRARY: LocationId = LocationId::from_i64(32);
const MANAGER: StaffId = StaffId::from_i64(21);

pub fn location(id: LocationId) -> LocationRow {
    LocationRow {
        id,
        details: LocationDetails {
            name: "江城市场".to_owned(),
            name_other: Some("River Market".to_owned()),
            kind: LocationKind::Market,
            division: "420106".to_owned(),
            address: "1 River Road".to_owned(),
            capacity: Some(300),
            stay: Stay::from_minutes(60).unwrap(),
            entry_rule: false,
        },
        checkpoint: None,
        state: LocationState::Approved,
        reason: None,
        made_at: NOW,
        made_by: MANAGER,
        decided_at: None,
        decided_by: None,
        version: 0,
    }
}

fn visit(location: LocationId, slot: i64, id: u8) -> VisitRow {
    VisitRow { location, slot: Slot::from_number(slot), id: [id; 16], key: [7; 16], record: vec![id; 61] }
}

pub async fn a_code_leads_to_its_location_and_is_there_once(store: &Store) {
    let row = location(MARKET);
    let code = LocationCode::draw(&SeededEntropy::new(1));
    let ends = Some(NOW.plus(Duration::from_hours(24)));
    let poster = Poster { version: 2, made: NOW, ends };
    let code_row = CodeRow { code, location: MARKET, entrance: None, tablet: true, poster, made_by: MANAGER };
    let (found, led, none) = transact!(store, "test.location", StoreError, |tx| {
        call!(tx, location::add(&row))?;
        call!(tx, location::add_code(&code_row))?;
        let other = LocationCode::draw(&SeededEntropy::new(2));
        Ok((
            call!(tx, location::one(MARKET))?,
            call!(tx, location::by_code(code))?,
            call!(tx, location::by_code(other))?,
        ))
    })
    .unwrap();
    assert_eq!(found, Some(row.clone()));
    assert_eq!(led, Some(code_row.clone()));
    assert_eq!(none, None);
    let taken = transact!(store, "test.taken", StoreError, |tx| { call!(tx, location::add_code(&code_row)) });
    assert!(taken.unwrap_err().is_unique());
}

pub async fn a_visit_that_comes_twice_is_there_once_and_a_window_has_no_other(store: &Store) {
    let key = VisitKeyRow { id: [7; 16], minute: 500, group: 3, shares: [vec![1; 200], vec![2; 201]] };
    let rows: Vec<VisitRow> =
        [(MARKET, 100, 1), (MARKET, 101, 2), (MARKET, 102, 3), (LIBRARY, 101, 2), (MARKET, 99, 5)]
            .map(|(location, slot, id)| visit(location, slot, id))
            .into();
    // What comes again is sealed anew.
    let later: Vec<VisitRow> =
        rows.iter().map(|row| VisitRow { record: vec![0xAA; 61], ..row.clone() }).collect();
    let (first, again, window, none) = transact!(store, "test.visits", StoreError, |tx| {
        call!(tx, visit::add_key(&key))?;
        call!(tx, visit::add_key(&key))?;
        let first = call!(tx, visit::insert(&rows[..3]))?;
        let again = call!(tx, visit::insert(&later))?;
        let window = call!(tx, visit::window(MARKET, Slot::from_number(100), Slot::from_number(101)))?;
        let none = call!(tx, visit::window(MARKET, Slot::from_number(103), Slot::from_number(679)))?;
        Ok((first, again, window, none))
    })
    .unwrap();
    assert_eq!(first.len(), 3);
    let new = [(Slot::from_number(101), LIBRARY, [2; 16]), (Slot::from_number(99), MARKET, [5; 16])];
    assert_eq!(again, new.into(), "the library's, and the earlier one");
    assert_eq!(window, rows[..2]);
    assert_eq!(none, []);
}

/// As many as a rush has in one batch: however they are divided into statements, what is new is told from what came before.
pub async fn of_many_visits_those_that_came_before_are_told_apart(store: &Store) {
    let numbered = |number: u8, record: u8| VisitRow {
        record: vec![record; 61],
        ..visit(if number.is_multiple_of(2) { MARKET } else { LIBRARY }, 100 + i64::from(number % 3), number)
    };
    let before = [3, 9, 40, 130, 135, 149].map(|number| numbered(number, 1));
    // One of them stands there twice, as if two servers' requests had met.
    let mut batch: Vec<VisitRow> = (0..150).map(|number| numbered(number, 2)).collect();
    batch.push(numbered(70, 3));
    let (new, there) = transact!(store, "test.many", StoreError, |tx| {
        call!(tx, visit::insert(&before))?;
        let new = call!(tx, visit::insert(&batch))?;
        let (first, last) = (Slot::from_number(100), Slot::from_number(102));
        let mut there = call!(tx, visit::window(MARKET, first, last))?;
        there.extend(call!(tx, visit::window(LIBRARY, first, last))?);
        Ok((new, there))
    })
    .unwrap();
    let key = |row: &VisitRow| (row.slot, row.location, row.id);
    let old: std::collections::HashSet<_> = before.iter().map(key).collect();
    assert_eq!(new, batch.iter().map(key).filter(|one| !old.contains(one)).collect());
    assert_eq!(there.len(), 150);
    for row in there {
        assert_eq!(row.record[0], if old.contains(&key(&row)) { 1 } else { 2 });
    }
}

pub async fn counts_of_a_slot_add_up(store: &Store) {
    let one = |location, slot, entries, exits| VisitCount {
        location,
        slot: Slot::from_number(slot),
        entries,
        exits,
    };
    let counts = transact!(store, "test.counts", StoreError, |tx| {
        call!(tx, visit::count(&[one(MARKET, 100, 2, 0), one(MARKET, 101, 1, 1), one(LIBRARY, 100, 9, 9)]))?;
        call!(tx, visit::count(&[one(MARKET, 100, 3, 4)]))?;
        call!(tx, visit::counts(MARKET, Slot::from_number(100), Slot::from_number(101)))
    })
    .unwrap();
    assert_eq!(counts, [one(MARKET, 100, 5, 4), one(MARKET, 101, 1, 1)]);
}
