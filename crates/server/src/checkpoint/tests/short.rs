//! Short codes, from the phone that shows one to the inspector who types it.

use std::time::Duration;

use axum::http::StatusCode;
use domain::Role;
use domain::declaration::Colour;
use serde_json::json;
use store::rows::decision::DecisionRow;
use store::rows::pass::WithdrawnFor;
use store::{StoreError, call, transact};

use super::{check, inspector, more, tied};
use crate::pass::issue;
use crate::pass::testing::{HEALTHY, Phone, another_phone, coughing, phone};
use crate::pass::withdraw_for_holder;
use crate::testing::{Answer, Browser, TestServer};

const SECOND: Duration = Duration::from_secs(1);
const API: &str = "/api/v1/my-code/short-code";

async fn ask(server: &TestServer, phone: &mut Phone) -> Answer {
    server.post_json(&mut phone.browser, API, &json!({})).await
}

/// What a phone with a live pass shows.
async fn short(server: &TestServer, phone: &mut Phone) -> String {
    phone.pass(server).await;
    let answer = ask(server, phone).await.json();
    assert_eq!(answer["seconds"], 60);
    answer["code"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// The rules of today make nobody red: the row is written by hand.
async fn decide(server: &TestServer, phone: &Phone, colour: Colour) {
    let (app, holder) = (&server.app, phone.holder);
    transact!(app.store, "test.decide", StoreError, |tx| {
        let latest = call!(tx, decision::current(holder))?.expect("a decision");
        call!(tx, decision::insert(&DecisionRow { id: app.new_id(), colour, ..latest }))
    })
    .unwrap();
}

async fn withdraw(server: &TestServer, phone: &Phone) {
    let (app, holder) = (&server.app, phone.holder);
    transact!(app.store, "test.withdraw", StoreError, |tx| {
        withdraw_for_holder(tx, app, holder, WithdrawnFor::ColourChanged).await
    })
    .unwrap();
}

async fn typed(server: &TestServer, gate: &mut Browser, code: &str) -> String {
    let answer = check(server, gate, &[("text", code)], b"").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.text()
}

fn is_unknown(html: &str) -> bool {
    html.contains("verdict is-stop")
        && html.contains("There is no such short code")
        && !html.contains("class=\"identity\"")
}

#[tokio::test]
async fn a_short_code_is_never_more_than_check_and_shows_the_four_items() {
    let server = TestServer::start().await;
    let (mut phone, mut gate) = (phone(&server, &HEALTHY).await, inspector(&server).await);
    let code = short(&server, &mut phone).await;
    let html = typed(&server, &mut gate, &code.to_lowercase().replace(' ', "-")).await;
    assert!(html.contains("verdict is-check") && html.contains("A short code proves less"), "{html}");
    assert!(html.contains("12 August") && html.contains("Passport") && html.contains("AME"));
    assert!(!html.contains("This is a picture"), "what only a scan shows is not asked of it");
    let compared = [("text", code.as_str()), ("document_matches", "yes")];
    assert!(check(&server, &mut gate, &compared, b"").await.text().contains("verdict is-check"));
    let hot = [("text", code.as_str()), ("temperature", "37.3")];
    assert!(check(&server, &mut gate, &hot, b"").await.text().contains("verdict is-stop"));
    server.stop().await;
}

#[tokio::test]
async fn a_short_code_is_over_after_a_minute_but_not_under_the_thermometer() {
    let server = TestServer::start().await;
    let (mut phone, mut gate) = (phone(&server, &HEALTHY).await, inspector(&server).await);
    let code = short(&server, &mut phone).await;
    server.advance(59 * SECOND);
    let scan = check(&server, &mut gate, &[("text", &code)], b"").await;
    assert!(scan.text().contains("verdict is-check"));
    server.advance(2 * SECOND);
    assert!(is_unknown(&typed(&server, &mut gate, &code).await), "61 seconds old");
    crate::jobs::tidy(&server.app).await.unwrap();
    let html = more(&server, &mut gate, &scan, &[("temperature", "36.6")]).await.text();
    assert!(html.contains("verdict is-check") && html.contains("12 August"), "{html}");
    server.advance(Duration::from_mins(5));
    crate::jobs::tidy(&server.app).await.unwrap();
    let html = more(&server, &mut gate, &scan, &[("temperature", "36.6")]).await.text();
    assert!(
        html.contains("no longer kept") && html.contains("Scan again") && !html.contains("There is no such")
    );
    assert!(html.contains("verdict is-stop") && !html.contains("class=\"identity\""), "{html}");
    server.stop().await;
}

#[tokio::test]
async fn a_short_code_of_a_red_an_expired_or_a_withdrawn_pass_stops() {
    let server = TestServer::start().await;
    let mut red = phone(&server, &HEALTHY).await;
    decide(&server, &red, Colour::Red).await;
    let mut yellow = phone(&server, &coughing()).await;
    let mut ending = phone(&server, &HEALTHY).await;
    let mut gone = phone(&server, &HEALTHY).await;
    ending.pass(&server).await;
    server.advance(issue::LIVE.saturating_sub(20 * SECOND));
    let mut gate = inspector(&server).await;
    let code = short(&server, &mut red).await;
    let html = typed(&server, &mut gate, &code).await;
    assert!(html.contains("verdict is-stop") && html.contains("A short code proves less"), "{html}");
    // The colour changes while the code is good.
    decide(&server, &red, Colour::Green).await;
    withdraw(&server, &red).await;
    assert!(typed(&server, &mut gate, &code).await.contains("withdrawn"));
    let code = short(&server, &mut yellow).await;
    let html = typed(&server, &mut gate, &code).await;
    assert!(html.contains("verdict is-check") && html.contains("A short code proves less"), "{html}");

    let code = ask(&server, &mut ending).await.json()["code"].as_str().unwrap().to_owned();
    assert!(typed(&server, &mut gate, &code).await.contains("verdict is-check"));
    server.advance(21 * SECOND);
    let html = typed(&server, &mut gate, &code).await;
    assert!(html.contains("verdict is-stop") && html.contains("expired"), "{html}");

    let code = short(&server, &mut gone).await;
    server.post(&mut gone.browser, "/my-code/leave", &[]).await;
    let html = typed(&server, &mut gate, &code).await;
    assert!(html.contains("verdict is-stop") && html.contains("withdrawn"), "{html}");
    assert_eq!(ask(&server, &mut gone).await.status, StatusCode::FORBIDDEN);
    server.stop().await;
}

#[tokio::test]
async fn a_phone_has_one_short_code_at_a_time_and_so_many_an_hour() {
    let server = TestServer::start().await;
    let (mut phone, mut gate) = (phone(&server, &HEALTHY).await, inspector(&server).await);
    let mut second = another_phone(&server, phone.holder).await;
    let of_second = short(&server, &mut second).await;
    let first = short(&server, &mut phone).await;
    let next = short(&server, &mut phone).await;
    assert!(is_unknown(&typed(&server, &mut gate, &first).await));
    for code in [next, of_second] {
        assert!(typed(&server, &mut gate, &code).await.contains("verdict is-check"));
    }
    for _ in 2..crate::pass::short::MOST_AN_HOUR {
        assert_eq!(ask(&server, &mut phone).await.status, StatusCode::OK);
    }
    let refused = ask(&server, &mut phone).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(ask(&server, &mut second).await.status, StatusCode::OK, "the limit is of a phone");
    server.advance(Duration::from_hours(1));
    assert_eq!(ask(&server, &mut phone).await.status, StatusCode::OK);
    server.stop().await;
}

#[tokio::test]
async fn guessing_is_limited_and_a_right_code_counts_like_a_wrong_one() {
    let server = TestServer::start().await;
    let (mut phone, mut gate) = (phone(&server, &HEALTHY).await, inspector(&server).await);
    let code = short(&server, &mut phone).await;
    assert!(typed(&server, &mut gate, &code).await.contains("verdict is-check"));
    let alphabet: Vec<char> = credential::SHORT_CODE_ALPHABET.chars().collect();
    let mut refused = 0;
    for guess in 0..30_usize {
        let text: String = (0..8).map(|at| alphabet[(guess * 7 + at * 3) % alphabet.len()]).collect();
        let answer = check(&server, &mut gate, &[("text", &text)], b"").await;
        match answer.status {
            StatusCode::OK => assert!(is_unknown(&answer.text()), "{text}"),
            StatusCode::TOO_MANY_REQUESTS => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!(refused, 11, "20 a minute, the right one among them");
    let right = check(&server, &mut gate, &[("text", &code)], b"").await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(right.headers.contains_key("retry-after"));
    // Scanning goes on, and another inspector's limit is their own.
    let scanned = check(&server, &mut gate, &[("text", "TX1:")], b"").await;
    assert_eq!(scanned.status, StatusCode::OK);
    let mut other = server.signed_in("Gate 8", &[Role::Inspector]).await;
    assert!(typed(&server, &mut other, &code).await.contains("verdict is-check"));
    server.stop().await;
}

/// Nothing is looked up for a form whose check this server did not judge: not for a report, a switch of the language, or
/// a time that the form claims.
#[tokio::test]
async fn no_form_looks_short_codes_up_around_the_limit() {
    let server = TestServer::start().await;
    let (mut phone, mut gate) = (phone(&server, &HEALTHY).await, inspector(&server).await);
    let code = short(&server, &mut phone).await;
    let now = server.app.now().seconds().to_string();
    let claims = [("text", code.as_str()), ("scanned", &now), ("first", "380"), ("second", "36.6")];
    let scan = check(&server, &mut gate, &[("text", "TX1:OTHER")], b"").await;
    let tied = tied(&scan);
    let mut borrowed: Vec<(&str, &str)> = tied.iter().map(|(name, text)| (*name, text.as_str())).collect();
    borrowed.retain(|(name, _)| *name != "text");
    borrowed.extend([("text", code.as_str()), ("first", "380"), ("second", "36.6")]);
    for fields in [&claims[..], &borrowed] {
        let answer = server.post(&mut gate, "/check/report", fields).await;
        let html = answer.text();
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(html.contains("does not belong to a check of this session"), "{html}");
        assert!(!html.contains("class=\"identity\"") && !html.contains("class=\"verdict"));
        let switched = [fields, &[("language", "en")]].concat();
        let html = check(&server, &mut gate, &switched, b"").await.text();
        assert!(!html.contains("class=\"identity\"") && !html.contains("class=\"verdict"));
    }
    let mut refused = 0;
    for _ in 0..30 {
        refused += i32::from(check(&server, &mut gate, &claims, b"").await.status != StatusCode::OK);
    }
    assert_eq!(refused, 10, "20 a minute, whatever time a form claims");
    server.stop().await;
}

#[tokio::test]
async fn without_script_the_plain_page_shows_a_short_code_and_voids_nothing() {
    let server = TestServer::start().await;
    let (mut phone, mut gate) = (phone(&server, &HEALTHY).await, inspector(&server).await);
    phone.browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let path = "/my-code/short-code";
    let before = server.get(&mut phone.browser, path).await.text();
    assert!(before.contains("action=\"/my-code/short-code\"") && !before.contains("class=\"short-code\""));
    assert!(issue::printed_now(&server.app, phone.holder).await.unwrap().is_none(), "looking issues nothing");
    let shown = async |phone: &mut Phone| {
        let html = server.post(&mut phone.browser, path, &[]).await.text();
        let code = html.split("class=\"short-code\"").nth(1).unwrap_or_else(|| panic!("{html}"));
        code.split('>').nth(1).unwrap()[..9].to_owned()
    };
    let code = shown(&mut phone).await;
    assert!(typed(&server, &mut gate, &code).await.contains("verdict is-check"));

    server.post(&mut phone.browser, "/my-code/print", &[]).await;
    let printed = issue::printed_now(&server.app, phone.holder).await.unwrap().unwrap();
    let code = shown(&mut phone).await;
    let html = typed(&server, &mut gate, &code).await;
    assert!(html.contains("A short code proves less") && !html.contains("name=\"document_matches\""));
    let still = issue::printed_now(&server.app, phone.holder).await.unwrap().unwrap();
    assert_eq!(still.signed, printed.signed);
    server.stop().await;
}

#[tokio::test]
async fn a_short_code_is_of_the_own_pass_alone_and_shown_once() {
    let server = TestServer::start().await;
    let mut owner = phone(&server, &HEALTHY).await;
    let mut stranger = phone(&server, &HEALTHY).await;
    let mut gate = inspector(&server).await;
    let last_four = |phone: &Phone| {
        let number = format!("X{:08}", phone.holder.as_i64() % 100_000_000);
        number[number.len() - 4..].to_owned()
    };
    let (own, theirs) = (short(&server, &mut owner).await, short(&server, &mut stranger).await);
    assert_ne!(own, theirs);
    for (code, phone, other) in [(&own, &owner, &stranger), (&theirs, &stranger, &owner)] {
        let html = typed(&server, &mut gate, code).await;
        assert!(html.contains(&last_four(phone)) && !html.contains(&last_four(other)));
    }
    let page = server.get(&mut stranger.browser, "/my-code/short-code").await.text();
    assert!(!page.contains(&own) && !page.contains(&theirs), "a page that is loaded again shows none");
    let nobody = server.post(&mut Browser::default(), "/my-code/short-code", &[]).await;
    assert_eq!(nobody.status, StatusCode::FORBIDDEN);
    server.stop().await;
}
