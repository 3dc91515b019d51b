//! A `SQLite` file that is deleted or replaced under a running server: nothing may be acknowledged any more.

use store::Failure;
use store::testing;

#[tokio::test]
async fn a_deleted_file_is_a_database_that_is_away_for_writers_and_readers() {
    let fresh = testing::sqlite().await;
    fresh.store.ping().await.expect("it is there");
    std::fs::remove_file(&fresh.place).expect("the file is deleted");
    let read = fresh.store.ping().await.expect_err("nothing is there");
    assert!(matches!(&read.failure, Failure::Unavailable(why) if why.contains("cannot be opened")), "{read}");
    let written = fresh.store.write("test.write").await.expect_err("nothing is there");
    assert!(matches!(written.failure, Failure::Unavailable(_)), "{written}");
}
