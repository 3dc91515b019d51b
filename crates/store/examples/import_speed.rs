//! How fast filings are imported with all indexes, how much memory that takes, and how long a near-match
//! look-up takes at ten thousand and at a million: `import_speed sqlite|postgres [rows] [batch] [--json]`.
//!
//! PostgreSQL is the one that `TONGXING_TEST_POSTGRES` names. The bench suite reads the lines of `--json`.
#![allow(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints and takes real time"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use documents::Number;
use domain::Timestamp;
use domain::id::kind::{FilingId, UnitId};
use domain::matching::{DocumentDetails, Outcome, compare};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use store::rows::register::{Actor, Filed, Origin, Prepared, Source};
use store::testing::{Folder, people::person, postgres, sqlite};
use store::{Sealer, Store, StoreError, call, read, transact};

const LOOKUPS: u64 = 500;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), StoreError> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--json").collect();
    let json = std::env::args().any(|a| a == "--json");
    let number = |at: usize, default: u64| arguments.get(at).and_then(|a| a.parse().ok()).unwrap_or(default);
    let engine = arguments.first().map_or("sqlite", String::as_str);
    let (rows, batch) = (number(1, 1_000_000), number(2, 20_000));
    let fresh = if engine == "postgres" { postgres().await } else { sqlite().await };
    let store = &fresh.store;
    let print = |name: &str, value: f64, unit: &str| {
        if json {
            println!(r#"{{"name":"store {engine} {name}","value":{value:.3},"unit":"{unit}"}}"#);
        } else {
            println!("{engine:9} {name:40} {value:12.1} {unit}");
        }
    };
    let small = rows.min(10_000);
    import(store, 0..small, batch).await?;
    let (median, worst, opened) = look_up(store, small).await?;
    print(&format!("near look-up at {small}, median"), median, "us");
    print(&format!("near look-up at {small}, worst"), worst, "us");
    print(&format!("near look-up at {small}, opened"), opened, "rows each");
    let started = Instant::now();
    let slowest = import(store, small..rows, batch).await?;
    let seconds = started.elapsed().as_secs_f64();
    print("import", (rows - small) as f64 / seconds, "rows/s");
    let bare = bare_insert(store.sealer(), rows.min(100_000), batch).await.expect("a bare SQLite works");
    print("bare insert", bare, "rows/s");
    print("import, slowest transaction", slowest.as_secs_f64() * 1e3, "ms");
    print("peak memory", peak_memory_mib(), "MiB");
    let (median, worst, opened) = look_up(store, rows).await?;
    print(&format!("near look-up at {rows}, median"), median, "us");
    print(&format!("near look-up at {rows}, worst"), worst, "us");
    print(&format!("near look-up at {rows}, opened"), opened, "rows each");
    fresh.remove().await;
    Ok(())
}

fn prepare(sealer: &Sealer, people: std::ops::Range<u64>) -> Vec<Prepared> {
    let row = |n: u64| Prepared::new(sealer, FilingId::from_i64(row_id(n)), &person(n));
    people.map(row).collect()
}

/// What the import stands beside: the same sealed rows into one `SQLite` table without an index, in the same
/// batches, each committed as durably. Sealing is part of both.
async fn bare_insert(sealer: &Sealer, rows: u64, batch: u64) -> Result<f64, sqlx::Error> {
    let folder = Folder::new();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("CREATE TABLE bare (id INTEGER PRIMARY KEY, details BLOB)").execute(&mut connection).await?;
    let started = Instant::now();
    for start in (0..rows).step_by(usize::try_from(batch).expect("a batch fits")) {
        let prepared = prepare(sealer, start..(start + batch).min(rows));
        let mut transaction = connection.begin().await?;
        for row in &prepared {
            let insert = sqlx::query("INSERT INTO bare VALUES ($1, $2)").bind(row.id().as_i64());
            insert.bind(row.sealed_details()).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
    }
    Ok(rows as f64 / started.elapsed().as_secs_f64())
}

fn row_id(number: u64) -> i64 {
    i64::try_from(number + 1).expect("far below 2^63") << 32
}

/// Seals one batch on another thread while the one before is written; gives the slowest transaction.
async fn import(store: &Store, people: std::ops::Range<u64>, batch: u64) -> Result<Duration, StoreError> {
    let part = |start: u64| start..(start + batch).min(people.end);
    let spawn = |range: std::ops::Range<u64>| {
        let sealer: Arc<Sealer> = store.sealer().clone();
        tokio::task::spawn_blocking(move || prepare(&sealer, range))
    };
    let actor = Actor { unit: UnitId::from_i64(1), staff: None, client: None };
    let origin = Origin { source: Source::Csv, batch: None, actor, at: Timestamp::from_seconds(1) };
    let (mut start, mut next, mut slowest) = (people.start, spawn(part(people.start)), Duration::ZERO);
    while start < people.end {
        let rows = next.await.expect("preparing does not panic");
        start += batch;
        next = spawn(part(start.min(people.end)));
        let began = Instant::now();
        let outcomes: Vec<Filed> = transact!(store, "bench.import", StoreError, |tx| {
            call!(tx, register::file_batch(&rows, &origin))
        })?;
        slowest = slowest.max(began.elapsed());
        assert!(outcomes.iter().all(|o| matches!(o, Filed::Inserted(_))), "all people differ");
    }
    Ok(slowest)
}

/// Near matches of people on file whose number is mistyped in one place: median and worst in microseconds, and
/// how many rows each opened.
async fn look_up(store: &Store, filed: u64) -> Result<(f64, f64, f64), StoreError> {
    let opened = store.sealer().opened();
    let mut times = Vec::new();
    for n in 0..LOOKUPS {
        let typed = mistyped(person(n * (filed / LOOKUPS).max(1) % filed), n);
        let began = Instant::now();
        let found =
            read!(store, "bench.look_up", StoreError, |tx| { call!(tx, lookup::candidates(&typed, 20)) })?;
        times.push(began.elapsed());
        assert!(found.iter().any(|f| matches!(compare(&typed, &f.details), Outcome::Near(_))), "it is found");
    }
    times.sort_unstable();
    let micros = |d: Duration| d.as_secs_f64() * 1e6;
    let each = (store.sealer().opened() - opened) as f64 / LOOKUPS as f64;
    Ok((micros(times[times.len() / 2]), micros(times[times.len() - 1]), each))
}

fn mistyped(details: DocumentDetails, n: u64) -> DocumentDetails {
    let mut digits = details.number.canonical().as_bytes().to_vec();
    let at = 1 + usize::try_from(n % 8).expect("below eight");
    digits[at] = if digits[at] == b'9' { b'0' } else { digits[at] + 1 };
    let text = std::str::from_utf8(&digits).expect("digits");
    DocumentDetails { number: Number::parse(details.kind(), text).expect("a number"), ..details }
}

fn peak_memory_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap_or(0.0) / 1024.0
}
