//! `kill -9` in the middle of an import, of submissions and of filings: whatever was acknowledged is there once.
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(clippy::print_stdout, reason = "the counts are what these tests show")]

mod common;

use std::fmt::Write as _;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use blackbox::{Engine, Place, Server};
use common::{COLUMNS, Person, answer, reference};
use reqwest::Client;
use serde_json::{Value, json};

const PHONES: usize = 12;
const ROWS: usize = 60_000;
const FILINGS: usize = 120;

on_both_engines!(submissions, an_import, filings);

/// Waits for as many acknowledgements: the kill falls into the midst of the work however slow the machine is.
async fn reached(acks: &AtomicUsize, wanted: usize) {
    for _ in 0..20_000 {
        if acks.load(Ordering::Relaxed) >= wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("not {wanted} acknowledgements within 20 s");
}

/// A text for as long as the test runs.
fn kept(text: String) -> &'static str {
    text.leak()
}

fn person(number: String) -> Person {
    Person::new(kept(number), "CRASHTEST", "ANNA", ["1", "2", "1990"])
}

/// Phones that send their application while the server is killed, and press the button again afterwards.
async fn submissions(engine: Engine) {
    let place = Place::new(engine).await;
    let server = Server::start(&place).await;
    let mut sending = Vec::new();
    for at in 0..PHONES {
        let browser = server.browser();
        let last = answer(&browser, &person(format!("XC{:07}", 1_000_000 + at * 7919))).await;
        sending.push((browser, last));
    }
    let port = server.port();
    let acks = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = sending
        .into_iter()
        .enumerate()
        .map(|(at, (browser, last))| {
            let acks = Arc::clone(&acks);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(12 * u64::try_from(at).unwrap())).await;
                let answer = browser.try_submit(&last, "/apply/check", &[]).await;
                let acknowledged = answer.is_ok_and(|answer| answer.status().is_success());
                acks.fetch_add(usize::from(acknowledged), Ordering::Relaxed);
                (browser, last, acknowledged)
            })
        })
        .collect();
    reached(&acks, PHONES / 4).await;
    server.kill();
    let mut sent = Vec::new();
    for task in tasks {
        sent.push(task.await.unwrap());
    }
    let server = Server::at(&place, port).await;
    let (mut references, mut survived) = (Vec::new(), 0);
    for (browser, last, acknowledged) in &sent {
        let before = reference(&browser.get("/application").await);
        assert!(before.is_some() || !acknowledged, "an acknowledged application is gone");
        survived += usize::from(before.is_some());
        let again = browser.submit(last, "/apply/check", &[]).await;
        assert!(again.status.is_success(), "{}", again.status);
        let after = reference(&browser.get("/application").await).expect("sent again, it is there");
        assert!(before.is_none_or(|before| before == after), "sent again, it is the same application");
        references.push(after);
    }
    let acknowledged = sent.iter().filter(|(_, _, acknowledged)| *acknowledged).count();
    println!(
        "{engine:?}: {acknowledged} of {PHONES} submissions acknowledged, {survived} there, 0 lost, 0 twice"
    );
    references.sort();
    references.dedup();
    assert_eq!(references.len(), PHONES, "each phone holds an application of its own");
    server.stop();
}

/// Killed twice and started again, an import ends with every row on file once.
async fn an_import(engine: Engine) {
    let place = Place::new(engine).await;
    let mut csv = COLUMNS.to_owned();
    for at in 0..ROWS {
        writeln!(csv, "passport,UTO,UTO,2034-05-06,X{at:08},IMPORTED,ANNA,1990-02-01").unwrap();
    }
    let file = place.write("filings.csv", csv);
    let arguments = ["filing", "import", "--unit", "Entry and exit", file.to_str().unwrap()];
    let mut acknowledged = 0;
    for wanted in [10_000, 30_000] {
        acknowledged = acknowledged.max(killed_after(&place, &arguments, wanted));
    }
    let [inserted, unchanged, conflicts, refused] = counts(&place.run(&arguments));
    println!(
        "{engine:?}: {acknowledged} rows acknowledged before the second kill, {unchanged} there, {inserted} added"
    );
    assert!(unchanged >= acknowledged, "an acknowledged row is gone");
    assert!(unchanged < ROWS, "it was killed before its end");
    assert_eq!((inserted + unchanged, conflicts, refused), (ROWS, 0, 0));
    assert_eq!(on_file(&place).await, ROWS, "every row once");
}

/// Starts an import, kills it once it says that it has done as much, and gives what it said last.
fn killed_after(place: &Place, arguments: &[&str], wanted: usize) -> usize {
    use std::io::{BufRead as _, BufReader};
    let mut child = place.command(arguments).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut done = 0;
    while done < wanted {
        let line = said.next().expect("progress before its end").unwrap();
        done = line.split(' ').next().unwrap().parse().unwrap_or(done);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    done
}

/// `… imported, … on file already, … in conflict, … refused`.
fn counts(report: &str) -> [usize; 4] {
    let numbers: Vec<usize> =
        report.lines().last().unwrap().split(' ').filter_map(|word| word.parse().ok()).collect();
    numbers.try_into().expect("four numbers")
}

/// How many filings the database holds.
async fn on_file(place: &Place) -> usize {
    use sqlx::{Connection as _, Row as _};
    const COUNT: &str = "SELECT count(*) FROM filing";
    let count: i64 = if let Some(address) = place.database() {
        let mut connection = sqlx::PgConnection::connect(address).await.unwrap();
        sqlx::query(COUNT).fetch_one(&mut connection).await.unwrap().get(0)
    } else {
        let address = format!("sqlite://{}", place.folder().join("tongxing.db").display());
        let mut connection = sqlx::SqliteConnection::connect(&address).await.unwrap();
        sqlx::query(COUNT).fetch_one(&mut connection).await.unwrap().get(0)
    };
    usize::try_from(count).unwrap()
}

/// A program that files while the server is killed, and repeats every request with its key.
async fn filings(engine: Engine) {
    let place = Place::new(engine).await;
    let token = place.client("public security", "Entry and exit");
    let server = Server::start(&place).await;
    let (port, client) = (server.port(), Client::new());
    let acks = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..FILINGS)
        .map(|at| {
            let acks = Arc::clone(&acks);
            let request = filing(&client, &server.origin, &token, at);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(2 * u64::try_from(at).unwrap())).await;
                let answer = request.send().await.ok()?;
                answer.status().is_success().then_some(())?;
                let answer = answer.json::<Value>().await.ok()?;
                acks.fetch_add(1, Ordering::Relaxed);
                Some(answer)
            })
        })
        .collect();
    reached(&acks, FILINGS / 4).await;
    server.kill();
    let mut acknowledged = Vec::new();
    for task in tasks {
        acknowledged.push(task.await.unwrap());
    }
    let server = Server::at(&place, port).await;
    for (at, before) in acknowledged.iter().enumerate() {
        let again = filing(&client, &server.origin, &token, at).send().await.unwrap();
        let again: Value = again.json().await.unwrap();
        assert_eq!(again["outcome"], json!("filed"), "the first and the only filing of {at}");
        assert!(before.as_ref().is_none_or(|before| *before == again), "repeated, the same answer");
    }
    let count = acknowledged.iter().flatten().count();
    println!("{engine:?}: {count} of {FILINGS} filings acknowledged, 0 lost, 0 twice");
    assert!(0 < count && count < FILINGS, "the server was killed in the midst of it: {count}");
    server.stop();
    assert_eq!(on_file(&place).await, FILINGS);
}

fn filing(client: &Client, origin: &str, token: &str, at: usize) -> reqwest::RequestBuilder {
    let body = person(format!("XA{at:07}")).json();
    let request = client.post(format!("{origin}/api/v1/filings")).bearer_auth(token);
    request.header("idempotency-key", format!("crash-{at}")).json(&body)
}
