//! What somebody who copies the database finds in it.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt as _;

use domain::id::kind::{FilingId, ImportBatchId, RevisionId};
use domain::matching::DocumentDetails;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use store::rows::import::{ImportState, NewImport, file_hash};
use store::rows::register::{Revision, Source, candidate_keys};
use store::testing::{self, people::person};
use store::{Store, StoreError, call, transact};

use super::{ACTOR, NOW, file, prepared};

const PEOPLE: u64 = 300;

/// Everything that writes personal data: filings, corrections, withdrawals, imports, waiting applications.
async fn fill(store: &Store) {
    for n in 0..PEOPLE {
        file(store, i64::try_from(n).unwrap(), &person(n)).await;
    }
    let revision = |id| Revision {
        id: RevisionId::from_i64(id),
        expected_version: 1,
        actor: ACTOR,
        at: NOW,
        reason: "QUOKKASSON asked".to_owned(),
    };
    let import = NewImport {
        id: ImportBatchId::from_i64(1),
        file_name: "QUOKKASSON.csv".to_owned(),
        content_hash: file_hash(store.sealer(), &[1; 32]),
        source: Source::Csv,
        unit: ACTOR.unit,
        staff: None,
        rows_total: None,
        at: NOW,
    };
    let corrected = prepared(store, 3, &person(PEOPLE));
    let keys = candidate_keys(store.sealer(), &person(PEOPLE + 1));
    transact!(store, "test.fill", StoreError, |tx| {
        call!(tx, revision::correct(&corrected, &revision(1)))?;
        call!(tx, revision::withdraw(FilingId::from_i64(4), &revision(2)))?;
        call!(tx, import::start(&import))?;
        call!(tx, import::finish(import.id, ImportState::Finished, &["QUOKKASSON"], NOW))?;
        call!(tx, rematch::wait(domain::id::kind::ApplicationId::from_i64(1), &keys))
    })
    .unwrap();
}

/// Number, birth date and each part of the name that is too long to appear by chance.
fn needles() -> Vec<String> {
    let of = |details: DocumentDetails| {
        let name = [details.name.primary(), details.name.secondary()].join(" ");
        let mut words: Vec<String> =
            name.split(' ').filter(|w| w.len() >= SHORTEST).map(str::to_owned).collect();
        words.extend([details.number.canonical().to_owned(), details.birth_date.to_string()]);
        words
    };
    let mut all: Vec<String> = (0..PEOPLE + 2).flat_map(|n| of(person(n))).collect();
    all.push("QUOKKASSON".to_owned());
    all.sort_unstable();
    all.dedup();
    all
}

/// The shortest needle: a first look at this many bytes keeps the search to one pass.
const SHORTEST: usize = 6;

fn assert_secret(haystack: &[u8], place: &str) {
    let haystack = haystack.to_ascii_lowercase();
    let needles: Vec<String> = needles().iter().map(|needle| needle.to_ascii_lowercase()).collect();
    let starts: HashSet<&[u8]> = needles.iter().map(|needle| &needle.as_bytes()[..SHORTEST]).collect();
    assert!(
        haystack.windows(8).any(|window| window == b"passport"),
        "{place}: the search finds what is there"
    );
    for at in 0..haystack.len().saturating_sub(SHORTEST) {
        if starts.contains(&haystack[at..at + SHORTEST]) {
            let found = needles.iter().find(|needle| haystack[at..].starts_with(needle.as_bytes()));
            assert!(found.is_none(), "{place} holds personal data in the clear: {found:?}");
        }
    }
}

#[test]
#[should_panic(expected = "in the clear")]
fn the_search_notices_a_name() {
    assert_secret(b"passport ... Quokkasson ...", "a sample");
}

#[tokio::test]
async fn the_sqlite_file_and_its_log_hold_no_name_number_or_birth_date() {
    let fresh = testing::sqlite().await;
    fill(&fresh.store).await;
    let log = std::fs::read(format!("{}-wal", fresh.place)).unwrap();
    assert_secret(&log, "the write-ahead log");
    fresh.store.close().await;
    let file = std::fs::read(&fresh.place).unwrap();
    assert_secret(&file, "the database file");
    assert_eq!(std::fs::metadata(&fresh.place).unwrap().permissions().mode() & 0o777, 0o600);
    fresh.remove().await;
}

#[tokio::test]
async fn no_postgres_table_holds_a_name_number_or_birth_date() {
    let fresh = testing::postgres().await;
    fill(&fresh.store).await;
    let mut connection = PgConnection::connect(&fresh.place).await.unwrap();
    let tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    let mut bytes = Vec::new();
    for table in sqlx::query(tables).fetch_all(&mut connection).await.unwrap() {
        let table: String = table.get(0);
        // `escape` shows printable bytes of a sealed column as themselves.
        let rows = format!("SET bytea_output = 'escape'; SELECT t::TEXT FROM \"{table}\" t");
        for row in sqlx::raw_sql(AssertSqlSafe(rows)).fetch_all(&mut connection).await.unwrap() {
            bytes.extend_from_slice(row.get::<&str, _>(0).as_bytes());
        }
    }
    assert_secret(&bytes, "a PostgreSQL table");
    fresh.remove().await;
}
