//! Cases, openings, tasks and what is given.

use std::time::Duration;

use domain::id::kind::{
    HolderId, StaffId, UnitId, VisitCaseId, VisitDonationId, VisitOpeningId, VisitTaskId,
};
use domain::location::Slot;
use store::rows::visit_case::{NewOpening, NewTask, Remembered, Seen, TaskOutcome};
use store::{Store, StoreError, call, read, transact};

use super::NOW;
use super::visit::{LIBRARY, MARKET, location};

const OURS: UnitId = UnitId::from_i64(71);
const THEIRS: UnitId = UnitId::from_i64(72);
const WANG: StaffId = StaffId::from_i64(1);
const LI: StaffId = StaffId::from_i64(2);
const CHEN: StaffId = StaffId::from_i64(3);
const CASE: VisitCaseId = VisitCaseId::from_i64(5);
const OPENING: VisitOpeningId = VisitOpeningId::from_i64(6);
const HOUR: Duration = Duration::from_hours(1);

async fn begun(store: &Store) {
    transact!(store, "test.case", StoreError, |tx| {
        call!(tx, staff::unit(OURS, "Unit A"))?;
        call!(tx, staff::unit(THEIRS, "Unit B"))?;
        call!(tx, location::add(&location(MARKET)))?;
        call!(tx, location::add(&location(LIBRARY)))?;
        call!(tx, visit_case::add(CASE, "Report 117", (WANG, OURS), NOW))?;
        let new = NewOpening {
            id: OPENING,
            case: CASE,
            location: MARKET,
            first: Slot::from_number(100),
            last: Slot::from_number(111),
            reason: "Was there.".to_owned(),
            at: NOW,
            by: (WANG, OURS),
        };
        call!(tx, visit_opening::add(&new))
    })
    .unwrap();
}

pub async fn a_case_is_its_units_is_closed_once_and_forgotten_with_all(store: &Store) {
    begun(store).await;
    let later = NOW.plus(HOUR);
    transact!(store, "test.cases", StoreError, |tx| {
        let other = VisitCaseId::from_i64(4);
        call!(tx, visit_case::add(other, "Another", (LI, THEIRS), later))?;
        let ours = call!(tx, visit_case::of_unit(OURS, 10))?;
        assert_eq!(ours.iter().map(|row| row.reference.as_str()).collect::<Vec<_>>(), ["Report 117"]);
        assert_eq!((ours[0].made.unit, ours[0].made.unit_name.as_str()), (OURS, "Unit A"));
        assert!(call!(tx, visit_case::close(CASE, WANG, later))?);
        assert!(!call!(tx, visit_case::close(CASE, LI, later))?);
        assert_eq!(call!(tx, visit_case::one(CASE))?.unwrap().closed_at, Some(later));
        assert_eq!(call!(tx, visit_case::forget(NOW, 10))?, 0, "asked for at that moment");
        assert_eq!(call!(tx, visit_case::forget(later, 10))?, 1);
        assert!(call!(tx, visit_opening::one(OPENING))?.is_none());
        assert!(call!(tx, visit_case::one(other))?.is_some());
        Ok(())
    })
    .unwrap();
}

pub async fn an_opening_goes_from_step_to_step_and_never_by_the_wrong_person(store: &Store) {
    begun(store).await;
    let (units, yes) = (Some([OURS, THEIRS]), true);
    transact!(store, "test.steps", StoreError, |tx| {
        assert_eq!(call!(tx, visit_opening::waiting(10))?.len(), 1);
        assert!(!call!(tx, visit_opening::open_first(OPENING, 1, b"x", WANG, NOW))?, "not approved");
        assert!(!call!(tx, visit_opening::finish(OPENING, Some(LI), (1, 1), NOW))?, "not approved");
        assert!(!call!(tx, visit_opening::decide(OPENING, (WANG, THEIRS), (yes, units), NOW))?, "who asked");
        assert!(!call!(tx, visit_opening::decide(OPENING, (CHEN, OURS), (yes, units), NOW))?, "their unit");
        assert!(call!(tx, visit_opening::decide(OPENING, (LI, THEIRS), (yes, units), NOW))?);
        assert!(!call!(tx, visit_opening::decide(OPENING, (CHEN, THEIRS), (false, None), NOW))?, "once");
        assert!(call!(tx, visit_opening::open_first(OPENING, 1, b"first", WANG, NOW))?);
        assert!(!call!(tx, visit_opening::open_first(OPENING, 2, b"other", LI, NOW))?, "the other half");
        assert!(call!(tx, visit_opening::open_first(OPENING, 1, b"again", WANG, NOW))?);
        assert_eq!(call!(tx, visit_opening::first(OPENING))?.unwrap().to_vec(), b"again");
        let row = call!(tx, visit_opening::one(OPENING))?.unwrap();
        let parties = row.parties.as_ref().unwrap();
        assert_eq!(
            parties.clone().map(|party| (party.unit, party.name)),
            [(OURS, "Unit A".to_owned()), (THEIRS, "Unit B".to_owned())]
        );
        assert_eq!(
            (row.reason.as_str(), row.first, row.last),
            ("Was there.", Slot::from_number(100), Slot::from_number(111))
        );
        assert_eq!(row.decided.as_ref().map(|(did, approved)| (did.by, *approved)), Some((LI, true)));
        assert!(!call!(tx, visit_opening::finish(OPENING, Some(WANG), (1, 1), NOW))?, "who opened first");
        assert!(call!(tx, visit_opening::finish(OPENING, Some(LI), (3, 4), NOW))?);
        assert!(!call!(tx, visit_opening::finish(OPENING, Some(LI), (3, 4), NOW))?);
        assert!(call!(tx, visit_opening::first(OPENING))?.is_none(), "forgotten");
        let done = call!(tx, visit_opening::one(OPENING))?.unwrap().opened.unwrap();
        assert_eq!((done.visits, done.records, done.by), (3, 4, Some(LI)));
        assert_eq!(call!(tx, visit_opening::waiting(10))?.len(), 0);
        assert_eq!(call!(tx, visit_opening::of_case(CASE))?.len(), 1);
        Ok(())
    })
    .unwrap();
}

pub async fn opened_shares_are_forgotten_with_the_case_and_in_time(store: &Store) {
    begun(store).await;
    transact!(store, "test.forgetting", StoreError, |tx| {
        let decided = (true, Some([OURS, THEIRS]));
        assert!(call!(tx, visit_opening::decide(OPENING, (LI, THEIRS), decided, NOW))?);
        for close in [false, true] {
            assert!(call!(tx, visit_opening::open_first(OPENING, 2, b"first", LI, NOW))?);
            if close {
                call!(tx, visit_opening::drop_first(CASE))?;
            } else {
                assert_eq!(call!(tx, visit_opening::forget_first(NOW))?, 0);
                assert_eq!(call!(tx, visit_opening::forget_first(NOW.plus(HOUR)))?, 1);
            }
            assert!(call!(tx, visit_opening::first(OPENING))?.is_none());
            assert_eq!(call!(tx, visit_opening::one(OPENING))?.unwrap().opened_first, None);
        }
        Ok(())
    })
    .unwrap();
}

pub async fn a_task_is_one_officers_and_its_person_is_told_once(store: &Store) {
    begun(store).await;
    let (anna, ben) = (HolderId::from_i64(41), HolderId::from_i64(42));
    let (task, other) = (VisitTaskId::from_i64(51), VisitTaskId::from_i64(52));
    let new = |id, holder| NewTask {
        id,
        opening: OPENING,
        holder,
        seen: vec![Seen { slot: 101, entry: true }],
        at: NOW,
    };
    let (until, later) = (NOW.plus(HOUR), NOW.plus(2 * HOUR));
    transact!(store, "test.tasks", StoreError, |tx| {
        for holder in [anna, ben] {
            call!(tx, holder::insert(holder, NOW))?;
        }
        let nobody = HolderId::from_i64(43);
        assert!(!call!(tx, visit_task::add(&new(VisitTaskId::from_i64(54), nobody)))?, "nobody there");
        assert!(call!(tx, visit_task::add(&new(task, anna)))?);
        assert!(!call!(tx, visit_task::add(&new(VisitTaskId::from_i64(53), anna)))?, "once a person");
        assert!(call!(tx, visit_task::add(&new(other, ben)))?);
        assert_eq!(call!(tx, visit_task::of_unit(OURS, 10))?.len(), 2);
        assert_eq!(call!(tx, visit_task::of_unit(THEIRS, 10))?.len(), 0);
        assert!(call!(tx, visit_task::take(task, WANG, NOW, until))?);
        assert!(!call!(tx, visit_task::take(task, CHEN, NOW, until))?, "taken");
        assert!(!call!(tx, visit_task::finish(task, CHEN, (TaskOutcome::Reached, None), NOW))?);
        assert!(!call!(tx, visit_task::finish(task, WANG, (TaskOutcome::Reached, None), later))?, "too late");
        assert!(call!(tx, visit_task::take(task, CHEN, later, later.plus(HOUR)))?, "the time ran out");
        assert!(!call!(tx, visit_task::release(task, WANG))?);
        assert!(call!(tx, visit_task::finish(task, CHEN, (TaskOutcome::Reached, Some("Well.")), later))?);
        let row = call!(tx, visit_task::one(task))?.unwrap();
        assert_eq!((row.note.as_deref(), row.done), (Some("Well."), Some((later, TaskOutcome::Reached))));
        assert_eq!((row.seen, row.holder), (vec![Seen { slot: 101, entry: true }], anna));
        assert_eq!(call!(tx, visit_task::count(OURS))?, 1);
        assert_eq!(call!(tx, visit_task::of_case(CASE, 10))?.len(), 2);

        assert_eq!(call!(tx, visit_task::to_tell(NOW, 10))?, [(task, anna)], "whoever was reached");
        assert_eq!(call!(tx, visit_task::to_tell(later, 10))?.len(), 2);
        assert!(call!(tx, visit_task::told(task, later))?);
        assert!(!call!(tx, visit_task::told(task, later))?);
        assert_eq!((call!(tx, visit_task::late(NOW))?, call!(tx, visit_task::late(later))?), (0, 1));
        let held = call!(tx, visit_task::held(anna))?;
        assert_eq!((held.len(), held[0].unit.as_str(), held[0].told_at), (1, "Unit A", Some(later)));
        call!(tx, erase::holder(anna, later))?;
        assert!(call!(tx, visit_task::one(task))?.is_none(), "it goes with the person");
        // Their row stays while a pass of theirs does, and nothing refers to it any more.
        assert!(!call!(tx, visit_task::add(&new(VisitTaskId::from_i64(55), anna)))?, "and none comes again");
        call!(tx, erase::remainders())?;
        Ok(())
    })
    .unwrap();
}

pub async fn places_are_found_by_a_part_of_a_name_and_nothing_else(store: &Store) {
    begun(store).await;
    for (part, found) in [("江城", 2), ("RIVER mar", 2), ("100%", 0), ("_", 0), ("!", 0), ("nowhere", 0)] {
        let rows =
            read!(store, "test.find", StoreError, |tx| { call!(tx, visit_case::find_locations(part, 10)) });
        assert_eq!(rows.unwrap().len(), found, "{part}");
    }
    let one = read!(store, "test.one", StoreError, |tx| { call!(tx, visit_case::location(MARKET)) });
    assert_eq!(one.unwrap().unwrap().address, "1 River Road");
}

pub async fn what_is_given_is_given_once_and_in_time(store: &Store) {
    begun(store).await;
    let (one, two) = (VisitDonationId::from_i64(61), VisitDonationId::from_i64(62));
    let until = NOW.plus(HOUR);
    let given = vec![Remembered {
        location: Some(MARKET.to_string()),
        place: "江城市场".to_owned(),
        entered: Some(NOW.seconds()),
        left: None,
        note: "鱼".to_owned(),
    }];
    transact!(store, "test.given", StoreError, |tx| {
        call!(tx, visit_donation::add(one, CASE, &[1; 32], WANG, until))?;
        call!(tx, visit_donation::add(two, CASE, &[2; 32], WANG, until))?;
        assert_eq!(call!(tx, visit_donation::by_code(&[1; 32], NOW))?, Some(one));
        assert_eq!(call!(tx, visit_donation::by_code(&[1; 32], until))?, None, "over");
        assert_eq!(call!(tx, visit_donation::by_code(&[3; 32], NOW))?, None);
        assert!(call!(tx, visit_donation::give(one, &given, NOW))?);
        assert!(!call!(tx, visit_donation::give(one, &given, NOW))?);
        assert_eq!(call!(tx, visit_donation::by_code(&[1; 32], NOW))?, None, "used");
        let rows = call!(tx, visit_donation::of_case(CASE, NOW))?;
        assert_eq!(rows.len(), 2);
        assert!(rows[1].given.as_ref().is_some_and(|(at, what)| *at == NOW && *what == given));
        assert_eq!(call!(tx, visit_donation::forget(until.plus(HOUR)))?, 1);
        assert_eq!(call!(tx, visit_donation::of_case(CASE, NOW))?.len(), 1, "what was given stays");
        Ok(())
    })
    .unwrap();
}
