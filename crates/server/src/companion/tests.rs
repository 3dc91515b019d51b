//! Several people on one phone, through the real router: each has their own, and nobody gets another's.

mod moving;

use std::time::Duration;

use axum::http::StatusCode;
use credential::Pass;
use domain::id::kind::{ApplicationId, DeviceSessionId, HolderId};
use store::rows::application::EventKind;
use store::rows::companion::PersonRow;
use store::{StoreError, call, read, transact};

use super::consent;
use crate::http::person::PersonTag;
use crate::http::session::{Device, token_hash};
use crate::pass::testing::{Checker, HEALTHY, Phone, coughing, phone};
use crate::testing::{Answer, Browser, TestServer};
use crate::words::{Language, Words};

/// What an invented child types, or has typed for them.
const TYPED: [(&str, &[(&str, &str)]); 5] = [
    ("kind", &[("kind", "passport")]),
    (
        "document",
        &[
            ("number", "XC1234567"),
            ("issuing_state", "UTO"),
            ("expiry_day", "17"),
            ("expiry_month", "5"),
            ("expiry_year", "2031"),
        ],
    ),
    (
        "person",
        &[
            ("family", "Niemand"),
            ("given", "Lena"),
            ("birth_day", "14"),
            ("birth_month", "3"),
            ("birth_year", "2018"),
            ("sex", "F"),
            ("nationality", "UTO"),
        ],
    ),
    ("residence", &[("division", "420100"), ("address", "1 Donghu Road")]),
    ("health", &[("symptoms", "none"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")]),
];

/// The token of the person whose page the form stands on.
fn token(browser: &Browser, tag: &PersonTag) -> String {
    match tag.as_str() {
        "" => browser.csrf(),
        tag => format!("{}.{tag}", browser.csrf()),
    }
}

/// Sends a form that stands on the page of `tag`.
async fn post(
    server: &TestServer,
    browser: &mut Browser,
    tag: &PersonTag,
    path: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let token = token(browser, tag);
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
    server.post(browser, path, &fields).await
}

async fn shown(server: &TestServer, browser: &Browser) -> Device {
    let hash = token_hash(&browser.cookies["tongxing-device"]);
    crate::http::actors::device(&server.app, &hash).await.unwrap().unwrap()
}

async fn people(server: &TestServer, phone: DeviceSessionId) -> Vec<PersonRow> {
    read!(server.app.store, "test.people", StoreError, |tx| { call!(tx, companion::people(phone)) }).unwrap()
}

/// Adds somebody by the page; the phone shows them then.
async fn add(server: &TestServer, browser: &mut Browser, name: &str, who: &str) -> (PersonTag, Device) {
    let answer =
        post(server, browser, &PersonTag::OWNER, "/my-code/people/add", &[("name", name), ("who", who)])
            .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let device = shown(server, browser).await;
    assert!(device.is_companion());
    (PersonTag::companion(device.id), device)
}

/// Adds somebody who has a code already.
async fn add_with_code(server: &TestServer, browser: &mut Browser, name: &str) -> (PersonTag, Phone) {
    let (tag, device) = add(server, browser, name, "elderly").await;
    let holder = give_code(server, device.id).await;
    let key = crate::pass::testing::device_key();
    (tag, Phone { holder, session: device.id, browser: browser.clone(), key })
}

async fn give_code(server: &TestServer, session: DeviceSessionId) -> HolderId {
    let holder = phone(server, &HEALTHY).await.holder;
    transact!(server.app.store, "test.open", StoreError, |tx| {
        call!(tx, device::save_draft(session, None, server.app.now()))?;
        call!(tx, holder::open_on(session, Some(holder)))
    })
    .unwrap();
    holder
}

async fn switch(server: &TestServer, browser: &mut Browser, to: &PersonTag) -> Answer {
    post(server, browser, &PersonTag::OWNER, "/my-code/people/show", &[("to", to.as_str())]).await
}

/// A pass for the person whose page the script stands on.
async fn ask_for_pass(server: &TestServer, of: &Phone, tag: &PersonTag) -> Answer {
    use base64::Engine as _;
    use credential::Signer as _;
    let point = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(of.key.public().point());
    let cookies = of.browser.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
    let request = axum::http::Request::builder()
        .method("POST")
        .uri("/api/v1/my-code/pass")
        .header("content-type", "application/json")
        .header("cookie", cookies)
        .header("x-csrf-token", token(&of.browser, tag));
    let body = serde_json::json!({ "device_key": point }).to_string();
    server.send(&mut of.browser.clone(), request, body.into()).await
}

fn pass_in(answer: &Answer) -> Vec<u8> {
    use base64::Engine as _;
    let json = answer.json();
    let pass = json["pass"].as_str().unwrap_or_else(|| panic!("{}", answer.text()));
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(pass).unwrap()
}

fn last_four(pass: &[u8]) -> String {
    Pass::parse(pass).unwrap().claims().last_four.to_owned()
}

#[tokio::test]
async fn every_page_says_whose_it_is_once_there_is_more_than_one_person() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    guardian.browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let browser = &mut guardian.browser;
    assert!(!server.get(browser, "/my-code").await.text().contains("class=\"whose\""), "alone");
    let (lena, _) = add(&server, browser, "  Lena   Marie ", "child").await;
    for path in ["/apply/kind", "/", "/apply", "/recover", "/help"] {
        let page = server.get(browser, path).await.text();
        assert!(page.contains("This page is about <strong><bdi translate=\"no\">Lena Marie</bdi>"), "{path}");
    }
    assert_eq!(server.get(browser, "/my-code").await.location, "/application", "no code yet");
    switch(&server, browser, &PersonTag::OWNER).await;
    assert!(server.get(browser, "/my-code").await.text().contains("Me (owner of this phone)"));
    let list = server.get(browser, "/my-code/people").await.text();
    assert!(
        list.contains("Lena Marie") && list.contains("Begun, not sent yet") && list.contains("Code is ready")
    );
    assert!(!list.contains("class=\"whose\""), "it is about the phone");
    assert_eq!(switch(&server, browser, &lena).await.location, "/my-code");
    assert!(server.get(browser, "/apply/kind").await.text().contains("Lena Marie"));
    server.stop().await;
}

#[tokio::test]
async fn a_form_of_one_person_never_changes_another() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    let browser = &mut guardian.browser;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    let (lena, first) = add(&server, browser, "Lena", "child").await;
    let (opa, second) = add(&server, browser, "Opa", "elderly").await;
    // The phone shows Opa; another tab still has Lena's page.
    let refused = post(&server, browser, &lena, "/apply/kind", &[("kind", "passport")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("This page was of another person"), "{}", refused.text());
    assert!(refused.text().contains("/my-code/people"), "the way on");
    for path in
        ["/my-code/leave", "/my-code/print", "/application/withdraw", "/apply/check", "/apply/consent"]
    {
        let refused = post(&server, browser, &lena, path, &[("consent", "yes")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
        let refused = post(&server, browser, &PersonTag::OWNER, path, &[("consent", "yes")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path} of the owner");
    }
    // Forms without a token that begin something name their person too.
    for path in ["/apply", "/recover"] {
        let refused = server.post(browser, path, &[("person", lena.as_str()), ("code", "x")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
        let page = server.get(browser, path).await.text();
        assert!(page.contains(&format!("name=\"person\" value=\"{}\"", opa.as_str())), "{path}");
    }
    assert_eq!(people(&server, guardian.session).await.len(), 3, "nobody was removed");
    let forged =
        post(&server, &mut Browser { cookies: browser.cookies.clone() }, &opa, "/apply/kind", &[]).await;
    assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY, "the right one is taken");
    for device in [first, second] {
        let draft = crate::application::draft::load(&server.app, device.id).await.unwrap().unwrap();
        assert!(draft.typed.get("kind").is_empty());
    }
    server.stop().await;
}

/// What was typed for one person is there again when the phone shows them again.
#[tokio::test]
async fn a_switch_back_finds_what_was_typed_and_the_same_form_then_counts() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    let browser = &mut guardian.browser;
    let (lena, first) = add(&server, browser, "Lena", "child").await;
    let (_, second) = add(&server, browser, "Opa", "elderly").await;
    assert_eq!(
        post(&server, browser, &lena, "/apply/kind", &[("kind", "passport")]).await.status,
        StatusCode::CONFLICT
    );
    switch(&server, browser, &lena).await;
    let kept = post(&server, browser, &lena, "/apply/kind", &[("kind", "passport")]).await;
    assert_eq!(kept.location, "/apply/document");
    let typed = async |id| {
        let draft = crate::application::draft::load(&server.app, id).await.unwrap().unwrap();
        draft.typed.get("kind").to_owned()
    };
    assert_eq!((typed(first.id).await.as_str(), typed(second.id).await.as_str()), ("passport", ""));
    server.stop().await;
}

#[tokio::test]
async fn a_script_is_served_for_the_person_of_its_page_whoever_is_shown() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &coughing()).await;
    let own = guardian.pass(&server).await;
    let (lena, child) = add_with_code(&server, &mut guardian.browser, "Lena").await;
    let (opa, old) = add_with_code(&server, &mut guardian.browser, "Opa").await;
    guardian.browser = old.browser.clone();
    let mut seen = vec![last_four(&own)];
    for (tag, of) in [(&lena, &child), (&opa, &old), (&lena, &child)] {
        let answer = ask_for_pass(&server, of, tag).await;
        assert_eq!(answer.json()["colour"], "green");
        seen.push(last_four(&pass_in(&answer)));
    }
    assert_eq!(seen[1], seen[3]);
    assert!(seen[0] != seen[1] && seen[1] != seen[2] && seen[0] != seen[2], "three people: {seen:?}");
    let owners = ask_for_pass(&server, &guardian, &PersonTag::OWNER).await;
    assert_eq!(owners.json()["colour"], "yellow", "the owner's, though the phone shows Opa");

    // The page of each, for the service worker; the phone goes on showing whom it showed.
    for (tag, name) in [(&lena, "Lena"), (&opa, "Opa")] {
        let page =
            server.get(&mut guardian.browser, &format!("/my-code?person={}", tag.as_str())).await.text();
        assert!(page.contains(&format!("<bdi translate=\"no\">{name}</bdi>")), "{name}");
        assert!(page.contains(&format!("data-csrf=\"{}\"", token(&guardian.browser, tag))), "{name}");
        assert!(page.contains(&format!("data-person=\"{}\"", tag.as_str())), "{name}");
        assert_eq!(page.matches("data-people").count(), 1);
    }
    assert_eq!(shown(&server, &guardian.browser).await.id, old.session);
    server.stop().await;
}

#[tokio::test]
async fn nobody_of_another_phone_is_ever_reached() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    let mut stranger = phone(&server, &HEALTHY).await;
    let (lena, child) = add_with_code(&server, &mut guardian.browser, "Lena").await;
    let list = server.get(&mut stranger.browser, "/my-code/people").await.text();
    assert!(!list.contains("Lena") && !list.contains(lena.as_str()));
    assert_eq!(server.get(&mut stranger.browser, "/my-code/people/add").await.status, StatusCode::OK);
    assert_eq!(server.get(&mut stranger.browser, "/apply/consent").await.status, StatusCode::OK);
    assert_eq!(switch(&server, &mut stranger.browser, &lena).await.status, StatusCode::NOT_FOUND);
    assert_eq!(shown(&server, &stranger.browser).await.id, stranger.session);
    let page = server.get(&mut stranger.browser, &format!("/my-code?person={}", lena.as_str())).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let asked = ask_for_pass(&server, &stranger, &lena).await;
    assert_eq!(asked.status, StatusCode::CONFLICT, "{}", asked.text());
    // Even with the companion's row written down as shown: it hangs on another phone.
    transact!(server.app.store, "test.show", StoreError, |tx| {
        call!(tx, companion::show(stranger.session, Some(child.session)))
    })
    .unwrap();
    assert_eq!(shown(&server, &stranger.browser).await.id, stranger.session);
    post(&server, &mut stranger.browser, &PersonTag::OWNER, "/apply/consent", &[("consent", "yes")]).await;
    add(&server, &mut stranger.browser, "Mine", "other").await;
    assert_eq!(people(&server, guardian.session).await.len(), 2);
    assert!(!consent::stands(&server.app, child.session, None).await.unwrap());
    assert_eq!(
        ask_for_pass(&server, &child, &lena).await.status,
        StatusCode::OK,
        "their own phone still has it"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_phone_has_no_more_companions_than_it_may_and_no_name_twice() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    let browser = &mut guardian.browser;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    for number in 1..=server.app.settings.companions {
        add(&server, browser, &format!("Person {number}"), "other").await;
    }
    let full =
        post(&server, browser, &PersonTag::OWNER, "/my-code/people/add", &[("name", "X"), ("who", "child")])
            .await;
    assert_eq!(full.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(full.text().contains("it cannot have more"), "{}", full.text());
    assert_eq!(people(&server, guardian.session).await.len(), 6);
    for (name, who, message) in [
        ("person 2", "child", "Somebody on this phone has this name"),
        ("", "child", "Enter what this phone shall call them"),
        ("Y", "boss", "Choose who it is"),
        (&"x".repeat(41), "child", "at most 40 characters"),
    ] {
        let fields = [("name", name), ("who", who)];
        let answer = post(&server, browser, &PersonTag::OWNER, "/my-code/people/add", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains(message), "{message}: {}", answer.text());
    }
    server.stop().await;
}

/// Fills in the pages for the person shown; gives the last answer.
async fn fill(server: &TestServer, browser: &mut Browser, tag: &PersonTag) -> Answer {
    let mut last = None;
    for (step, fields) in TYPED {
        last = Some(post(server, browser, tag, &format!("/apply/{step}"), fields).await);
    }
    last.unwrap()
}

#[tokio::test]
async fn nothing_is_sent_for_a_child_under_fourteen_before_a_guardian_consents() {
    let server = TestServer::start().await;
    let mut guardian = phone(&server, &HEALTHY).await;
    let browser = &mut guardian.browser;
    browser.cookies.insert("tongxing-language".to_owned(), "en".to_owned());
    // Called older than she is: the date of birth counts.
    let (lena, device) = add(&server, browser, "Lena", "child").await;
    assert_eq!(fill(&server, browser, &lena).await.location, "/apply/check");
    assert_eq!(server.get(browser, "/apply/check").await.location, "/apply/consent");
    assert_eq!(post(&server, browser, &lena, "/apply/check", &[]).await.location, "/apply/consent");
    assert!(shown(&server, browser).await.application.is_none(), "nothing was sent");
    let bare = post(&server, browser, &lena, "/apply/consent", &[]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.text().contains("Tick the box"), "{}", bare.text());
    for _ in 0..2 {
        let given = post(&server, browser, &lena, "/apply/consent", &[("consent", "yes")]).await;
        assert_eq!(given.location, "/apply/check");
    }
    assert_eq!(post(&server, browser, &lena, "/apply/check", &[]).await.location, "/apply/done");
    let id = shown(&server, browser).await.application.expect("it was sent");
    let consents = read!(server.app.store, "test.consents", StoreError, |tx| {
        call!(tx, companion::consents(device.id, Some(id)))
    })
    .unwrap();
    assert_eq!(consents.len(), 1, "given twice, recorded once, linked to the application");
    assert_eq!((consents[0].version.as_str(), consents[0].language.as_str()), (consent::VERSION, "en"));
    assert_eq!(consents[0].made_at, server.app.now());
    assert!(
        !consent::stands(&server.app, device.id, None).await.unwrap(),
        "used up: another application needs another"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_child_alone_on_a_phone_needs_the_consent_too_and_a_small_child_is_asked_for_it_first() {
    let server = TestServer::start().await;
    let mut browser = Browser::speaking("en");
    server.post(&mut browser, "/apply", &[]).await;
    assert_eq!(fill(&server, &mut browser, &PersonTag::OWNER).await.location, "/apply/check");
    assert_eq!(server.post(&mut browser, "/apply/check", &[]).await.location, "/apply/consent");
    let fields = [("name", "Mia"), ("who", "under_14")];
    let added = server.post(&mut browser, "/my-code/people/add", &fields).await;
    assert_eq!(added.location, "/apply/consent");
    let mia = PersonTag::companion(shown(&server, &browser).await.id);
    let given = post(&server, &mut browser, &mia, "/apply/consent", &[("consent", "yes")]).await;
    assert_eq!(
        server.get(&mut browser, &given.location).await.location,
        "/apply/kind",
        "nothing was typed yet"
    );
    server.stop().await;
}

/// Whoever changes what the consent says makes a new version of it, and notes it here.
#[test]
fn the_text_of_the_consent_is_the_version_that_is_recorded() {
    let keys = ["why", "what", "for", "who", "until", "rights", "without", "agree"];
    let texts = Language::ALL.map(|language| {
        let words = Words(language);
        keys.map(|key| words.t1(&format!("consent-{key}"), "hotline", "-")).join("\n")
    });
    let hash = token_hash(&texts.join("\n"));
    assert_eq!((consent::VERSION, hex(&hash[..8]).as_str()), ("under-14/1", "193ca054ee1ae2a7"));
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
