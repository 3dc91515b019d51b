//! Days without the internet, as phones and checkers see them.

use std::time::Duration;

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Observed, Pass, Reason, Temperature, Verdict, verify};
use store::{StoreError, transact};

use crate::pass::testing::{Checker, HEALTHY, Phone, another_phone, coughing, declare, device_key, phone};
use crate::testing::TestServer;

const DAY: u64 = 86_400;
/// From 20:00, when tests begin, to midnight.
const FOUR_HOURS: u64 = 4 * 3600;

/// The passes ahead that the phone is given: bytes, first second, last second and one more.
async fn ahead(server: &TestServer, phone: &mut Phone) -> Vec<(Vec<u8>, u64, u64)> {
    let answer = phone.ask(server).await;
    let json = answer.json();
    let days = json["ahead"].as_array().unwrap_or_else(|| panic!("{}", answer.text()));
    let day = |day: &serde_json::Value| {
        let pass = URL_SAFE_NO_PAD.decode(day["pass"].as_str().unwrap()).unwrap();
        (pass, day["not_before"].as_u64().unwrap(), day["expires"].as_u64().unwrap())
    };
    days.iter().map(day).collect()
}

async fn want(server: &TestServer, phone: &mut Phone, days: &str) -> StatusCode {
    server.post(&mut phone.browser, "/my-code/offline", &[("days", days)]).await.status
}

fn now(server: &TestServer) -> u64 {
    server.app.now().seconds().unsigned_abs()
}

fn judge(server: &TestServer, checker: &Checker, phone: &Phone, pass: &[u8]) -> (Verdict, Vec<Reason>) {
    let observed = Observed { threshold: Temperature(373), ..Observed::default() };
    let (text, mut buffer) = (phone.show(pass, now(server)), Vec::new());
    let outcome = verify(&text, &mut buffer, &checker.trust, &checker.statuses, now(server), &observed);
    (outcome.verdict(), outcome.reasons().to_vec())
}

#[tokio::test]
async fn seven_days_are_fetched_each_counts_on_its_own_day_and_the_eighth_has_none() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    assert!(ahead(&server, &mut phone).await.is_empty(), "nobody asked for them");
    assert_eq!(want(&server, &mut phone, "7").await, StatusCode::SEE_OTHER);
    let page = server.get(&mut phone.browser, "/my-code/offline").await.text();
    assert!(page.contains("until Sunday 29 November 24:00"), "{page}");
    let days = ahead(&server, &mut phone).await;
    assert_eq!(days.len(), 7);
    let midnight = now(&server) + FOUR_HOURS;
    for (number, (pass, from, until)) in days.iter().enumerate() {
        let number = number as u64;
        assert_eq!(*until, midnight + number * DAY);
        assert_eq!(*from, if number == 0 { now(&server) } else { until - DAY } - 60);
        let claims = *Pass::parse(pass).unwrap().claims();
        assert_eq!((claims.issued, claims.expires), (*from, *until));
    }
    assert_eq!(ahead(&server, &mut phone).await, days, "asked again, the same");

    for day in 0..8 {
        if day > 0 {
            server.advance(Duration::from_secs(DAY));
        }
        let mut checker = Checker::new(&server).await;
        let counts = async |pass: &[u8], checker: &mut Checker| {
            checker.fetch(&server, pass).await;
            judge(&server, checker, &phone, pass)
        };
        for (number, (pass, ..)) in days.iter().enumerate().skip(day) {
            let verdict = counts(pass, &mut checker).await;
            let expected = if number == day {
                (Verdict::Pass, vec![])
            } else {
                (Verdict::Stop, vec![Reason::NotYetValid])
            };
            assert_eq!(verdict, expected, "pass {number} on day {day}");
        }
        if let Some((pass, ..)) = day.checked_sub(1).and_then(|former| days.get(former)) {
            assert_eq!(judge(&server, &checker, &phone, pass).0, Verdict::Stop, "yesterday's on day {day}");
        }
    }
    assert!(ahead(&server, &mut phone).await.is_empty(), "seven days were asked for");
    server.stop().await;
}

#[tokio::test]
async fn one_change_of_colour_withdraws_all_days_and_new_ones_take_their_place() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    want(&server, &mut phone, "7").await;
    let green = ahead(&server, &mut phone).await;
    let (app, holder) = (&server.app, phone.holder);
    transact!(app.store, "test.decide", StoreError, |tx| {
        declare(tx, app, holder, &coughing()).await?;
        crate::decision::decide_declared(tx, app, holder).await
    })
    .unwrap();
    let yellow = ahead(&server, &mut phone).await;
    assert_eq!(yellow.len(), 7);
    let mut checker = Checker::new(&server).await;
    for (pass, from, _) in green.iter().chain(&yellow) {
        checker.fetch(&server, pass).await;
        if *from <= now(&server) {
            let colour = Pass::parse(pass).unwrap().claims().colour;
            let expected = if colour == credential::Colour::Green { Verdict::Stop } else { Verdict::Check };
            assert_eq!(judge(&server, &checker, &phone, pass).0, expected);
        }
    }
    // Those of the days to come are withdrawn too: on their day they count no more.
    for day in 1..7 {
        server.advance(Duration::from_secs(DAY));
        let mut checker = Checker::new(&server).await;
        checker.fetch(&server, &green[day].0).await;
        let verdict = judge(&server, &checker, &phone, &green[day].0);
        assert_eq!(verdict, (Verdict::Stop, vec![Reason::Withdrawn]), "day {day}");
        checker.fetch(&server, &yellow[day].0).await;
        assert_eq!(judge(&server, &checker, &phone, &yellow[day].0).0, Verdict::Check);
    }
    server.stop().await;
}

/// Everything that withdraws a live pass withdraws the days ahead with it.
#[tokio::test]
async fn another_device_a_lost_key_a_closed_code_and_a_change_of_mind_withdraw_all_days() {
    for cause in ["another device", "lost key", "left", "closed", "stop"] {
        let server = TestServer::start().await;
        let mut phone = phone(&server, &HEALTHY).await;
        want(&server, &mut phone, "3").await;
        let days = ahead(&server, &mut phone).await;
        assert_eq!(days.len(), 3);
        let (app, holder) = (&server.app, phone.holder);
        match cause {
            "lost key" => {
                phone.key = device_key();
                let fresh = ahead(&server, &mut phone).await;
                assert!(
                    fresh.len() == 3 && fresh.iter().all(|day| !days.contains(day)),
                    "bound to the new key"
                );
            }
            "left" => drop(server.post(&mut phone.browser, "/my-code/leave", &[]).await),
            "stop" => {
                want(&server, &mut phone, "0").await;
                assert!(ahead(&server, &mut phone).await.is_empty());
            }
            cause => {
                use store::rows::pass::WithdrawnFor::{AnotherDevice, Closed};
                transact!(app.store, "test.withdraw", StoreError, |tx| {
                    match cause {
                        "closed" => crate::pass::withdraw_for_holder(tx, app, holder, Closed).await,
                        _ => crate::pass::withdraw_live(tx, app, holder, AnotherDevice).await,
                    }
                })
                .unwrap();
            }
        }
        let mut checker = Checker::new(&server).await;
        for (pass, ..) in &days {
            checker.fetch(&server, pass).await;
            let reasons = judge(&server, &checker, &phone, pass).1;
            assert!(reasons.contains(&Reason::Withdrawn), "{cause}: {reasons:?}");
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn a_key_that_was_lost_long_after_the_last_visit_loses_its_days_too() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    want(&server, &mut phone, "7").await;
    let days = ahead(&server, &mut phone).await;
    // The ordinary pass has ended and is forgotten; only the days ahead are left of the former key.
    server.advance(Duration::from_secs(3 * DAY));
    crate::jobs::tidy(&server.app).await.unwrap();
    phone.key = device_key();
    phone.pass(&server).await;
    let mut checker = Checker::new(&server).await;
    let (pass, ..) = &days[5];
    checker.fetch(&server, pass).await;
    assert!(judge(&server, &checker, &phone, pass).1.contains(&Reason::Withdrawn));
    server.stop().await;
}

#[tokio::test]
async fn more_days_than_there_are_and_more_phones_keys_than_a_person_has_are_refused() {
    let server = TestServer::start().await;
    let mut phone = phone(&server, &HEALTHY).await;
    for wrong in ["", "8", "-1", "many"] {
        assert_eq!(want(&server, &mut phone, wrong).await, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    want(&server, &mut phone, "7").await;
    for _ in 0..10 {
        phone.key = device_key();
        assert_eq!(ahead(&server, &mut phone).await.len(), 7);
    }
    phone.key = device_key();
    let answer = phone.ask(&server).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers.contains_key("retry-after"));
    let mut other = another_phone(&server, phone.holder).await;
    assert!(ahead(&server, &mut other).await.is_empty(), "each phone says for itself");
    server.stop().await;
}
