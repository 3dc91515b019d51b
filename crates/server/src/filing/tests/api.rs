//! The API of the public-security system.

use serde_json::{Value, json};
use store::rows::staff::NewClient;
use store::transact;

use super::*;
use crate::http::route::Scope;

/// A machine client with a working token.
async fn client(server: &TestServer) -> String {
    let (token, hash) = crate::http::session::new_token(&*server.app.entropy);
    let (id, unit): (ApiClientId, UnitId) = (server.app.new_id(), server.app.new_id());
    let now = server.app.now();
    let name = format!("client-{id}");
    transact!(server.app.store, "test.client", StoreError, |tx| {
        let unit_id = call!(tx, staff::unit(unit, "Public Security System"))?;
        let (name, scope) = (name.clone(), Scope::Filing.as_str().to_owned());
        let new = NewClient { id, name, unit_id, scope, token_hash: hash };
        call!(tx, client::insert(&new, now))
    })
    .unwrap();
    token
}

async fn post(server: &TestServer, token: &str, key: &str, path: &str, body: &Value) -> Answer {
    let mut request = Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header("accept-language", "en");
    if !key.is_empty() {
        request = request.header("idempotency-key", key);
    }
    server.send(&mut Browser::default(), request, Body::from(body.to_string())).await
}

fn document(number: &str) -> Value {
    json!({
        "kind": "passport", "number": number, "issuing_state": "UTO", "family_name": "Eriksson",
        "given_names": "Anna Maria", "birth_date": "1974-08-12", "nationality": "UTO"
    })
}

#[tokio::test]
async fn a_token_is_needed_and_a_key_on_writes() {
    let server = TestServer::start().await;
    let token = client(&server).await;
    let path = "/api/v1/filings";
    let refused = post(&server, "wrong", "k", path, &document("X1")).await;
    assert_eq!((refused.status, refused.json()["status"].clone()), (StatusCode::UNAUTHORIZED, json!(401)));
    let no_key = post(&server, &token, "", path, &document("X1")).await;
    assert_eq!(no_key.status, StatusCode::BAD_REQUEST);
    assert!(no_key.json()["detail"].as_str().unwrap().contains("Idempotency-Key"));
    assert_eq!(count(&server).await, 0);
    server.stop().await;
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_no_other_request_may_use_it() {
    let server = TestServer::start().await;
    let token = client(&server).await;
    let path = "/api/v1/filings";
    let first = post(&server, &token, "key-1", path, &document("X12345678")).await;
    assert_eq!((first.status, first.json()["outcome"].clone()), (StatusCode::OK, json!("filed")));
    let repeated = post(&server, &token, "key-1", path, &document("X12345678")).await;
    assert_eq!(repeated.bytes, first.bytes);
    let other = post(&server, &token, "key-1", path, &document("X99999999")).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(count(&server).await, 1);
    // Another client's key is another key, and another key is another request.
    let second = client(&server).await;
    let unchanged = post(&server, &second, "key-1", path, &document("X12345678")).await;
    assert_eq!(unchanged.json()["outcome"], "unchanged");
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_field_is_named_with_its_code_and_reason() {
    let server = TestServer::start().await;
    let token = client(&server).await;
    let mut body = document("X1?");
    body["sex"] = json!("W");
    let answer = post(&server, &token, "k", "/api/v1/filings", &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["errors"][0]["field"], "number");
    assert_eq!(problem["errors"][0]["code"], "number.character");
    assert_eq!(problem["errors"][0]["position"], 3);
    assert_eq!(problem["errors"][1]["field"], "sex");
    assert!(!problem["trace_id"].as_str().unwrap().is_empty());
    let misspelt = post(&server, &token, "k2", "/api/v1/filings", &json!({"numbr": "SECRETNUMBER"})).await;
    assert_eq!(misspelt.status, StatusCode::BAD_REQUEST);
    assert!(!misspelt.text().contains("numbr"), "what was sent is not repeated");
    server.stop().await;
}

#[tokio::test]
async fn a_batch_answers_each_document_in_its_place() {
    let server = TestServer::start().await;
    let token = client(&server).await;
    let path = "/api/v1/filings/batch";
    let other = json!({"kind": "passport", "number": "X00000001", "issuing_state": "UTO",
        "family_name": "Other", "birth_date": "1974-08-12", "nationality": "UTO"});
    let body = json!({"filings": [document("X00000001"), document("?"), document("X00000001"), other]});
    let answer = post(&server, &token, "b1", path, &body).await.json();
    let outcomes: Vec<&str> =
        answer["filings"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["filed", "refused", "unchanged", "conflict"]);
    assert_eq!(answer["filings"][1]["errors"][0]["field"], "number");
    let too_many: Vec<Value> = (0..1001).map(|n| document(&format!("X{n:08}"))).collect();
    let refused = post(&server, &token, "b2", path, &json!({"filings": too_many})).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(count(&server).await, 1);
    server.stop().await;
}

#[tokio::test]
async fn search_tells_no_personal_data_and_changes_need_the_version_that_stands() {
    let server = TestServer::start().await;
    let token = client(&server).await;
    post(&server, &token, "f", "/api/v1/filings", &document("X12345678")).await;
    let wanted = json!({"kind": "passport", "number": "x 1234 5678", "issuing_state": "UTO"});
    let found = post(&server, &token, "", "/api/v1/filings/search", &wanted).await;
    let id = found.json()["filings"][0]["id"].as_str().unwrap().to_owned();
    assert!(!found.text().contains("Eriksson") && !found.text().contains("12345678"));
    let (correct, withdraw) =
        (format!("/api/v1/filings/{id}/correct"), format!("/api/v1/filings/{id}/withdraw"));
    let mut filing = document("X12345678");
    filing["given_names"] = json!("Ana");
    let mut change = json!({"version": 1, "reason": "", "filing": filing});
    let refused = post(&server, &token, "c0", &correct, &change).await;
    assert_eq!(refused.json()["errors"][0]["field"], "reason");
    change["reason"] = json!("Typing error");
    assert_eq!(post(&server, &token, "c1", &correct, &change).await.json()["version"], 2);
    assert_eq!(post(&server, &token, "c1", &correct, &change).await.json()["version"], 2);
    assert_eq!(post(&server, &token, "c2", &correct, &change).await.status, StatusCode::CONFLICT);
    let end = json!({"version": 2, "reason": "By mistake"});
    assert_eq!(post(&server, &token, "w1", &withdraw, &end).await.json()["version"], 3);
    let unknown = post(&server, &token, "w2", "/api/v1/filings/0000000000000001/withdraw", &end).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let gone = post(&server, &token, "", "/api/v1/filings/search", &wanted).await;
    assert_eq!(gone.json()["filings"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn the_document_is_served_and_shown() {
    let server = TestServer::start().await;
    let mut anybody = Browser::speaking("en");
    assert_eq!(server.get(&mut anybody, "/api/openapi.json").await.json()["openapi"], "3.1.0");
    shows(&server.get(&mut anybody, "/api").await, 200, "/api/v1/filings/batch");
    server.stop().await;
}
