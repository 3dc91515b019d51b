//! The desk forgets: at the press of a button, and by itself.

use super::*;
use crate::Settings;
use crate::http::route::{Access, Verb};
use crate::jobs;

#[tokio::test]
async fn the_next_person_meets_nothing_of_the_one_before() {
    let server = TestServer::start().await;
    let mut officer = desk(&server).await;
    begin(&server, &mut officer).await;
    fill(&server, &mut officer, &[]).await;
    let before = visit(&server, &officer).await.unwrap();
    let old_token = token(&server, &officer).await;
    let page = server.get(&mut officer, "/desk/apply/person").await;
    assert!(page.text().contains("Eriksson"));
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["refresh"], "610; url=/desk/ended");
    assert!(!page.text().contains("autocomplete=\"family-name\""), "the browser remembers nobody");

    assert_eq!(post(&server, &mut officer, "/desk/next", &[]).await.location, "/desk");
    let state = async || {
        read!(server.app.store, "test.state", StoreError, |tx| { call!(tx, device::device_state(before.id)) })
            .unwrap()
    };
    assert!(state().await.is_none(), "what was typed and not sent is gone");
    for path in
        ["/desk/apply/person", "/desk/apply/check", "/desk/application", "/desk/my-data", "/desk/slip"]
    {
        assert_eq!(server.get(&mut officer, path).await.location, "/desk/ended", "{path}");
    }

    // A form of the person before, sent during the visit of the next one, changes nothing.
    begin(&server, &mut officer).await;
    let fields = [("family", "Eriksson"), ("csrf", old_token.as_str())];
    let answer = server.post(&mut officer, "/desk/apply/person", &fields).await;
    assert_eq!(answer.location, "/desk/ended", "{}", answer.text());
    assert!(!server.get(&mut officer, "/desk/apply/person").await.text().contains("Eriksson"));
    let out = server.post(&mut officer, "/staff/sign-out", &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "signing out needs no visit: {}", out.text());
    server.stop().await;
}

#[tokio::test]
async fn a_visit_ends_after_ten_minutes_without_use_and_what_was_typed_goes_with_it() {
    let server = TestServer::start().await;
    let mut officer = desk(&server).await;
    begin(&server, &mut officer).await;
    fill(&server, &mut officer, &[]).await;
    let device = visit(&server, &officer).await.unwrap();
    for _ in 0..3 {
        server.advance(Duration::from_mins(8));
        assert!(server.get(&mut officer, "/desk/apply/check").await.status.is_success(), "it is in use");
    }
    server.advance(Duration::from_mins(10));
    assert_eq!(server.get(&mut officer, "/desk/apply/check").await.location, "/desk/ended");
    let sent = server.post(&mut officer, "/desk/apply/check", &[]).await;
    assert_eq!(sent.location, "/desk/ended", "nothing is sent any more");
    let page = server.get(&mut officer, "/desk/ended").await.text();
    assert!(page.contains("This visit has ended") && page.contains("href=\"/desk\""), "{page}");
    jobs::tidy(&server.app).await.unwrap();
    let state = read!(server.app.store, "test.state", StoreError, |tx| {
        call!(tx, device::device_state(device.id))
    });
    assert!(state.unwrap().is_none());
    server.stop().await;
}

#[tokio::test]
async fn beginning_with_somebody_ends_the_visit_before_and_what_was_sent_is_safe() {
    let server = TestServer::start().await;
    let mut officer = desk(&server).await;
    let id = apply(&server, &mut officer, &[]).await;
    let before = visit(&server, &officer).await.unwrap();
    post(&server, &mut officer, "/desk/application/correct", &[]).await;
    begin(&server, &mut officer).await;
    assert_ne!(visit(&server, &officer).await.unwrap().id, before.id);
    let state = read!(server.app.store, "test.state", StoreError, |tx| {
        call!(tx, device::device_state(before.id))
    });
    let state = state.unwrap().expect("the session that holds the application stays");
    assert_eq!((state.application, state.draft.is_none(), state.recovery_code), (Some(id), true, None));
    assert_eq!(row(&server, id).await.stage, Stage::Waiting);
    server.stop().await;
}

#[tokio::test]
async fn the_browser_is_told_to_drop_the_pages_that_it_could_go_back_to() {
    let settings = Settings { public_origin: "https://code.example".to_owned(), ..Settings::for_tests() };
    let server = TestServer::with_settings(settings).await;
    let mut officer = desk(&server).await;
    for name in ["staff", "language"] {
        let value = officer.cookies[&format!("tongxing-{name}")].clone();
        officer.cookies.insert(format!("__Host-tongxing-{name}"), value);
    }
    begin(&server, &mut officer).await;
    let next = post(&server, &mut officer, "/desk/next", &[]).await;
    assert_eq!(next.location, "/desk");
    assert_eq!(next.headers["clear-site-data"], "\"cache\"");
    server.stop().await;
}

/// Every route of a visit: without one, and with the form of another, nobody is reached.
#[tokio::test]
async fn a_form_of_one_visit_and_a_request_without_one_reach_nobody() {
    let server = TestServer::start().await;
    let mut officer = desk(&server).await;
    begin(&server, &mut officer).await;
    let old_token = token(&server, &officer).await;
    let old = [("csrf", old_token.as_str()), ("kind", "passport"), ("consent", "yes")];
    post(&server, &mut officer, "/desk/next", &[]).await;
    let routes: Vec<_> = crate::endpoints()
        .into_iter()
        .map(|endpoint| endpoint.route)
        .filter(|route| route.access == Access::Visit)
        .collect();
    assert!(routes.len() > 30);
    for route in &routes {
        let answer = match route.verb {
            Verb::Get => server.get(&mut officer, route.path).await,
            Verb::Post => server.post(&mut officer, route.path, &old).await,
        };
        assert_eq!(answer.location, "/desk/ended", "{} without a visit", route.path);
    }
    begin(&server, &mut officer).await;
    for route in routes.iter().filter(|route| route.verb == Verb::Post) {
        let answer = server.post(&mut officer, route.path, &old).await;
        let refused =
            answer.location == "/desk/ended" || (route.multipart && answer.status.is_client_error());
        assert!(
            refused,
            "{} with the form of another visit: {} {}",
            route.path, answer.status, answer.location
        );
    }
    let device = visit(&server, &officer).await.expect("it was not ended by another's form");
    let state = read!(server.app.store, "test.state", StoreError, |tx| {
        call!(tx, device::device_state(device.id))
    });
    let draft = crate::application::draft::Draft::of(&state.unwrap().unwrap()).expect("a draft");
    assert_eq!(draft.typed.get("kind"), "");
    server.stop().await;
}
