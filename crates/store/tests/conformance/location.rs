//! The registry of locations, their managers, versions of posters, tablets, flags and files.

use std::time::Duration;

use domain::entropy::SeededEntropy;
use domain::id::kind::{
    CheckpointId, LocationBatchId, LocationEntranceId, LocationFlagId, LocationId, StaffId, UnitId,
};
use domain::location::{LocationCode, Poster, Slot};
use domain::{Id, Role};
use store::rows::location::{
    CodeRow, EntranceRow, LocationBatchRow, LocationFlagKind, LocationFlagRow, LocationState, Spot,
};
use store::rows::staff::NewStaff;
use store::rows::visit::VisitCount;
use store::{Store, StoreError, call, transact};

use super::NOW;
use super::visit::{LIBRARY, MARKET, location};

const LI: StaffId = StaffId::from_i64(21);
const WANG: StaffId = StaffId::from_i64(22);
const GATE: LocationEntranceId = Id::from_i64(41);

async fn hire(store: &Store, id: StaffId, login: &str, role: Role) {
    transact!(store, "test.hire", StoreError, |tx| {
        let new = NewStaff {
            id,
            login: login.to_owned(),
            name: login.to_uppercase(),
            unit_id: call!(tx, staff::unit(UnitId::from_i64(31), "Managers"))?,
            roles: vec![role],
            password_hash: "!".to_owned(),
            totp_secret: vec![7; 20],
        };
        call!(tx, staff::insert(&new, NOW))
    })
    .unwrap();
}

async fn registered(store: &Store, id: LocationId, state: LocationState) {
    let mut row = location(id);
    row.state = state;
    row.made_at = NOW.plus(Duration::from_secs(id.as_i64().unsigned_abs()));
    transact!(store, "test.location", StoreError, |tx| {
        call!(tx, location::add(&row))?;
        call!(tx, location_people::add_manager(LI, id, LI, NOW))
    })
    .unwrap();
}

fn code(seed: u64, location: LocationId, entrance: Option<LocationEntranceId>, poster: Poster) -> CodeRow {
    let code = LocationCode::draw(&SeededEntropy::new(seed));
    CodeRow { code, location, entrance, tablet: false, poster, made_by: LI }
}

pub async fn a_change_and_a_decision_count_for_the_version_that_was_seen(store: &Store) {
    registered(store, MARKET, LocationState::Waiting).await;
    let mut details = location(MARKET).details;
    "2 River Road".clone_into(&mut details.address);
    details.capacity = None;
    let waiting = LocationState::Waiting;
    let outcome = transact!(store, "test.change", StoreError, |tx| {
        Ok((
            call!(tx, location_registry::change(MARKET, 7, &details, waiting, None))?,
            call!(tx, location_registry::change(MARKET, 0, &details, waiting, None))?,
            call!(tx, location_registry::decide(MARKET, 0, Ok(()), WANG, NOW))?,
            call!(tx, location_registry::decide(MARKET, 1, Err("no number"), WANG, NOW))?,
            call!(tx, location_registry::decide(MARKET, 2, Ok(()), WANG, NOW))?,
        ))
    })
    .unwrap();
    assert_eq!(outcome, (false, true, false, true, false), "what was refused waits no more");
    let (refused, set) = transact!(store, "test.state", StoreError, |tx| {
        let refused = call!(tx, location::one(MARKET))?.unwrap();
        let stale = call!(tx, location_registry::set_state(MARKET, 0, LocationState::Closed, None))?;
        let set = call!(tx, location_registry::set_state(MARKET, 2, LocationState::Closed, None))?;
        Ok((refused, (stale, set)))
    })
    .unwrap();
    assert_eq!((refused.state, refused.reason.as_deref()), (LocationState::Refused, Some("no number")));
    assert_eq!((refused.details, refused.decided_by, refused.version), (details, Some(WANG), 2));
    assert_eq!(set, (false, true));
}

pub async fn a_manager_finds_their_own_and_a_reviewer_what_waits(store: &Store) {
    registered(store, MARKET, LocationState::Waiting).await;
    registered(store, LIBRARY, LocationState::Closed).await;
    let others = LocationId::from_i64(33);
    registered(store, others, LocationState::Waiting).await;
    let (own, found, none, open, waiting) = transact!(store, "test.lists", StoreError, |tx| {
        call!(tx, location_people::add_manager(WANG, others, LI, NOW))?;
        call!(tx, location_people::remove_manager(LI, others))?;
        Ok((
            call!(tx, location_registry::own(LI, "", 1, 0))?,
            call!(tx, location_registry::own(LI, "RIVER", 9, 1))?,
            call!(tx, location_registry::own(LI, "nowhere", 9, 0))?,
            call!(tx, location_registry::all_own(LI))?,
            call!(tx, location_registry::waiting(1))?,
        ))
    })
    .unwrap();
    let ids = |rows: &[store::rows::location::LocationRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!((ids(&own.0), own.1), (vec![LIBRARY], 2), "the newest first, a page at a time");
    assert_eq!((ids(&found.0), found.1), (vec![MARKET], 2));
    assert_eq!((none.0.len(), none.1), (0, 0));
    assert_eq!(ids(&open), [MARKET]);
    assert_eq!((ids(&waiting.0), waiting.1), (vec![MARKET], 2), "the oldest first");
    let signs = LocationId::from_i64(34);
    let mut row = location(signs);
    row.details.name_other = Some("100% Tea_house!".to_owned());
    let found = transact!(store, "test.signs", StoreError, |tx| {
        call!(tx, location::add(&row))?;
        call!(tx, location_people::add_manager(LI, signs, LI, NOW))?;
        let mut found = Vec::new();
        for text in ["100%", "tea_h", "house!", "%"] {
            found.push(call!(tx, location_registry::own(LI, text, 9, 0))?);
        }
        Ok(found)
    });
    for (rows, count) in found.unwrap() {
        assert_eq!((ids(&rows), count), (vec![signs], 1), "signs of patterns are themselves");
    }
}

pub async fn the_last_manager_of_a_location_stays(store: &Store) {
    hire(store, LI, "place.li", Role::LocationManager).await;
    hire(store, WANG, "wang", Role::Reviewer).await;
    registered(store, MARKET, LocationState::Approved).await;
    let (last, again, two, removed, manages, names, found, no_manager) =
        transact!(store, "test.managers", StoreError, |tx| {
            call!(tx, location_people::touch(MARKET))?;
            call!(tx, location_people::touch_staff(LI))?;
            Ok((
                call!(tx, location_people::remove_manager(LI, MARKET))?,
                call!(tx, location_people::add_manager(LI, MARKET, LI, NOW))?,
                call!(tx, location_people::add_manager(WANG, MARKET, LI, NOW))?,
                call!(tx, location_people::remove_manager(LI, MARKET))?,
                call!(tx, location_people::manages(LI, MARKET))?,
                call!(tx, location_people::managers(MARKET))?,
                call!(tx, location_people::manager_by_login("place.li"))?,
                call!(tx, location_people::manager_by_login("wang"))?,
            ))
        })
        .unwrap();
    assert_eq!((last, again, two, removed, manages), (false, false, true, true, false));
    assert_eq!(names.iter().map(|one| (one.id, one.login.as_str())).collect::<Vec<_>>(), [(WANG, "wang")]);
    assert_eq!((found, no_manager), (Some(LI), None), "only whoever may manage locations");
}

pub async fn versions_of_a_poster_end_no_later_than_they_did(store: &Store) {
    registered(store, MARKET, LocationState::Approved).await;
    let later = NOW.plus(Duration::from_hours(24));
    let (old, current) = Poster::first(NOW).rotated(NOW, Duration::from_hours(1)).unwrap();
    let rows = [
        code(1, MARKET, None, old),
        code(2, MARKET, None, current),
        code(3, MARKET, Some(GATE), Poster::first(NOW)),
    ];
    let (all, posters, of_manager, count, none) = transact!(store, "test.codes", StoreError, |tx| {
        call!(tx, location_people::add_entrance(GATE, MARKET, "East gate", NOW))?;
        for row in &rows {
            call!(tx, location::add_code(row))?;
        }
        let spot = Spot { location: MARKET, entrance: None, tablet: false };
        call!(tx, location_code::end(spot, later))?;
        Ok((
            call!(tx, location_code::of_location(MARKET))?,
            call!(tx, location_code::posters(MARKET))?,
            call!(tx, location_code::posters_of_manager(LI, 10, 0))?,
            call!(tx, location_code::count_posters(LI))?,
            call!(tx, location_code::posters_of_manager(WANG, 10, 0))?,
        ))
    })
    .unwrap();
    let ends = |seed: usize| all.iter().find(|row| row.code == rows[seed].code).unwrap().poster.ends;
    assert_eq!((ends(0), ends(1), ends(2)), (old.ends, Some(later), None));
    assert_eq!(posters.len(), 1, "the whole location's has ended");
    assert_eq!((posters[0].entrance.as_deref(), &posters[0].code), (Some("East gate"), &rows[2]));
    assert_eq!((of_manager, count, none.len()), (posters, 1, 0));
    let (closed, again, left) = transact!(store, "test.entrance", StoreError, |tx| {
        let open = call!(tx, location_people::entrances(MARKET))?;
        assert_eq!(open, [EntranceRow { id: GATE, name: "East gate".to_owned() }]);
        Ok((
            call!(tx, location_people::close_entrance(GATE, MARKET, NOW))?,
            call!(tx, location_people::close_entrance(GATE, MARKET, NOW))?,
            call!(tx, location_people::entrances(MARKET))?,
        ))
    })
    .unwrap();
    assert_eq!((closed, again, left.len()), (true, false, 0));
}

pub async fn a_tablet_is_known_by_its_token_until_its_code_ends(store: &Store) {
    registered(store, MARKET, LocationState::Approved).await;
    let row = CodeRow { tablet: true, ..code(5, MARKET, None, Poster::first(NOW)) };
    let (shown, other, gone) = transact!(store, "test.tablet", StoreError, |tx| {
        call!(tx, location::add_code(&row))?;
        call!(tx, location_code::add_tablet(&[1; 32], row.code, LI, NOW))?;
        call!(tx, location_code::forget_tablets(MARKET, NOW))?;
        let shown = call!(tx, location_code::tablet(&[1; 32]))?;
        let other = call!(tx, location_code::tablet(&[2; 32]))?;
        call!(tx, location_code::end(row.spot(), NOW))?;
        call!(tx, location_code::forget_tablets(MARKET, NOW))?;
        Ok((shown, other, call!(tx, location_code::tablet(&[1; 32]))?))
    })
    .unwrap();
    assert_eq!((shown, other, gone), (Some(row.code), None, None));
}

pub async fn a_flag_is_raised_once_an_hour_and_looked_at_by_its_managers_and_by_administrators(
    store: &Store,
) {
    registered(store, MARKET, LocationState::Approved).await;
    let flag = |id: i64, hour| LocationFlagRow {
        id: LocationFlagId::from_i64(id),
        location: MARKET,
        kind: LocationFlagKind::Networks,
        hour,
        number: 20,
        made_at: NOW.plus(Duration::from_secs(id.unsigned_abs())),
        seen_at: None,
        checked_at: None,
    };
    let (raised, before, seen, checked, after, all, none) =
        transact!(store, "test.flags", StoreError, |tx| {
            let raised = (
                call!(tx, location_flag::raise(&flag(1, 500)))?,
                call!(tx, location_flag::raise(&flag(2, 500)))?,
                call!(tx, location_flag::raise(&flag(3, 501)))?,
                call!(tx, location_flag::raise(&LocationFlagRow { number: 40, ..flag(4, 501) }))?,
            );
            let before = call!(tx, location_flag::unseen(LI))?;
            let (one, now) = (LocationFlagId::from_i64(1), NOW);
            let seen = (
                call!(tx, location_flag::seen(one, WANG, now))?,
                call!(tx, location_flag::seen(one, LI, now))?,
                call!(tx, location_flag::seen(one, LI, now))?,
            );
            let checked = (
                call!(tx, location_flag::checked(one, WANG, now))?,
                call!(tx, location_flag::checked(one, WANG, now))?,
            );
            Ok((
                raised,
                before,
                seen,
                checked,
                call!(tx, location_flag::of_manager(LI, 10))?,
                call!(tx, location_flag::all(1))?,
                call!(tx, location_flag::of_manager(WANG, 10))?,
            ))
        })
        .unwrap();
    assert_eq!((raised, before), ((true, false, true, true), 2));
    assert_eq!(seen, (false, true, false), "not by whoever does not manage it, and once");
    assert_eq!(checked, (true, false));
    let kept: Vec<_> = after.iter().map(|(flag, _)| (flag.id.as_i64(), flag.number)).collect();
    assert_eq!(kept, [(3, 40), (1, 20)], "one an hour, with how much it has become");
    assert_eq!((after[1].0.seen_at, after[1].0.checked_at), (Some(NOW), Some(NOW)));
    assert_eq!((all.len(), all[0].1.as_str(), none.len()), (1, "江城市场", 0));
    let (gone, left) = transact!(store, "test.forget", StoreError, |tx| {
        let gone = call!(tx, location_flag::forget(NOW.plus(Duration::from_secs(2))))?;
        Ok((gone, call!(tx, location_flag::all(10))?))
    })
    .unwrap();
    assert_eq!((gone, left.len(), left[0].0.id.as_i64()), (1, 1, 3), "the older one alone");
}

pub async fn a_checkpoint_has_one_location_and_what_is_registered_there_is_counted(store: &Store) {
    let checkpoint = CheckpointId::from_i64(51);
    let mut row = location(MARKET);
    row.checkpoint = Some(checkpoint);
    let count =
        |slot, entries| VisitCount { location: MARKET, slot: Slot::from_number(slot), entries, exits: 1 };
    let (found, counted, none) = transact!(store, "test.checkpoint", StoreError, |tx| {
        let kind = domain::checkpoint::CheckpointKind::Station;
        call!(tx, checkpoint::add(checkpoint, "Station", "Wuchang", kind, NOW))?;
        call!(tx, location::add(&row))?;
        call!(tx, visit::count(&[count(99, 5), count(100, 2), count(101, 3)]))?;
        Ok((
            call!(tx, location_registry::of_checkpoint(checkpoint))?,
            call!(tx, location_registry::checkpoints(Slot::from_number(100)))?,
            call!(tx, location_registry::checkpoints(Slot::from_number(102)))?,
        ))
    })
    .unwrap();
    assert_eq!(found.map(|row| row.id), Some(MARKET));
    assert_eq!(counted, [(checkpoint, MARKET, 5)]);
    assert_eq!(none, [(checkpoint, MARKET, 0)]);
    let mut second = location(LIBRARY);
    second.checkpoint = Some(checkpoint);
    let taken = transact!(store, "test.second", StoreError, |tx| { call!(tx, location::add(&second)) });
    assert!(taken.unwrap_err().is_unique());
}

pub async fn a_file_of_locations_is_its_senders(store: &Store) {
    let row = LocationBatchRow {
        id: LocationBatchId::from_i64(61),
        staff: LI,
        made_at: NOW,
        rows_read: 9,
        added: 6,
        there: 1,
        refused: 2,
        report: "{}".to_owned(),
    };
    let (one, other, all) = transact!(store, "test.file", StoreError, |tx| {
        call!(tx, location_batch::add(&row))?;
        Ok((
            call!(tx, location_batch::one(row.id, LI))?,
            call!(tx, location_batch::one(row.id, WANG))?,
            call!(tx, location_batch::of_staff(LI, 10))?,
        ))
    })
    .unwrap();
    assert_eq!((one, other), (Some(row.clone()), None));
    assert_eq!(all, [LocationBatchRow { report: String::new(), ..row }]);
}
