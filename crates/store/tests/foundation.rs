//! Named transactions on both engines: Send, retries, names in errors, migrations.

use domain::id::kind::LogLeafId;
use store::rows::log::Leaf;
use store::testing::{Fresh, postgres, sqlite};
use store::{StoreError, call, transact};

fn leaf(id: i64) -> Leaf {
    let entropy = domain::entropy::SeededEntropy::new(4);
    Leaf::commit(LogLeafId::from_i64(id), "test", None, b"x", domain::Timestamp::from_seconds(1), &entropy)
}

async fn append_twice(fresh: Fresh) {
    let store = fresh.store.clone();
    // Spawned, so this compiles only while transactions are `Send`.
    let task = tokio::spawn(async move {
        let row = leaf(7);
        let once: Result<(), StoreError> =
            transact!(store, "test.append", StoreError, |tx| { call!(tx, log::append(&row)) });
        once.unwrap();
        transact!(store, "test.append", StoreError, |tx| {
            call!(tx, log::append(&row))?;
            Ok(())
        })
    });
    let error = task.await.unwrap().unwrap_err();
    assert!(error.is_unique(), "{error}");
    assert!(error.to_string().starts_with("test.append: "), "{error}");
    fresh.remove().await;
}

#[tokio::test]
async fn a_unique_key_refuses_and_the_error_names_the_transaction_on_sqlite() {
    append_twice(sqlite().await).await;
}

#[tokio::test]
async fn a_unique_key_refuses_and_the_error_names_the_transaction_on_postgres() {
    append_twice(postgres().await).await;
}
