//! How many decisions a second are durable with their leaves: `decision_speed sqlite|postgres [decisions] [at once]`. Prints JSON
//! lines: decisions a second, and how many bytes one writes. PostgreSQL is the one that `TONGXING_TEST_POSTGRES` names.
//!
//! Decided is by the use case that every cause calls, each decision in a transaction of its own, of many people at once.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a measurement prints and takes real time"
)]

use std::time::Instant;

use domain::id::kind::HolderId;
use server::pass::testing::{HEALTHY, phone};
use server::testing::TestServer;
use server::{App, decision};
use store::{StoreError, call, read, transact};
use tokio::task::JoinSet;

/// People of each of those who have something decided at the same time.
const PEOPLE: usize = 8;

#[tokio::main]
async fn main() -> Result<(), StoreError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, usual| arguments.get(at).map_or(usual, |text| text.parse().unwrap());
    let (decisions, at_once) = (number(1, 4_000), number(2, 32));
    let on_postgres = arguments.first().is_some_and(|engine| engine == "postgres");
    let server = if on_postgres { TestServer::on_postgres().await } else { TestServer::start().await };
    let mut people = Vec::new();
    for _ in 0..at_once * PEOPLE {
        people.push(phone(&server, &HEALTHY).await.holder);
    }
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for own in people.chunks(PEOPLE) {
        tasks.spawn(decide(server.app.clone(), own.to_vec(), decisions / at_once));
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap()?;
    }
    let made = u32::try_from(decisions / at_once * at_once).unwrap();
    print("decisions", f64::from(made) / begun.elapsed().as_secs_f64());
    print("bytes", f64::from(u32::try_from(bytes(&server.app, people[0]).await?).unwrap()));
    server.stop().await;
    Ok(())
}

fn print(name: &str, value: f64) {
    println!(r#"{{"name":"{name}","value":{value:.3}}}"#);
}

/// One of those at work: decides about one after the other of theirs.
async fn decide(app: App, people: Vec<HolderId>, times: usize) -> Result<(), StoreError> {
    for holder in people.into_iter().cycle().take(times) {
        let decided = transact!(app.store, "bench.decide", StoreError, |tx| {
            decision::decide(tx, &app, holder).await
        })?;
        assert!(decided.is_some(), "each is decided and written");
    }
    Ok(())
}

/// What a decision and its leaf say, in bytes: texts, and numbers of eight bytes.
async fn bytes(app: &App, holder: HolderId) -> Result<usize, StoreError> {
    let row =
        read!(app.store, "bench.row", StoreError, |tx| { call!(tx, decision::current(holder)) })?.unwrap();
    let lists = [serde_json::to_string(&row.reasons).unwrap(), serde_json::to_string(&row.fired).unwrap()];
    let decision = lists[0].len() + lists[1].len() + row.colour.as_str().len() + row.rule_set.len() + 8 * 8;
    let leaf = decision::LEAF_KIND.len() + row.rule_set.len() + 32 + 16 + 2 * 8;
    Ok(decision + leaf)
}
