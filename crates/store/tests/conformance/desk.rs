//! Service desks: a visit is open at one computer, for a short time, and what was sent in it stays with it.

use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{
    ApplicationEventId, ApplicationId, DeskVisitId, DeviceSessionId, HolderId, StaffId, UnitId,
};
use store::rows::application::{ApplicationEvent, EventKind};
use store::rows::desk::{HeldVisit, NewVisit, OpenVisit};
use store::{Store, StoreError, call, read, transact};

use super::NOW;

const COMPUTER: [u8; 32] = [3; 32];
const OTHER_COMPUTER: [u8; 32] = [4; 32];
const PERSON: DeviceSessionId = DeviceSessionId::from_i64(71);
const OFFICER: StaffId = StaffId::from_i64(12);

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

fn visit(id: i64) -> NewVisit {
    NewVisit {
        id: DeskVisitId::from_i64(id),
        staff_session: COMPUTER,
        staff: OFFICER,
        unit: UnitId::from_i64(9),
        device: PERSON,
        made_session: true,
        application: None,
        consent: Some("1".to_owned()),
        language: "en".to_owned(),
    }
}

async fn begun(store: &Store, visit: &NewVisit, now: Timestamp) {
    transact!(store, "test.visit", StoreError, |tx| {
        if call!(tx, device::device_state(visit.device))?.is_none() {
            let token = [u8::try_from(visit.device.as_i64()).unwrap(); 32];
            call!(tx, session::begin_device(visit.device, &token, now))?;
        }
        call!(tx, desk::begin(visit, now))
    })
    .unwrap();
}

async fn open(store: &Store, computer: &[u8; 32], seen_after: Timestamp) -> Option<OpenVisit> {
    read!(store, "test.open", StoreError, |tx| { call!(tx, desk::open(computer, seen_after)) }).unwrap()
}

pub async fn a_visit_is_open_at_its_computer_until_it_is_idle_or_ended(store: &Store) {
    begun(store, &visit(1), NOW).await;
    let found = open(store, &COMPUTER, at(0)).await;
    assert!(found.is_none(), "not used after that");
    let found = open(store, &COMPUTER, NOW.minus(Duration::from_secs(1))).await.unwrap();
    assert_eq!((found.id, found.device, found.seen_at), (DeskVisitId::from_i64(1), PERSON, NOW));
    assert_eq!((found.application, found.holder), (None, None));
    assert!(open(store, &OTHER_COMPUTER, Timestamp::from_seconds(0)).await.is_none());

    transact!(store, "test.seen", StoreError, |tx| { call!(tx, desk::seen(found.id, at(60))) }).unwrap();
    assert_eq!(open(store, &COMPUTER, at(0)).await.unwrap().seen_at, at(60));
    let idle = async |since| {
        read!(store, "test.idle", StoreError, |tx| { call!(tx, desk::idle(since, 10)) }).unwrap()
    };
    assert_eq!((idle(at(59)).await.len(), idle(at(60)).await), (0, vec![found.id]));

    let end = async || {
        transact!(store, "test.end", StoreError, |tx| { call!(tx, desk::end(found.id, at(70))) }).unwrap()
    };
    assert_eq!((end().await, end().await), (Some(PERSON), None), "it ends once");
    assert!(open(store, &COMPUTER, Timestamp::from_seconds(0)).await.is_none());
    assert!(idle(at(999)).await.is_empty());
}

pub async fn the_visit_begun_last_is_the_one_that_is_open_and_all_left_open_are_known(store: &Store) {
    begun(store, &visit(1), at(0)).await;
    begun(store, &NewVisit { device: DeviceSessionId::from_i64(72), ..visit(2) }, at(1)).await;
    let found = open(store, &COMPUTER, Timestamp::from_seconds(0)).await.unwrap();
    assert_eq!(found.id, DeskVisitId::from_i64(2));
    let left = read!(store, "test.left", StoreError, |tx| { call!(tx, desk::left_open(&COMPUTER)) }).unwrap();
    assert_eq!(left, [1, 2].map(DeskVisitId::from_i64));
}

pub async fn a_visit_stays_with_what_was_sent_in_it_and_goes_with_it(store: &Store) {
    let id = super::application::sent_application(store, 1).await;
    begun(store, &visit(1), at(0)).await;
    begun(store, &NewVisit { made_session: false, consent: None, ..visit(2) }, at(1)).await;
    begun(store, &NewVisit { device: DeviceSessionId::from_i64(73), ..visit(3) }, at(2)).await;
    transact!(store, "test.link", StoreError, |tx| {
        call!(tx, desk::link(DeskVisitId::from_i64(1), id))?;
        call!(tx, desk::link(DeskVisitId::from_i64(2), id))?;
        call!(tx, desk::link(DeskVisitId::from_i64(2), ApplicationId::from_i64(404)))
    })
    .unwrap();
    let held =
        async || read!(store, "test.held", StoreError, |tx| { call!(tx, desk::of_application(id)) }).unwrap();
    let expected = |seconds, consent: Option<&str>| HeldVisit {
        unit: String::new(),
        at: at(seconds),
        consent: consent.map(str::to_owned),
    };
    assert_eq!(held().await, [expected(0, Some("1")), expected(1, None)], "what came first stays");
    let made = async |device| {
        read!(store, "test.made", StoreError, |tx| { call!(tx, desk::made_here(device)) }).unwrap()
    };
    assert!(made(PERSON).await && !made(DeviceSessionId::from_i64(74)).await);
    let forget = async || {
        transact!(store, "test.forget", StoreError, |tx| { call!(tx, desk::forget(at(100))) }).unwrap()
    };
    assert_eq!((forget().await, forget().await), (1, 0), "only the visit in which nothing was sent");
    transact!(store, "test.erase", StoreError, |tx| { call!(tx, erase::application(id)) }).unwrap();
    assert!(held().await.is_empty());
}

pub async fn the_session_that_shows_a_code_is_found_by_its_holder(store: &Store) {
    let holder = HolderId::from_i64(5);
    begun(store, &visit(1), at(0)).await;
    let shows =
        async || read!(store, "test.shows", StoreError, |tx| { call!(tx, desk::shows(holder)) }).unwrap();
    assert_eq!(shows().await, None);
    transact!(store, "test.open", StoreError, |tx| {
        call!(tx, holder::insert(holder, NOW))?;
        call!(tx, holder::open_on(PERSON, Some(holder)))
    })
    .unwrap();
    assert_eq!(shows().await, Some(PERSON));
}

/// Whoever did for the applicant what applicants do gets no claim of it, neither asked for nor given.
pub async fn whoever_entered_an_application_never_claims_it(store: &Store) {
    let id = super::application::sent_application(store, 1).await;
    let other = StaffId::from_i64(13);
    transact!(store, "test.review", StoreError, |tx| {
        let mut row = call!(tx, application::by_id(id))?.unwrap();
        row.stage = domain::application::Stage::Review;
        row.clock.due_at = Some(at(3600));
        assert!(call!(tx, application::save(&mut row))?);
        for (number, kind, staff) in
            [(1, EventKind::Submitted, OFFICER), (2, EventKind::Claimed, other), (3, EventKind::Asked, other)]
        {
            let id = ApplicationEventId::from_i64(number);
            let event = ApplicationEvent { id, application: row.id, kind, staff: Some(staff), at: NOW };
            call!(tx, application::add_event(&event))?;
        }
        Ok(())
    })
    .unwrap();
    let claim = async |staff| {
        transact!(store, "test.claim", StoreError, |tx| {
            let entered = call!(tx, review::entered(id, staff))?;
            let next = call!(tx, review::claim_next(staff, None, NOW, at(60)))?;
            Ok((entered, next, call!(tx, review::claim(id, staff, NOW, at(60)))?))
        })
        .unwrap()
    };
    assert_eq!(claim(OFFICER).await, (true, None, false));
    assert_eq!(claim(other).await, (false, Some(id), true), "reviewing is not entering");
}
