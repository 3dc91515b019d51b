//! The public figures through the real router: what is shown, what is not, and what it costs.

use std::time::Duration;

use axum::http::StatusCode;
use domain::application::Stage;
use domain::colour::Colour;
use domain::id::kind::{DeviceSessionId, HolderId};
use domain::matching::DocumentDetails;
use domain::residence::Residence;
use domain::{Reference, Timestamp};
use serde_json::json;
use store::rows::application::ApplicationRow;
use store::rows::decision::DecisionRow;
use store::{StoreError, call, read, transact};

use super::{count, current::FRESH};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::{Browser, TestServer};
use crate::transparency::sequence;

const DAY: Duration = Duration::from_hours(24);

/// Decisions of one holder, as the rules write them.
async fn decided(server: &TestServer, at: Timestamp, colour: Colour, reason: &str, number: usize) {
    let (app, holder): (_, HolderId) = (&server.app, server.app.new_id());
    transact!(app.store, "test.decided", StoreError, |tx| {
        call!(tx, holder::insert(holder, at))?;
        for _ in 0..number {
            let row = DecisionRow {
                id: app.new_id(),
                holder,
                colour,
                reasons: vec![reason.to_owned()],
                rule_set: "hubei-colours-3".to_owned(),
                declaration: None,
                leaf: app.new_id(),
                decided_at: at,
                until: None,
                since: None,
                fired: Vec::new(),
                unit: None,
                revoked: None,
            };
            call!(tx, decision::insert(&row))?;
        }
        Ok(())
    })
    .unwrap();
}

/// Applications that were sent at `at` and issued so many minutes later.
async fn issued(server: &TestServer, at: Timestamp, minutes: &[u64]) {
    let app = &server.app;
    for minutes in minutes {
        let details = DocumentDetails {
            number: documents::Number::parse(documents::Kind::Passport, "X12345678").unwrap(),
            issuing_state: "UTO".parse().unwrap(),
            name: documents::PersonName::new("Eriksson", "Anna Maria").unwrap(),
            birth_date: "1974-08-12".parse().unwrap(),
            nationality: "UTO".parse().unwrap(),
            sex: None,
            expiry: None,
        };
        let residence = Residence {
            division: "420100".parse().unwrap(),
            county: String::new(),
            address: "1 Donghu Road".to_owned(),
            phone: None,
        };
        let device: DeviceSessionId = app.new_id();
        let reference = Reference::draw(&*app.entropy);
        let row = ApplicationRow::new(app.new_id(), reference, device, details, residence, "en", at);
        transact!(app.store, "test.issued", StoreError, |tx| {
            let mut row = row.clone();
            call!(tx, application::insert(&row))?;
            row.stage = Stage::Issued;
            row.decided_at = Some(at.plus(Duration::from_mins(*minutes)));
            assert!(call!(tx, application::save(&mut row))?);
            Ok(())
        })
        .unwrap();
    }
}

async fn text(server: &TestServer, path: &str) -> String {
    let answer = server.get(&mut Browser::speaking("en"), path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.text()
}

async fn file(server: &TestServer) -> serde_json::Value {
    serde_json::from_str(&text(server, "/figures.json").await).unwrap()
}

#[tokio::test]
async fn a_number_under_ten_is_neither_shown_nor_left_over() {
    let server = TestServer::start().await;
    let yesterday = server.app.now().minus(DAY);
    decided(&server, yesterday, Colour::Green, "declared_healthy", 40).await;
    decided(&server, yesterday, Colour::Yellow, "declared_symptoms", 12).await;
    decided(&server, yesterday, Colour::Red, "confirmed_case", 7).await;
    let before = yesterday.minus(DAY);
    decided(&server, before, Colour::Green, "declared_healthy", 23).await;
    decided(&server, server.app.now(), Colour::Green, "declared_healthy", 31).await;
    count::days(&server.app).await.unwrap();

    let counts = |colour: &str, reason: &str, decisions: i64| json!({"colour": colour, "reasons": [reason], "decisions": decisions});
    let figures = file(&server).await;
    assert_eq!(
        figures["decisions"],
        json!([
            // Of 59 in the log 40 and 12 would leave 7: the 12 are left out too.
            {"day": "2026-11-22", "rule_set": "hubei-colours-3", "others_not_shown": true,
             "counts": [counts("green", "declared_healthy", 40)]},
            {"day": "2026-11-21", "rule_set": "hubei-colours-3", "others_not_shown": false,
             "counts": [counts("green", "declared_healthy", 23)]},
        ]),
        "today is not over"
    );
    let page = text(&server, "/figures").await;
    assert!(page.contains(">40<") && page.contains(">23<") && page.contains("not shown"), "{page}");
    for hidden in [">12<", ">7<", ">31<", ">59<", "You declared a symptom"] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    for said in ["hubei-colours-3", "hubei-colours-1", "The log has no checkpoint yet", "tongxing log verify"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    while sequence::step(&server.app.store, &server.app.transparency).await.unwrap().is_some() {}
    server.advance(FRESH);
    let page = text(&server, "/figures").await;
    assert!(page.contains("/log/checkpoint") && page.contains("— code.example/log"), "{page}");
    server.stop().await;
}

#[tokio::test]
async fn what_a_day_had_does_not_change_when_somebody_is_deleted() {
    let server = TestServer::start().await;
    let holder = phone(&server, &HEALTHY).await.holder;
    let at = server.app.now();
    let row = read!(server.app.store, "test.row", StoreError, |tx| { call!(tx, decision::current(holder)) });
    let reason = row.unwrap().unwrap().reasons.remove(0);
    decided(&server, at, Colour::Green, &reason, 9).await;
    server.advance(DAY);
    count::days(&server.app).await.unwrap();
    let before = file(&server).await["decisions"].clone();
    assert_eq!(before[0]["counts"][0]["decisions"], 10);
    transact!(server.app.store, "test.erase", StoreError, |tx| { call!(tx, erase::holder(holder, at)) })
        .unwrap();
    decided(&server, at, Colour::Green, &reason, 50).await;
    server.advance(FRESH);
    count::days(&server.app).await.unwrap();
    assert_eq!(file(&server).await["decisions"], before);
    server.stop().await;
}

#[tokio::test]
async fn how_fast_applications_were_decided_is_shown_of_ten_and_more() {
    let server = TestServer::start().await;
    let yesterday = server.app.now().minus(DAY);
    issued(&server, yesterday, &[1, 2, 3, 4, 5, 6, 7, 8, 9]).await;
    let page = text(&server, "/figures").await;
    assert!(
        page.contains("fewer than 10") && page.contains("too few to say") && !page.contains("100 %"),
        "{page}"
    );
    // The tenth took 1,500 minutes: late, and what half of them took is known.
    issued(&server, yesterday.minus(DAY), &[1_500]).await;
    server.advance(FRESH);
    let applications = file(&server).await["applications"].clone();
    assert_eq!(applications["decided"], 10);
    assert_eq!((&applications["in_time"], &applications["median_minutes"]), (&json!("few"), &json!(5)));
    assert_eq!(applications["p95_minutes"], 1_500);
    issued(&server, yesterday, &[3]).await;
    server.advance(FRESH);
    assert_eq!(file(&server).await["applications"]["in_time"], "almost_all", "11, and one late");
    issued(&server, yesterday.minus(DAY), &[1_500; 9]).await;
    server.advance(FRESH);
    assert_eq!(file(&server).await["applications"]["in_time"], json!({"percent": 50}));
    assert!(text(&server, "/figures").await.contains("25 h"));
    server.stop().await;
}

#[tokio::test]
async fn a_request_counts_nothing_while_the_figures_are_fresh() {
    let server = TestServer::start().await;
    text(&server, "/figures").await;
    server.break_table("decision_count").await;
    text(&server, "/figures").await;
    text(&server, "/figures.json").await;
    server.advance(FRESH);
    let broken = server.get(&mut Browser::default(), "/figures").await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    server.mend_table("decision_count").await;
    server.stop().await;
}
