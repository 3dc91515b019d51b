//! The notice from end to end: filed, applied for, issued, shown, checked, withdrawn; on both engines.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use blackbox::{Browser, Engine, Phone, Place, Server};
use common::{Person, apply, canaries, state_of};
use serde_json::{Value, json};

const FILED: Person =
    Person { number: "XK7390215", family: "ZYGOWITZ", given: "MARLENKA", birth: ["7", "3", "1981"] };
const LATE: Person =
    Person { number: "XQ4418820", family: "VANTERPOOLE", given: "QUINTRELL", birth: ["29", "2", "1992"] };

#[tokio::test]
async fn on_sqlite() {
    journey(Engine::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    journey(Engine::Postgres).await;
}

async fn journey(engine: Engine) {
    let Some(place) = Place::new(engine).await else {
        panic!("TONGXING_TEST_POSTGRES names no server: run this through scripts/with-postgres");
    };
    let (officer, inspector) = (
        place.staff("officer", "Entry and exit", "filing_officer"),
        place.staff("inspector", "Gate 7", "inspector"),
    );
    let token = place.client("public security", "Entry and exit");
    let csv = place.write("filings.csv", FILED.csv());
    place.run(&["filing", "import", "--unit", "Entry and exit", csv.to_str().unwrap()]);
    let server = Server::start(&place).await;

    // On file: issued at once, live code passes, a picture of it does not, paper needs the document.
    let holder = server.browser();
    let done = apply(&holder, &FILED).await;
    assert_eq!(state_of(&holder).await, "issued", "{}", done.path);
    let code = live_code(&server, &holder).await;
    check_live(&place, &server, &code).await;
    inspect(&server, &inspector, &code.text).await;
    leave(&holder).await;
    fetch_lists(&place, &server, &code).await;
    assert_eq!(verdict(&place, &code.text, code.time)["reasons"], json!(["withdrawn"]));

    // Not on file: waits in words that tell nothing, and a filing that arrives later issues by itself.
    let waiting = server.browser();
    apply(&waiting, &LATE).await;
    assert_eq!(state_of(&waiting).await, "not-confirmed");
    file_by_api(&server, &token, &LATE).await;
    common::until(|| async { state_of(&waiting).await == "issued" }).await;
    live_code(&server, &waiting).await;

    let clerk = server.browser();
    clerk.sign_in(&officer).await;
    assert!(clerk.get("/filing").await.status.is_success());
    server.stop();
    nothing_personal_is_left(&place);
}

/// A live code and what was known when it was made.
struct Code {
    text: String,
    time: u64,
}

async fn live_code(server: &Server, holder: &Browser) -> Code {
    let page = holder.get("/my-code").await;
    assert!(page.status.is_success(), "{}", page.status);
    let phone = Phone::new();
    let (status, answer) = phone.ask(holder, &page, &server.origin).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["colour"], "green");
    let pass = URL_SAFE_NO_PAD.decode(answer["pass"].as_str().unwrap()).unwrap();
    let time = server_time(&answer);
    Code { text: phone.show(&pass, time), time }
}

/// When the pass was made, by the server's clock.
fn server_time(answer: &Value) -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds since 1970")]
    let seconds = answer["server_time"].as_f64().unwrap() as u64;
    seconds
}

async fn check_live(place: &Place, server: &Server, code: &Code) {
    fetch_lists(place, server, code).await;
    assert_eq!(verdict(place, &code.text, code.time)["verdict"], "PASS");
    let late = verdict(place, &code.text, code.time + 61);
    assert_eq!((&late["verdict"], &late["reasons"]), (&json!("CHECK"), &json!(["picture"])));
    assert_eq!(late["identity"]["last_four"], json!(&FILED.number[FILED.number.len() - 4..]));
}

/// Fetches the trust list, and the status list that the pass names, as a checker from outside does.
async fn fetch_lists(place: &Place, server: &Server, code: &Code) {
    let browser = server.browser();
    place.write("trust.json", browser.get("/.well-known/tongxing-trust.json").await.html);
    place.write("status.cwt", b"");
    let uri = verdict(place, &code.text, code.time)["payload"]["status"]["status_list"]["uri"].clone();
    let list = browser.client.get(uri.as_str().unwrap()).send().await.unwrap();
    assert!(list.status().is_success());
    place.write("status.cwt", list.bytes().await.unwrap());
}

fn verdict(place: &Place, text: &str, at: u64) -> Value {
    let file = |name: &str| place.folder().join(name).to_str().unwrap().to_owned();
    let (trust, status, at) = (file("trust.json"), file("status.cwt"), at.to_string());
    let output =
        place.output(&["verify", text, "--trust", &trust, "--status", &status, "--at", &at, "--json"]);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&output.stderr)))
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

/// Neither log nor database nor anything else in the folder holds a name or a number.
fn nothing_personal_is_left(place: &Place) {
    let people = [FILED, LATE];
    for entry in std::fs::read_dir(place.folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() || path.extension().is_some_and(|ending| ending == "csv") {
            continue; // keys; and the CSV that this test wrote itself
        }
        let bytes = std::fs::read(&path).unwrap();
        for canary in canaries(&people) {
            let found =
                bytes.windows(canary.len()).any(|window| window.eq_ignore_ascii_case(canary.as_bytes()));
            assert!(!found, "{canary} stands in {}", path.display());
        }
    }
}
