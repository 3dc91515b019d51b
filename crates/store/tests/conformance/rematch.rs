use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{ApplicationId, FilingId, RevisionId};
use store::rows::register::{Changed, Revision, candidate_keys};
use store::rows::rematch::Leased;
use store::testing::people::person;
use store::{Store, StoreError, call, transact};

use super::{ACTOR, NOW, file, prepared};

const APPLICANT: ApplicationId = ApplicationId::from_i64(11);

fn at(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

async fn wait(store: &Store, application: ApplicationId, number: u64) {
    let keys = candidate_keys(store.sealer(), &person(number));
    transact!(store, "test.wait", StoreError, |tx| { call!(tx, rematch::wait(application, &keys)) }).unwrap();
}

async fn claim(store: &Store, now: Timestamp) -> Vec<Leased> {
    let until = now.plus(Duration::from_mins(1));
    transact!(store, "test.claim", StoreError, |tx| { call!(tx, rematch::claim(now, until, 10)) }).unwrap()
}

pub async fn a_new_filing_marks_who_waits_for_it(store: &Store) {
    wait(store, APPLICANT, 1).await;
    wait(store, ApplicationId::from_i64(12), 2).await;
    file(store, 1, &person(3)).await;
    assert_eq!(claim(store, at(1)).await, []);
    file(store, 2, &person(1)).await;
    let leased = claim(store, at(1)).await;
    assert_eq!(leased, [Leased { application: APPLICANT, marks: 1, attempts: 1 }]);
}

pub async fn a_correction_marks_who_waits_for_it(store: &Store) {
    wait(store, APPLICANT, 1).await;
    file(store, 1, &person(3)).await;
    let row = prepared(store, 1, &person(1));
    let revision = Revision {
        id: RevisionId::from_i64(1),
        expected_version: 1,
        actor: ACTOR,
        at: NOW,
        reason: "typed wrongly".to_owned(),
    };
    let changed =
        transact!(store, "test.correct", StoreError, |tx| { call!(tx, revision::correct(&row, &revision)) });
    assert_eq!(changed.unwrap(), Changed::Now(2));
    assert_eq!(claim(store, at(1)).await.len(), 1);
    assert_eq!(row.id(), FilingId::from_i64(1));
}

fn revision(id: i64, expected_version: i64) -> Revision {
    let reason = "stolen".to_owned();
    Revision { id: RevisionId::from_i64(id), expected_version, actor: ACTOR, at: NOW, reason }
}

pub async fn a_filing_that_no_longer_says_what_it_said_marks_who_found_it(store: &Store) {
    file(store, 1, &person(1)).await;
    wait(store, APPLICANT, 1).await;
    let row = prepared(store, 1, &person(3));
    transact!(store, "test.correct", StoreError, |tx| {
        call!(tx, revision::correct(&row, &revision(1, 1))).map(|_| ())
    })
    .unwrap();
    let [leased] = claim(store, at(1)).await[..] else { panic!("the correction marked it") };
    transact!(store, "test.done", StoreError, |tx| { call!(tx, rematch::done(leased, at(1))) }).unwrap();

    let another = ApplicationId::from_i64(12);
    wait(store, another, 3).await;
    transact!(store, "test.withdraw", StoreError, |tx| {
        call!(tx, revision::withdraw(FilingId::from_i64(1), &revision(2, 2))).map(|_| ())
    })
    .unwrap();
    let marked: Vec<ApplicationId> = claim(store, at(2)).await.iter().map(|l| l.application).collect();
    assert_eq!(marked, [another], "the withdrawal marked who waits under its keys, and nobody else");
}

pub async fn a_lease_is_given_to_one_and_again_when_it_runs_out(store: &Store) {
    wait(store, APPLICANT, 1).await;
    file(store, 1, &person(1)).await;
    assert_eq!(claim(store, at(1)).await.len(), 1);
    assert_eq!(claim(store, at(2)).await, []);
    let [leased] = claim(store, at(62)).await[..] else { panic!("the lease ran out") };
    assert_eq!(leased.attempts, 2);
    transact!(store, "test.done", StoreError, |tx| { call!(tx, rematch::done(leased, at(63))) }).unwrap();
    assert_eq!(claim(store, at(1_000)).await, []);
}

pub async fn a_filing_that_arrives_during_a_match_makes_it_due_again(store: &Store) {
    wait(store, APPLICANT, 1).await;
    file(store, 1, &person(1)).await;
    let [leased] = claim(store, at(1)).await[..] else { panic!("one is due") };
    // One character of the number differs: it shares keys, so it marks the application again.
    let mut number = person(1).number.canonical().to_owned();
    number.replace_range(8.., if number.ends_with('0') { "1" } else { "0" });
    let neighbour = domain::matching::DocumentDetails {
        number: documents::Number::parse(documents::Kind::Passport, &number).unwrap(),
        ..person(1)
    };
    file(store, 2, &neighbour).await;
    transact!(store, "test.done", StoreError, |tx| { call!(tx, rematch::done(leased, at(2))) }).unwrap();
    let [again] = claim(store, at(3)).await[..] else { panic!("it is due again") };
    assert!(again.marks > leased.marks);
}

pub async fn an_earlier_plan_stays(store: &Store) {
    for due in [100, 50, 200] {
        transact!(store, "test.plan", StoreError, |tx| { call!(tx, rematch::plan(APPLICANT, at(due))) })
            .unwrap();
    }
    assert_eq!(claim(store, at(49)).await, []);
    assert_eq!(claim(store, at(50)).await.len(), 1);
}

pub async fn who_stops_waiting_is_not_marked(store: &Store) {
    wait(store, APPLICANT, 1).await;
    file(store, 1, &person(1)).await;
    transact!(store, "test.stop", StoreError, |tx| { call!(tx, rematch::stop_waiting(APPLICANT)) }).unwrap();
    assert_eq!(claim(store, at(100)).await, []);
}
