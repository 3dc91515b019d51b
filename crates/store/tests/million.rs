//! A near match among a million filings opens its candidates and nothing else.
//!
//! `make test-million` (part of `make test`) runs it on SQLite; `scripts/with-postgres cargo test -p store --test million
//! -- --ignored` on both engines. The conformance suite says the same of 20,000 on both in every run.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::ops::Range;

use documents::Number;
use domain::Timestamp;
use domain::id::kind::{FilingId, UnitId};
use domain::matching::{DocumentDetails, Outcome, compare};
use store::rows::register::{Actor, Filed, Origin, Prepared, Source};
use store::testing::{Fresh, people::person, postgres, sqlite};
use store::{Store, StoreError, call, read, transact};

const FILINGS: u64 = 1_000_000;
const BATCH: u64 = 20_000;

async fn import(store: &Store, people: Range<u64>) {
    let actor = Actor { unit: UnitId::from_i64(1), staff: None, client: None };
    let origin = Origin { source: Source::Csv, batch: None, actor, at: Timestamp::from_seconds(1) };
    let sealer = store.sealer().clone();
    let prepare = move || -> Vec<Prepared> {
        let id = |n: u64| FilingId::from_i64(i64::try_from(n).unwrap());
        people.map(|n| Prepared::new(&sealer, id(n), &person(n))).collect()
    };
    let rows = tokio::task::spawn_blocking(prepare).await.unwrap();
    let filed: Result<Vec<Filed>, StoreError> = transact!(store, "test.million", StoreError, |tx| {
        call!(tx, register::file_batch(&rows, &origin))
    });
    assert!(filed.unwrap().iter().all(|f| matches!(f, Filed::Inserted(_))));
}

async fn only_candidates_are_opened(fresh: Fresh) {
    for start in (0..FILINGS).step_by(usize::try_from(BATCH).unwrap()) {
        import(&fresh.store, start..start + BATCH).await;
    }
    for n in (0..FILINGS).step_by(50_021) {
        let meant = person(n);
        let text = &meant.number.canonical()[..8];
        let number = Number::parse(meant.kind(), text).unwrap();
        let typed = DocumentDetails { number, ..meant.clone() };
        let before = fresh.store.sealer().opened();
        let found =
            read!(fresh.store, "test.near", StoreError, |tx| { call!(tx, lookup::candidates(&typed, 20)) })
                .unwrap();
        let opened = fresh.store.sealer().opened() - before;
        assert_eq!(opened, u64::try_from(found.len()).unwrap());
        assert!(opened <= 20, "{opened} opened");
        let near = found.iter().find(|f| matches!(compare(&typed, &f.details), Outcome::Near(_)));
        assert_eq!(near.unwrap().details, meant);
    }
    fresh.remove().await;
}

#[tokio::test]
#[ignore = "a million rows: run in release"]
async fn among_a_million_only_candidates_are_opened_on_sqlite() {
    only_candidates_are_opened(sqlite().await).await;
}

#[tokio::test]
#[ignore = "a million rows: run in release"]
async fn among_a_million_only_candidates_are_opened_on_postgres() {
    only_candidates_are_opened(postgres().await).await;
}
