//! The notice from end to end: filed, applied for, issued, shown, checked, withdrawn; on both engines.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use blackbox::{Browser, Engine, Place, Server};
use common::canary::{nothing_personal_is_left, strangers_learn_nothing};
use common::codes::{Code, assert_passes, assert_withdrawn, live_code, verdict};
use common::{NOT_CONFIRMED, Person, READY, apply, desk, heading, import, stands};
use serde_json::{Value, json};

const FILED: Person = Person::new("XK7390215", "ZYGOWITZ", "MARLENKA", ["7", "3", "1981"]);
const LATE: Person = Person::new("XQ4418820", "VANTERPOOLE", "QUINTRELL", ["29", "2", "1992"]);
const BY_CLERK: Person = Person::new("XM6603917", "OBRADINSKA", "TSVETOMIRA", ["30", "11", "1969"]);

on_both_engines!(journey);

async fn journey(engine: Engine) {
    let place = Place::new(engine).await;
    let officer = place.staff("officer", "Entry and exit", "filing_officer");
    let inspector = place.staff("inspector", "Gate 7", "inspector");
    let token = place.client("public security", "Entry and exit");
    import(&place, &[FILED]);
    let server = Server::start(&place).await;

    // On file: issued at once, live code passes, a picture of it does not.
    let holder = server.browser();
    apply(&holder, &FILED).await;
    stands(&holder, READY).await;
    let code = live_code(&server, &holder).await;
    assert_passes(&place, &server, &code).await;
    a_picture_is_not_the_phone(&place, &code);
    inspect(&server, &inspector, &code.text).await;
    leave(&holder).await;
    assert_withdrawn(&place, &server, &code).await;

    // Not on file: waits in words that tell nothing, and a filing that arrives later issues by itself.
    let (waiting, other) = (server.browser(), server.browser());
    apply(&waiting, &LATE).await;
    apply(&other, &BY_CLERK).await;
    stands(&waiting, NOT_CONFIRMED).await;
    file_by_api(&server, &token, &LATE).await;
    stands(&waiting, READY).await;
    assert_passes(&place, &server, &live_code(&server, &waiting).await).await;
    stands(&other, NOT_CONFIRMED).await;
    let clerk = server.browser();
    clerk.sign_in(&officer).await;
    desk::file(&clerk, &BY_CLERK).await;
    stands(&other, READY).await;
    assert_eq!(heading(&waiting).await, READY);

    let people = [FILED, LATE, BY_CLERK];
    strangers_learn_nothing(&server, &people).await;
    server.stop();
    nothing_personal_is_left(&place, &people).await;
}

fn a_picture_is_not_the_phone(place: &Place, code: &Code) {
    let late = verdict(place, &Code { text: code.text.clone(), time: code.time + 61 });
    assert_eq!((&late["verdict"], &late["reasons"]), (&json!("CHECK"), &json!(["picture"])));
    assert_eq!(late["identity"]["last_four"], json!("0215"));
}

async fn inspect(server: &Server, account: &blackbox::Account, code: &str) {
    let inspector = server.browser();
    inspector.sign_in(account).await;
    let page = inspector.get("/check").await;
    let passed = inspector.submit(&page, "/check", &[("text", code)]).await;
    assert!(passed.html.contains("verdict is-pass") && passed.html.contains("class=\"identity\""));
    assert_eq!(passed.path, "/check", "the code is in no address");
    let hot = inspector.submit(&passed, "/check", &[("text", code), ("temperature", "37.3")]).await;
    assert!(hot.html.contains("verdict is-stop"));
    let forged = code.replace(&code[40..43], "000");
    let stopped = inspector.submit(&page, "/check", &[("text", &forged)]).await;
    assert!(stopped.html.contains("verdict is-stop") && !stopped.html.contains("class=\"identity\""));
}

async fn leave(holder: &Browser) {
    let page = holder.get("/my-code/leave").await;
    let left = holder.submit(&page, "/my-code/leave", &[]).await;
    assert!(left.status.is_success(), "{} {}", left.status, left.path);
}

async fn file_by_api(server: &Server, token: &str, person: &Person) {
    let client = reqwest::Client::new();
    let send = || {
        let request = client.post(format!("{}/api/v1/filings", server.origin)).bearer_auth(token);
        request.header("idempotency-key", "filing-1").json(&person.json()).send()
    };
    let (first, again) = (send().await.unwrap(), send().await.unwrap());
    assert!(first.status().is_success(), "{}", first.status());
    let (first, again): (Value, Value) = (first.json().await.unwrap(), again.json().await.unwrap());
    assert_eq!(first, again, "a request that is sent twice is done once");
}
