//! A partner for tests: it registers, and signs as `docs/partner-api.md` says.

use axum::body::Body;
use axum::http::{Method, Request, request::Builder};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use credential::{Es256Key, Signer as _};
use domain::id::kind::PartnerId;
use domain::partner::{Function, Functions};
use http_signature::{Input, base, digest_field, inputs, value};
use serde_json::Value;

use super::registry;
use crate::App;
use crate::staff::{By, Tools};
use crate::testing::{Answer, Browser, TestServer};

/// A registered partner with one key.
pub struct TestPartner {
    /// Which.
    pub id: PartnerId,
    /// The name of its key.
    pub key_id: String,
    pair: Es256Key,
}

impl TestPartner {
    /// A new partner of this name with every function.
    pub async fn register(app: &App, name: &str) -> Self {
        Self::with(app, name, &Function::ALL.into_iter().collect()).await
    }

    /// A new partner with these functions.
    pub async fn with(app: &App, name: &str, functions: &Functions) -> Self {
        let pair = crate::pass::testing::device_key();
        let jwk = serde_json::to_string(&pair.public().jwk()).expect("a JWK");
        let (tools, by) = (Tools::of(app), By::COMMAND_LINE);
        let back = "https://app.example/back";
        let id = registry::add(tools, by, name, back, functions).await.expect("a partner");
        let key_id = registry::add_key(tools, by, id, &jwk).await.expect("its key");
        Self { id, key_id, pair }
    }

    /// A signed request with this body.
    pub fn signed(&self, app: &App, path: &str, body: &[u8]) -> Builder {
        let nonce = URL_SAFE_NO_PAD.encode(app.entropy.bytes::<16>());
        let (created, key_id) = (app.now().seconds(), &self.key_id);
        let said = format!(r#";created={created};nonce="{nonce}";keyid="{key_id}";tag="tongxing""#);
        self.signed_as(app, path, body, &said)
    }

    /// A request whose signature says this of itself.
    pub fn signed_as(&self, app: &App, path: &str, body: &[u8], said: &str) -> Builder {
        let text = format!(r#"sig=("@method" "@target-uri" "content-digest" "content-type"){said}"#);
        let (label, list) = inputs(&text).expect("an input").remove(0);
        let input = Input::checked(label, list).expect("an input");
        let digest = digest_field(body);
        let headers: [(&str, &[u8]); 2] =
            [("content-type", b"application/json"), ("content-digest", digest.as_bytes())];
        let request = http_signature::Request {
            method: "POST",
            origin: &app.settings.public_origin,
            path,
            query: None,
            headers: &headers,
        };
        let base = base(&input.covered, &input.list, |component| value(&request, component)).expect("a base");
        let signature = self.pair.sign(base.as_bytes()).expect("a signature");
        Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("content-type", "application/json")
            .header("content-digest", digest)
            .header("signature-input", text)
            .header("signature", format!("sig=:{}:", STANDARD.encode(signature)))
    }

    /// Calls a function.
    pub async fn call(&self, server: &TestServer, function: &str, body: &Value) -> Answer {
        let (path, body) = (format!("/api/v1/partner/{function}"), body.to_string());
        let request = self.signed(&server.app, &path, body.as_bytes());
        server.send(&mut Browser::default(), request, Body::from(body)).await
    }
}
