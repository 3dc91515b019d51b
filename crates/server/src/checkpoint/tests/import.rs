//! The page that takes in the file of a device which could not send.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::Role;
use domain::checkpoint::ClientId;
use serde_json::{Value, json};

use super::outbox::{text, withdraw, working};
use crate::checkpoint::outbox::Item;
use crate::checkpoint::testing::{TestDevice, report, reports};
use crate::testing::{Answer, Browser, TestServer};

const PAGE: &str = "/staff/devices/import";

async fn administrator(server: &TestServer) -> Browser {
    let mut browser = server.signed_in("Office", &[Role::Administrator]).await;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    browser
}

/// A file as the inspector's application writes it.
fn file(device: &TestDevice, items: &[Value]) -> String {
    json!({"device": device.id.to_string(), "waiting": items.len(), "app": 1, "items": items}).to_string()
}

fn value(item: &Item) -> Value {
    serde_json::to_value(item).expect("an item is JSON")
}

/// Hands it in as a browser does.
async fn hand_in(server: &TestServer, browser: &mut Browser, content: &str) -> Answer {
    let token = browser.csrf();
    let body = [
        format!("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n"),
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.json\"\r\n\r\n{content}\r\n"
        ),
        "--b--\r\n".to_owned(),
    ];
    let request = Request::post(PAGE).header("content-type", "multipart/form-data; boundary=b");
    server.send(browser, request, Body::from(body.concat())).await
}

/// The numbers on the page: in the file, taken, here already, in conflict, not taken.
fn counts(answer: &Answer) -> Vec<usize> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let page = answer.text();
    let numbers = page.split("<dd>").skip(1).filter_map(|rest| rest.split("</dd>").next());
    numbers.map(|number| number.parse().expect("a number")).collect()
}

#[tokio::test]
async fn the_file_of_a_withdrawn_device_is_taken_once_and_marked() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let item = |tenths| device.item(&server.app, &report(&server.app, shift, tenths));
    let (sent, kept) = (item(381), item(390));
    assert_eq!(device.send(&server, &[&sent]).await, ["stored"]);
    withdraw(&server, &device).await;
    let mut admin = administrator(&server).await;
    let content = file(&device, &[value(&sent), value(&kept)]);
    let answer = hand_in(&server, &mut admin, &content).await;
    assert_eq!(counts(&answer), [2, 1, 1, 0, 0]);
    assert!(answer.text().contains("Gate 3, phone 2") && answer.text().contains("marked as such"));
    let again = hand_in(&server, &mut admin, &content).await;
    assert_eq!(counts(&again), [2, 0, 2, 0, 0]);
    assert!(again.text().contains("here already"));
    let exported = reports(&server.app).await.into_iter().filter(|row| row.exported).count();
    let rows = server.rows().await;
    assert_eq!((exported, rows["temperature_report"]), (1, 2));
    server.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_an_item_is_said_and_spoils_no_other() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let app = &server.app;
    let item = |tenths| device.item(app, &report(app, shift, tenths));
    let id = ClientId([7; 16]);
    let first = device.item_as(app, id, &report(app, shift, 381));
    let other = device.item_as(app, id, &report(app, shift, 392));
    assert_eq!(device.send(&server, &[&first]).await, ["stored"]);
    let stranger = TestDevice::enrolled(app, "Another").await.item(app, &report(app, shift, 381));
    let old = json!({
        "v": 1, "kind": "shift_ended", "shift": text(shift), "why": "over",
        "at": app.now().seconds() - 31 * 86_400,
    });
    let nameless = Item { id: "?".to_owned(), ..item(381) };
    let items = [
        value(&item(385)),
        json!("not an item"),
        value(&stranger),
        value(&nameless),
        value(&device.item(app, &json!({"v": 1, "kind": "look_up"}))),
        value(&device.item(app, &old)),
        value(&other),
        value(&item(386)),
    ];
    let mut admin = administrator(&server).await;
    let answer = hand_in(&server, &mut admin, &file(&device, &items)).await;
    assert_eq!(counts(&answer), [8, 2, 0, 1, 5]);
    let page = answer.text();
    for (place, why) in [
        (2, "Not an item as devices write it"),
        (3, "Not signed by this device"),
        (4, "Not an item as devices write it"),
        (5, "no device may say"),
        (6, "more than 30 days old"),
    ] {
        let row = page.split("<tr>").find(|row| row.contains(&format!(">{place}</th>")));
        assert!(row.is_some_and(|row| row.contains(why)), "{place}: {why}");
    }
    assert!(page.contains("/staff/checkpoints/flags"), "conflicts are compared there");
    let rows = server.rows().await;
    assert_eq!((rows["temperature_report"], rows["outbox_conflict"]), (3, 1));
    server.stop().await;
}

#[tokio::test]
async fn more_than_one_request_of_items_is_taken_whole() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let many: Vec<Value> = (0..130)
        .map(|pass| {
            json!({
                "v": 1, "kind": "tally", "at": server.app.now().seconds(), "shift": text(shift),
                "pass": pass, "check": 0, "stop": 0, "normal": 0, "abnormal": 0,
            })
        })
        .map(|content| value(&device.item(&server.app, &content)))
        .collect();
    let mut admin = administrator(&server).await;
    let answer = hand_in(&server, &mut admin, &file(&device, &many)).await;
    assert_eq!(counts(&answer), [130, 130, 0, 0, 0]);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_file_of_a_device_is_said_beside_the_field() {
    let server = TestServer::start().await;
    let never = TestDevice::enrolled(&server.app, "Gate 3, phone 2").await;
    let unknown = json!({"device": "0000000000000001", "items": []}).to_string();
    let whole = file(&never, &[json!({})]);
    let many = file(&never, &vec![json!(0); super::super::import::MOST + 1]);
    let mut admin = administrator(&server).await;
    for (content, words) in [
        ("", "Choose the file"),
        ("%PDF-1.7", "not a file of a device"),
        (&whole[..whole.len() - 1], "not a file of a device"),
        ("{\"items\": []}", "not a file of a device"),
        (&unknown, "never enrolled here"),
        (&many, "more than 10,000 items"),
    ] {
        let answer = hand_in(&server, &mut admin, content).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.text().contains(words), "{words}");
    }
    let page = server.get(&mut admin, "/staff/devices").await;
    assert!(page.text().contains(PAGE), "the list leads to it");
    let mut other = server.signed_in("Unit", &[Role::HealthOfficer]).await;
    assert_eq!(server.get(&mut other, PAGE).await.status, StatusCode::FORBIDDEN);
    assert_eq!(hand_in(&server, &mut other, &whole).await.status, StatusCode::FORBIDDEN);
    server.stop().await;
}

#[tokio::test]
async fn a_file_that_an_editor_has_put_a_mark_before_is_read() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let item = device.item(&server.app, &report(&server.app, shift, 381));
    let mut admin = administrator(&server).await;
    let content = format!("\u{FEFF}{}", file(&device, &[value(&item)]));
    assert_eq!(counts(&hand_in(&server, &mut admin, &content).await), [1, 1, 0, 0, 0]);
    server.stop().await;
}
