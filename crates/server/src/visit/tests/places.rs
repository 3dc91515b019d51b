//! What a code leads to, and what is said of one that leads nowhere.

use std::time::Duration;

use domain::location::{LocationCode, Poster};
use store::rows::location::{CodeRow, LocationState};

use super::super::testing::{Units, add, entry, location, location_row, rows, send, tickets};
use crate::location;
use crate::pass::testing::{HEALTHY, phone};
use crate::testing::TestServer;

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn each_code_that_opens_nothing_says_why() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let ticket = tickets(&server, &mut anna.browser).await;
    let state = async |state| {
        let row = store::rows::location::LocationRow { state, ..location_row(app) };
        add(app, row, |_| ()).await.1.to_string()
    };
    let ends = |ends: Duration| {
        let now = app.now();
        move |code: &mut CodeRow| code.poster = Poster { ends: Some(now.plus(ends)), ..code.poster }
    };
    let tablet = add(app, location_row(app), |code| code.tablet = true).await.1;
    let key = location::daily_key(&app.store);
    let (today, yesterday) =
        (key.shown(tablet, app.now()), key.shown(tablet, app.now().minus(Duration::from_hours(24))));
    let (_, poster) = location(app).await;
    let cases = [
        (LocationCode::draw(&*app.entropy).to_string(), "place-unknown"),
        ("7K3M92".to_owned(), "place-unknown"),
        (state(LocationState::Waiting).await, "place-waiting"),
        (state(LocationState::Refused).await, "place-waiting"),
        (state(LocationState::Suspended).await, "place-suspended"),
        (state(LocationState::Closed).await, "place-closed"),
        (add(app, location_row(app), ends(Duration::ZERO)).await.1.to_string(), "place-ended"),
        (tablet.to_string(), "place-unknown"),
        (yesterday.to_string(), "place-stale"),
        (key.shown(poster, app.now()).to_string(), "place-unknown"),
        (add(app, location_row(app), ends(HOUR)).await.1.to_string(), ""),
        (today.to_string(), ""),
        (poster.to_string(), ""),
        (poster.grouped().to_lowercase(), ""),
    ];
    for (code, problem) in cases {
        let answer = send(&server, &mut anna.browser, &entry(app, &code, &ticket)).await;
        let kind = answer.json()["type"].as_str().unwrap_or_default().replace("/problems/", "");
        assert_eq!(kind, problem, "{code}: {}", answer.text());
    }
    server.stop().await;
}

#[tokio::test]
async fn what_was_read_is_forgotten_at_once_here_and_after_a_minute_elsewhere() {
    let server = TestServer::start().await;
    let app = &server.app;
    let (market, code) = location(app).await;
    let (_, library) = location(app).await;
    let place = app.places.by_code(app, code.to_string().parse().unwrap()).await.unwrap();
    assert_eq!((place.location, place.details.name.as_str()), (market, "江城市场"));
    app.places.by_code(app, library.to_string().parse().unwrap()).await.unwrap();
    server.break_table("location_code").await;
    let known =
        async |code: LocationCode| app.places.by_code(app, code.to_string().parse().unwrap()).await.is_ok();
    assert!(known(code).await && known(library).await, "from memory");
    app.places.forget(market);
    assert!(!known(code).await && known(library).await, "forgotten");
    server.advance(location::places::LASTS);
    assert!(!known(library).await, "a minute later");
    server.stop().await;
}

#[tokio::test]
async fn who_is_inside_leaves_a_place_that_has_closed() {
    let server = TestServer::start().await;
    let app = &server.app;
    let _units = Units::confirmed(app, 2).await;
    let row = store::rows::location::LocationRow { state: LocationState::Closed, ..location_row(app) };
    let (closed, code) = add(app, row, |_| ()).await;
    let mut anna = phone(&server, &HEALTHY).await;
    let ticket = tickets(&server, &mut anna.browser).await;
    let mut body = entry(app, &code.to_string(), &ticket);
    body["kind"] = "exit".into();
    let left = send(&server, &mut anna.browser, &body).await;
    assert_eq!((left.status.as_u16(), rows(app, closed).await.len()), (200, 1), "{}", left.text());
    server.stop().await;
}
