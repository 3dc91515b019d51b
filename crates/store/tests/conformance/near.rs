use documents::Number;
use domain::id::kind::FilingId;
use domain::matching::{DocumentDetails, Outcome, compare};
use store::rows::register::{Filing, Prepared};
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};

use super::{ORIGIN, file};

const FILINGS: u64 = 20_000;

fn with_number(details: &DocumentDetails, number: &str) -> DocumentDetails {
    DocumentDetails { number: Number::parse(details.kind(), number).unwrap(), ..details.clone() }
}

async fn candidates(store: &Store, typed: &DocumentDetails, limit: i64) -> Vec<Filing> {
    read!(store, "test.near", StoreError, |tx| { call!(tx, lookup::candidates(typed, limit)) }).unwrap()
}

/// Among 20,000 here; `examples/import_speed` and `tests/million.rs` say the same of a million.
pub async fn every_kind_of_mistyped_number_is_found_and_only_candidates_are_opened(store: &Store) {
    let row = |n: u64| {
        let id = FilingId::from_i64(i64::try_from(n).unwrap() + 1);
        Prepared::new(store.sealer(), id, &person(n))
    };
    let rows: Vec<Prepared> = (0..FILINGS).map(row).collect();
    let filed: Result<_, StoreError> =
        transact!(store, "test.many", StoreError, |tx| { call!(tx, register::file_batch(&rows, &ORIGIN)) });
    filed.unwrap();
    let meant = person(12_345);
    let number = meant.number.canonical().to_owned();
    let mut swapped = number.clone().into_bytes();
    let at = (1..8).find(|at| swapped[*at] != swapped[at + 1]).unwrap();
    swapped.swap(at, at + 1);
    let typed = [
        String::from_utf8(swapped).unwrap(),
        format!("{}{}", &number[..3], &number[4..]),
        format!("{}7{}", &number[..3], &number[3..]),
        format!("{}{}", &number[..8], if number.ends_with('4') { '5' } else { '4' }),
    ];
    for text in typed {
        let typed = with_number(&meant, &text);
        let before = store.sealer().opened();
        let found = candidates(store, &typed, 20).await;
        let opened = store.sealer().opened() - before;
        assert_eq!(opened, u64::try_from(found.len()).unwrap(), "nothing else was opened");
        assert!(opened <= 20, "{opened} opened");
        let near = |f: &&Filing| matches!(compare(&typed, &f.details), Outcome::Near(_));
        assert_eq!(found.iter().filter(near).count(), 1);
        assert_eq!(found.iter().find(near).unwrap().details, meant);
    }
    let stranger = with_number(&person(FILINGS + 5), "Z00000000");
    let before = store.sealer().opened();
    assert!(candidates(store, &stranger, 20).await.len() <= 3);
    assert!(store.sealer().opened() - before <= 3, "a stranger opens next to nothing");
}

pub async fn the_most_alike_come_first_when_there_are_too_many(store: &Store) {
    // Thirty namesakes born on one day, and one more whose number is nearly that typed.
    for n in 0..30 {
        let namesake = with_number(&person(1), &format!("K{:08}", n * 3_000_017));
        file(store, n + 1, &namesake).await;
    }
    let meant = with_number(&person(1), "W55512345");
    file(store, 99, &meant).await;
    let found = candidates(store, &with_number(&meant, "W55512354"), 5).await;
    assert_eq!(found.len(), 5);
    assert_eq!(found[0].id, FilingId::from_i64(99));
}
