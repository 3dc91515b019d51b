use std::time::Duration;

use domain::id::kind::{ImportBatchId, UnitId};
use store::rows::import::{ImportState, NewImport, Progress, file_hash};
use store::rows::register::Source;
use store::{Store, StoreError, call, read, transact};

use super::{ACTOR, NOW};

fn new(store: &Store, id: i64) -> NewImport {
    NewImport {
        id: ImportBatchId::from_i64(id),
        file_name: "ERIKSSON family.csv".to_owned(),
        content_hash: file_hash(store.sealer(), &[7; 32]),
        source: Source::Csv,
        unit: ACTOR.unit,
        staff: ACTOR.staff,
        rows_total: Some(30),
        at: NOW,
    }
}

async fn start(store: &Store, import: &NewImport) {
    transact!(store, "test.start", StoreError, |tx| { call!(tx, import::start(import)) }).unwrap();
}

pub async fn progress_adds_up_and_the_report_reads_back(store: &Store) {
    let (import, id) = (new(store, 1), ImportBatchId::from_i64(1));
    start(store, &import).await;
    let done = Progress { rows_read: 10, inserted: 5, unchanged: 2, conflicts: 1, refused: 2 };
    let later = NOW.plus(Duration::from_secs(5));
    for _ in 0..3 {
        transact!(store, "test.advance", StoreError, |tx| { call!(tx, import::advance(id, done, later)) })
            .unwrap();
    }
    let report = vec![("line 4".to_owned(), "number.length".to_owned())];
    let (running, none) = read!(store, "test.get", StoreError, |tx| {
        let report = call!(tx, import::report::<Vec<(String, String)>>(id));
        Ok((call!(tx, import::get(id))?.unwrap(), report?))
    })
    .unwrap();
    assert_eq!(running.state, ImportState::Running);
    assert_eq!(running.rows_total, Some(30));
    assert_eq!(none, None);
    transact!(store, "test.finish", StoreError, |tx| {
        call!(tx, import::finish(id, ImportState::Finished, &report, later))
    })
    .unwrap();
    let (ended, read_back) = read!(store, "test.get", StoreError, |tx| {
        let ended = call!(tx, import::of_unit(ACTOR.unit, 5))?;
        Ok((ended, call!(tx, import::report::<Vec<(String, String)>>(id))?))
    })
    .unwrap();
    let [ended] = &ended[..] else { panic!("one import") };
    assert_eq!(ended.state, ImportState::Finished);
    let total = Progress { rows_read: 30, inserted: 15, unchanged: 6, conflicts: 3, refused: 6 };
    assert_eq!(ended.progress, total);
    assert_eq!((ended.file_name.as_str(), ended.updated_at), ("ERIKSSON family.csv", later));
    assert_eq!(read_back, Some(report));
}

pub async fn a_file_that_comes_again_is_known_to_its_unit_only(store: &Store) {
    start(store, &new(store, 1)).await;
    start(store, &new(store, 2)).await;
    let hash = file_hash(store.sealer(), &[7; 32]);
    let (same, changed, elsewhere) = read!(store, "test.same", StoreError, |tx| {
        let other = file_hash(store.sealer(), &[8; 32]);
        Ok((
            call!(tx, import::same_file(ACTOR.unit, hash))?,
            call!(tx, import::same_file(ACTOR.unit, other))?,
            call!(tx, import::same_file(UnitId::from_i64(99), hash))?,
        ))
    })
    .unwrap();
    assert_eq!(same.unwrap().id, ImportBatchId::from_i64(2));
    assert!(changed.is_none() && elsewhere.is_none());
}
