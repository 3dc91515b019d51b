//! How often somebody registers in a day, and what counts as one scan.

use std::time::Duration;

use axum::http::{StatusCode, header};
use domain::location::Slot;
use serde_json::json;
use visits::{Kind, VisitId};

use super::super::quota::MOST_A_DAY;
use super::super::register::{self, Person};
use super::super::seal::Unsealed;
use super::super::testing::{Units, counts, entry, exit, location, rows, send, tickets};
use super::super::ticket::Session;
use super::super::{VisitError, writer};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::TestServer;

#[tokio::test]
async fn two_scans_of_a_poster_in_two_minutes_are_one_unless_somebody_left_between() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 1).await;
    let [(market, code), (library, elsewhere)] = [location(app).await, location(app).await];
    let (code, elsewhere) = (code.to_string(), elsewhere.to_string());
    let mut anna = phone(&server, &HEALTHY).await;
    let ticket = tickets(&server, &mut anna.browser).await;
    let mut enter = async |code: &str| {
        let answer = send(&server, &mut anna.browser, &entry(app, code, &ticket)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    };
    enter(&code).await;
    server.advance(Duration::from_secs(119));
    let entered = enter(&code).await;
    assert_eq!(counts(app, market).await, (1, 0), "one scan");
    enter(&elsewhere).await;
    enter(&code).await;
    assert_eq!(
        (counts(app, market).await, counts(app, library).await),
        ((2, 0), (1, 0)),
        "elsewhere between"
    );
    server.advance(Duration::from_mins(2));
    enter(&code).await;
    assert_eq!(counts(app, market).await, (3, 0), "two scans");
    let left = send(&server, &mut anna.browser, &exit(app, &entered)).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.text());
    let again = send(&server, &mut anna.browser, &entry(app, &code, &ticket)).await;
    assert_eq!((again.status, counts(app, market).await), (StatusCode::OK, (4, 1)), "left between");
    server.stop().await;
}

#[tokio::test]
async fn a_person_of_a_phone_registers_fifty_times_a_day_and_again_after_midnight() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let code = code.to_string();
    let [mut anna, mut berta] = [phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await];
    let ticket = tickets(&server, &mut anna.browser).await;
    for at in 1..=MOST_A_DAY {
        // What is sent again does not count again: but at the limit it is not even looked at.
        let body = entry(app, &code, &ticket);
        for _ in 0..if at < MOST_A_DAY { 2 } else { 1 } {
            let entered = send(&server, &mut anna.browser, &body).await;
            assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
            server.advance(Duration::from_secs(121));
        }
    }
    let refused = send(&server, &mut anna.browser, &entry(app, &code, &ticket)).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.text());
    assert_eq!(refused.json()["type"], "/problems/visit-quota");
    let wait: u64 = refused.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert_eq!(rows(app, market).await.len(), usize::from(MOST_A_DAY));
    let other = tickets(&server, &mut berta.browser).await;
    assert_eq!(send(&server, &mut berta.browser, &entry(app, &code, &other)).await.status, StatusCode::OK);
    server.advance(Duration::from_secs(wait));
    let next_day = send(&server, &mut anna.browser, &entry(app, &code, &ticket)).await;
    assert_eq!(next_day.status, StatusCode::OK, "{}", next_day.text());
    server.stop().await;
}

#[tokio::test]
async fn what_is_refused_counts_for_nothing() {
    let server = TestServer::start().await;
    let app = &server.app;
    let (market, code) = location(app).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let ticket = tickets(&server, &mut anna.browser).await;
    for _ in 0..MOST_A_DAY {
        let no_keys = send(&server, &mut anna.browser, &entry(app, &code.to_string(), &ticket)).await;
        assert_eq!(no_keys.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    let _units = Units::confirmed(app, 2).await;
    let mut body = entry(app, &code.to_string(), &ticket);
    body["people"][0]["visit"] = json!(super::super::testing::visit_id(app));
    let entered = send(&server, &mut anna.browser, &body).await;
    assert_eq!((entered.status, counts(app, market).await), (StatusCode::OK, (1, 0)), "{}", entered.text());
    server.stop().await;
}

#[tokio::test]
async fn whoever_goes_away_before_the_answer_has_counted() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let place = app.places.by_code(app, code.to_string().parse().unwrap()).await.unwrap();
    let anna = phone(&server, &HEALTHY).await;
    let session = Session([7; 32]);
    let person = || Person { holder: anna.holder, visit: VisitId(app.entropy.bytes()) };
    for _ in 0..MOST_A_DAY {
        let people = [person()];
        tokio::select! {
            biased;
            _ = register::enter(app, session, &place, app.now(), &people) => panic!("it waits for the writer"),
            () = std::future::ready(()) => {}
        }
    }
    let refused = register::enter(app, session, &place, app.now(), &[person()]).await;
    assert!(matches!(refused, Err(VisitError::Quota { .. })), "{refused:?}");
    while rows(app, market).await.len() < usize::from(MOST_A_DAY) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn one_number_at_two_places_is_two_visits_and_both_count() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let [(market, _), (library, _)] = [location(app).await, location(app).await];
    let anna = phone(&server, &HEALTHY).await;
    let (slot, visit) = (Slot::of(app.now()), VisitId([9; 16]));
    let one =
        |location| Unsealed { location, slot, visit, kind: Kind::Entry, holder: anna.holder, counted: true };
    assert_eq!(writer::append(app, vec![one(market), one(library)]).await.unwrap(), [true, true]);
    assert_eq!(writer::append(app, vec![one(library)]).await.unwrap(), [false]);
    assert_eq!((counts(app, market).await, counts(app, library).await), ((1, 0), (1, 0)));
    server.stop().await;
}

#[tokio::test]
async fn a_corrected_time_of_leaving_is_sealed_and_nobody_more_has_left() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let ticket = tickets(&server, &mut anna.browser).await;
    let entered = send(&server, &mut anna.browser, &entry(app, &code.to_string(), &ticket)).await.json();
    server.advance(Duration::from_mins(30));
    let left = send(&server, &mut anna.browser, &exit(app, &entered)).await;
    assert_eq!(left.status, StatusCode::OK, "{}", left.text());
    let mut earlier = exit(app, &entered);
    earlier["at"] = json!(app.now().seconds() - 20 * 60);
    earlier["corrects"] = json!(true);
    let corrected = send(&server, &mut anna.browser, &earlier).await;
    assert_eq!(corrected.status, StatusCode::OK, "{}", corrected.text());
    assert_eq!((rows(app, market).await.len(), counts(app, market).await), (3, (1, 1)));
    server.stop().await;
}
