//! Tablets at doors, and the counter.

use std::time::Duration;

use domain::location::{Daily, Scanned, Slot};
use store::rows::visit::VisitCount;
use store::transact;

use super::*;
use crate::location::daily_key;

/// What the tablet's link ends in.
fn shown(page: &Answer) -> String {
    let text = page.text();
    let link = text.split("/v/").nth(1).unwrap_or_else(|| panic!("no code: {text}"));
    link.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_tablet_shows_another_code_every_day_and_nobody_is_signed_in_on_it() {
    let server = TestServer::start().await;
    let (mut tablet, mut desk) = (manager(&server).await, Browser::default());
    let path = approved(&server, &mut tablet).await;
    let manager = tablet.clone();
    desk.cookies.clone_from(&manager.cookies);
    let none = server.get(&mut Browser::default(), "/tablet").await;
    assert!(none.status.is_success() && none.text().contains("shows no code"), "{}", none.text());

    let begun = server.post(&mut tablet, &format!("{path}/tablet"), &[("spot", "whole")]).await;
    assert_eq!(begun.location, "/tablet", "{}", begun.text());
    assert!(tablet.cookies.contains_key("tongxing-tablet"));
    assert!(!tablet.cookies.contains_key("tongxing-staff"), "the manager is signed out of it");
    assert_eq!(
        server.get(&mut desk, &path).await.location,
        "/staff/sign-in",
        "the session has ended on the server"
    );
    let today = shown(&server.get(&mut tablet, "/tablet").await);
    let Ok(Scanned::Tablet(scanned)) = today.parse() else { panic!("{today}") };
    let key = daily_key(&server.app.store);
    assert_eq!(key.check(scanned, server.app.now()), Daily::Good);

    // 20:00 in Shanghai: five hours later it is tomorrow, and an hour after midnight yesterday's code is over.
    server.advance(Duration::from_hours(5));
    let tomorrow = shown(&server.get(&mut tablet, "/tablet").await);
    assert_ne!(today, tomorrow);
    assert_eq!(today[..18], tomorrow[..18], "the same tablet");
    assert_eq!(key.check(scanned, server.app.now()), Daily::Stale);
    server.stop().await;
}

#[tokio::test]
async fn a_tablet_says_when_nobody_can_register_and_is_ended_by_its_manager() {
    let server = TestServer::start().await;
    let mut own = manager(&server).await;
    let path = approved(&server, &mut own).await;
    let mut tablet = own.clone();
    // A second manager stays signed in beside the tablet.
    let both = format!("{path}/tablet");
    let begun = server.post(&mut tablet, &both, &[("spot", "whole")]).await;
    assert_eq!(begun.location, "/tablet");
    let mut colleague = manager_of(&server, &path).await;
    server.post(&mut colleague, &format!("{path}/state"), &[("step", "suspend")]).await;
    let suspended = server.get(&mut tablet, "/tablet").await.text();
    assert!(suspended.contains("此处目前不能登记") && !suspended.contains("/v/"), "{suspended}");
    assert_eq!(server.post(&mut colleague, &both, &[("spot", "whole")]).await.location, both, "not now");
    server.post(&mut colleague, &format!("{path}/state"), &[("step", "resume")]).await;
    let first = shown(&server.get(&mut tablet, "/tablet").await);
    server.post(&mut colleague, &format!("{path}/tablet/end"), &[("spot", "whole")]).await;
    assert!(server.get(&mut tablet, "/tablet").await.text().contains("shows no code"));
    let again = server.post(&mut colleague, &both, &[("spot", "whole")]).await;
    assert_eq!(again.location, "/tablet");
    assert_ne!(shown(&server.get(&mut colleague, "/tablet").await)[..18], first[..18], "a new code");
    let mut third = manager_of(&server, &path).await;
    let elsewhere = server.post(&mut third, &both, &[("spot", "0000000000000001")]).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "no such entrance");
    server.stop().await;
}

/// One more manager of this location.
async fn manager_of(server: &TestServer, path: &str) -> Browser {
    let browser = manager(server).await;
    let hash = crate::http::session::token_hash(&browser.cookies["tongxing-staff"]);
    let staff = crate::http::actors::staff(&server.app, &hash).await.unwrap().unwrap();
    let (location, now) = (row(server, path).await.id, server.app.now());
    transact!(server.app.store, "test.manager", StoreError, |tx| {
        call!(tx, location_people::add_manager(staff.id, location, staff.id, now))
    })
    .unwrap();
    browser
}

#[tokio::test]
async fn the_counter_shows_numbers_and_warns_when_it_is_full() {
    let server = TestServer::start().await;
    let mut browser = manager(&server).await;
    let path = register(&server, &mut browser, &with(&[("capacity", "4300"), ("stay", "60")])).await;
    let (location, now) = (row(&server, &path).await.id, server.app.now());
    let count = |minutes: u64, entries, exits| VisitCount {
        location,
        slot: Slot::of(now.minus(Duration::from_mins(minutes))),
        entries,
        exits,
    };
    let counts = [count(180, 900, 0), count(20, 4242, 0), count(5, 0, 11)];
    transact!(server.app.store, "test.count", StoreError, |tx| { call!(tx, visit::count(&counts)) }).unwrap();
    let inside = format!("{path}/inside");
    let text = server.get(&mut browser, &inside).await.text();
    assert!(text.contains(">4231<") && text.contains("5142") && !text.contains("It is full"), "{text}");
    let more = [count(4, 100, 0)];
    transact!(server.app.store, "test.count", StoreError, |tx| { call!(tx, visit::count(&more)) }).unwrap();
    assert!(server.get(&mut browser, &inside).await.text().contains("It is full"));
    for _ in 0..3 {
        // Whoever looks on stays signed in.
        server.advance(Duration::from_mins(25));
        server.get(&mut browser, &inside).await;
    }
    assert!(server.get(&mut browser, &inside).await.text().contains(">0<"), "whoever left by no door");
    server.stop().await;
}
