//! What is forgotten, when; the matches and the clocks are tested with the applications they are about.

use std::time::Duration;

use axum::http::StatusCode;
use domain::Role;
use domain::id::kind::{ApiClientId, UnitId};
use store::rows::idempotency::Answer;
use store::rows::staff::NewClient;
use store::{StoreError, call, read, transact};

use super::{ANSWER_KEPT, PASS_KEPT, tidy};
use crate::http::session::STAFF_IDLE;
use crate::http::session::token_hash;
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::TestServer;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_pass_is_forgotten_a_day_after_its_end_and_not_before() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let pass = phone.pass(&server).await;
    let expires = credential::Pass::parse(&pass).unwrap().claims().expires;
    let left = expires - server.app.now().seconds().unsigned_abs();
    let kept = || async {
        let latest = read!(server.app.store, "test.pass", StoreError, |tx| {
            call!(tx, pass::latest_live(phone.session, phone.holder))
        });
        latest.unwrap().is_some()
    };
    server.advance(Duration::from_secs(left) + PASS_KEPT);
    tidy(&server.app).await.unwrap();
    assert!(kept().await);
    server.advance(SECOND);
    tidy(&server.app).await.unwrap();
    assert!(!kept().await);
    server.stop().await;
}

#[tokio::test]
async fn an_idle_session_leaves_the_database_and_a_used_one_stays() {
    let server = TestServer::start().await;
    let roles = [Role::Inspector];
    let (idle, mut used) = (server.signed_in("Unit", &roles).await, server.signed_in("Unit", &roles).await);
    server.advance(STAFF_IDLE.saturating_sub(SECOND));
    assert_eq!(server.get(&mut used, "/check").await.status, StatusCode::OK);
    server.advance(2 * SECOND);
    tidy(&server.app).await.unwrap();
    let hash = token_hash(&idle.cookies["tongxing-staff"]);
    let long_ago = domain::Timestamp::from_seconds(0);
    let row = read!(server.app.store, "test.session", StoreError, |tx| {
        call!(tx, session::staff(&hash, long_ago, long_ago))
    });
    assert!(row.unwrap().is_none(), "gone, whatever age one asks for");
    assert_eq!(server.get(&mut used, "/check").await.status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn an_answer_of_the_api_is_kept_for_two_days() {
    let server = TestServer::start().await;
    let app = &server.app;
    let (id, unit, now): (ApiClientId, UnitId, _) = (app.new_id(), app.new_id(), app.now());
    let token_hash = [1; 32];
    let answer = Answer { request_hash: [7; 16], status: 200, body: "{}".to_owned() };
    transact!(app.store, "test.answer", StoreError, |tx| {
        let unit_id = call!(tx, staff::unit(unit, "Unit"))?;
        let new = NewClient { id, name: "test".to_owned(), unit_id, scope: "filing".to_owned(), token_hash };
        call!(tx, client::insert(&new, now))?;
        call!(tx, idempotency::keep(id, "key", &answer, now))
    })
    .unwrap();
    let kept = || async {
        read!(app.store, "test.find", StoreError, |tx| { call!(tx, idempotency::find(id, "key")) }).unwrap()
    };
    server.advance(ANSWER_KEPT);
    tidy(app).await.unwrap();
    assert_eq!(kept().await.map(|kept| kept.body), Some(answer.body.clone()));
    server.advance(SECOND);
    tidy(app).await.unwrap();
    assert!(kept().await.is_none());
    server.stop().await;
}
