//! Each rule of partners, through the real router on a real database.

use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Observed, Reason, Signer as _, verify};
use domain::Role;
use domain::id::kind::GrantId;
use domain::partner::Functions;
use serde_json::{Value, json};
use store::{StoreError, call};

use super::testing::TestPartner;
use crate::pass::testing::{Checker, HEALTHY, Phone, device_key, phone};
use crate::testing::{Answer, Browser, TestServer};

const DAY: Duration = Duration::from_hours(24);
const ALL: [&str; 5] = ["query", "make_code", "declare_health", "declare_trip", "correct"];

/// What an application knows of the holder of a test phone.
async fn document(server: &TestServer, phone: &Phone) -> Value {
    let details = store::read!(server.app.store, "test.document", StoreError, |tx| {
        call!(tx, holder::document(phone.holder))
    });
    let details = details.unwrap().unwrap();
    json!({"kind": "passport", "number": details.number.printed(), "issuing_state": "UTO",
           "family_name": "Eriksson", "given_names": "Anna Maria", "birth_date": "1974-08-12"})
}

/// Asks to enter; gives the path of the link, and the grant.
async fn enter(
    server: &TestServer,
    partner: &TestPartner,
    document: &Value,
    functions: &[&str],
) -> (String, String) {
    let body = json!({"document": document, "functions": functions, "language": "en"});
    let answer = partner.call(server, "entries", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = answer.json();
    let url = answer["url"].as_str().unwrap();
    let path = url.strip_prefix(&server.app.settings.public_origin).unwrap().to_owned();
    (path, answer["grant"].as_str().unwrap().to_owned())
}

/// A holder's phone that has allowed `functions`.
async fn allowed(server: &TestServer, partner: &TestPartner, functions: &[&str]) -> (Phone, String) {
    let mut phone = phone(server, &HEALTHY).await;
    let (path, grant) = enter(server, partner, &document(server, &phone).await, functions).await;
    let answer = server.post(&mut phone.browser, &path, &[("answer", "allow")]).await;
    assert_eq!(answer.location, "/my-data/apps", "{}", answer.text());
    (phone, grant)
}

fn detail(answer: &Answer) -> String {
    answer.json()["detail"].as_str().unwrap_or_default().to_owned()
}

fn pass_request(app: &crate::App, grant: &str, key: &credential::Es256Key) -> Value {
    let time = app.now().seconds();
    let proof = key.sign(format!("tongxing partner pass v1\n{grant}\n{time}").as_bytes()).unwrap();
    json!({"grant": grant, "device_key": key.public().jwk(), "time": time, "proof": URL_SAFE_NO_PAD.encode(proof)})
}

#[tokio::test]
async fn a_request_counts_once_for_what_was_signed_and_says_what_is_wrong() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let (path, body) = ("/api/v1/partner/verify", br#"{"text":"x"}"#);
    let send = async |request: axum::http::request::Builder, body: &'static [u8]| {
        server.send(&mut Browser::default(), request, Body::from(body)).await
    };
    let said = |nonce: &str, created: i64, key_id: &str| {
        let created = server.app.now().seconds() + created;
        format!(r#";created={created};nonce="{nonce}";keyid="{key_id}";tag="tongxing""#)
    };
    let (n1, n2) = ("AAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBB");
    let first = said(n1, 0, &partner.key_id);
    assert_eq!(send(partner.signed_as(&server.app, path, body, &first), body).await.status, StatusCode::OK);
    for (request, sent, words) in [
        (partner.signed_as(&server.app, path, body, &first), &body[..], "nonce was used before"),
        (axum::http::Request::post(path), body, "header signature-input is missing"),
        (partner.signed(&server.app, path, body), br#"{"text":"y"}"#, "content-digest"),
        (partner.signed(&server.app, "/api/v1/partner/query", body).uri(path), body, "does not verify"),
        (partner.signed_as(&server.app, path, body, &said(n2, -301, &partner.key_id)), body, "created"),
        (partner.signed_as(&server.app, path, body, &said(n2, 0, "nobody")), body, "does not verify"),
    ] {
        let answer = send(request, sent).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{words}");
        assert_eq!(answer.json()["type"], "/problems/signature");
        assert!(detail(&answer).contains(words), "{words}: {}", detail(&answer));
        assert!(
            answer.headers.contains_key("accept-signature")
                && answer.headers.contains_key("www-authenticate")
        );
    }
    // A nonce is remembered until its signature is too old by itself, and no longer.
    let left = async || {
        let now = server.app.now().plus(Duration::from_hours(1));
        store::transact!(server.app.store, "test.nonces", StoreError, |tx| {
            call!(tx, partner::forget_nonces(now))
        })
        .unwrap()
    };
    server.advance(Duration::from_secs(359));
    crate::jobs::tidy(&server.app).await.unwrap();
    server.advance(Duration::from_secs(3));
    crate::jobs::tidy(&server.app).await.unwrap();
    assert_eq!(left().await, 0);
    server.stop().await;
}

#[tokio::test]
async fn a_withdrawn_key_is_no_key_and_a_suspended_partner_is_told_so() {
    let server = TestServer::start().await;
    let some: Functions = "verify_code".parse().unwrap();
    let partner = TestPartner::with(&server.app, "鄂汇办", &some).await;
    let mut admin = server.signed_in("Unit", &[Role::Administrator]).await;
    let body = json!({"text": "x"});
    assert_eq!(partner.call(&server, "verify", &body).await.status, StatusCode::OK);
    let other = partner.call(&server, "query", &json!({"grant": "0000000000000001"})).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    assert!(detail(&other).contains("not registered for query"));
    let at = format!("/staff/partners/{}", partner.id);
    server.post(&mut admin, &format!("{at}/suspend"), &[]).await;
    let answer = partner.call(&server, "verify", &body).await;
    assert_eq!(
        (answer.status, detail(&answer).as_str()),
        (StatusCode::FORBIDDEN, "this partner is suspended")
    );
    server.post(&mut admin, &format!("{at}/resume"), &[]).await;
    assert_eq!(partner.call(&server, "verify", &body).await.status, StatusCode::OK);
    let page = server.get(&mut admin, &at).await.text();
    assert!(page.contains(&partner.key_id), "{page}");
    server.post(&mut admin, &format!("{at}/keys/withdraw"), &[("key_id", partner.key_id.as_str())]).await;
    let answer = partner.call(&server, "verify", &body).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(detail(&answer).contains("does not verify with an active key"), "{}", detail(&answer));
    server.stop().await;
}

#[tokio::test]
async fn administrators_register_partners_and_never_take_a_private_key() {
    let server = TestServer::start().await;
    let mut admin = server.signed_in("Unit", &[Role::Administrator]).await;
    let form = [("name", "鄂汇办"), ("return_address", "https://app.example/back"), ("functions", "query")];
    let added = server.post(&mut admin, "/staff/partners/new", &form).await;
    assert!(added.location.starts_with("/staff/partners/"), "{}", added.text());
    let twice = server.post(&mut admin, "/staff/partners/new", &form).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    for wrong in ["", "http://app.example", "javascript:alert(1)"] {
        let form = [("name", "x"), ("return_address", wrong), ("functions", "query")];
        let answer = server.post(&mut admin, "/staff/partners/new", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let keys = format!("{}/keys", added.location);
    let private = ["BEGIN", "END"].map(|word| format!("-----{word} PRIVATE KEY-----"));
    let private = private.join("\nMC4CAQAwBQYDK2VwBCIEIJ\n");
    let answer = server.post(&mut admin, &keys, &[("key", private.as_str())]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!answer.text().contains("MC4CAQAwBQYDK2VwBCIEIJ"), "it is not shown again");
    let public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----";
    assert_eq!(server.post(&mut admin, &keys, &[("key", public)]).await.status, StatusCode::SEE_OTHER);
    let answer = server.post(&mut admin, &keys, &[("key", public)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "a key is one partner's");
    server.stop().await;
}

#[tokio::test]
async fn a_person_is_asked_once_sees_what_is_passed_on_and_nothing_of_a_refused_entry_stays() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let passport = json!({"kind": "passport", "number": "X12345678", "issuing_state": "UTO",
                          "family_name": "QUOKKASSON", "birth_date": "1980-03-14"});
    let (path, grant) = enter(&server, &partner, &passport, &["query"]).await;
    assert!(!path.contains("X12345678") && path.len() == "/partner/".len() + 22, "{path}");
    let mut browser = Browser::default();
    let page = server.get(&mut browser, &path).await.text();
    for shown in ["鄂汇办", "QUOKKASSON", "X12 345 678", "1980-03-14", "See how your application stands"] {
        assert!(
            page.contains(shown) || page.replace(' ', "").contains(&shown.replace(' ', "")),
            "{shown}: {page}"
        );
    }
    assert!(browser.cookies.is_empty(), "looking leaves nothing behind");
    let refused = server.post(&mut browser, &path, &[("answer", "refuse")]).await;
    assert!(refused.text().contains("href=\"https://app.example/back\""), "{}", refused.text());
    assert!(browser.cookies.is_empty());
    for answer in ["allow", "refuse"] {
        let again = server.post(&mut browser, &path, &[("answer", answer)]).await;
        assert_eq!(again.status, StatusCode::GONE, "once");
    }
    let asked = partner.call(&server, "query", &json!({"grant": grant})).await;
    assert_eq!(asked.json()["type"], "/problems/no-grant");
    // Nobody answers in time.
    let (path, _) = enter(&server, &partner, &passport, &["query"]).await;
    server.advance(Duration::from_mins(10));
    assert_eq!(server.get(&mut browser, &path).await.status, StatusCode::GONE);
    let now = server.app.now();
    let gone = store::transact!(server.app.store, "test.entries", StoreError, |tx| {
        call!(tx, grant::forget_entries(now))
    });
    assert_eq!(gone.unwrap(), 1, "the refused one went with its answer");
    for (wrong, words) in [
        (json!({"document": {"kind": "passport"}, "functions": ["query"]}), "document.number"),
        (json!({"document": {"kind": "id_card"}, "functions": ["query"]}), "document.kind"),
        (json!({"document": passport, "functions": []}), "functions"),
        (json!({"document": passport, "functions": ["verify_code"]}), "functions"),
        (json!({"document": passport, "functions": ["query"], "days": 366}), "days"),
        (json!({"document": passport, "functions": ["query"], "language": "tlh"}), "language"),
    ] {
        let answer = partner.call(&server, "entries", &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(detail(&answer).contains(words), "{}", detail(&answer));
        assert!(!answer.text().contains("QUOKKASSON"));
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_passed_on_is_typed_already_and_the_next_page_is_the_first_that_lacks_an_answer() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let passport = json!({"kind": "passport", "number": "X12345678", "issuing_state": "UTO", "sex": "F",
        "family_name": "ERIKSSON", "given_names": "ANNA MARIA", "birth_date": "1980-03-14", "nationality": "UTO",
        "expiry_date": "2031-05-17"});
    let (path, grant) = enter(&server, &partner, &passport, &["query"]).await;
    let mut browser = Browser::default();
    let answer = server.post(&mut browser, &path, &[("answer", "allow")]).await;
    assert_eq!(answer.location, "/apply/residence", "{}", answer.text());
    let page = server.get(&mut browser, "/apply/person").await.text();
    assert!(page.contains("value=\"ERIKSSON\"") && page.contains("value=\"1980\""), "{page}");
    let state = partner.call(&server, "query", &json!({"grant": grant})).await.json();
    assert_eq!((&state["state"], &state["has_code"]), (&json!("draft"), &json!(false)));
    let none = partner.call(&server, "pass", &pass_request(&server.app, &grant, &device_key())).await;
    assert_eq!(none.status, StatusCode::FORBIDDEN, "only query was allowed");
    let residence = [("division", "420100"), ("address", "1 Donghu Road")];
    server.post(&mut browser, "/apply/residence", &residence).await;
    let health = [("symptoms", "none"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")];
    server.post(&mut browser, "/apply/health", &health).await;
    let sent = server.post(&mut browser, "/apply/check", &[]).await;
    assert_eq!(sent.location, "/apply/done", "{}", sent.text());
    let done = server.get(&mut browser, "/apply/done").await.text();
    assert!(done.contains("href=\"https://app.example/back\""), "{done}");
    server.advance(Duration::from_secs(10));
    let state = partner.call(&server, "query", &json!({"grant": grant})).await.json();
    assert_eq!(state["state"], "not-confirmed", "near, absent and wrong are one");
    assert!(state.get("decided_by").is_none(), "{state}");
    server.post(&mut browser, "/application/withdraw", &[]).await;
    let answer = partner.call(&server, "query", &json!({"grant": grant})).await;
    assert_eq!(answer.json()["type"], "/problems/no-grant", "it ends with the application");
    server.stop().await;
}

#[tokio::test]
async fn a_link_sent_to_another_person_opens_nothing_of_theirs() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let (mut victim, attacker) = (phone(&server, &HEALTHY).await, phone(&server, &HEALTHY).await);
    let (path, grant) = enter(&server, &partner, &document(&server, &attacker).await, &ALL).await;
    let page = server.get(&mut victim.browser, &path).await.text();
    assert!(
        page.contains("This link is about another person") && !page.contains("value=\"allow\""),
        "{page}"
    );
    let forced = server.post(&mut victim.browser, &path, &[("answer", "allow")]).await;
    assert_eq!(forced.status, StatusCode::CONFLICT);
    // On a new phone, whose owner then comes to hold a code of another document.
    let mut new = Browser::default();
    let answer = server.post(&mut new, &path, &[("answer", "allow")]).await;
    assert!(answer.location.starts_with("/apply/"), "{}", answer.text());
    let hash = crate::http::session::token_hash(&new.cookies["tongxing-device"]);
    let device = crate::http::actors::device(&server.app, &hash).await.unwrap().unwrap();
    store::transact!(server.app.store, "test.open", StoreError, |tx| {
        call!(tx, holder::open_on(device.id, Some(victim.holder)))
    })
    .unwrap();
    let answer = partner.call(&server, "query", &json!({"grant": grant})).await;
    assert_eq!(answer.json()["type"], "/problems/no-grant", "it is about the holder of the document alone");
    server.stop().await;
}

#[tokio::test]
async fn a_grant_is_one_partners_one_functions_and_one_holders() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let other = TestPartner::register(&server.app, "Example Pay").await;
    let (_, grant) = allowed(&server, &partner, &["query"]).await;
    let unknown = GrantId::from_i64(7).to_string();
    let key = device_key();
    let bodies = |grant: &str| {
        vec![
            ("query", json!({"grant": grant})),
            ("pass", pass_request(&server.app, grant, &key)),
            (
                "health",
                json!({"grant": grant, "symptoms": [], "contact": false, "diagnosed": false, "truthful": true}),
            ),
            (
                "trips",
                json!({"grant": grant, "place": "310000", "from": "2026-11-20", "to": "2026-11-22", "transport": "train"}),
            ),
            ("corrections", json!({"grant": grant, "why": "mistake", "document": {"given_names": "ANNA"}})),
        ]
    };
    let mut said = Vec::new();
    for (by, grant) in [(&other, &grant), (&other, &unknown), (&partner, &unknown)] {
        for (function, body) in bodies(grant) {
            let answer = by.call(&server, function, &body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function}: {}", answer.text());
            said.push(detail(&answer));
        }
    }
    for (function, body) in bodies(&grant) {
        let answer = partner.call(&server, function, &body).await;
        if function == "query" {
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        } else {
            said.push(detail(&answer));
        }
    }
    said.dedup();
    assert_eq!(said.len(), 1, "never given, of another and for something else are told alike: {said:?}");
    server.advance(DAY * 90);
    let over = partner.call(&server, "query", &json!({"grant": grant})).await;
    assert_eq!(over.json()["type"], "/problems/no-grant");
    server.stop().await;
}

#[tokio::test]
async fn nobody_sees_or_takes_back_what_another_phone_allowed() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let (mut owner, grant) = allowed(&server, &partner, &ALL).await;
    let mut stranger = phone(&server, &HEALTHY).await;
    let page = server.get(&mut stranger.browser, "/my-data/apps").await.text();
    assert!(!page.contains("鄂汇办"));
    let answer = server.post(&mut stranger.browser, "/my-data/apps", &[("grant", grant.as_str())]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(partner.call(&server, "query", &json!({"grant": grant})).await.status, StatusCode::OK);
    let page = server.get(&mut owner.browser, "/my-data/apps").await.text();
    assert!(page.contains("鄂汇办") && page.contains(&grant), "{page}");
    let data = server.get(&mut owner.browser, "/my-data").await.text();
    assert!(data.contains("Asked how the application stands"), "each use is seen: {data}");
    let export = server.get(&mut owner.browser, "/my-data/export").await.json();
    assert_eq!(export["apps"][0]["app"], "鄂汇办");
    assert_eq!(export["accesses"][0]["unit"], "鄂汇办");
    for _ in 0..2 {
        let ended = server.post(&mut owner.browser, "/my-data/apps", &[("grant", grant.as_str())]).await;
        assert_eq!(ended.location, "/my-data/apps");
    }
    let answer = partner.call(&server, "query", &json!({"grant": grant})).await;
    assert_eq!(answer.json()["type"], "/problems/no-grant");
    server.stop().await;
}

#[tokio::test]
async fn the_applications_pass_is_bound_to_its_own_key_and_ends_with_the_grant() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let (mut phone, grant) = allowed(&server, &partner, &ALL).await;
    let own = phone.pass(&server).await;
    let key = device_key();
    let answer = partner.call(&server, "pass", &pass_request(&server.app, &grant, &key)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let pass = URL_SAFE_NO_PAD.decode(answer.json()["pass"].as_str().unwrap()).unwrap();
    let again = partner.call(&server, "pass", &pass_request(&server.app, &grant, &key)).await.json();
    assert_eq!(again["pass"], answer.json()["pass"], "the same while it lasts");
    let mut stolen = pass_request(&server.app, &grant, &device_key());
    stolen["device_key"] = serde_json::to_value(key.public().jwk()).unwrap();
    let refused = partner.call(&server, "pass", &stolen).await;
    assert_eq!(
        (refused.status, detail(&refused).starts_with("proof:")),
        (StatusCode::UNPROCESSABLE_ENTITY, true)
    );

    let check = async |pass: &[u8], shown: &credential::Es256Key| {
        let mut checker = Checker::new(&server).await;
        checker.fetch(&server, pass).await;
        let now = server.app.now().seconds().unsigned_abs();
        let signature = shown.sign(&credential::live_message(pass, now)).unwrap();
        let text = credential::live_text(pass, now, &signature);
        let mut buffer = Vec::new();
        let observed = Observed::default();
        verify(&text, &mut buffer, &checker.trust, &checker.statuses, now, &observed).reasons().to_vec()
    };
    assert_eq!(check(&pass, &key).await, []);
    assert_eq!(check(&own, &phone.key).await, [], "the page's own pass stays");
    let now = server.app.now().seconds().unsigned_abs();
    let text = credential::live_text(&pass, now, &key.sign(&credential::live_message(&pass, now)).unwrap());
    let verdict = partner.call(&server, "verify", &json!({"text": text, "temperature": "36.6"})).await.json();
    assert_eq!((&verdict["verdict"], &verdict["scope"]), (&json!("pass"), &json!("full")), "{verdict}");
    let items = verdict["items"].as_object().unwrap();
    let mut names: Vec<&str> = items.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["birth_day", "birth_month", "document", "initials", "last_four"]);

    let health = json!({"grant": grant, "symptoms": ["cough"], "contact": false, "diagnosed": false, "truthful": true});
    let declared = partner.call(&server, "health", &health).await;
    assert_eq!(declared.status, StatusCode::OK, "{}", declared.text());
    let twice = partner.call(&server, "health", &health).await;
    assert_eq!(twice.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(twice.headers.contains_key("retry-after"));
    assert!(check(&pass, &key).await.contains(&Reason::Withdrawn), "another colour withdraws all");
    assert!(check(&own, &phone.key).await.contains(&Reason::Withdrawn));
    let answer = partner.call(&server, "pass", &pass_request(&server.app, &grant, &key)).await.json();
    assert_eq!(answer["colour"], "yellow");
    let pass = URL_SAFE_NO_PAD.decode(answer["pass"].as_str().unwrap()).unwrap();
    server.post(&mut phone.browser, "/my-data/apps", &[("grant", grant.as_str())]).await;
    assert!(check(&pass, &key).await.contains(&Reason::Withdrawn), "so does taking it back");
    server.stop().await;
}

#[tokio::test]
async fn trips_are_declared_for_the_holder_who_sees_by_whom() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let (mut phone, grant) = allowed(&server, &partner, &ALL).await;
    let trip = json!({"grant": grant, "place": "310000", "from": "2026-11-20", "to": "2026-11-22", "transport": "train"});
    let answer = partner.call(&server, "trips", &trip).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let page = server.get(&mut phone.browser, "/my-code/trips").await.text();
    assert!(page.contains("Shanghai") && page.contains("鄂汇办"), "{page}");
    for (member, value) in
        [("place", "990000"), ("from", "yesterday"), ("to", "2026-11-19"), ("transport", "foot")]
    {
        let mut wrong = trip.clone();
        wrong[member] = json!(value);
        let answer = partner.call(&server, "trips", &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(detail(&answer).starts_with(member), "{}", detail(&answer));
    }
    server.advance(DAY * 28 + Duration::from_secs(1));
    crate::holder::erase::forget_old(&server.app).await.unwrap();
    let left = crate::holder::trip::list(&server.app, phone.holder).await.unwrap();
    assert!(left.is_empty(), "forgotten after 28 days");
    server.stop().await;
}

#[tokio::test]
async fn erasing_and_leaving_end_what_was_allowed() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    for path in ["/my-data/delete", "/my-code/leave"] {
        let (mut phone, grant) = allowed(&server, &partner, &ALL).await;
        let query = json!({"grant": grant});
        assert_eq!(partner.call(&server, "query", &query).await.status, StatusCode::OK);
        let trip = json!({"grant": grant, "place": "310000", "from": "2026-11-20", "to": "2026-11-22", "transport": "train"});
        partner.call(&server, "trips", &trip).await;
        let gone = server.post(&mut phone.browser, path, &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{path}");
        let answer = partner.call(&server, "query", &query).await;
        assert_eq!(answer.json()["type"], "/problems/no-grant", "{path}");
        let (trips, grants) = store::read!(server.app.store, "test.left", StoreError, |tx| {
            Ok((
                call!(tx, trip::count(phone.holder))?,
                call!(tx, grant::held(phone.session, Some(phone.holder)))?.len(),
            ))
        })
        .unwrap();
        assert_eq!((trips, grants), (i64::from(path == "/my-code/leave"), 0), "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_partner_is_limited_by_itself_and_told_when_to_come_back() {
    use std::num::NonZeroU32;
    let limits = crate::http::limits::Limits::new(
        crate::http::limits::Rates {
            partner_per_minute: NonZeroU32::new(2).unwrap(),
            ..crate::http::limits::Rates::default()
        },
        std::sync::Arc::new(domain::time::MockClock::at(crate::testing::START)),
    );
    let (one, other) = (domain::Id::from_i64(1), domain::Id::from_i64(2));
    assert!(limits.partner(one).is_ok() && limits.partner(one).is_ok());
    let refused = limits.partner(one).unwrap_err();
    assert!(refused.retry_after.is_some_and(|seconds| seconds <= 31));
    assert!(limits.partner(other).is_ok());
}

#[tokio::test]
async fn a_grant_tells_nothing_of_an_application_with_another_document() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let passport = json!({"kind": "passport", "number": "X12345678", "issuing_state": "UTO", "sex": "F",
        "family_name": "ERIKSSON", "given_names": "ANNA MARIA", "birth_date": "1980-03-14", "nationality": "UTO",
        "expiry_date": "2031-05-17"});
    let (path, grant) = enter(&server, &partner, &passport, &["query"]).await;
    let mut browser = Browser::default();
    server.post(&mut browser, &path, &[("answer", "allow")]).await;
    let document = [("number", "X87654321"), ("issuing_state", "UTO")];
    let expiry = [("expiry_day", "17"), ("expiry_month", "5"), ("expiry_year", "2031")];
    server.post(&mut browser, "/apply/document", &[&document[..], &expiry].concat()).await;
    let residence = [("division", "420100"), ("address", "1 Donghu Road")];
    server.post(&mut browser, "/apply/residence", &residence).await;
    let health = [("symptoms", "none"), ("contact", "no"), ("diagnosed", "no"), ("truthful", "yes")];
    server.post(&mut browser, "/apply/health", &health).await;
    let sent = server.post(&mut browser, "/apply/check", &[]).await;
    assert_eq!(sent.location, "/apply/done", "{}", sent.text());
    server.advance(Duration::from_secs(10));
    let answer = partner.call(&server, "query", &json!({"grant": grant})).await;
    assert_eq!(answer.json()["type"], "/problems/no-grant", "{}", answer.text());
    // It ends: another entry about the first document sees no more of it than that nothing was sent with that one.
    server.post(&mut browser, "/application/withdraw", &[]).await;
    let (path, grant) = enter(&server, &partner, &passport, &["query"]).await;
    server.post(&mut browser, &path, &[("answer", "allow")]).await;
    let state = partner.call(&server, "query", &json!({"grant": grant})).await.json();
    assert_eq!(state["state"], "draft", "{state}");
    server.stop().await;
}

#[tokio::test]
async fn a_pass_ends_with_the_time_of_its_grant() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let mut phone = phone(&server, &HEALTHY).await;
    let known = document(&server, &phone).await;
    let asked = json!({"document": known, "functions": ["make_code"], "days": 1, "language": "en"});
    let entry = partner.call(&server, "entries", &asked).await.json();
    let path = entry["url"].as_str().unwrap().strip_prefix(&server.app.settings.public_origin).unwrap();
    server.post(&mut phone.browser, path, &[("answer", "allow")]).await;
    server.advance(Duration::from_hours(23));
    let request = pass_request(&server.app, entry["grant"].as_str().unwrap(), &device_key());
    let answer = partner.call(&server, "pass", &request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let pass = URL_SAFE_NO_PAD.decode(answer.json()["pass"].as_str().unwrap()).unwrap();
    let withdrawn = async || {
        let mut checker = Checker::new(&server).await;
        checker.fetch(&server, &pass).await;
        let now = server.app.now().seconds().unsigned_abs();
        let (text, mut buffer) = (credential::to_text(&pass), Vec::new());
        let found = verify(&text, &mut buffer, &checker.trust, &checker.statuses, now, &Observed::default());
        found.reasons().contains(&Reason::Withdrawn)
    };
    crate::jobs::tidy(&server.app).await.unwrap();
    assert!(!withdrawn().await);
    server.advance(Duration::from_hours(1));
    crate::jobs::tidy(&server.app).await.unwrap();
    assert!(withdrawn().await);
    server.stop().await;
}

#[tokio::test]
async fn no_short_code_is_looked_up_for_a_partner() {
    let server = TestServer::start().await;
    let partner = TestPartner::register(&server.app, "鄂汇办").await;
    let (mut phone, _) = allowed(&server, &partner, &ALL).await;
    phone.pass(&server).await;
    let page = server.post(&mut phone.browser, "/my-code/short-code", &[]).await.text();
    let at = page.find("short-code\" dir=\"ltr\" translate=\"no\">").expect("a short code");
    let code = page[at..].split(['>', '<']).nth(1).unwrap().to_owned();
    let verdict = partner.call(&server, "verify", &json!({"text": code})).await.json();
    assert_eq!((&verdict["verdict"], &verdict["reasons"]), (&json!("check"), &json!(["short_code"])));
    assert!(verdict["items"].is_null(), "{verdict}");
    server.stop().await;
}
