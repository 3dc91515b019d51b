//! Facts from an authority's own system.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::import::{number, stop};
use super::*;
use crate::http::route::Scope;
use crate::staff::{Tools, client_add};

async fn client(server: &TestServer, name: &str, unit: &str, scope: Scope) -> String {
    client_add(Tools::of(&server.app), name, unit, scope).await.unwrap()
}

async fn post(server: &TestServer, token: &str, key: &str, body: &Value) -> Answer {
    let mut request = Request::post("/api/v1/evidence")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    if !key.is_empty() {
        request = request.header("idempotency-key", key);
    }
    server.send(&mut Browser::default(), request, Body::from(body.to_string())).await
}

async fn became(server: &TestServer, token: &str, id: &str) -> Answer {
    let request = Request::get(format!("/api/v1/evidence/{id}"));
    let request = request.header("authorization", format!("Bearer {token}"));
    server.send(&mut Browser::default(), request, Body::empty()).await
}

fn fact(desk: &Desk, number: &str, kind: &str) -> Value {
    let document = json!({ "kind": "passport", "number": number, "issuing_state": "UTO" });
    let at = desk.server.app.now().minus(Duration::from_hours(1)).to_string();
    json!({ "document": document, "kind": kind, "at": at, "reference": "2026-117" })
}

fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

#[tokio::test]
async fn what_a_program_states_waits_for_another_unit_and_only_its_own_unit_is_told() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let token = client(&desk.server, "laboratory", "Wuhan", Scope::Evidence).await;
    let other = client(&desk.server, "other laboratory", "Hubei", Scope::Evidence).await;
    let contact = fact(&desk, &number(&anna), "case_contact");
    let first = post(&desk.server, &token, "k1", &contact).await;
    assert_eq!((first.status, &first.json()["outcome"]), (StatusCode::OK, &json!("waits")));
    let id = id(&first);
    assert_eq!(post(&desk.server, &token, "k1", &contact).await.bytes, first.bytes, "done once");
    let mut another = contact.clone();
    another["kind"] = json!("case_confirmed");
    let misused = post(&desk.server, &token, "k1", &another).await;
    assert_eq!(misused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for token in [&token, &other] {
        let same = post(&desk.server, token, "k2", &contact).await;
        assert_eq!(same.json(), json!({ "outcome": "waits" }), "no word of who stated it");
    }
    assert_eq!(desk.server.rows().await["evidence_proposal"], 1);

    assert_eq!(became(&desk.server, &token, &id).await.json(), json!({ "id": id, "state": "waits" }));
    assert_eq!(became(&desk.server, &other, &id).await.status, StatusCode::NOT_FOUND);
    let path = format!("/evidence/{id}");
    assert_eq!(desk.decide("zhao", &path, "confirm").await, StatusCode::CONFLICT, "the client's unit");
    let page = desk.server.get(&mut desk.li, &path).await.text();
    assert!(page.contains("laboratory, Wuhan"), "who stated it: {page}");
    assert_eq!(desk.colour(anna.holder).await.colour, Colour::Green);
    assert_eq!(desk.decide("li", &path, "confirm").await, StatusCode::SEE_OTHER);
    assert_eq!(desk.colour(anna.holder).await.colour, Colour::Yellow);
    assert_eq!(became(&desk.server, &token, &id).await.json()["state"], "counts");
    let there = post(&desk.server, &token, "k3", &contact).await;
    assert_eq!(there.json(), json!({ "outcome": "counts" }));

    find(&desk.server, &mut desk.zhao, anna.holder).await;
    let back = format!("/evidence/people/{}/back/{id}", anna.holder);
    let done = desk.server.post(&mut desk.zhao, &back, &[("note", "Another person.")]).await;
    assert!(led(&done).ends_with("?added=true"), "{}", done.text());
    assert_eq!(became(&desk.server, &token, &id).await.json()["state"], "superseded");
    let mut auditor = desk.server.signed_in("Audit", &[Role::Auditor]).await;
    let record = desk.server.get(&mut auditor, "/audit/accesses").await.text();
    assert!(record.contains("laboratory"), "{record}");
    desk.server.stop().await;
}

#[tokio::test]
async fn a_program_is_told_what_became_of_a_fact_and_nothing_of_the_person() {
    let mut desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let token = client(&desk.server, "laboratory", "Wuhan", Scope::Evidence).await;
    let mut test = fact(&desk, &number(&anna), "test_result");
    (test["result"], test["method"]) = (json!("negative"), json!("nucleic_acid"));
    let counts = post(&desk.server, &token, "k1", &test).await;
    let mut answers = vec![became(&desk.server, &token, &id(&counts)).await];
    assert_eq!(
        (&counts.json()["outcome"], &answers[0].json()["state"]),
        (&json!("counts"), &json!("counts"))
    );
    let unknown = post(&desk.server, &token, "k2", &fact(&desk, "X99999999", "case_contact")).await;
    assert_eq!(unknown.json(), json!({ "outcome": "unknown_document" }));
    for (kind, state) in [("case_confirmed", "refused"), ("case_suspected", "recalled")] {
        let waits = post(&desk.server, &token, kind, &fact(&desk, &number(&anna), kind)).await;
        let path = format!("/evidence/{}", id(&waits));
        if state == "recalled" {
            desk.server.post(&mut desk.zhao, &format!("{path}/recall"), &[]).await;
        } else {
            desk.decide("li", &path, "refuse").await;
        }
        let told = became(&desk.server, &token, &id(&waits)).await;
        assert_eq!(told.json()["state"], state);
        answers.extend([waits, told]);
    }
    answers.extend([counts, unknown]);
    for text in answers.iter().map(Answer::text) {
        for personal in [&number(&anna)[..], "ERIKSSON", "Eriksson", "green", "red\"", "case_", "2026-117"] {
            assert!(!text.contains(personal), "{personal}: {text}");
        }
    }
    desk.server.stop().await;
}

#[tokio::test]
async fn a_request_without_key_scope_or_sense_states_nothing() {
    let desk = Desk::open().await;
    let anna = phone(&desk.server, &HEALTHY).await;
    let token = client(&desk.server, "laboratory", "Wuhan", Scope::Evidence).await;
    let contact = fact(&desk, &number(&anna), "case_contact");
    for scope in [Scope::Filing, Scope::Health] {
        let wrong = client(&desk.server, scope.as_str(), "Wuhan", scope).await;
        assert_eq!(post(&desk.server, &wrong, "k", &contact).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(became(&desk.server, &wrong, "7000000000000001").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(post(&desk.server, &token, "", &contact).await.status, StatusCode::BAD_REQUEST);
    let mut bad = contact.clone();
    (bad["at"], bad["kind"], bad["document"]["number"]) =
        (json!("2026-11-23 20:00"), json!("red"), json!("X1?"));
    let answer = post(&desk.server, &token, "k", &bad).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let errors = answer.json()["errors"].clone();
    let named: Vec<_> = (0..3).map(|at| (errors[at]["field"].clone(), errors[at]["code"].clone())).collect();
    let expected =
        [("document.number", "number.character"), ("kind", "kind.unknown"), ("at", "at.unreadable")];
    assert_eq!(named, expected.map(|(field, code)| (json!(field), json!(code))));

    stop(&desk.server, "Wuhan").await;
    let stopped = post(&desk.server, &token, "k5", &contact).await;
    assert_eq!(stopped.status, StatusCode::CONFLICT);
    assert!(stopped.json()["detail"].as_str().unwrap().contains("stopped"), "{}", stopped.text());
    assert_eq!(desk.server.rows().await["evidence_proposal"], 0);
    let searched = read!(desk.server.app.store, "test.accesses", StoreError, |tx| {
        call!(tx, access::by_object("holder", anna.holder.as_i64(), None, 9))
    });
    assert_eq!(searched.unwrap().len(), 1, "the search is on record although nothing came of it");
    desk.server.stop().await;
}
