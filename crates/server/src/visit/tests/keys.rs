//! Without a key of both units for the day nothing is written, and whoever asks is told.

use std::time::Duration;

use axum::http::{StatusCode, header};

use super::super::keys::{self, Missing, run_out};
use super::super::testing::{Units, entry, location, rows, send, tickets};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::TestServer;

#[tokio::test]
async fn nothing_is_written_without_confirmed_keys_of_both_units_for_today() {
    let server = TestServer::start().await;
    let app = &server.app;
    let (market, code) = location(app).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let code = code.to_string();
    let ticket = tickets(&server, &mut anna.browser).await;
    let mut refused = async |why: &str| {
        let answer = send(&server, &mut anna.browser, &entry(app, &code, &ticket)).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{why}: {}", answer.text());
        assert_eq!(answer.json()["type"], "/problems/no-visit-keys", "{why}");
        assert_eq!(answer.headers[header::RETRY_AFTER], "300", "{why}");
        assert!(rows(app, market).await.is_empty(), "{why}");
    };
    refused("no lists").await;
    let units = Units::handed_in(app, 1).await;
    app.visit.keys.forget();
    refused("not confirmed").await;
    units.confirm(app, 0).await;
    refused("one unit alone").await;
    units.confirm(app, 1).await;
    let entered = send(&server, &mut anna.browser, &entry(app, &code, &ticket)).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
    // Shanghai's midnight is four hours away; the lists are of one day.
    server.advance(Duration::from_hours(4));
    let answer = send(&server, &mut anna.browser, &entry(app, &code, &ticket)).await;
    assert_eq!(answer.json()["type"], "/problems/no-visit-keys", "{}", answer.text());
    assert_eq!(
        (rows(app, market).await.len(), server.get(&mut anna.browser, "/readyz").await.status.as_u16()),
        (1, 200)
    );
    server.stop().await;
}

#[tokio::test]
async fn each_minute_and_group_has_a_key_of_its_own_and_each_is_there_before_its_visits() {
    let server = TestServer::start().await;
    let app = &server.app;
    let units = Units::confirmed(app, 1).await;
    let (mut locations, mut keys) = (Vec::new(), std::collections::HashSet::new());
    for _ in 0..8 {
        let (id, code) = location(app).await;
        let mut anna = phone(&server, &HEALTHY).await;
        let ticket = tickets(&server, &mut anna.browser).await;
        for _ in 0..2 {
            let entered = send(&server, &mut anna.browser, &entry(app, &code.to_string(), &ticket)).await;
            assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
            server.advance(Duration::from_mins(3));
        }
        keys.extend(rows(app, id).await.iter().map(|row| row.key));
        locations.push(id);
    }
    assert_eq!((keys.len(), units.open(app, &locations).await.len()), (16, 16));
    server.stop().await;
}

#[tokio::test]
async fn a_key_whose_batch_failed_is_stored_with_the_next_one() {
    let server = TestServer::start().await;
    let app = &server.app;
    let units = Units::confirmed(app, 1).await;
    let (market, code) = location(app).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let body = entry(app, &code.to_string(), &tickets(&server, &mut anna.browser).await);
    server.break_table("visit_count").await;
    let failed = send(&server, &mut anna.browser, &body).await;
    assert_eq!((failed.status, rows(app, market).await.len()), (StatusCode::SERVICE_UNAVAILABLE, 0));
    assert!(failed.headers.contains_key(header::RETRY_AFTER));
    server.mend_table("visit_count").await;
    assert_eq!(send(&server, &mut anna.browser, &body).await.status, StatusCode::OK);
    assert_eq!(units.open(app, &[market]).await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn seven_days_before_keys_run_out_it_is_told() {
    let server = TestServer::start().await;
    let app = &server.app;
    let out = async || run_out(app).await.unwrap().map(|out| (out.in_days, out.missing));
    assert_eq!(out().await, Some((0, Missing::Both)));
    let units = Units::handed_in(app, 9).await;
    units.confirm(app, 1).await;
    assert_eq!(out().await, Some((0, Missing::First)));
    units.confirm(app, 0).await;
    assert_eq!(out().await, None);
    server.advance(Duration::from_hours(24));
    assert_eq!(out().await, None, "eight days");
    server.advance(Duration::from_hours(24));
    assert_eq!(out().await, Some((7, Missing::Both)), "seven days");
    assert_eq!(keys::warn(app).await.unwrap().map(|out| out.in_days), app.visit.days_left.known());
    server.stop().await;
}
