//! Tickets: of one phone, unchanged, for a while.

use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::super::testing::{Units, entry, exit, location, rows, send, tickets, visit_id};
use super::super::ticket::{LASTS, LEAVE_LASTS};
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::{Answer, Browser, TestServer};

fn is_refused(answer: &Answer, problem: &str) {
    let kind = answer.json()["type"].clone();
    assert_eq!(kind, format!("/problems/{problem}"), "{} {}", answer.status, answer.text());
}

#[tokio::test]
async fn a_ticket_of_another_phone_or_changed_or_over_registers_nothing() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let code = code.to_string();
    let [mut anna, mut berta] = [phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await];
    let ticket = tickets(&server, &mut anna.browser).await.remove(0);
    let answer = send(&server, &mut berta.browser, &entry(app, &code, std::slice::from_ref(&ticket))).await;
    is_refused(&answer, "ticket");
    let bytes = URL_SAFE_NO_PAD.decode(&ticket).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let changed = URL_SAFE_NO_PAD.encode(changed);
        assert!(super::super::ticket::open(app, session(&anna.browser), &changed).is_none(), "bit {bit}");
    }
    for bad in ["", "A", "ü", &ticket[..ticket.len() - 2], &format!("{ticket}AA")] {
        let answer = send(&server, &mut anna.browser, &entry(app, &code, &[bad.to_owned()])).await;
        is_refused(&answer, "ticket");
    }
    let nobody =
        send(&server, &mut Browser::default(), &entry(app, &code, std::slice::from_ref(&ticket))).await;
    is_refused(&nobody, "no-session");
    server.advance(LASTS.checked_sub(Duration::from_secs(1)).unwrap());
    let late = send(&server, &mut anna.browser, &entry(app, &code, std::slice::from_ref(&ticket))).await;
    assert_eq!((late.status, rows(app, market).await.len()), (StatusCode::OK, 1), "{}", late.text());
    server.advance(Duration::from_secs(1));
    is_refused(&send(&server, &mut anna.browser, &entry(app, &code, &[ticket])).await, "ticket");
    server.stop().await;
}

fn session(browser: &Browser) -> super::super::ticket::Session {
    super::super::ticket::Session::of_cookie(&browser.cookies["tongxing-device"])
}

#[tokio::test]
async fn a_token_to_leave_is_no_ticket_and_leaves_one_place_after_its_entry_for_two_days() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 4).await;
    let (market, code) = location(app).await;
    let [mut anna, mut berta] = [phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await];
    let ticket = tickets(&server, &mut anna.browser).await;
    let entered = send(&server, &mut anna.browser, &entry(app, &code.to_string(), &ticket)).await.json();
    let token = entered["people"][0]["leave"].as_str().unwrap().to_owned();
    let as_ticket = send(&server, &mut anna.browser, &entry(app, &code.to_string(), &[token])).await;
    is_refused(&as_ticket, "ticket");
    let as_token = json!({ "people": [{ "leave": ticket[0] }] });
    is_refused(&send(&server, &mut anna.browser, &exit(app, &as_token)).await, "ticket");
    is_refused(&send(&server, &mut berta.browser, &exit(app, &entered)).await, "ticket");
    server.advance(Duration::from_hours(2));
    let at = |seconds: i64| {
        let mut body: Value = exit(app, &entered);
        body["at"] = json!(app.now().seconds() + seconds);
        body
    };
    for far in [-7_201, 601, i64::MIN / 2] {
        is_refused(&send(&server, &mut anna.browser, &at(far)).await, "invalid");
    }
    for near in [-7_200, -60] {
        let left = send(&server, &mut anna.browser, &at(near)).await;
        assert_eq!(left.status, StatusCode::OK, "{}", left.text());
    }
    assert_eq!(rows(app, market).await.len(), 3);
    server.advance(LEAVE_LASTS.saturating_sub(Duration::from_hours(2)));
    is_refused(&send(&server, &mut anna.browser, &exit(app, &entered)).await, "ticket");
    server.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named_and_registers_nothing() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let (market, code) = location(app).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let ticket = tickets(&server, &mut anna.browser).await;
    let good = entry(app, &code.to_string(), &ticket);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = good.clone();
        change(&mut body);
        body
    };
    let now = app.now().seconds();
    let twice = |body: &mut Value| {
        let one = body["people"][0].clone();
        body["people"] = json!([one, one]);
    };
    let many: Vec<Value> = (0..22).map(|_| json!({ "visit": visit_id(app), "ticket": ticket[0] })).collect();
    for (body, kind, detail) in [
        (with(&|body| body["at"] = json!(now + 601)), "invalid", "at: "),
        (with(&|body| body["at"] = json!(now - 601)), "invalid", "at: "),
        (with(&|body| body["at"] = json!(i64::MAX)), "invalid", "at: "),
        (with(&|body| body["at"] = json!(i64::MIN)), "invalid", "at: "),
        (with(&|body| body["people"] = json!([])), "invalid", "people: 1 to 21"),
        (with(&|body| body["people"] = json!(many)), "invalid", "people: 1 to 21"),
        (with(&twice), "invalid", "people[1].visit: the same id"),
        (with(&|body| body["people"][0]["visit"] = json!("AAAA")), "invalid", "people[0].visit: expected"),
        (with(&|body| body["people"][0]["ticket"] = Value::Null), "invalid", "people[0].ticket: missing"),
        (with(&|body| body["code"] = Value::Null), "invalid", "code: missing"),
        (with(&|body| body["kind"] = json!("stay")), "bad-request", "line 1"),
        (with(&|body| body["holder"] = json!(7)), "bad-request", "line 1"),
        (json!([]), "bad-request", "line 1"),
    ] {
        let answer = send(&server, &mut anna.browser, &body).await;
        is_refused(&answer, kind);
        assert!(answer.json()["detail"].as_str().unwrap().contains(detail), "{}", answer.text());
    }
    let mut form = good.clone();
    form["kind"] = json!("exit");
    form["code"] = Value::Null;
    is_refused(&send(&server, &mut anna.browser, &form).await, "invalid");
    assert!(rows(app, market).await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_phone_gets_tickets_for_its_own_people_alone() {
    let server = TestServer::start().await;
    let app = &server.app;
    let [mut anna, mut berta] = [phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await];
    let [of_anna, of_berta] =
        [tickets(&server, &mut anna.browser).await, tickets(&server, &mut berta.browser).await];
    assert_eq!((of_anna.len(), of_berta.len()), (1, 1));
    let holder = |browser: &Browser, ticket: &str| {
        super::super::ticket::open(app, session(browser), ticket).map(|ticket| ticket.holder)
    };
    assert_eq!(holder(&anna.browser, &of_anna[0]), Some(anna.holder));
    assert_eq!(holder(&berta.browser, &of_berta[0]), Some(berta.holder));
    assert_eq!(holder(&berta.browser, &of_anna[0]), None);
    let nobody = server.get(&mut Browser::default(), "/api/v1/visits/tickets").await;
    is_refused(&nobody, "no-session");
    server.stop().await;
}
