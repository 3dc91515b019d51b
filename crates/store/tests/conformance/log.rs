use domain::entropy::SeededEntropy;
use domain::id::kind::LogLeafId;
use store::rows::log::{Leaf, LogHead, commitment};
use store::testing::people::person;
use store::{Store, StoreError, call, read, transact};

use transparency::{Frontier, Hash};

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

pub async fn leaves_get_their_places_in_the_order_of_their_rows_and_once(store: &Store) {
    for id in [5, 3, 9] {
        transact!(store, "test.append", StoreError, |tx| { call!(tx, log::append(&leaf(id))) }).unwrap();
    }
    let waits =
        async || read!(store, "test.waits", StoreError, |tx| { call!(tx, log_tree::waits()) }).unwrap();
    assert!(waits().await);
    let given = transact!(store, "test.give", StoreError, |tx| {
        assert_eq!(call!(tx, log_tree::lock())?, LogHead::default());
        call!(tx, log_tree::give(0, 2))
    });
    let given = given.unwrap();
    assert_eq!(given, [(0, leaf(3).public()), (1, leaf(5).public())]);
    assert!(waits().await);
    let given = transact!(store, "test.give", StoreError, |tx| { call!(tx, log_tree::give(2, 10)) });
    assert_eq!(given.unwrap(), [(2, leaf(9).public())]);
    assert!(!waits().await);
    let read = read!(store, "test.read", StoreError, |tx| {
        let ours = LogLeafId::from_i64(9);
        Ok((call!(tx, log_tree::leaves(1, 5))?, call!(tx, log_tree::place(ours))?))
    });
    assert_eq!(read.unwrap(), (vec![leaf(5).public(), leaf(9).public()], Some((2, leaf(9).public()))));
    // A place that was given is taken.
    transact!(store, "test.append", StoreError, |tx| { call!(tx, log::append(&leaf(11))) }).unwrap();
    let again = transact!(store, "test.give", StoreError, |tx| { call!(tx, log_tree::give(1, 10)) });
    assert!(again.unwrap_err().is_unique());
}

pub async fn where_the_log_stands_is_kept_and_held_by_one(store: &Store) {
    let mut frontier = Frontier::default();
    for at in 0..300_u32 {
        frontier.push(Hash::of_leaf(&at.to_be_bytes()), |_, _, _| {});
    }
    let head = LogHead { frontier, checkpoint: Some("a note".to_owned()) };
    let root = Hash::of_leaf(b"a root");
    let put = transact!(store, "test.put", StoreError, |tx| {
        call!(tx, log_tree::lock())?;
        call!(tx, log_tree::add_root(0, 0, root))?;
        call!(tx, log_tree::add_root(1, 0, Hash::of_nothing()))?;
        call!(tx, log_tree::put(&head))
    });
    put.unwrap();
    let read = read!(store, "test.read", StoreError, |tx| {
        Ok((call!(tx, log_tree::current())?, call!(tx, log_tree::roots(0, 0, 256))?))
    });
    assert_eq!(read.unwrap(), (Some(head), vec![root]));
    // Eight at once, each adding a leaf to what it finds: none writes over another's.
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                transact!(store, "test.grow", StoreError, |tx| {
                    let mut head = call!(tx, log_tree::lock())?;
                    head.frontier.push(root, |_, _, _| {});
                    call!(tx, log_tree::put(&head))
                })
                .unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let head = read!(store, "test.read", StoreError, |tx| { call!(tx, log_tree::current()) });
    assert_eq!(head.unwrap().unwrap().frontier.size(), 308);
}

pub async fn a_leaf_that_the_public_log_cannot_carry_is_not_written(store: &Store) {
    let spaced = Leaf { rule_set: Some("two words".to_owned()), ..leaf(1) };
    let refused = transact!(store, "test.append", StoreError, |tx| { call!(tx, log::append(&spaced)) });
    assert!(refused.is_err());
    let waits = read!(store, "test.waits", StoreError, |tx| { call!(tx, log_tree::waits()) });
    assert!(!waits.unwrap());
}
