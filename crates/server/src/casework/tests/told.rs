//! People whose visits were opened are told in time, see it, and can have it deleted.

use std::time::Duration;

use visits::Kind;

use super::desk::{Desk, MARKET};
use crate::jobs;
use crate::pass::testing::{HEALTHY, phone};

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn whoever_was_opened_is_told_within_three_days_without_the_place_and_may_delete_it() {
    let mut desk = Desk::open().await;
    let mut anna = phone(&desk.server, &HEALTHY).await;
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    desk.opened(at).await;
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().told, 0, "a call may come first");
    let data = desk.server.get(&mut anna.browser, "/my-data").await.text();
    assert!(data.contains("Opened visits for a case") && data.contains("Health Commission, Wuhan"), "{data}");
    assert!(!data.contains("江城市场") && !data.contains("River"), "no place: {data}");
    desk.server.advance(47 * HOUR);
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().told, 0);
    desk.server.advance(2 * HOUR);
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().told, 1);
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().told, 0, "once");
    let code = desk.server.get(&mut anna.browser, "/my-code").await.text();
    assert!(code.contains("A visit of yours was opened") && !code.contains("江城市场"), "{code}");
    let export = desk.server.get(&mut anna.browser, "/my-data/export").await.json();
    assert_eq!(export["opened_visits"][0]["unit"], "Health Commission, Wuhan");
    assert!(export["opened_visits"][0]["told_at"].is_string());
    crate::holder::erase::erase(&desk.server.app, &anna.device()).await.unwrap();
    assert_eq!(desk.server.rows().await["visit_task"], 0);
    desk.server.stop().await;
}

#[tokio::test]
async fn whoever_an_officer_has_reached_is_told_at_once_and_lateness_is_seen() {
    let mut desk = Desk::open().await;
    let (anna, ben) = (phone(&desk.server, &HEALTHY).await, phone(&desk.server, &HEALTHY).await);
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry), (MARKET, ben.holder, Kind::Entry)]).await;
    desk.opened(at).await;
    let tasks = desk.get(0, "/cases/tasks").await.text();
    let path =
        tasks.split("action=\"").map(|rest| rest.split('"').next().unwrap()).find(|p| p.ends_with("/take"));
    let path = path.unwrap().trim_end_matches("/take").to_owned();
    desk.post(0, &format!("{path}/take"), &[]).await;
    desk.post(0, &format!("{path}/outcome"), &[("outcome", "reached")]).await;
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().told, 1);
    // The jobs stood still for more than three days.
    desk.server.advance(73 * HOUR);
    desk.officers[0] = desk.server.signed_in(super::desk::UNITS[0], &[domain::Role::HealthOfficer]).await;
    assert!(desk.get(0, "/cases").await.text().contains("1 people have not been told within 72 hours"));
    assert_eq!(jobs::run_due(&desk.server.app).await.unwrap().told, 1);
    assert!(!desk.get(0, "/cases").await.text().contains("have not been told"));
    desk.server.stop().await;
}

#[tokio::test]
async fn every_step_leaves_a_leaf_and_an_entry_for_auditors() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let before = desk.server.rows().await;
    let at = desk.server.app.now().minus(5 * HOUR);
    desk.visit(at, &[(MARKET, anna.holder, Kind::Entry)]).await;
    desk.opened(at).await;
    let after = desk.server.rows().await;
    assert_eq!(after["log_leaf"] - before["log_leaf"], 4, "asked, decided, half, visits");
    let mut auditor = desk.server.signed_in("Audit", &[domain::Role::Auditor]).await;
    let record = desk.server.get(&mut auditor, "/audit/accesses").await.text();
    for said in [
        "Opening of visits",
        "Fetched wrapped shares",
        "Opened shares",
        "Fetched sealed records",
        "Opened visits for a case",
    ] {
        assert!(record.contains(said), "{said}");
    }
    desk.server.stop().await;
}
