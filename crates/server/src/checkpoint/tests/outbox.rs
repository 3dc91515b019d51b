//! What devices send: taken once, in any order, from devices that count, by their own keys.

use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Role;
use domain::checkpoint::ClientId;
use domain::id::kind::StaffId;
use serde_json::{Value, json};
use store::{StoreError, call, read, transact};

use crate::checkpoint::outbox;
use crate::checkpoint::testing::{TestDevice, checkpoint, report, reports};
use crate::jobs;
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::{Browser, TestServer};

const OUTBOX: &str = "/api/v1/checkpoint/outbox";

pub async fn working(server: &TestServer) -> (TestDevice, ClientId) {
    let at = checkpoint(&server.app, "North gate").await;
    let device = TestDevice::enrolled(&server.app, "Gate 3, phone 2").await;
    let shift = device.shift(server, at).await;
    (device, shift)
}

pub fn text(id: ClientId) -> String {
    URL_SAFE_NO_PAD.encode(id.0)
}

pub async fn withdraw(server: &TestServer, device: &TestDevice) {
    let (by, now) = (StaffId::from_i64(1), server.app.now());
    let withdrawn = transact!(server.app.store, "test.withdraw", StoreError, |tx| {
        call!(tx, checkpoint::withdraw(device.id, by, now))
    });
    withdrawn.expect("withdrawn");
}

#[tokio::test]
async fn an_item_counts_once_whatever_is_repeated_and_another_content_is_a_conflict() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let id = ClientId([7; 16]);
    let first = device.item_as(&server.app, id, &report(&server.app, shift, 381));
    let other = device.item_as(&server.app, id, &report(&server.app, shift, 392));
    assert_eq!(device.send(&server, &[&first, &first]).await, ["stored", "known"]);
    assert_eq!(device.send(&server, &[&first]).await, ["known"]);
    for _ in 0..2 {
        assert_eq!(device.send(&server, &[&other]).await, ["conflict"]);
    }
    let rows = server.rows().await;
    assert_eq!((rows["temperature_report"], rows["outbox_conflict"], rows["report_event"]), (1, 1, 1));
    server.stop().await;
}

#[tokio::test]
async fn a_bad_item_spoils_no_other_and_says_what_is_wrong() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let stranger = TestDevice::enrolled(&server.app, "Another").await;
    let app = &server.app;
    let good = device.item(app, &report(app, shift, 381));
    let foreign = stranger.item(app, &report(app, shift, 381));
    let normal = device.item(app, &report(app, shift, 366));
    let other_key = outbox::Item { key: "AAAAAAAAAAA".to_owned(), ..good.clone() };
    let unknown = device.item(app, &json!({"v": 1, "kind": "look_up", "name": "ERIKSSON"}));
    let old = json!({
        "v": 1, "kind": "shift_ended", "shift": text(shift), "why": "over",
        "at": app.now().seconds() - 31 * 86_400,
    });
    let old = device.item(app, &old);
    let sent = [&foreign, &normal, &good, &other_key, &unknown, &old];
    assert_eq!(
        device.send(&server, &sent).await,
        [
            "refused signature",
            "refused content",
            "stored",
            "refused signature",
            "refused content",
            "refused old"
        ]
    );
    // A device that was never worked with has no shift to speak of.
    assert_eq!(stranger.send(&server, &[&foreign]).await, ["refused shift"]);
    assert_eq!(server.rows().await["temperature_report"], 1);
    server.stop().await;
}

#[tokio::test]
async fn requests_that_are_no_outbox_are_refused_whole() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let item = device.item(&server.app, &report(&server.app, shift, 381));
    let many = vec![item.clone(); outbox::MOST_ITEMS + 1];
    let nameless = outbox::Item { id: "?".to_owned(), ..item };
    for body in [
        json!({"waiting": 0, "app": 1, "items": many}),
        json!({"waiting": 0, "app": 1, "items": [nameless]}),
        json!({"waiting": -1, "app": 1, "items": []}),
        json!({"items": []}),
        json!([]),
    ] {
        let answer = device.post(&server, OUTBOX, &body).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
    assert_eq!(server.rows().await["temperature_report"], 0);
    server.stop().await;
}

#[tokio::test]
async fn a_shift_without_a_network_may_arrive_after_what_belongs_to_it() {
    let server = TestServer::start().await;
    let (device, parent) = working(&server).await;
    let south = checkpoint(&server.app, "South gate").await;
    server.advance(Duration::from_hours(13));
    let (app, shift) = (&server.app, ClientId([9; 16]));
    let beginning = json!({
        "v": 1, "kind": "shift_begun", "at": app.now().seconds(), "shift": text(shift),
        "parent": text(parent), "checkpoint": south.to_string(),
    });
    let begun = device.item(app, &beginning);
    server.advance(Duration::from_mins(5));
    let hot = device.item(app, &report(app, shift, 385));
    let tally = |pass: i64| {
        json!({
            "v": 1, "kind": "tally", "at": app.now().seconds(), "shift": text(shift),
            "pass": pass, "check": 2, "stop": 1, "normal": 3, "abnormal": 1,
        })
    };
    let (later, earlier) = (device.item(app, &tally(9)), device.item(app, &tally(4)));
    assert_eq!(device.send(&server, &[&hot, &later]).await, ["stored", "stored"]);
    assert_eq!(device.send(&server, &[&earlier, &begun]).await, ["stored", "stored"]);
    let [row] = &reports(app).await[..] else { panic!("one report") };
    assert_eq!(row.place.name, "South gate", "put right when the beginning came");
    let mut again = beginning;
    again["checkpoint"] = json!(checkpoint(app, "East gate").await.to_string());
    let later = device.item(app, &report(app, shift, 386));
    device.send(&server, &[&device.item(app, &again), &later]).await;
    let places: Vec<String> = reports(app).await.into_iter().map(|row| row.place.name).collect();
    assert_eq!(
        places,
        ["South gate", "South gate"],
        "and by nothing that comes later, nor what comes with it"
    );
    let row = read!(app.store, "test.shift", StoreError, |tx| { call!(tx, shift::one(shift)) });
    assert_eq!(row.expect("a read").expect("a shift").counts.passes, 9, "the largest counts");
    server.stop().await;
}

#[tokio::test]
async fn no_shift_begins_without_a_network_long_after_the_sign_in() {
    let server = TestServer::start().await;
    let (device, parent) = working(&server).await;
    let south = checkpoint(&server.app, "South gate").await;
    server.advance(Duration::from_hours(73));
    let app = &server.app;
    let begun = json!({
        "v": 1, "kind": "shift_begun", "at": app.now().seconds(), "shift": text(ClientId([9; 16])),
        "parent": text(parent), "checkpoint": south.to_string(),
    });
    assert_eq!(device.send(&server, &[&device.item(app, &begun)]).await, ["refused shift"]);
    server.stop().await;
}

#[tokio::test]
async fn the_report_of_a_pass_is_its_holders_and_that_of_an_unknown_one_is_kept_too() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let mut phone = phone(&server, &HEALTHY).await;
    let signed = phone.pass(&server).await;
    let mut buffer = Vec::new();
    let scanned = phone.show(&signed, server.app.now().seconds().unsigned_abs());
    let scan = credential::Scan::read(&scanned, &mut buffer);
    let cti = URL_SAFE_NO_PAD.encode(scan.pass().expect("a pass").claims().id);
    let of = |pass: &str| {
        let mut said = report(&server.app, shift, 384);
        said["subject"] = json!({"kind": "pass", "pass": pass, "printed": false});
        said["verdict"] = Value::from("PASS");
        device.item(&server.app, &said)
    };
    assert_eq!(device.send(&server, &[&of(&cti), &of("AAAAAAAAAAA")]).await, ["stored", "stored"]);
    let rows = reports(&server.app).await;
    assert_eq!((rows.len(), rows.iter().filter(|row| row.holder.is_some()).count()), (2, 1));
    server.stop().await;
}

#[tokio::test]
async fn a_withdrawn_device_is_refused() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let kept = device.item(&server.app, &report(&server.app, shift, 390));
    withdraw(&server, &device).await;
    let answer = device.post(&server, OUTBOX, &json!({"waiting": 1, "app": 1, "items": [kept]})).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.json()["type"], "/problems/device-withdrawn");
    server.stop().await;
}

#[tokio::test]
async fn what_a_device_sends_still_arrives_after_its_inspector_has_left() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let hot = device.item(&server.app, &report(&server.app, shift, 381));
    // The staff session is over, and idle for far longer than it may be.
    server.advance(Duration::from_hours(30));
    assert_eq!(device.send(&server, &[&hot]).await, ["stored"]);
    server.stop().await;
}

#[tokio::test]
async fn a_request_with_another_body_another_key_or_an_old_date_is_not_the_devices() {
    let server = TestServer::start().await;
    let (device, _) = working(&server).await;
    let body = json!({"waiting": 0, "app": 1, "items": []}).to_string();
    let signed = device.signed(&server.app, OUTBOX, body.as_bytes());
    let other = json!({"waiting": 9, "app": 1, "items": []}).to_string();
    let changed = server.send(&mut Browser::default(), signed, axum::body::Body::from(other)).await;
    assert_eq!(changed.status, StatusCode::UNAUTHORIZED);
    let signed = device.signed(&server.app, OUTBOX, body.as_bytes());
    server.advance(Duration::from_mins(6));
    let late = server.send(&mut Browser::default(), signed, axum::body::Body::from(body)).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    server.stop().await;
}

#[tokio::test]
async fn shifts_begin_for_inspectors_at_open_checkpoints_on_devices_that_count() {
    let server = TestServer::start().await;
    let app = &server.app;
    let at = checkpoint(app, "North gate").await;
    let device = TestDevice::enrolled(app, "Gate 3, phone 2").await;
    let mut inspector = server.signed_in("Checkpoint unit", &[Role::Inspector]).await;
    let shift = ClientId([1; 16]);
    let first = device.begin(&server, &mut inspector, shift, at).await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(first.json()["until"], app.now().seconds() + 12 * 3600);
    let again = device.begin(&server, &mut inspector, shift, at).await;
    assert_eq!(again.json(), first.json());
    let mut reviewer = server.signed_in("Unit", &[Role::Reviewer]).await;
    let refused = device.begin(&server, &mut reviewer, ClientId([2; 16]), at).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let nowhere = domain::Id::from_i64(77);
    let refused = device.begin(&server, &mut inspector, ClientId([3; 16]), nowhere).await;
    assert!(refused.status.is_client_error());
    withdraw(&server, &device).await;
    let refused = device.begin(&server, &mut inspector, ClientId([4; 16]), at).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(server.rows().await["shift"], 1);
    server.stop().await;
}

#[tokio::test]
async fn many_devices_at_once_each_get_their_own_answers() {
    let server = TestServer::start().await;
    let at = checkpoint(&server.app, "North gate").await;
    let mut devices = Vec::new();
    for number in 0..6 {
        let device = TestDevice::enrolled(&server.app, &format!("Phone {number}")).await;
        let shift = device.shift(&server, at).await;
        devices.push((device, shift));
    }
    let (server, mut sending) = (std::sync::Arc::new(server), Vec::new());
    for (device, shift) in devices {
        let server = std::sync::Arc::clone(&server);
        sending.push(tokio::spawn(async move {
            for round in 0..8_u16 {
                let items: Vec<_> = (0..5)
                    .map(|_| device.item(&server.app, &report(&server.app, shift, 375 + round)))
                    .collect();
                let items: Vec<_> = items.iter().collect();
                assert_eq!(device.send(&server, &items).await, ["stored"; 5]);
                assert_eq!(device.send(&server, &items).await, ["known"; 5]);
            }
        }));
    }
    for sending in sending {
        sending.await.unwrap();
    }
    assert_eq!(server.rows().await["temperature_report"], 6 * 8 * 5);
    std::sync::Arc::into_inner(server).expect("nobody else").stop().await;
}

#[tokio::test]
async fn a_device_speaks_of_its_own_shifts_alone() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let at = checkpoint(&server.app, "South gate").await;
    let other = TestDevice::enrolled(&server.app, "Gate 4").await;
    let own = other.shift(&server, at).await;
    let of_another = other.item(&server.app, &report(&server.app, shift, 381));
    assert_eq!(other.send(&server, &[&of_another]).await, ["refused shift"]);
    let check = |shift| json!({"shift": text(shift), "text": "7K3M92QD"});
    let path = "/api/v1/checkpoint/check";
    assert_eq!(other.post(&server, path, &check(shift)).await.status, StatusCode::FORBIDDEN);
    let answer = other.post(&server, path, &check(own)).await;
    assert_eq!((answer.status, &answer.json()["found"]), (StatusCode::OK, &Value::from(false)));
    assert_eq!(device.post(&server, path, &check(shift)).await.status, StatusCode::OK);
    assert_eq!(server.rows().await["temperature_report"], 0);
    server.stop().await;
}

#[tokio::test]
async fn nothing_is_looked_up_for_a_shift_that_never_began_nor_for_an_account_that_is_disabled() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let made_up = ClientId([9; 16]);
    device.send(&server, &[&device.item(&server.app, &report(&server.app, made_up, 385))]).await;
    let check = async |shift| {
        let body = json!({ "shift": text(shift), "text": "7K3M92QD" });
        device.post(&server, "/api/v1/checkpoint/check", &body).await.status
    };
    assert_eq!(check(shift).await, StatusCode::OK);
    assert_eq!(check(made_up).await, StatusCode::FORBIDDEN, "an item alone makes no shift that looks up");
    let row = read!(server.app.store, "test.shift", StoreError, |tx| { call!(tx, shift::one(shift)) });
    let (staff, now) = (row.expect("a read").expect("a shift").staff, server.app.now());
    let disabled = transact!(server.app.store, "test.disable", StoreError, |tx| {
        call!(tx, staff::disable(staff, now))
    });
    disabled.expect("disabled");
    assert_eq!(check(shift).await, StatusCode::FORBIDDEN);
    let late = device.item(&server.app, &report(&server.app, shift, 386));
    assert_eq!(device.send(&server, &[&late]).await, ["stored"], "what was measured is never lost");
    server.stop().await;
}

#[tokio::test]
async fn nobody_looks_up_more_national_codes_than_they_can_check() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let mut asked = Vec::new();
    for at in 0..21 {
        let body = json!({ "shift": text(shift), "text": format!("gjm:7K3M92QD5WX{at}") });
        asked.push(device.post(&server, "/api/v1/checkpoint/check", &body).await.status);
    }
    assert_eq!(asked.pop(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(asked, [StatusCode::OK; 20]);
    server.stop().await;
}

#[tokio::test]
async fn a_session_tells_whose_it_is_and_nobody_elses() {
    let server = TestServer::start().await;
    let mut staff = Vec::new();
    for _ in 0..2 {
        let mut browser = server.signed_in("Checkpoint unit", &[Role::Inspector]).await;
        let answer = server.get(&mut browser, "/api/v1/checkpoint/session").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json()["csrf"], browser.csrf());
        staff.push(answer.json()["staff"].clone());
    }
    assert_ne!(staff[0], staff[1]);
    server.stop().await;
}

#[tokio::test]
async fn what_is_kept_of_devices_goes_after_its_time_and_not_before() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let app = &server.app;
    let first = device.item(app, &report(app, shift, 381));
    let again = device.item_as(app, ClientId([5; 16]), &report(app, shift, 381));
    let other = device.item_as(app, ClientId([5; 16]), &report(app, shift, 392));
    let minute = app.now().seconds() / 60;
    let scans =
        json!({"v": 1, "kind": "scans", "shift": text(shift), "minute": minute, "count": 25, "marks": []});
    let sent = device.send(&server, &[&first, &again, &other, &device.item(app, &scans)]).await;
    assert_eq!(sent, ["stored", "stored", "conflict", "stored"]);
    let kept = async || {
        jobs::tidy(&server.app).await.expect("tidied");
        let rows = server.rows().await;
        ["outbox_item", "outbox_conflict", "scan_minute", "checkpoint_flag", "shift"].map(|table| rows[table])
    };
    assert_eq!(kept().await, [3, 1, 1, 1, 1]);
    server.advance(Duration::from_hours(15 * 24));
    assert_eq!(kept().await, [3, 1, 0, 0, 1]);
    server.advance(Duration::from_hours(16 * 24));
    assert_eq!(kept().await, [3, 1, 0, 0, 1]);
    server.advance(Duration::from_hours(2 * 24));
    assert_eq!(kept().await, [0, 0, 0, 0, 1]);
    server.advance(Duration::from_hours(70 * 24));
    assert_eq!(kept().await, [0, 0, 0, 0, 1], "its reports are there still");
    server.stop().await;
}
