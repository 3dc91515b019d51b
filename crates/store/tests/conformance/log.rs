use domain::entropy::SeededEntropy;
use domain::id::kind::LogLeafId;
use store::rows::log::{Leaf, commitment};
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};

use super::{NOW, ORIGIN, prepared};

pub fn leaf(id: i64) -> Leaf {
    Leaf::commit(LogLeafId::from_i64(id), "decision", None, b"content", NOW, &SeededEntropy::new(1))
}

pub async fn a_leaf_is_written_with_what_it_records_or_not_at_all(store: &Store) {
    let leaf = leaf(1);
    assert_eq!(leaf.commitment, commitment("decision", leaf.salt, b"content"));
    assert_ne!(leaf.commitment, commitment("decision", [0; 16], b"content"));
    let row = prepared(store, 1, &person(1));
    let both = async || -> Result<(), StoreError> {
        transact!(store, "test.both", StoreError, |tx| {
            call!(tx, register::file(&row, &ORIGIN))?;
            call!(tx, log::append(&leaf))
        })
    };
    both().await.unwrap();
    let again = prepared(store, 2, &person(2));
    let refused: Result<(), StoreError> = transact!(store, "test.both", StoreError, |tx| {
        call!(tx, register::file(&again, &ORIGIN))?;
        call!(tx, log::append(&leaf))
    });
    assert!(refused.unwrap_err().is_unique());
    let count = read!(store, "test.count", StoreError, |tx| { call!(tx, register::count()) }).unwrap();
    assert_eq!(count.active, 1);
}
