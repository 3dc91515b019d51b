//! The staff at a door.

use std::time::Duration;

use domain::entropy::SeededEntropy;
use domain::id::kind::{LocationEntranceId, LocationId, StaffId};
use domain::location::{LocationCode, Poster};
use store::rows::location::CodeRow;
use store::{Store, StoreError, call, transact};

use super::NOW;
use super::visit::location;

const DOOR: LocationId = LocationId::from_i64(331);
const MANAGER: StaffId = StaffId::from_i64(332);
const OTHER: StaffId = StaffId::from_i64(333);

pub async fn the_staff_at_a_door_register_under_the_current_poster_of_the_whole_place(store: &Store) {
    let codes: Vec<LocationCode> =
        (60..64).map(|seed| LocationCode::draw(&SeededEntropy::new(seed))).collect();
    let row = |at: usize, entrance: Option<i64>, tablet, version, ends| CodeRow {
        code: codes[at],
        location: DOOR,
        entrance: entrance.map(LocationEntranceId::from_i64),
        tablet,
        poster: Poster { version, made: NOW, ends },
        made_by: MANAGER,
    };
    let old = Some(NOW.plus(Duration::from_hours(24)));
    let rows = [row(0, None, false, 1, old), row(1, None, true, 9, None), row(2, None, false, 2, None)];
    let found = transact!(store, "test.door", StoreError, |tx| {
        call!(tx, location::add(&location(DOOR)))?;
        for row in &rows {
            call!(tx, location::add_code(row))?;
        }
        let before = call!(tx, location_door::code(MANAGER, DOOR))?;
        let added = [
            call!(tx, location_people::add_manager(MANAGER, DOOR, OTHER, NOW))?,
            call!(tx, location_people::add_manager(MANAGER, DOOR, OTHER, NOW))?,
        ];
        let own = call!(tx, location_door::code(MANAGER, DOOR))?;
        Ok((before, added, own, call!(tx, location_door::code(OTHER, DOOR))?))
    });
    assert_eq!(found.unwrap(), (None, [true, false], Some(codes[2]), None));
}
