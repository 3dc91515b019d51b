//! What holders do, through the real router.

use std::time::Duration;

use axum::http::StatusCode;

use crate::pass::testing::{HEALTHY, Phone, phone};
use crate::testing::{Answer, TestServer};

const WELL: [(&str, &str); 4] =
    [("symptoms", "none"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")];
const COUGHING: [(&str, &str); 4] =
    [("symptoms", "cough"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")];

async fn declare(server: &TestServer, phone: &mut Phone, answers: &[(&str, &str)]) -> Answer {
    server.post(&mut phone.browser, "/my-code/health", answers).await
}

async fn colour(server: &TestServer, phone: &mut Phone) -> String {
    phone.ask(server).await.json()["colour"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn health_is_declared_anew_once_a_day_and_decides_the_colour_by_the_same_rules() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let green = phone.pass(&server).await;
    let answer = declare(&server, &mut phone, &COUGHING).await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/my-code"));
    assert_eq!(colour(&server, &mut phone).await, "yellow");
    let mut checker = crate::pass::testing::Checker::new(&server).await;
    checker.fetch(&server, &green).await;
    let now = server.app.now().seconds().unsigned_abs();
    let (text, mut buffer) = (phone.show(&green, now), Vec::new());
    let observed = credential::Observed::default();
    let outcome = credential::verify(&text, &mut buffer, &checker.trust, &checker.statuses, now, &observed);
    assert!(outcome.reasons().contains(&credential::Reason::Withdrawn), "the green pass counts no more");

    let again = declare(&server, &mut phone, &WELL).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    let four_hours = (4 * 3600 + 1).to_string();
    assert_eq!(again.headers["retry-after"].to_str().unwrap(), four_hours);
    let text = again.text();
    assert!(text.contains("20:00 on Monday 23 November"), "when it was declared: {text}");
    assert!(text.contains("again from 00:00 on Tuesday 24 November"), "when again: {text}");
    assert_eq!(colour(&server, &mut phone).await, "yellow", "nothing has changed");
    let page = server.get(&mut phone.browser, "/my-code/health").await;
    assert!(
        page.status == StatusCode::OK && page.text().contains("again from 00:00"),
        "no form to fill in vain"
    );

    server.advance(Duration::from_hours(4));
    assert_eq!(declare(&server, &mut phone, &WELL).await.status, StatusCode::SEE_OTHER);
    assert_eq!(colour(&server, &mut phone).await, "green");
    server.stop().await;
}

#[tokio::test]
async fn two_declarations_at_one_moment_are_one() {
    let server = TestServer::start().await;
    let phone = phone(&server, &HEALTHY).await;
    let device = crate::http::session::Device {
        id: phone.session,
        phone: phone.session,
        application: None,
        holder: Some(phone.holder),
        desk: None,
    };
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let app = server.app.clone();
            tokio::spawn(async move { super::health::declare(&app, &device, &HEALTHY).await.is_ok() })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.unwrap());
    }
    assert_eq!(done, 1);
    server.stop().await;
}

#[tokio::test]
async fn wrong_answers_are_explained_kept_and_take_no_day() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    let wrong = [("symptoms", "cough"), ("symptoms", "none"), ("contact", "no"), ("truthful", "yes")];
    let answer = declare(&server, &mut phone, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = answer.text();
    assert!(text.contains("Leave one of them empty") && text.contains("value=\"cough\" checked"), "{text}");
    let switched =
        declare(&server, &mut phone, &[("symptoms", "cough"), ("language", "zh-Hans")]).await.text();
    assert!(switched.contains("<html lang=\"zh-Hans\"") && switched.contains("value=\"cough\" checked"));
    assert_eq!(declare(&server, &mut phone, &WELL).await.status, StatusCode::SEE_OTHER);
    server.stop().await;
}

#[tokio::test]
async fn a_phone_without_a_code_declares_nothing() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    server.post(&mut phone.browser, "/my-code/leave", &[]).await;
    assert_eq!(declare(&server, &mut phone, &WELL).await.status, StatusCode::FORBIDDEN);
    server.stop().await;
}

#[tokio::test]
async fn a_trip_is_declared_seen_and_removed_by_its_holder_alone() {
    let server = TestServer::start().await;
    let (mut owner, mut stranger) = (phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await);
    let trip = [
        ("place", "310000"),
        ("from_day", "20"),
        ("from_month", "11"),
        ("from_year", "2026"),
        ("to_day", "22"),
        ("to_month", "11"),
        ("to_year", "2026"),
        ("transport", "train"),
        ("truthful", "yes"),
    ];
    let declared = server.post(&mut owner.browser, "/my-code/trips", &trip).await;
    assert_eq!(declared.location, "/my-code/trips", "{}", declared.text());
    let removing = |page: &str| {
        let at = page.find("name=\"trip\" value=\"")? + "name=\"trip\" value=\"".len();
        Some(page[at..at + 16].to_owned())
    };
    let page = server.get(&mut owner.browser, "/my-code/trips").await.text();
    let id = removing(&page).expect("a trip to remove");
    let of_stranger = server.get(&mut stranger.browser, "/my-code/trips").await.text();
    assert_eq!(removing(&of_stranger), None);
    let forged = server.post(&mut stranger.browser, "/my-code/trips/remove", &[("trip", id.as_str())]).await;
    assert_eq!(forged.status, StatusCode::NOT_FOUND);
    let export = server.get(&mut owner.browser, "/my-data/export").await.json();
    assert_eq!(export["trips"][0]["place"], "310000");
    let empty = server.post(&mut owner.browser, "/my-code/trips", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let removed = server.post(&mut owner.browser, "/my-code/trips/remove", &[("trip", id.as_str())]).await;
    assert_eq!(removed.location, "/my-code/trips");
    let page = server.get(&mut owner.browser, "/my-code/trips").await.text();
    assert_eq!(removing(&page), None);
    server.stop().await;
}
