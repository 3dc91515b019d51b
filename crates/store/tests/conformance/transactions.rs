use domain::id::kind::{ImportBatchId, LogLeafId};
use store::rows::import::{NewImport, Progress, file_hash};
use store::rows::register::Source;
use store::testing::people::person;
use store::{Failure, Store, StoreError, call, read, transact};

use super::log::leaf;
use super::{ACTOR, NOW, ORIGIN, prepared};

#[derive(Debug)]
enum Refusal {
    Changed,
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

pub async fn an_error_rolls_everything_back(store: &Store) {
    let row = prepared(store, 1, &person(1));
    let refused: Result<(), Refusal> = transact!(store, "test.refuse", Refusal, |tx| {
        call!(tx, register::file(&row, &ORIGIN))?;
        return Err(Refusal::Changed);
    });
    assert!(matches!(refused, Err(Refusal::Changed)));
    let count = read!(store, "test.count", StoreError, |tx| { call!(tx, register::count()) }).unwrap();
    assert_eq!(count.active, 0);
}

pub async fn a_read_transaction_cannot_write(store: &Store) {
    let leaf = leaf(1);
    let refused: Result<(), Refusal> = read!(store, "test.write", Refusal, |tx| {
        call!(tx, log::append(&leaf))?;
        Ok(())
    });
    let Err(Refusal::Store(error)) = refused else { panic!("it wrote") };
    assert_eq!(error.transaction, Some("test.write"));
    transact!(store, "test.write", StoreError, |tx| { call!(tx, log::append(&leaf)) }).unwrap();
}

pub async fn concurrent_writers_lose_nothing(store: &Store) {
    let id = ImportBatchId::from_i64(1);
    let import = NewImport {
        id,
        file_name: "a.csv".to_owned(),
        content_hash: file_hash(store.sealer(), &[0; 32]),
        source: Source::Csv,
        unit: ACTOR.unit,
        staff: None,
        rows_total: None,
        at: NOW,
    };
    transact!(store, "test.start", StoreError, |tx| { call!(tx, import::start(&import)) }).unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            // Spawned, so this compiles only while transactions are `Send`.
            tokio::spawn(async move {
                for _ in 0..10 {
                    let one = Progress { rows_read: 1, ..Progress::default() };
                    transact!(store, "test.advance", StoreError, |tx| {
                        // A read before the write: an engine without conflicts would lose updates here.
                        call!(tx, import::get(id))?;
                        call!(tx, import::advance(id, one, NOW))
                    })
                    .unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let import = read!(store, "test.get", StoreError, |tx| { call!(tx, import::get(id)) }).unwrap();
    assert_eq!(import.unwrap().progress.rows_read, 80);
}

pub async fn an_error_names_its_transaction_and_no_value(store: &Store) {
    let leaf = leaf(0x1234_5678_9abc);
    let append = async || -> Result<(), StoreError> {
        transact!(store, "test.append", StoreError, |tx| { call!(tx, log::append(&leaf)) })
    };
    append().await.unwrap();
    let error = append().await.unwrap_err();
    assert_eq!(error.transaction, Some("test.append"));
    assert!(matches!(&error.failure, Failure::Unique(_)));
    let shown = format!("{error} {error:?}");
    assert!(shown.starts_with("test.append: unique key log_leaf"), "{shown}");
    let (id, hexadecimal) = (leaf.id.as_i64().to_string(), LogLeafId::to_string(&leaf.id));
    assert!(!shown.contains(&id) && !shown.contains(&hexadecimal), "{shown}");
}
