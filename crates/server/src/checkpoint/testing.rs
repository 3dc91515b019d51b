//! An inspector's device for tests: enrolled, with a shift, it seals and signs as docs/checkpoint-protocol.md says.

use axum::body::Body;
use axum::http::{Method, Request, request::Builder};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use credential::{Es256Key, Signer as _};
use domain::Role;
use domain::checkpoint::{CheckpointKind, ClientId};
use domain::id::kind::{CheckpointId, InspectorDeviceId};
use http_signature::{Input, base, digest_field, inputs, value};
use serde_json::{Value, json};
use store::rows::checkpoint::NewInspectorDevice;
use store::rows::report::ReportRow;
use store::{StoreError, call, read, transact};

use super::enrolment::EnrolmentCode;
use super::outbox::{self, Item};
use super::{seal, seal_keys};
use crate::App;
use crate::pass::testing::device_key;
use crate::staff::By;
use crate::testing::{Answer, Browser, TestServer};

/// A device that is enrolled.
pub struct TestDevice {
    /// Which.
    pub id: InspectorDeviceId,
    pair: Es256Key,
}

/// An open checkpoint of this name.
pub async fn checkpoint(app: &App, name: &str) -> CheckpointId {
    let (id, now): (CheckpointId, _) = (app.new_id(), app.now());
    transact!(app.store, "test.checkpoint", StoreError, |tx| {
        call!(tx, checkpoint::add(id, name, "Utopia Road", CheckpointKind::Road, now))
    })
    .expect("a checkpoint");
    id
}

impl TestDevice {
    /// A new device of this name, enrolled.
    pub async fn enrolled(app: &App, name: &str) -> Self {
        let pair = device_key();
        let (code, now) = (EnrolmentCode::draw(&*app.entropy), app.now());
        let new = NewInspectorDevice {
            id: app.new_id(),
            name: name.to_owned(),
            code_hash: code.hash(),
            code_until: now.plus(std::time::Duration::from_hours(24)),
            by: By::COMMAND_LINE.staff,
        };
        transact!(app.store, "test.inspector_device", StoreError, |tx| {
            call!(tx, checkpoint::add_device(&new, now))
        })
        .expect("a device");
        let public = *pair.public().point();
        let enrolled = super::device::enrol(app, By::COMMAND_LINE.staff, &code.grouped(), &public).await;
        enrolled.expect("it is enrolled");
        Self { id: new.id, pair }
    }

    /// A fixed P-256 signature, r and s.
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).expect("a signature").to_vec()
    }

    /// A new inspector begins a shift on it.
    pub async fn shift(&self, server: &TestServer, at: CheckpointId) -> ClientId {
        let mut browser = server.signed_in("Checkpoint unit", &[Role::Inspector]).await;
        let shift = ClientId(server.app.entropy.bytes());
        let answer = self.begin(server, &mut browser, shift, at).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        shift
    }

    /// Asks to begin this shift.
    pub async fn begin(
        &self,
        server: &TestServer,
        browser: &mut Browser,
        shift: ClientId,
        at: CheckpointId,
    ) -> Answer {
        let now = server.app.now().seconds();
        let ids = [self.id.as_i64().to_be_bytes().to_vec(), shift.0.to_vec()].concat();
        let rest = [at.as_i64().to_be_bytes(), now.to_be_bytes()].concat();
        let signature = self.sign(&[b"tongxing shift v1\0".as_slice(), &ids, &rest].concat());
        let body = json!({
            "shift": URL_SAFE_NO_PAD.encode(shift.0), "device": self.id.to_string(),
            "checkpoint": at.to_string(), "at": now, "signature": URL_SAFE_NO_PAD.encode(signature),
        });
        server.post_json(browser, "/api/v1/checkpoint/shifts", &body).await
    }

    /// An item that says `content`, under a new id.
    pub fn item(&self, app: &App, content: &Value) -> Item {
        self.item_as(app, ClientId(app.entropy.bytes()), content)
    }

    /// An item that says `content`, under this id.
    pub fn item_as(&self, app: &App, id: ClientId, content: &Value) -> Item {
        let associated = seal::associated(self.id, id);
        let plain = content.to_string();
        let (kid, enc, sealed) = seal_keys::testing::seal(app.store.sealer(), plain.as_bytes(), &associated);
        let signature = self.sign(&outbox::signed_message(&associated, &kid, &enc, &sealed));
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Item {
            id: text(&id.0),
            key: text(&kid),
            enc: text(&enc),
            sealed: text(&sealed),
            signature: text(&signature),
        }
    }

    /// A request with this body, signed.
    pub fn signed(&self, app: &App, path: &str, body: &[u8]) -> Builder {
        let (created, key_id) = (app.now().seconds(), self.id);
        let nonce = URL_SAFE_NO_PAD.encode(app.entropy.bytes::<16>());
        let text = format!(
            r#"sig=("@method" "@target-uri" "content-digest" "content-type");created={created};nonce="{nonce}";keyid="{key_id}";tag="tongxing-device""#
        );
        let (label, list) = inputs(&text).expect("an input").remove(0);
        let input = Input::checked(label, list).expect("an input");
        let digest = digest_field(body);
        let headers: [(&str, &[u8]); 2] =
            [("content-type", b"application/json"), ("content-digest", digest.as_bytes())];
        let origin = &app.settings.public_origin;
        let request =
            http_signature::Request { method: "POST", origin, path, query: None, headers: &headers };
        let base = base(&input.covered, &input.list, |component| value(&request, component)).expect("a base");
        Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("content-type", "application/json")
            .header("content-digest", digest)
            .header("signature-input", text)
            .header("signature", format!("sig=:{}:", STANDARD.encode(self.sign(base.as_bytes()))))
    }

    /// Sends a signed request.
    pub async fn post(&self, server: &TestServer, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let request = self.signed(&server.app, path, body.as_bytes());
        server.send(&mut Browser::default(), request, Body::from(body)).await
    }

    /// Sends items, and gives the outcome of each.
    pub async fn send(&self, server: &TestServer, items: &[&Item]) -> Vec<String> {
        let body = json!({"waiting": items.len(), "app": 1, "items": items});
        let answer = self.post(server, "/api/v1/checkpoint/outbox", &body).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        let outcome = |item: &Value| match (item["outcome"].as_str(), item["reason"].as_str()) {
            (Some(outcome), None) => outcome.to_owned(),
            (outcome, Some(reason)) => format!("{} {reason}", outcome.unwrap_or_default()),
            _ => panic!("no outcome"),
        };
        answer.json()["items"].as_array().expect("items").iter().map(outcome).collect()
    }
}

/// The reports that are not done.
pub async fn reports(app: &App) -> Vec<ReportRow> {
    read!(app.store, "test.reports", StoreError, |tx| { call!(tx, report_desk::queue(1_000, 0)) })
        .expect("the queue")
}

/// A report of this temperature in a shift, of nobody.
pub fn report(app: &App, shift: ClientId, tenths: u16) -> Value {
    let at = app.now().seconds();
    json!({
        "v": 1, "kind": "report", "at": at, "shift": URL_SAFE_NO_PAD.encode(shift.0),
        "subject": {"kind": "nobody"}, "readings": [{"tenths": tenths, "site": "forehead", "at": at}],
        "threshold": 373, "action": "fever_clinic",
    })
}
