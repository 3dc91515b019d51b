//! What reports stand beside: routes of axum that read the same requests, and do a part of the work.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use blackbox::{Engine, InspectorDevice};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR, Serializable as _, single_shot_open};
use serde_json::{Value, json};

use super::time;
use crate::database::{Database, served};

type Private = <DhP256HkdfSha256 as Kem>::PrivateKey;

/// The addresses of the routes: bare, with the arithmetic, with a transaction.
pub struct Routes([String; 3]);

impl Routes {
    /// In that order.
    pub fn all(&self) -> [&str; 3] {
        [&self.0[0], &self.0[1], &self.0[2]]
    }
}

/// Whoever answers.
#[derive(Clone)]
pub struct Beside(Arc<Inner>);

struct Inner {
    private: Private,
    point: Vec<u8>,
    /// The devices' public keys by their ids.
    devices: HashMap<String, Vec<u8>>,
    sample: InspectorDevice,
    database: Database,
}

const KID: [u8; 8] = *b"measured";

impl Beside {
    /// Knows the devices; an empty table on the engine.
    pub async fn new(devices: &[InspectorDevice], engine: Engine) -> Result<Self> {
        let (private, public) = DhP256HkdfSha256::derive_keypair(&[7; 32]);
        let point = public.to_bytes().to_vec();
        let keys = devices.iter().map(|device| (device.id.clone(), device.public_key().to_vec())).collect();
        let sample = devices.first().context("a device")?.facing("http://127.0.0.1", KID, &point);
        let database = Database::of(engine).await?;
        Ok(Self(Arc::new(Inner { private, point, devices: keys, sample, database })))
    }

    /// The key to seal to.
    pub fn seal_key(&self) -> ([u8; 8], &[u8]) {
        (KID, &self.0.point)
    }

    /// Serves the routes.
    pub async fn serve(&self) -> Result<Routes> {
        let path = "/api/v1/checkpoint/outbox";
        let bare = Router::new().route(path, post(bare)).with_state(());
        let checked = Router::new().route(path, post(checked)).with_state(self.clone());
        let written = Router::new().route(path, post(written)).with_state(self.clone());
        Ok(Routes([served(bare).await?, served(checked).await?, served(written).await?]))
    }

    /// The processor time of the arithmetic of one item, where a request has so many, in seconds.
    pub fn seconds(&self, items: usize) -> f64 {
        const CALLS: u32 = 500;
        let sample = &self.0.sample;
        let item = sample.item(&sample.report("02C3", 381));
        let request = sample.outbox(&[&item]);
        let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default().to_vec();
        let each =
            |work: &dyn Fn()| time(|| (0..CALLS).for_each(|_| work())).0.as_secs_f64() / f64::from(CALLS);
        let of_request = each(&|| self.is_signed(request.headers(), "http://127.0.0.1", &body, &sample.id));
        let of_item = each(&|| drop(self.opened(&sample.id, &item)));
        of_item + of_request / f64::from(u32::try_from(items).unwrap_or(u32::MAX))
    }

    /// Checks the signature of a request.
    fn is_signed(&self, headers: &HeaderMap, origin: &str, body: &[u8], device: &str) {
        let header = |name: &str| headers[name].to_str().expect("text");
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body);
        assert_eq!(header("content-digest"), format!("sha-256=:{}:", STANDARD.encode(digest)));
        let parameters = header("signature-input").strip_prefix("sig=").expect("a label");
        let base = format!(
            "\"@method\": POST\n\"@target-uri\": {origin}/api/v1/checkpoint/outbox\n\"content-digest\": {}\n\
             \"content-type\": application/json\n\"@signature-params\": {parameters}",
            header("content-digest")
        );
        let signature = header("signature").trim_start_matches("sig=:").trim_end_matches(':');
        let signature = STANDARD.decode(signature).expect("base64");
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0.devices[device]);
        key.verify(base.as_bytes(), &signature).expect("the device's signature");
    }

    /// Checks the signature of an item, opens it, and reads it.
    fn opened(&self, device: &str, item: &Value) -> Value {
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(item[name].as_str().expect("text")).expect("base64");
        let (enc, sealed) = (bytes("enc"), bytes("sealed"));
        let id = u64::from_str_radix(device, 16).expect("an id").to_be_bytes();
        let associated = [&id[..], &bytes("id")].concat();
        let message = [b"tongxing outbox v1\0", &*associated, &bytes("key"), &enc, &sealed].concat();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0.devices[device]);
        key.verify(&message, &bytes("signature")).expect("the device's signature");
        let enc = <DhP256HkdfSha256 as Kem>::EncappedKey::from_bytes(&enc).expect("a point");
        let plain = single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &OpModeR::Base,
            &self.0.private,
            &enc,
            b"tongxing outbox v1",
            &sealed,
            &associated,
        );
        serde_json::from_slice(&plain.expect("sealed to us")).expect("JSON")
    }
}

fn answer(body: &Value) -> Json<Value> {
    let items = body["items"].as_array().into_iter().flatten();
    let items: Vec<Value> = items.map(|item| json!({"id": item["id"], "outcome": "stored"})).collect();
    Json(json!({"time": 1_795_435_200, "items": items}))
}

fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).expect("JSON")
}

async fn bare(body: Bytes) -> Json<Value> {
    answer(&read(&body))
}

async fn checked(State(beside): State<Beside>, uri: Uri, headers: HeaderMap, body: Bytes) -> Json<Value> {
    let host = headers["host"].to_str().expect("text");
    let input = headers["signature-input"].to_str().expect("text");
    let device = input.split("keyid=\"").nth(1).and_then(|rest| rest.get(..16)).expect("an id");
    assert_eq!(uri.path(), "/api/v1/checkpoint/outbox");
    beside.is_signed(&headers, &format!("http://{host}"), &body, device);
    let body = read(&body);
    for item in body["items"].as_array().into_iter().flatten() {
        std::hint::black_box(beside.opened(device, item));
    }
    answer(&body)
}

async fn written(State(beside): State<Beside>, body: Bytes) -> Json<Value> {
    beside.0.database.write(&body).await;
    answer(&read(&body))
}
