//! Recognising national codes through the real router, with the reference server over real HTTP.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use credential::Signer as _;
use domain::Role;
use domain::entropy::SeededEntropy;
use domain::time::MockClock;
use rustls::RootCertStore;
use tokio::task::JoinHandle;

use super::Recognition;
use super::national::signature::{RequestParameters, sign_request};
use super::national::{Connection, HttpNationalCode, Table, Transport, breaker};
use super::reference::{KEY_ID, Keys, Mode, Reference, Sample, State, router};
use crate::Settings;
use crate::pass::testing::device_key;
use crate::testing::{Answer, Browser, TestServer, issuer_beside};

const CALLER: &str = "CN-HB-test";
/// Short, so that waiting for nobody costs a test little; long enough for a busy machine.
const TIMEOUT: Duration = Duration::from_millis(1_500);

/// A server that is connected to a reference server.
struct World {
    server: TestServer,
    reference: Arc<Reference>,
    listening: JoinHandle<()>,
    inspector: Browser,
}

impl World {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let mut made = None;
        let server = TestServer::with_parts(Settings::for_tests(), |clock| {
            let (reference, recognition) = connect(&origin, clock);
            let signers = issuer_beside(vec![reference.issuer()]);
            made = Some(Arc::clone(&reference));
            (signers, recognition)
        })
        .await;
        let reference = made.unwrap();
        let routes = router(Arc::clone(&reference));
        let listening = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let inspector = inspector(&server).await;
        Self { server, reference, listening, inspector }
    }

    fn sample(&self, state: State) -> Sample {
        self.reference.samples().unwrap().into_iter().find(|sample| sample.state == state).unwrap()
    }

    async fn check(&mut self, fields: &[(&str, &str)]) -> Answer {
        crate::checkpoint::tests::check(&self.server, &mut self.inspector, fields, b"").await
    }

    async fn more(&mut self, page: &Answer, typed: &[(&str, &str)]) -> Answer {
        crate::checkpoint::tests::more(&self.server, &mut self.inspector, page, typed).await
    }

    async fn code(&mut self, state: State) -> String {
        let code = self.sample(state).code;
        self.check(&[("text", &code)]).await.text()
    }

    async fn readiness(&self) -> String {
        let answer = self.server.get(&mut Browser::default(), "/readyz").await;
        answer.json()["national_code"].as_str().unwrap().to_owned()
    }

    async fn stop(self) {
        self.listening.abort();
        self.server.stop().await;
    }
}

/// An inspector who reads English, signed in just now.
async fn inspector(server: &TestServer) -> Browser {
    let mut browser = server.signed_in("Gate 7", &[Role::Inspector]).await;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    browser
}

fn connect(origin: &str, clock: Arc<MockClock>) -> (Arc<Reference>, Recognition) {
    let keys = Keys { answers: device_key(), passes: device_key(), wrong: device_key() };
    let (own, platform) = (device_key(), keys.answers.public());
    let callers = HashMap::from([(CALLER.to_owned(), own.public())]);
    let entropy = Arc::new(SeededEntropy::new(7));
    let reference = Reference::new(keys, callers, origin.to_owned(), clock.clone(), entropy.clone());
    let connection = Connection {
        origin: origin.to_owned(),
        key_id: CALLER.to_owned(),
        key: Arc::new(own),
        platform_key_id: KEY_ID.to_owned(),
        platform,
        timeout: TIMEOUT,
    };
    let transport = Transport::new(RootCertStore::empty()).unwrap();
    let client = HttpNationalCode::new(connection, transport, Table::reference(), clock, entropy);
    (Arc::new(reference), Recognition::new(Table::reference(), Arc::new(client)))
}

fn is(html: &str, verdict: &str) -> bool {
    html.contains(&format!("verdict is-{verdict}"))
}

fn shows_somebody(html: &str) -> bool {
    html.contains("class=\"identity\"")
}

/// What the page says of each state, in either form of the code.
const STATES: [(State, &str, &str); 6] = [
    (State::Green, "pass", "Compare what stands below"),
    (State::Yellow, "check", "That is not our yellow"),
    (State::Red, "stop", "The code is red. Do not let the person enter"),
    (State::NoColour, "check", "The national code has no colour"),
    (State::Expired, "stop", "This code has expired. Ask the person for a current one"),
    (State::Withdrawn, "stop", "has withdrawn it"),
];

#[tokio::test]
async fn an_online_code_gets_an_entry_verdict_with_the_way_to_the_local_code() {
    let mut world = World::start().await;
    for (state, verdict, words) in STATES {
        let html = world.code(state).await;
        assert!(is(&html, verdict) && html.contains(words), "{state:?}: {html}");
        assert_eq!(html.contains("For entering the province only, now."), verdict != "stop", "{state:?}");
        assert!(html.contains("href=\"http://127.0.0.1:8080/apply\""), "{state:?}");
        let known = !matches!(state, State::Expired | State::Withdrawn);
        assert_eq!(shows_somebody(&html), known, "{state:?}");
    }
    let html = world.code(State::Green).await;
    assert!(html.contains("17 May") && html.contains("0013") && html.contains("Passport"));
    for never in ["AALTOBRIGHT", "SAGA", "U84000013", "1984"] {
        assert!(!html.contains(never), "{never}");
    }
    let nobody = world.check(&[("text", "GJM:NOBODYHASTHIS")]).await.text();
    assert!(is(&nobody, "stop") && nobody.contains("not a code that counts"));
    world.stop().await;
}

#[tokio::test]
async fn whatever_the_platform_does_wrong_is_check_and_shows_nobody() {
    let mut world = World::start().await;
    assert!(is(&world.code(State::Green).await, "pass"), "so that there is an answer to replay");
    for mode in [
        Mode::Slow(4_000),
        Mode::Refuse,
        Mode::Garble,
        Mode::Tamper,
        Mode::Normal,
        Mode::WrongKey,
        Mode::Replay,
        Mode::Fail,
    ] {
        world.reference.set_mode(mode);
        let html = world.code(State::Green).await;
        if mode == Mode::Normal {
            assert!(is(&html, "pass"), "the breaker has not opened meanwhile");
            continue;
        }
        assert!(is(&html, "check") && html.contains("does not answer now"), "{mode:?}: {html}");
        assert!(!shows_somebody(&html), "{mode:?}");
    }
    world.stop().await;
}

#[tokio::test]
async fn a_platform_that_is_down_is_left_alone_and_tried_again() {
    let mut world = World::start().await;
    world.reference.set_mode(Mode::Fail);
    for _ in 0..breaker::FAILURES {
        assert_eq!(world.readiness().await, "closed");
        assert!(is(&world.code(State::Green).await, "check"));
    }
    assert_eq!(world.readiness().await, "open");
    world.reference.set_mode(Mode::Normal);
    let before = world.reference.asked();
    assert!(is(&world.code(State::Green).await, "check"));
    assert_eq!(world.reference.asked(), before, "nobody is asked");
    world.server.advance(breaker::REST);
    assert_eq!(world.readiness().await, "half_open");
    assert!(is(&world.code(State::Green).await, "pass"));
    assert_eq!(world.readiness().await, "closed");
    world.listening.abort();
    tokio::task::yield_now().await;
    let html = loop {
        // A connection that was open may carry one more answer.
        let html = world.code(State::Green).await;
        if !is(&html, "pass") {
            break html;
        }
    };
    assert!(is(&html, "check") && html.contains("does not answer now"));
    world.stop().await;
}

#[tokio::test]
async fn a_call_that_has_ended_is_applied_for_again() {
    let mut world = World::start().await;
    assert!(is(&world.code(State::Green).await, "pass"));
    assert_eq!(world.reference.asked(), 2, "apply, verify");
    assert!(is(&world.code(State::Green).await, "pass"));
    assert_eq!(world.reference.asked(), 3, "the call still runs");
    world.reference.end_calls();
    assert!(is(&world.code(State::Green).await, "pass"));
    assert_eq!(world.reference.asked(), 6, "verify, apply, verify");
    world.stop().await;
}

#[tokio::test]
async fn taking_the_temperature_does_not_ask_again_but_a_new_scan_does() {
    let mut world = World::start().await;
    let code = world.sample(State::Green).code;
    let scan = world.check(&[("text", &code)]).await;
    assert!(is(&scan.text(), "pass"));
    let asked = world.reference.asked();
    world.reference.set_mode(Mode::Fail);
    let html = world.more(&scan, &[("temperature", "38.1")]).await.text();
    assert!(is(&html, "stop") && html.contains("38.1 °C is at or above") && shows_somebody(&html));
    assert_eq!(world.reference.asked(), asked);
    world.server.advance(Duration::from_secs(301));
    assert!(is(&world.more(&scan, &[]).await.text(), "check"), "the answer has been forgotten");
    world.stop().await;
}

#[tokio::test]
async fn without_a_platform_an_online_code_is_looked_at_by_hand() {
    let server = TestServer::start().await;
    let mut browser = inspector(&server).await;
    let fields = [("text", "gjm:7K3M92QD5WXA")];
    let html = crate::checkpoint::tests::check(&server, &mut browser, &fields, b"").await.text();
    assert!(is(&html, "check") && html.contains("not connected to the national platform"), "{html}");
    let ready = server.get(&mut Browser::default(), "/readyz").await.json();
    assert_eq!((&ready["status"], &ready["national_code"]), (&"ok".into(), &"off".into()));
    server.stop().await;
}

#[tokio::test]
async fn a_signed_national_pass_is_for_entry_only() {
    let mut world = World::start().await;
    for (state, verdict, words) in STATES {
        let pass = world.sample(state).pass;
        let html = world.check(&[("text", &pass), ("document_matches", "yes")]).await.text();
        assert!(is(&html, verdict) && html.contains(words), "{state:?}: {html}");
        assert_eq!(html.contains("For entering the province only, now."), verdict != "stop", "{state:?}");
        assert!(shows_somebody(&html), "{state:?}");
    }
    let pass = world.sample(State::Green).pass;
    let html = world.check(&[("text", &pass)]).await.text();
    assert!(is(&html, "check") && html.contains("counts only with the document"));
    world.stop().await;
}

#[tokio::test]
async fn a_national_status_list_is_kept_while_it_counts_and_missing_is_check() {
    let mut world = World::start().await;
    let pass = world.sample(State::Green).pass;
    let fields = [("text", pass.as_str()), ("document_matches", "yes")];
    world.reference.set_mode(Mode::Fail);
    let html = world.check(&fields).await.text();
    assert!(is(&html, "check") && html.contains("cannot be told now"), "{html}");
    world.reference.set_mode(Mode::Normal);
    assert!(is(&world.check(&fields).await.text(), "pass"));
    world.reference.set_mode(Mode::Fail);
    world.server.advance(Duration::from_hours(23));
    world.inspector = inspector(&world.server).await;
    assert!(is(&world.check(&fields).await.text(), "pass"), "a list counts for a day");
    world.server.advance(Duration::from_hours(1));
    world.inspector = inspector(&world.server).await;
    assert!(is(&world.check(&fields).await.text(), "check"));
    world.stop().await;
}

#[tokio::test]
async fn of_a_recognition_only_that_it_took_place_is_recorded() {
    let mut world = World::start().await;
    let code = world.sample(State::Green).code;
    let scan = world.check(&[("text", &code)]).await;
    world.more(&scan, &[("temperature", "36.5")]).await;
    world.code(State::Red).await;
    world.check(&[("text", "HC1:6BF")]).await;
    world.check(&[("text", "7K3M92QD")]).await;
    let mut auditor = world.server.signed_in("Audit", &[Role::Auditor]).await;
    auditor.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let html = world.server.get(&mut auditor, "/audit/accesses").await.text();
    let count = |words: &str| html.matches(words).count();
    assert_eq!(count("Recognised on entry: PASS"), 1, "once a scan: {html}");
    assert_eq!(count("Recognised on entry: STOP"), 2);
    assert_eq!((count("National code, online"), count("EU certificate"), count("Gate 7")), (2, 1, 3));
    for never in ["7K3M92QD", "AALTOBRIGHT", "U84000013", "HC1"] {
        assert_eq!(count(never), 0, "{never}");
    }
    world.stop().await;
}

#[tokio::test]
async fn the_reference_server_takes_a_signed_request_once() {
    let clock = Arc::new(MockClock::at(crate::testing::START));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let keys = Keys { answers: device_key(), passes: device_key(), wrong: device_key() };
    let own = device_key();
    let callers = HashMap::from([(CALLER.to_owned(), own.public())]);
    let entropy = Arc::new(SeededEntropy::new(9));
    let reference = Arc::new(Reference::new(keys, callers, origin.clone(), clock.clone(), entropy));
    let routes = router(Arc::clone(&reference));
    let listening = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let created = crate::testing::START.seconds().unsigned_abs();
    let parameters =
        RequestParameters { created, nonce: "AAECAwQFBgcICQoLDA0ODw".to_owned(), key_id: CALLER.to_owned() };
    let body = br#"{"callerId":"CN-HB-test","purpose":"01"}"#;
    let headers = sign_request("POST", "/apply", body, &parameters, &own).unwrap();
    let transport = Transport::new(RootCertStore::empty()).unwrap();
    let address = format!("{origin}/apply");
    let send = || transport.post(&address, &headers, body, 10_000);
    assert_eq!(send().await.unwrap().status, StatusCode::OK.as_u16());
    assert_eq!(send().await.unwrap().status, StatusCode::UNAUTHORIZED.as_u16(), "replayed");
    clock.advance(Duration::from_secs(61));
    assert_eq!(send().await.unwrap().status, StatusCode::UNAUTHORIZED.as_u16(), "late");
    assert_eq!(reference.asked(), 1);
    listening.abort();
}

#[tokio::test]
async fn travellers_read_which_codes_are_accepted() {
    let server = TestServer::start().await;
    for (language, words) in
        [("en", "Codes that are accepted"), ("zh-Hans", "入省时认可的码"), ("zh-Hant", "入省時認可的碼")]
    {
        let mut browser = Browser::speaking(language);
        let html = server.get(&mut browser, "/recognition").await.text();
        assert!(html.contains(words) && html.contains("href=\"/apply\""), "{html}");
        assert!(server.get(&mut browser, "/help").await.text().contains("href=\"/recognition\""));
    }
    server.stop().await;
}
