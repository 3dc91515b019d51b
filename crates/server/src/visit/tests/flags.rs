//! What managers and administrators are told of a location, and what of it touches anybody: nothing.

use std::time::Duration;

use domain::location::Slot;
use serde_json::Value;
use store::rows::visit::VisitCount;
use store::{StoreError, call, transact};

use super::super::networks::MANY;
use super::super::testing::{Units, entry, location, send, tickets};
use super::super::{networks, retention, rush};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::TestServer;
use crate::{App, Settings};

/// How many rows there are to look at. What is noticed is kept beside the request.
async fn flags(server: &TestServer) -> i64 {
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    server.rows().await["location_flag"]
}

/// Henan, June 2022: 871 people who were never in the city scanned a picture of one poster.
#[tokio::test]
async fn a_picture_of_a_poster_that_goes_round_is_noticed_once_and_changes_nothing_about_the_871() {
    let proxy = "127.0.0.1".parse().unwrap();
    let settings = Settings { trusted_proxies: vec![proxy], ..Settings::for_tests() };
    let server = TestServer::with_settings(settings).await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (_, code) = location(app).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let ticket = tickets(&server, &mut anna.browser).await;
    let before = server.rows().await;
    let place = app.places.by_code(app, code.to_string().parse().unwrap()).await.unwrap();
    for at in 0..871_u32 {
        let address = std::net::Ipv4Addr::from_bits(0xC633_0000 + at * 256);
        networks::scanned(app, &place, address.into());
        if at + 2 == u32::try_from(MANY).unwrap() {
            assert_eq!(flags(&server).await, 0);
        }
    }
    assert_eq!(flags(&server).await, 1);
    let all =
        transact!(app.store, "test.flags", StoreError, |tx| { call!(tx, location_flag::all(10)) }).unwrap();
    assert_eq!(all[0].0.number, 640, "and how many it has become, each time that they are twice as many");
    // The poster works on, and nothing else was written: no colour, no evidence, no task, no notice.
    let entered = send(&server, &mut anna.browser, &entry(app, &code.to_string(), &ticket)).await;
    assert_eq!(entered.status.as_u16(), 200, "{}", entered.text());
    let after = server.rows().await;
    let changed: Vec<&str> = after
        .iter()
        .filter(|(table, rows)| before[*table] != **rows)
        .map(|(table, _)| table.as_str())
        .collect();
    assert_eq!(changed, ["location_flag", "visit", "visit_count", "visit_key"]);
    server.stop().await;
}

#[tokio::test]
async fn entries_count_the_network_they_come_from_and_ten_minutes_later_it_is_forgotten() {
    let proxy = "127.0.0.1".parse().unwrap();
    let settings = Settings { trusted_proxies: vec![proxy], ..Settings::for_tests() };
    let server = TestServer::with_settings(settings).await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (_, code) = location(app).await;
    let enter = async |network: usize| {
        let mut anna = phone(&server, &HEALTHY).await;
        let ticket = tickets(&server, &mut anna.browser).await;
        let body: Value = entry(app, &code.to_string(), &ticket);
        let request = axum::http::Request::builder().method("POST").uri("/api/v1/visits");
        let request = request.header("x-forwarded-for", format!("2001:db8:{network:x}::7"));
        let answer = server.send(&mut anna.browser, request, body.to_string().into()).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    };
    for network in 0..MANY - 1 {
        enter(network).await;
    }
    enter(0).await;
    server.advance(networks::WINDOW);
    enter(MANY).await;
    assert_eq!(flags(&server).await, 0, "nineteen networks, and one long after");
    for network in 0..MANY - 1 {
        enter(network).await;
    }
    assert_eq!(flags(&server).await, 1);
    server.stop().await;
}

async fn count(app: &App, location: domain::id::kind::LocationId, slot: i64, entries: i64) {
    let count = VisitCount { location, slot: Slot::from_number(slot), entries, exits: 0 };
    transact!(app.store, "test.count", StoreError, |tx| { call!(tx, visit::count(&[count])) }).unwrap();
}

#[tokio::test]
async fn an_hour_far_busier_than_usual_is_noticed_once_and_a_new_location_has_no_usual_hour() {
    let server = TestServer::start().await;
    let app = &server.app;
    let [(market, _), (library, _), (corner, _)] =
        [location(app).await, location(app).await, location(app).await];
    let now = Slot::of(app.now()).number();
    for day in 1..=4 {
        count(app, market, now - day * 288, 20).await;
        count(app, library, now - day * 288, 20).await;
        count(app, corner, now - day * 288 - 24, 1).await;
    }
    let (new, _) = location(app).await;
    count(app, new, now, 10_000).await;
    count(app, market, now, 100).await;
    count(app, library, now, 101).await;
    count(app, corner, now, 50).await;
    assert_eq!((rush::look(app).await.unwrap(), flags(&server).await), (1, 1));
    count(app, market, now, 1).await;
    count(app, corner, now, 1).await;
    assert_eq!(
        rush::look(app).await.unwrap(),
        2,
        "one more than five times as usual; at a quiet hour, more than fifty"
    );
    assert_eq!((rush::look(app).await.unwrap(), flags(&server).await), (0, 3));
    server.advance(Duration::from_hours(1));
    assert_eq!(rush::look(app).await.unwrap(), 0, "another hour");
    server.stop().await;
}

#[tokio::test]
async fn after_fourteen_days_visits_keys_and_counts_are_gone_and_whoever_watches_sees_it() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 20).await;
    let (_, code) = location(app).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let start = app.now();
    for _ in 0..2 {
        let ticket = tickets(&server, &mut anna.browser).await;
        let entered = send(&server, &mut anna.browser, &entry(app, &code.to_string(), &ticket)).await;
        assert_eq!(entered.status.as_u16(), 200, "{}", entered.text());
        server.advance(Duration::from_hours(24));
    }
    let rows = async || {
        let rows = server.rows().await;
        (rows["visit"], rows["visit_key"], rows["visit_count"])
    };
    let days = Duration::from_hours(24 * u64::from(app.settings.visits.days));
    server.clock.set(start.plus(days));
    assert_eq!(retention::forget(app).await.unwrap().visits, 0);
    assert_eq!(rows().await, (2, 2, 2), "fourteen days to the minute");
    server.clock.set(start.plus(days + Duration::from_mins(20)));
    super::super::every_hour(app).await.unwrap();
    assert_eq!(rows().await, (1, 1, 1));
    let metrics = server.get(&mut anna.browser, "/metrics").await.text();
    let oldest = Slot::of(start.plus(Duration::from_hours(24))).start().seconds();
    for line in [
        "tongxing_visits_written_total 2".to_owned(),
        "tongxing_visits_forgotten_total 1".to_owned(),
        "tongxing_visit_keys_forgotten_total 1".to_owned(),
        format!("tongxing_visits_forgetting_seconds {}", app.now().seconds()),
        format!("tongxing_visits_oldest_seconds {oldest}"),
        "tongxing_visit_key_days 6".to_owned(),
    ] {
        assert!(metrics.lines().any(|other| other == line), "{line} is not in\n{metrics}");
    }
    server.advance(Duration::from_hours(24));
    super::super::every_hour(app).await.unwrap();
    assert_eq!(rows().await, (0, 0, 0));
    server.stop().await;
}
