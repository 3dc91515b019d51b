//! The schema and the statements, engine by engine.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqlSafeStr as _, SqliteConnection};
use std::sync::Arc;

use domain::entropy::SeededEntropy;
use store::{DataKeys, Failure, Sealer, Store, testing};

const FUTURE: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                      VALUES (9999, 'of a newer program', true, '', 0)";

fn statements(lists: &[&[&'static str]]) -> Vec<&'static str> {
    let all: Vec<&str> = lists.iter().flat_map(|list| list.iter().copied()).collect();
    assert!(all.len() > 25, "the lists are filled");
    all
}

#[tokio::test]
async fn every_statement_is_prepared_on_sqlite() {
    let fresh = testing::sqlite().await;
    let mut connection = SqliteConnection::connect(&fresh.place).await.unwrap();
    for sql in statements(store::sqlite::STATEMENTS) {
        let prepared = connection.prepare(AssertSqlSafe(sql).into_sql_str()).await;
        assert!(prepared.is_ok(), "{sql}: {:?}", prepared.err());
    }
    fresh.remove().await;
}

#[tokio::test]
async fn every_statement_is_prepared_on_postgres() {
    let fresh = testing::postgres().await;
    let mut connection = PgConnection::connect(&fresh.place).await.unwrap();
    for sql in statements(store::postgres::STATEMENTS) {
        let prepared = connection.prepare(AssertSqlSafe(sql).into_sql_str()).await;
        assert!(prepared.is_ok(), "{sql}: {:?}", prepared.err());
    }
    fresh.remove().await;
}

fn assert_too_new(opened: Result<Store, store::StoreError>) {
    let error = opened.unwrap_err();
    assert!(matches!(error.failure, Failure::SchemaTooNew { found: 9999, known } if known >= 1), "{error}");
    assert!(error.to_string().contains("start a program at least as new"), "{error}");
}

#[tokio::test]
async fn a_newer_schema_is_refused_on_sqlite() {
    let fresh = testing::sqlite().await;
    let mut connection = SqliteConnection::connect(&fresh.place).await.unwrap();
    sqlx::query(FUTURE).execute(&mut connection).await.unwrap();
    assert_too_new(Store::open_sqlite(fresh.place.as_ref(), testing::sealer()).await);
    fresh.remove().await;
}

#[tokio::test]
async fn a_newer_schema_is_refused_on_postgres() {
    let fresh = testing::postgres().await;
    let mut connection = PgConnection::connect(&fresh.place).await.unwrap();
    sqlx::query(FUTURE).execute(&mut connection).await.unwrap();
    assert_too_new(Store::open_postgres(&fresh.place, 2, testing::sealer()).await);
    fresh.remove().await;
}

#[tokio::test]
async fn servers_that_start_together_on_one_new_postgres_all_start() {
    let fresh = testing::postgres().await;
    let mut connection = PgConnection::connect(&fresh.place).await.unwrap();
    connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
    let open = || Store::open_postgres(&fresh.place, 2, testing::sealer());
    let (a, b, c) = tokio::join!(open(), open(), open());
    for store in [a, b, c] {
        store.unwrap().close().await;
    }
    fresh.remove().await;
}

/// Keys made with another seed than those of the tests' own databases.
fn other_keys() -> Sealer {
    let entropy = Arc::new(SeededEntropy::new(4_711));
    Sealer::new(&DataKeys::generate(&*entropy), entropy)
}

fn assert_other_keys(opened: Result<Store, store::StoreError>) {
    let error = opened.unwrap_err();
    assert_eq!(error.failure, Failure::OtherKeys);
    assert!(error.to_string().contains("restore its own data-keys.json"), "{error}");
}

#[tokio::test]
async fn other_data_keys_are_refused_on_sqlite_and_the_own_ones_go_on() {
    let fresh = testing::sqlite().await;
    assert_other_keys(Store::open_sqlite(fresh.place.as_ref(), other_keys()).await);
    Store::open_sqlite(fresh.place.as_ref(), testing::sealer()).await.unwrap().close().await;
    fresh.remove().await;
}

#[tokio::test]
async fn other_data_keys_are_refused_on_postgres_and_the_own_ones_go_on() {
    let fresh = testing::postgres().await;
    assert_other_keys(Store::open_postgres(&fresh.place, 2, other_keys()).await);
    Store::open_postgres(&fresh.place, 2, testing::sealer()).await.unwrap().close().await;
    fresh.remove().await;
}
