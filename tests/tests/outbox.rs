//! What a device sends that cannot be taken is refused in words, and spoils nothing beside it.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use blackbox::{Engine, InspectorDevice, Place, Server, move_clock, random};
use common::gate::{Authority, Gate};
use serde_json::{Value, json};

on_both_engines!(garbage_among_good, other_content, withdrawn, a_day_off);

/// The outcome of each item, with its reason.
async fn outcomes(device: &InspectorDevice, items: &[&Value]) -> Vec<String> {
    let (status, answer) = device.send(items).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    let said = |item: &Value| match (item["outcome"].as_str().unwrap(), item["reason"].as_str()) {
        (outcome, Some(reason)) => format!("{outcome} {reason}"),
        (outcome, None) => outcome.to_owned(),
    };
    answer["items"].as_array().unwrap().iter().map(said).collect()
}

/// The same item with another value of this member.
fn with(item: &Value, member: &str, value: &Value) -> Value {
    let mut item = item.clone();
    item[member] = value.clone();
    item
}

async fn garbage_among_good(engine: Engine) {
    let place = Place::new(engine).await;
    let authority = Authority::of(&place);
    let server = Server::start(&place).await;
    let gate = Gate::at(&place, &server).await;
    let [device, other] = [gate.device(&server, "Phone 1").await, gate.device(&server, "Phone 2").await];
    let good: Vec<Value> =
        ["GOOD", "FINE"].iter().map(|mark| device.item(&device.report(mark, 381))).collect();
    let lost = device.item(&device.report("LOST", 381));
    let long_ago = json!(device.time() - 31 * 86_400);
    let mut old = with(&device.report("LOST", 381), "at", &long_ago);
    old["readings"][0]["at"] = long_ago;
    let mut normal = device.report("LOST", 381);
    normal["readings"][0]["tenths"] = json!(365);
    let items = [
        good[0].clone(),
        with(&lost, "signature", &json!("AAAA")),
        with(&lost, "sealed", &json!("no base64 at all!")),
        with(&lost, "key", &json!("AAAAAAAAAAA")),
        other.item(&other.report("LOST", 381)),
        device.item(&json!("no report at all")),
        device.item(&normal),
        device.item(&with(&device.report("LOST", 381), "more", &json!(1))),
        device.item(&with(&device.report("LOST", 381), "v", &json!(2))),
        device.item(&old),
        good[1].clone(),
    ];
    let said = outcomes(&device, &items.iter().collect::<Vec<_>>()).await;
    let signature = "refused signature";
    let content = "refused content";
    let wanted = ["stored", signature, signature, signature, signature, content, content, content, content];
    assert_eq!(said, [&wanted[..], &["refused old", "stored"]].concat());
    let reports = authority.reports_when(&server, 2).await;
    let mut marks: Vec<&str> =
        reports.iter().map(|report| report["subject"]["last_four"].as_str().unwrap()).collect();
    marks.sort_unstable();
    assert_eq!(marks, ["FINE", "GOOD"]);
    let unnamed = with(&good[0], "id", &json!("short"));
    let (status, refused) = device.send(&[&unnamed]).await.unwrap();
    assert_eq!(
        (status, refused["detail"].as_str()),
        (422, Some("items[0].id: expected 16 bytes in base64url")),
        "what has no name cannot be answered"
    );
    let many: Vec<&Value> = std::iter::repeat_n(&good[0], 101).collect();
    let (status, refused) = device.send(&many).await.unwrap();
    assert_eq!((status, refused["detail"].as_str()), (422, Some("items: at most 100 at once")));
    server.stop();
}

async fn other_content(engine: Engine) {
    let place = Place::new(engine).await;
    let authority = Authority::of(&place);
    let server = Server::start(&place).await;
    let gate = Gate::at(&place, &server).await;
    let device = gate.device(&server, "Phone 1").await;
    let id = random();
    let content = device.report("0001", 381);
    let first = device.item_as(id, &content);
    let sealed_anew = device.item_as(id, &content);
    let other = device.item_as(id, &device.report("0002", 402));
    assert_eq!(outcomes(&device, &[&first]).await, ["stored"]);
    assert_eq!(outcomes(&device, &[&sealed_anew]).await, ["known"], "sealed anew it is the same item");
    assert_eq!(outcomes(&device, &[&other, &first]).await, ["conflict", "known"]);
    assert_eq!(outcomes(&device, &[&other]).await, ["conflict"]);
    let together = random();
    let pair = [("0003", 383), ("0004", 384)]
        .map(|(mark, tenths)| device.item_as(together, &device.report(mark, tenths)));
    assert_eq!(outcomes(&device, &[&pair[0], &pair[1]]).await, ["stored", "conflict"]);
    let reports = authority.reports_when(&server, 2).await;
    let mut kept: Vec<(&str, i64)> = reports
        .iter()
        .map(|report| {
            let tenths = report["readings"][0]["tenths"].as_i64().unwrap();
            (report["subject"]["last_four"].as_str().unwrap(), tenths)
        })
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, [("0001", 381), ("0003", 383)], "the first of each id, unchanged");
    let shown = gate.administrator.get("/staff/checkpoints/flags").await;
    for id in [id, together] {
        assert_eq!(shown.html.matches(&hex::encode(id)).count(), 1, "each conflict is shown once");
    }
    assert!(shown.html.contains("Phone 1"));
    server.stop();
}

async fn withdrawn(engine: Engine) {
    let place = Place::new(engine).await;
    let authority = Authority::of(&place);
    let server = Server::start(&place).await;
    let gate = Gate::at(&place, &server).await;
    let [device, other] = [gate.device(&server, "Phone 1").await, gate.device(&server, "Phone 2").await];
    let [before, after] = ["0001", "0002"].map(|mark| device.item(&device.report(mark, 381)));
    assert_eq!(outcomes(&device, &[&before]).await, ["stored"]);
    let list = gate.administrator.get("/staff/devices").await;
    let fields = [("device", device.id.as_str())];
    let asked = gate.administrator.submit(&list, "/staff/devices/withdraw", &fields).await;
    assert!(asked.html.contains("Phone 1"), "which one is to be withdrawn");
    let fields = [("device", device.id.as_str()), ("sure", "yes")];
    let done = gate.administrator.submit(&asked, "/staff/devices/withdraw", &fields).await;
    assert_eq!((done.status.as_u16(), done.path.as_str()), (200, "/staff/devices"));
    for items in [&[&after][..], &[&before], &[]] {
        let (status, refused) = device.send(items).await.unwrap();
        assert_eq!((status, &refused["type"]), (403, &json!("/problems/device-withdrawn")));
        let said = refused["detail"].as_str().unwrap();
        assert!(said.starts_with("An administrator has withdrawn this device"), "{refused}");
        assert!(said.contains("What it still holds stays on it; export it"), "{refused}");
    }
    let check = json!({"shift": device.shift, "text": "7K3M92QD"});
    assert_eq!(device.request("check", &check).await.unwrap().status().as_u16(), 403);
    assert_eq!(outcomes(&other, &[&other.item(&other.report("0003", 381))]).await, ["stored"]);
    let reports = authority.reports_when(&server, 2).await;
    assert_eq!(reports.len(), 2, "nothing of a withdrawn device is taken, and what came before stays");
    server.stop();
}

/// The server's clock goes a day ahead, and back. Devices are told, nothing is taken wrongly, and nothing is lost.
async fn a_day_off(engine: Engine) {
    // Further than what may be dated ahead.
    const AHEAD: i64 = 25 * 3_600;
    let place = Place::new(engine).await;
    let authority = Authority::of(&place);
    let server = Server::start(&place).await;
    let gate = Gate::at(&place, &server).await;
    let mut device = gate.device(&server, "Phone 1").await;
    let made_before = device.item(&device.report("0001", 381));
    let port = server.port();
    server.stop();

    let server = Server::at_time(&place, port, AHEAD).await;
    told_of_its_clock(&device, &made_before).await;
    device.measure().await;
    assert!((AHEAD - device.offset).abs() < 5, "the header `date` says the server's time: {}", device.offset);
    assert_eq!(outcomes(&device, &[&made_before]).await, ["stored"], "a day late is late, and counts");
    let made_then = device.item(&device.report("0002", 381));
    server.stop();

    let server = Server::at(&place, port).await;
    told_of_its_clock(&device, &made_then).await;
    device.measure().await;
    let said = outcomes(&device, &[&made_then, &made_before]).await;
    assert_eq!(
        said,
        ["refused content", "known"],
        "what is dated further ahead than a day stays on the device"
    );
    server.stop();

    let server = Server::at_time(&place, port, AHEAD).await;
    device.measure().await;
    assert_eq!(outcomes(&device, &[&made_then]).await, ["stored"], "and is taken when its time has come");
    assert_eq!(authority.reports_when(&server, 2).await.len(), 2);
    server.stop();

    // Before the signing key was made: no server that would sign what nobody accepts.
    let mut command = place.command(&["serve", "--listen", &format!("127.0.0.1:{port}")]);
    let ended = move_clock(&mut command, -AHEAD).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains("check the machine's clock"), "{said}");
}

async fn told_of_its_clock(device: &InspectorDevice, item: &Value) {
    let (status, refused) = device.send(&[item]).await.unwrap();
    assert_eq!((status, &refused["type"]), (401, &json!("/problems/signature")));
    let far = "created is more than 300 seconds away from the time of this server";
    assert!(refused["detail"].as_str().unwrap().ends_with(far), "{refused}");
}
