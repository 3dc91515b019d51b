//! What a name may be, and what a device may claim to have counted.

use axum::http::StatusCode;
use domain::Role;
use serde_json::{Value, json};

use super::outbox::{text, working};
use crate::testing::{Browser, TestServer};

async fn administrator(server: &TestServer) -> Browser {
    let mut browser = server.signed_in("Office", &[Role::Administrator]).await;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    browser
}

#[tokio::test]
async fn names_of_checkpoints_have_nothing_invisible_and_are_told_apart_by_eye() {
    let server = TestServer::start().await;
    let mut admin = administrator(&server).await;
    let add = async |admin: &mut Browser, name: &str, place: &str| {
        let fields = [("name", name), ("place", place), ("kind", "road")];
        server.post(admin, "/staff/checkpoints", &fields).await
    };
    for bad in ["\u{202E}", "\u{200B}", "Gate\u{202E} A", "Gate\u{200B} A", "Gate\0A"] {
        let answer = add(&mut admin, bad, "Road").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        assert!(answer.text().contains("Type the name again: it has a character"), "{bad:?}");
    }
    let answer = add(&mut admin, "Gate A", "Ro\u{202E}ad").await;
    assert!(answer.text().contains("Type the place again: it has a character"), "{}", answer.text());
    assert_eq!(server.rows().await["checkpoint"], 0);
    assert_eq!(add(&mut admin, "Gate A", "Road").await.status, StatusCode::SEE_OTHER);
    for same in ["gate a", "Ｇate A", "GATE  a", "Gate\u{200D} A"] {
        let answer = add(&mut admin, same, "Road").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{same:?}");
        assert!(answer.text().contains("of this name"), "{same:?}: {}", answer.text());
    }
    let page = server.get(&mut admin, "/staff/checkpoints").await.text();
    let id = |page: &str| {
        let rest = page.split("name=\"checkpoint\" value=\"").nth(1).expect("a checkpoint");
        rest.split('"').next().unwrap().to_owned()
    };
    let first = id(&page);
    server.post(&mut admin, "/staff/checkpoints/close", &[("checkpoint", &first)]).await;
    assert_eq!(add(&mut admin, "gate a", "Road").await.status, StatusCode::SEE_OTHER, "the other is closed");
    let again = server.post(&mut admin, "/staff/checkpoints/reopen", &[("checkpoint", &first)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "its name is taken by now");
    server.stop().await;
}

#[tokio::test]
async fn names_of_devices_go_by_the_same_rules() {
    let server = TestServer::start().await;
    let mut admin = administrator(&server).await;
    let add =
        async |admin: &mut Browser, name: &str| server.post(admin, "/staff/devices", &[("name", name)]).await;
    for bad in ["\u{202E}", "Phone\u{200B} 1", "Phone\u{0}1"] {
        let answer = add(&mut admin, bad).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:?}");
        assert!(answer.text().contains("Type the name again: it has a character"), "{bad:?}");
    }
    assert_eq!(add(&mut admin, "Phone 1").await.status, StatusCode::OK);
    for same in ["phone 1", "Ｐhone １"] {
        let answer = add(&mut admin, same).await;
        assert!(answer.text().contains("There is a device of this name already"), "{same:?}");
    }
    assert_eq!(server.rows().await["inspector_device"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_tally_of_more_than_anybody_checks_is_refused_and_the_days_figures_stand() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let tally = |pass: i64, normal: i64| -> Value {
        json!({
            "v": 1, "kind": "tally", "at": server.app.now().seconds(), "shift": text(shift),
            "pass": pass, "check": 0, "stop": 0, "normal": normal, "abnormal": 0,
        })
    };
    let send = async |content: Value| device.send(&server, &[&device.item(&server.app, &content)]).await;
    assert_eq!(send(tally(100_000, 0)).await, ["refused content"]);
    assert_eq!(send(tally(601, 0)).await, ["refused content"]);
    assert_eq!(send(tally(0, 601)).await, ["refused content"]);
    assert_eq!(send(tally(600, 600)).await, ["stored"]);
    server.advance(std::time::Duration::from_mins(10));
    assert_eq!(send(tally(1_201, 0)).await, ["refused content"]);
    assert_eq!(send(tally(1_200, 0)).await, ["stored"], "one a second, and 600 more");
    let mut tomorrow = tally(20_000, 0);
    tomorrow["at"] = json!(server.app.now().seconds() + 86_400);
    assert_eq!(send(tomorrow).await, ["refused content"], "its own date makes a shift no longer");
    server.stop().await;
}
