//! National codes at a checkpoint: an entry verdict from the platform's stand-in, CHECK without one, and afterwards
//! nothing of anybody anywhere.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use blackbox::{Browser, Engine, NationalDemo, Page, Place, Server, now};
use common::Person;
use common::canary::{nothing_personal_is_left, strangers_learn_nothing};
use common::codes::verify;
use regex::Regex;
use serde_json::{Value, json};

/// The stand-in's people, as it tells of them.
const TRAVELLERS: [Person; 3] = [
    Person::new("U84000013", "AALTOBRIGHT", "SAGALINDE", ["17", "5", "1984"]),
    Person::new("U84000021", "MBEKINAIDOO", "THANDO", ["30", "11", "1976"]),
    Person::new("U84000039", "KOWALCZYKOVA", "JADWIGA", ["8", "2", "1969"]),
];

on_both_engines!(recognition);

async fn recognition(engine: Engine) {
    let place = Place::new(engine).await;
    let inspector = place.staff("inspector", "Gate 7", "inspector");
    let auditor = place.staff("auditor", "Audit", "auditor");
    let national = NationalDemo::start(&place).await;
    let options = ["--national-url", &national.origin, "--national-key", &national.key];
    let server = Server::with(&place, &options).await;
    let gate = server.browser();
    gate.sign_in(&inspector).await;

    for (state, verdict) in
        [("green", "pass"), ("yellow", "check"), ("red", "stop"), ("none", "check"), ("expired", "stop")]
    {
        let page = check(&gate, &national.text(state, "code")).await;
        assert!(is(&page, verdict), "{state}: {}", page.html);
        // That it is for entering only is said where somebody may enter.
        assert_eq!(page.html.contains("For entering the province only, now."), verdict != "stop", "{state}");
        assert!(page.html.contains(&format!("href=\"{}/apply\"", server.origin)), "{state}");
    }
    // The signed form counts once its issuer is on the trust list, and here it is not.
    let pass = check(&gate, &national.text("green", "pass")).await;
    assert!(is(&pass, "stop") && pass.html.contains("We do not know who signed"));
    for mode in [json!({"slow": 4_000}), json!("refuse"), json!("garble"), json!("replay")] {
        national.control(&mode).await;
        let page = check(&gate, &national.text("green", "code")).await;
        assert!(is(&page, "check") && page.html.contains("does not answer now"), "{mode}");
    }
    national.control(&json!("normal")).await;
    let green = national.text("green", "code");
    assert!(is(&check(&gate, &green).await, "pass"));
    let texts = [green.clone(), national.text("red", "code"), national.text("green", "pass")];
    national.kill();
    assert!(is(&check(&gate, &green).await, "check"));
    assert!(server.browser().get("/readyz").await.html.contains("\"national_code\":\"closed\""));

    let record = server.browser();
    record.sign_in(&auditor).await;
    let accesses = record.get("/audit/accesses").await.html;
    assert_eq!(accesses.matches("Recognised on entry: PASS").count(), 2);
    assert!(accesses.contains("National code, online") && accesses.contains("Gate 7"));
    strangers_learn_nothing(&server, &TRAVELLERS).await;
    server.stop();
    nothing_personal_is_left(&place, &TRAVELLERS).await;
    no_code_is_left(&place, &texts);
}

async fn check(gate: &Browser, text: &str) -> Page {
    let page = gate.get("/check").await;
    gate.submit(&page, "/check", &[("text", text)]).await
}

fn is(page: &Page, verdict: &str) -> bool {
    page.html.contains(&format!("verdict is-{verdict}"))
}

/// Neither log nor database files hold what was scanned.
fn no_code_is_left(place: &Place, texts: &[String]) {
    let files = std::fs::read_dir(place.folder()).unwrap().map(|entry| entry.unwrap().path());
    for path in files.filter(|path| path.is_file()) {
        let bytes = std::fs::read(&path).unwrap();
        for text in texts {
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found, "{} holds a code", path.display());
        }
    }
}

/// What `tongxing run --demo` shows at `/demonstration` can be checked by anybody with the published lists.
#[tokio::test]
async fn the_demonstration_has_national_codes_of_its_own() {
    let place = Place::new(Engine::Sqlite).await;
    let server = Server::with(&place, &["--demo"]).await;
    let visitor = server.browser();
    let html = visitor.get("/demonstration").await.html;
    let online = Regex::new(">GJM:[2-9A-Z]{12}<").unwrap().find_iter(&html).count();
    let signed = Regex::new(">(TX1:[^<]+)<").unwrap();
    let signed: Vec<&str> = signed.captures_iter(&html).map(|found| found.get(1).unwrap().as_str()).collect();
    assert_eq!((online, signed.len()), (6, 6));

    for name in ["trust.jws", "root.json"] {
        place.write(name, visitor.get(&format!("/.well-known/tongxing-{name}")).await.html);
    }
    place.write("status.cwt", b"");
    let said = |more: &[&str]| verify(&place, &[&[signed[0]], more].concat(), now());
    let first = said(&[]);
    assert_eq!((&first["scope"], &first["payload"]["iss"]), (&json!("entry"), &json!("CN")));
    let address = first["payload"]["status"]["status_list"]["uri"].as_str().unwrap();
    let list = reqwest::get(address).await.unwrap().bytes().await.unwrap();
    place.write("status.cwt", list);
    assert_eq!(said(&[])["reasons"], json!(["match_document"]));
    let compared: Value = said(&["--document-matches"]);
    assert_eq!((&compared["verdict"], &compared["scope"]), (&json!("PASS"), &json!("entry")));
    server.stop();
}
