//! `kill -9` in the middle of an import and of submissions: whatever was acknowledged is there once.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fmt::Write as _;
use std::time::Duration;

use blackbox::{Browser, Engine, Place, Server};
use common::{Person, answer, reference};

const PEOPLE: usize = 12;
const ROWS: usize = 20_000;

#[tokio::test]
async fn submissions_survive_on_sqlite() {
    submissions(Engine::Sqlite).await;
}

#[tokio::test]
async fn submissions_survive_on_postgres() {
    submissions(Engine::Postgres).await;
}

async fn submissions(engine: Engine) {
    let place = Place::new(engine).await.expect("TONGXING_TEST_POSTGRES names a server");
    let server = Server::start(&place).await;
    let mut ready = Vec::new();
    for at in 0..PEOPLE {
        let number: &'static str = format!("XC{:07}", 1_000_000 + at * 7919).leak();
        let person = Person { number, family: "CRASHTEST", given: "ANNA", birth: ["1", "2", "1990"] };
        let browser = server.browser();
        let last = answer(&browser, &person).await;
        ready.push((browser, last));
    }
    let port = server.port();
    let sending: Vec<_> = ready
        .into_iter()
        .enumerate()
        .map(|(at, (browser, last))| {
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(8 * u64::try_from(at).unwrap())).await;
                let answer = browser.try_submit(&last, "/apply/check", &[]).await;
                let acknowledged = answer.is_ok_and(|answer| answer.status().is_success());
                (browser, acknowledged)
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(60)).await;
    server.kill();
    let mut sent: Vec<(Browser, bool)> = Vec::new();
    for task in sending {
        sent.push(task.await.unwrap());
    }
    let server = Server::at(&place, port).await;
    let mut references = Vec::new();
    for (browser, acknowledged) in &sent {
        let page = browser.get("/application").await;
        match reference(&page) {
            Some(reference) => references.push(reference),
            None => assert!(!acknowledged, "an acknowledged application is gone ({})", page.status),
        }
    }
    let all = references.len();
    references.sort();
    references.dedup();
    assert_eq!(references.len(), all, "two phones hold one application");
    server.stop();
}

#[tokio::test]
async fn an_import_survives_on_sqlite() {
    import(Engine::Sqlite).await;
}

#[tokio::test]
async fn an_import_survives_on_postgres() {
    import(Engine::Postgres).await;
}

/// Killed and started again, an import ends with every row on file once: a last run finds nothing to do.
async fn import(engine: Engine) {
    let place = Place::new(engine).await.expect("TONGXING_TEST_POSTGRES names a server");
    let mut csv =
        "kind,issuing_state,nationality,expiry_date,number,family_name,given_names,birth_date\n".to_owned();
    for at in 0..ROWS {
        writeln!(csv, "passport,UTO,UTO,2034-05-06,X{at:08},IMPORTED,ANNA,1990-02-01").unwrap();
    }
    let file = place.write("filings.csv", csv);
    let arguments = ["filing", "import", "--unit", "Entry and exit", file.to_str().unwrap()];
    for after in [400, 900] {
        let mut child = place.command(&arguments).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(after)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    place.run(&arguments);
    let again = place.run(&arguments);
    assert!(again.contains(&ROWS.to_string()), "the report counts all rows: {again}");
    // One of them can be found, and only once: the API answers with the one filing.
    let token = place.client("counter", "Entry and exit");
    let server = Server::start(&place).await;
    let search = |number: String| {
        let request = reqwest::Client::new().post(format!("{}/api/v1/filings/search", server.origin));
        request.bearer_auth(&token).json(&serde_json::json!({ "number": number })).send()
    };
    for at in [0, ROWS / 2, ROWS - 1] {
        let answer = search(format!("X{at:08}")).await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        let text = answer.text().await.unwrap();
        assert_eq!(text.matches("\"birth_date\"").count(), 1, "row {at} stands there not once");
    }
    server.stop();
}
