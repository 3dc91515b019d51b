//! The security headers are on every answer, whoever asks for whatever.
#![allow(clippy::unwrap_used, reason = "a test")]

use blackbox::{Engine, Place, Server};

const PATHS: [&str; 16] = [
    "/",
    "/help",
    "/help/apply",
    "/help/show",
    "/help/check",
    "/help/filing",
    "/apply",
    "/application",
    "/my-code",
    "/check",
    "/filing",
    "/review",
    "/staff",
    "/healthz",
    "/api/v1/no-such",
    "/no-such-page",
];

#[tokio::test]
async fn every_answer_carries_them() {
    let place = Place::new(Engine::Sqlite).await.unwrap();
    let server = Server::start(&place).await;
    let plain = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for path in PATHS {
        let answer = plain.get(format!("{}{path}", server.origin)).send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
        assert!(header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert!(!header("cache-control").is_empty(), "{path}");
    }
    server.stop();
}
