//! The API as an authority's program meets it: its document, keys that repeat, refusals that help.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use blackbox::{Engine, Place, Server};
use common::Person;
use common::canary::{nothing_personal_is_left, strangers_learn_nothing};
use reqwest::{Client, Response};
use serde_json::{Value, json};

const FIRST: Person = Person::new("XP7714093", "GUDMUNDSDOTTIR", "THORGERDUR", ["11", "9", "1983"]);
const SECOND: Person = Person::new("XP7714102", "NAKASHIMURAYA", "TOMOKICHI", ["12", "9", "1984"]);

on_both_engines!(api);

/// A program with a token.
struct Program<'a> {
    client: Client,
    server: &'a Server,
    token: String,
}

impl Program<'_> {
    async fn post(&self, path: &str, key: &str, body: String) -> Response {
        let request = self.client.post(format!("{}{path}", self.server.origin)).bearer_auth(&self.token);
        let request = request.header("content-type", "application/json").header("idempotency-key", key);
        request.body(body).send().await.unwrap()
    }

    async fn file(&self, key: &str, person: &Person) -> (u16, Value) {
        let answer = self.post("/api/v1/filings", key, person.json().to_string()).await;
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

async fn api(engine: Engine) {
    let place = Place::new(engine).await;
    let server = Server::start(&place).await;
    let token = place.client("public security", "Entry and exit");
    let program = Program { client: Client::new(), server: &server, token };

    let document = server.browser().get("/api/openapi.json").await;
    let document: Value = serde_json::from_str(&document.html).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["paths"]["/api/v1/filings"]["post"].is_object());

    let (status, first) = program.file("key-1", &FIRST).await;
    assert_eq!((status, &first["outcome"]), (200, &json!("filed")));
    assert_eq!(program.file("key-1", &FIRST).await, (200, first.clone()), "repeated: the same answer");
    assert_eq!(program.file("key-1", &SECOND).await.0, 422, "one key is one request");
    let (_, unchanged) = program.file("key-2", &FIRST).await;
    assert_eq!((&unchanged["outcome"], &unchanged["id"]), (&json!("unchanged"), &first["id"]));
    let batch = json!({ "filings": [FIRST.json(), SECOND.json(), { "kind": "passport", "number": "!", "birth_date": "x" }] });
    let answer = program.post("/api/v1/filings/batch", "key-3", batch.to_string()).await;
    let answer: Value = answer.json().await.unwrap();
    let outcomes: Vec<&str> =
        answer["filings"].as_array().unwrap().iter().map(|f| f["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["unchanged", "filed", "refused"]);

    refusals(&program, first["id"].as_str().unwrap()).await;
    place.run(&["client", "disable", "public security"]);
    assert_eq!(program.file("key-9", &FIRST).await.0, 401, "a disabled token ends at once");

    strangers_learn_nothing(&server, &[FIRST, SECOND]).await;
    server.stop();
    nothing_personal_is_left(&place, &[FIRST, SECOND]).await;
}

/// Every refusal is `problem+json` and repeats nothing of what was sent.
async fn refusals(program: &Program<'_>, id: &str) {
    let person = FIRST.json().to_string();
    let wrong_field = person.replace("XP7714093", "XP77140é93");
    let unknown = person.replacen('{', "{\"surname\":\"GUDMUNDSDOTTIR\",", 1);
    let correct = format!("/api/v1/filings/{id}/correct");
    let cases = [
        ("/api/v1/filings", "GUDMUNDSDOTTIR".to_owned(), 400),
        ("/api/v1/filings", "[".repeat(10_000), 400),
        ("/api/v1/filings", unknown, 400),
        ("/api/v1/filings", wrong_field, 422),
        ("/api/v1/filings", format!("\"{}\"", "A".repeat(100_000)), 413),
        ("/api/v1/filings/not-an-id/withdraw", "{}".to_owned(), 404),
        (correct.as_str(), json!({ "version": 99, "reason": "x", "filing": FIRST.json() }).to_string(), 409),
        ("/api/v1/no-such", person.clone(), 404),
    ];
    for (at, (path, body, status)) in cases.into_iter().enumerate() {
        let answer = program.post(path, &format!("refused-{at}"), body).await;
        assert_eq!(answer.status().as_u16(), status, "{path}, case {at}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}, case {at}");
        let text = answer.text().await.unwrap();
        let problem: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(problem["status"], status);
        assert!(!text.to_uppercase().contains("GUDMUND") && !text.contains("XP77"), "{text}");
    }
    let stranger = Program { client: Client::new(), server: program.server, token: "guessed".to_owned() };
    assert_eq!(stranger.file("key-1", &FIRST).await.0, 401);
}
