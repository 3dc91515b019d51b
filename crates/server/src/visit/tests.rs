//! Entries and exits through the real router: sealed, once, and openable by both units alone.

mod door;
mod flags;
mod keys;
mod limits;
mod pages;
mod places;
mod tickets;

use std::time::Duration;

use axum::http::StatusCode;
use domain::location::Slot;
use serde_json::json;
use visits::Kind;

use super::testing::{STAY, Seen, Units, counts, entry, exit, location, rows, send, tickets};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::TestServer;

#[tokio::test]
async fn who_enters_and_leaves_is_sealed_counted_and_opened_by_both_units_together() {
    let server = TestServer::start().await;
    let app = &server.app;
    let units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let ticket = tickets(&server, &mut anna.browser).await;
    let entered = send(&server, &mut anna.browser, &entry(app, &code.to_string(), &ticket)).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
    let until = app.now().plus(STAY).seconds();
    assert_eq!((&entered.json()["until"], counts(app, market).await), (&json!(until), (1, 0)));
    let came = Slot::of(app.now());

    server.advance(Duration::from_mins(25));
    let left = send(&server, &mut anna.browser, &exit(app, &entered.json())).await;
    assert_eq!((left.status, left.json()["until"].is_null()), (StatusCode::OK, true), "{}", left.text());
    assert_eq!(counts(app, market).await, (1, 1));
    let seen = |kind, slot| Seen { location: market, slot, kind, holder: anna.holder };
    let expected = vec![seen(Kind::Entry, came), seen(Kind::Exit, Slot::of(app.now()))];
    assert_eq!(units.open(app, &[market]).await, expected);
    assert!(rows(app, market).await.iter().all(|row| row.record.len() == 61), "of one length");
    server.stop().await;
}

#[tokio::test]
async fn what_is_sent_again_because_no_answer_came_is_there_once() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let body = entry(app, &code.to_string(), &tickets(&server, &mut anna.browser).await);
    // At once, and when the server that took it first is not there any more, or has forgotten it.
    for minutes in [0, 0, 3, 6] {
        server.advance(Duration::from_mins(minutes));
        let answer = send(&server, &mut anna.browser, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!((counts(app, market).await, rows(app, market).await.len()), ((1, 0), 1));
    }
    server.stop().await;
}

#[tokio::test]
async fn an_entry_reads_nothing_of_who_and_where() {
    let server = TestServer::start().await;
    let app = &server.app;
    let units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let [mut anna, mut berta] = [phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await];
    let ticket = tickets(&server, &mut anna.browser).await;
    let other = tickets(&server, &mut berta.browser).await;
    assert_eq!(send(&server, &mut berta.browser, &entry(app, &code.to_string(), &other)).await.status, 200);
    for table in ["device_session", "holder", "location_code", "location_entrance", "visit_day_key"] {
        server.break_table(table).await;
    }
    let entered = send(&server, &mut anna.browser, &entry(app, &code.to_string(), &ticket)).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
    let seen = units.open(app, &[market]).await;
    assert_eq!(seen.iter().filter(|seen| seen.holder == anna.holder).count(), 1);
    server.stop().await;
}
