use std::time::Duration;

use domain::id::kind::{FilingId, RevisionId};
use domain::matching::DocumentDetails;
use store::rows::register::{Change, Changed, Filed, Filing, FilingState, OldVersion, Revision};
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};

use super::{ACTOR, NOW, file, prepared};

const FILING: FilingId = FilingId::from_i64(1);

fn revision(id: i64, expected_version: i64) -> Revision {
    let at = NOW.plus(Duration::from_mins(1));
    let reason = format!("reason {id}");
    Revision { id: RevisionId::from_i64(id), expected_version, actor: ACTOR, at, reason }
}

async fn correct(store: &Store, details: &DocumentDetails, revision: &Revision) -> Changed {
    let row = prepared(store, FILING.as_i64(), details);
    transact!(store, "test.correct", StoreError, |tx| { call!(tx, revision::correct(&row, revision)) })
        .unwrap()
}

async fn withdraw(store: &Store, revision: &Revision) -> Changed {
    transact!(store, "test.withdraw", StoreError, |tx| { call!(tx, revision::withdraw(FILING, revision)) })
        .unwrap()
}

async fn find(store: &Store, details: &DocumentDetails) -> (Option<Filing>, usize) {
    read!(store, "test.find", StoreError, |tx| {
        let found = call!(tx, lookup::by_number(details.issuing_state, &details.number))?;
        Ok::<_, StoreError>((found, call!(tx, lookup::candidates(details, 10))?.len()))
    })
    .unwrap()
}

async fn history(store: &Store) -> Vec<OldVersion> {
    read!(store, "test.history", StoreError, |tx| { call!(tx, revision::history(FILING)) }).unwrap()
}

pub async fn a_correction_keeps_the_old_version_and_moves_every_index(store: &Store) {
    file(store, 1, &person(1)).await;
    assert_eq!(correct(store, &person(2), &revision(50, 1)).await, Changed::Now(2));
    let (found, candidates) = find(store, &person(2)).await;
    assert_eq!((found.unwrap().version, candidates), (2, 1));
    let (gone, candidates) = find(store, &person(1)).await;
    assert_eq!((gone, candidates), (None, 0));
    let history = history(store).await;
    let [old] = &history[..] else { panic!("one old version") };
    assert_eq!((old.version, old.change, old.reason.as_str()), (1, Change::Correction, "reason 50"));
    assert_eq!((&old.details, old.actor, old.at), (&person(1), ACTOR, revision(50, 1).at));
}

pub async fn a_withdrawn_document_is_not_found_and_may_be_filed_again(store: &Store) {
    file(store, 1, &person(1)).await;
    assert_eq!(withdraw(store, &revision(50, 1)).await, Changed::Now(2));
    assert_eq!(find(store, &person(1)).await, (None, 0));
    let kept =
        read!(store, "test.id", StoreError, |tx| { call!(tx, lookup::by_id(FILING)) }).unwrap().unwrap();
    assert_eq!((kept.state, kept.version), (FilingState::Withdrawn, 2));
    assert_eq!(history(store).await[0].change, Change::Withdrawal);
    assert_eq!(file(store, 2, &person(1)).await, Filed::Inserted(FilingId::from_i64(2)));
    let count = read!(store, "test.count", StoreError, |tx| { call!(tx, register::count()) }).unwrap();
    assert_eq!((count.active, count.withdrawn), (1, 1));
}

pub async fn a_change_against_an_old_version_is_refused(store: &Store) {
    assert_eq!(withdraw(store, &revision(49, 1)).await, Changed::Unknown);
    file(store, 1, &person(1)).await;
    assert_eq!(correct(store, &person(2), &revision(50, 1)).await, Changed::Now(2));
    assert_eq!(correct(store, &person(3), &revision(51, 1)).await, Changed::Stale);
    assert_eq!(withdraw(store, &revision(52, 1)).await, Changed::Stale);
    assert_eq!(withdraw(store, &revision(53, 2)).await, Changed::Now(3));
    assert_eq!(correct(store, &person(3), &revision(54, 3)).await, Changed::Stale);
    assert_eq!(history(store).await.len(), 2);
}

pub async fn a_correction_to_a_number_on_file_is_refused(store: &Store) {
    file(store, 1, &person(1)).await;
    file(store, 2, &person(2)).await;
    let taken = Changed::Taken(FilingId::from_i64(2));
    assert_eq!(correct(store, &person(2), &revision(50, 1)).await, taken);
    assert_eq!(find(store, &person(1)).await.1, 1);
    assert_eq!(history(store).await.len(), 0);
}
