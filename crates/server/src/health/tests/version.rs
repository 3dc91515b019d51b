//! What a device sent twice with different content is compared at this desk, and nowhere else.

use axum::http::StatusCode;
use domain::Role;
use domain::checkpoint::ClientId;
use serde_json::json;
use store::rows::audit::Which;

use crate::access;
use crate::checkpoint::testing::{report, reports};
use crate::checkpoint::tests::outbox::{text, working};
use crate::staff::Tools;
use crate::testing::{Browser, TestServer};

async fn someone(server: &TestServer, role: Role) -> Browser {
    let mut browser = server.signed_in("Wuhan", &[role]).await;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    browser
}

#[tokio::test]
async fn health_officers_compare_both_versions_and_administrators_see_no_temperature() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let id = ClientId([7; 16]);
    let first = device.item_as(&server.app, id, &report(&server.app, shift, 381));
    let other = device.item_as(&server.app, id, &report(&server.app, shift, 392));
    assert_eq!(device.send(&server, &[&first]).await, ["stored"]);
    let case = reports(&server.app).await.remove(0).id;
    let mut officer = someone(&server, Role::HealthOfficer).await;
    let mut admin = someone(&server, Role::Administrator).await;
    let before = server.get(&mut officer, &format!("/reports/{case}")).await.text();
    assert!(!before.contains("/reports/versions/"), "nothing came twice");
    assert_eq!(device.send(&server, &[&other]).await, ["conflict"]);

    let opened = server.get(&mut officer, &format!("/reports/{case}")).await.text();
    let link = opened.split("href=\"").find(|part| part.starts_with("/reports/versions/")).expect("a link");
    let link = link.split('"').next().unwrap().to_owned();
    assert!(opened.contains("A second version of this report came"), "{opened}");
    let both = server.get(&mut officer, &link).await;
    assert_eq!(both.status, StatusCode::OK);
    let both = both.text();
    assert!(both.contains("38.1") && both.contains("39.2"), "both contents: {both}");
    assert!(both.contains("Gate 3, phone 2") && both.contains(&format!("href=\"/reports/{case}\"")));
    assert!(server.get(&mut officer, "/reports/versions").await.text().contains(&link));
    let conflict: domain::Id<()> = link.rsplit('/').next().unwrap().parse().unwrap();
    let about = Which::About("outbox-conflict".to_owned(), conflict.as_i64());
    let (entries, _) = access::list(Tools::of(&server.app), &about, None).await.unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry.access.action.as_str()).collect();
    assert_eq!(actions, ["open"], "the list opens nothing, the page of both does");

    for path in [link.as_str(), "/reports/versions"] {
        assert_eq!(server.get(&mut admin, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let flags = server.get(&mut admin, "/staff/checkpoints/flags").await.text();
    assert!(flags.contains("Compared by") && flags.contains("Health officers"), "{flags}");
    assert!(!flags.contains("38.1") && !flags.contains("39.2"));
    let nothing = server.get(&mut officer, "/reports/versions/00000000000000ff").await.status;
    assert_eq!(nothing, StatusCode::NOT_FOUND);
    server.stop().await;
}

#[tokio::test]
async fn a_second_version_without_a_first_report_is_shown_and_counts_are_nobodys() {
    let server = TestServer::start().await;
    let (device, shift) = working(&server).await;
    let app = &server.app;
    let tally = |pass: i64| {
        json!({
            "v": 1, "kind": "tally", "at": app.now().seconds(), "shift": text(shift),
            "pass": pass, "check": 0, "stop": 0, "normal": 0, "abnormal": 0,
        })
    };
    let (one, two) = (ClientId([1; 16]), ClientId([2; 16]));
    let first = [device.item_as(app, one, &tally(1)), device.item_as(app, two, &tally(1))];
    assert_eq!(device.send(&server, &[&first[0], &first[1]]).await, ["stored", "stored"]);
    let second = [device.item_as(app, one, &report(app, shift, 392)), device.item_as(app, two, &tally(2))];
    assert_eq!(device.send(&server, &[&second[0], &second[1]]).await, ["conflict", "conflict"]);
    let mut officer = someone(&server, Role::HealthOfficer).await;
    let list = server.get(&mut officer, "/reports/versions").await.text();
    let links: Vec<&str> =
        list.split("href=\"").filter(|part| part.starts_with("/reports/versions/")).collect();
    assert_eq!(links.len(), 1, "of two tallies nothing is about anybody");
    let page = server.get(&mut officer, links[0].split('"').next().unwrap()).await.text();
    assert!(page.contains("39.2") && page.contains("was no report, or is deleted by now"), "{page}");
    server.stop().await;
}
