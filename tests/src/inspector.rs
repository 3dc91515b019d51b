//! What the application at `/inspect` does on an inspector's device: a key of its own, an enrolment, shifts, sealed and
//! signed items, signed requests.
//!
//! Written from `docs/checkpoint-protocol.md`, not from our crates: it is a second implementation.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use regex::Regex;
use reqwest::{Client, Request, Response};
use serde_json::{Value, json};

use crate::place::now;
use crate::{Browser, hpke};

/// What items are padded to a multiple of, in bytes.
const BLOCK: usize = 512;

/// An enrolled device with a shift.
pub struct InspectorDevice {
    /// Its id, 16 hexadecimal digits.
    pub id: String,
    /// The shift that goes on.
    pub shift: String,
    /// How many seconds the server's clock is ahead of ours.
    pub offset: i64,
    key: Arc<EcdsaKeyPair>,
    client: Client,
    origin: String,
    seal: SealKey,
}

#[derive(Clone)]
struct SealKey {
    kid: Vec<u8>,
    point: Vec<u8>,
}

/// What was answered to a request: the status, and the body.
pub type Answer = (u16, Value);

/// Names an open checkpoint on the administrator's page.
pub async fn add_checkpoint(administrator: &Browser, name: &str) {
    let page = administrator.get("/staff/checkpoints").await;
    let fields = [("name", name), ("place", "Utopia Road, both ways"), ("kind", "road")];
    let listed = administrator.submit(&page, "/staff/checkpoints", &fields).await;
    assert!(listed.status.is_success() && listed.html.contains(name), "{}", listed.status);
}

/// Names a device on the administrator's page; gives the enrolment code that it shows.
pub async fn enrolment_code(administrator: &Browser, name: &str) -> String {
    let page = administrator.get("/staff/devices").await;
    let shown = administrator.submit(&page, "/staff/devices", &[("name", name)]).await;
    let code = Regex::new(r#"class="ref"[^>]*>([^<]+)<"#).unwrap();
    code.captures(&shown.html).unwrap_or_else(|| panic!("no code is shown: {}", shown.status))[1].to_owned()
}

impl InspectorDevice {
    /// A new device of this name: enrolled by an inspector who is signed in, with a shift at the first open checkpoint.
    pub async fn enrolled(administrator: &Browser, inspector: &Browser, origin: &str, name: &str) -> Self {
        let code = enrolment_code(administrator, name).await;
        let key = Arc::new(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());
        let settings = settings(origin).await;
        let seal = &settings["seal"][0];
        let seal = SealKey { kid: bytes(&seal["kid"]), point: bytes(&seal["key"]) };
        let checkpoint = settings["checkpoints"][0]["id"].as_str().expect("an open checkpoint").to_owned();
        let point = URL_SAFE_NO_PAD.encode(key.public_key().as_ref());
        let enrolment = json!({"code": code, "public_key": point});
        let (status, enrolled) = as_inspector(inspector, origin, "devices", &enrolment).await;
        assert_eq!((status, &enrolled["name"]), (200, &json!(name)), "{enrolled}");
        let id = enrolled["device"].as_str().unwrap().to_owned();
        let client = Client::builder().timeout(std::time::Duration::from_secs(20)).build().unwrap();
        let (origin, shift) = (origin.to_owned(), String::new());
        let mut device = Self { id, shift, offset: 0, key, client, origin, seal };
        let (status, begun) = device.begin(inspector, &checkpoint).await;
        assert_eq!((status, &begun["shift"]), (200, &json!(device.shift)), "{begun}");
        device
    }

    /// The same device before another server, which opens what is sealed to the key `point` of that name.
    #[must_use]
    pub fn facing(&self, origin: &str, kid: [u8; 8], point: &[u8]) -> Self {
        let seal = SealKey { kid: kid.to_vec(), point: point.to_vec() };
        let (key, client, origin) = (Arc::clone(&self.key), self.client.clone(), origin.to_owned());
        let (id, shift) = (self.id.clone(), self.shift.clone());
        Self { id, shift, offset: self.offset, key, client, origin, seal }
    }

    /// The device's public key: an uncompressed point.
    pub fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    /// Seconds since 1970 of the server's clock.
    pub fn time(&self) -> i64 {
        i64::try_from(now()).unwrap() + self.offset
    }

    /// Measures how far the server's clock is ahead, as a device does after a 401.
    pub async fn measure(&mut self) {
        let answer =
            self.client.get(format!("{}/.well-known/tongxing-checkpoint.jws", self.origin)).send().await;
        let date = answer.unwrap().headers()["date"].to_str().unwrap().to_owned();
        self.offset = http_date(&date) - i64::try_from(now()).unwrap();
    }

    /// Asks to begin a new shift at this checkpoint.
    pub async fn begin(&mut self, inspector: &Browser, checkpoint: &str) -> Answer {
        let (shift, at) = (random(), self.time());
        let ids = [row(&self.id), shift.to_vec(), row(checkpoint), at.to_be_bytes().to_vec()].concat();
        let signature = self.sign(&[b"tongxing shift v1\0".as_slice(), &ids].concat());
        self.shift = URL_SAFE_NO_PAD.encode(shift);
        let body = json!({
            "shift": self.shift, "device": self.id, "checkpoint": checkpoint, "at": at,
            "signature": URL_SAFE_NO_PAD.encode(signature),
        });
        as_inspector(inspector, &self.origin, "shifts", &body).await
    }

    /// A report of this shift: somebody with a passport whose number ends so was measured, in tenths of a degree.
    pub fn report(&self, last_four: &str, tenths: u16) -> Value {
        let at = self.time();
        json!({
            "v": 1, "kind": "report", "at": at, "shift": self.shift, "threshold": 373, "action": "fever_clinic",
            "subject": {"kind": "document", "document": "passport", "last_four": last_four},
            "readings": [{"tenths": tenths, "site": "forehead", "at": at}],
        })
    }

    /// An item that says `content`, under a new id.
    pub fn item(&self, content: &Value) -> Value {
        self.item_as(random(), content)
    }

    /// An item that says `content`, under this id.
    pub fn item_as(&self, id: [u8; 16], content: &Value) -> Value {
        let mut plain = content.to_string().into_bytes();
        plain.resize(plain.len().next_multiple_of(BLOCK), b' ');
        let associated = [row(&self.id), id.to_vec()].concat();
        let (enc, sealed) = hpke::seal(&self.seal.point, b"tongxing outbox v1", &associated, &plain);
        let message = [b"tongxing outbox v1\0", &*associated, &self.seal.kid, &enc, &sealed].concat();
        let text = |bytes: &[u8]| json!(URL_SAFE_NO_PAD.encode(bytes));
        json!({
            "id": text(&id), "key": text(&self.seal.kid), "enc": text(&enc), "sealed": text(&sealed),
            "signature": text(&self.sign(&message)),
        })
    }

    /// Sends items. An error where the server is gone.
    pub async fn send(&self, items: &[&Value]) -> Result<Answer, reqwest::Error> {
        let answer = self.client.execute(self.outbox(items)).await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// The signed request that sends items.
    pub fn outbox(&self, items: &[&Value]) -> Request {
        self.signed("outbox", &json!({"waiting": items.len(), "app": 1, "items": items}))
    }

    /// Sends a signed request.
    pub async fn request(&self, path: &str, body: &Value) -> Result<Response, reqwest::Error> {
        self.client.execute(self.signed(path, body)).await
    }

    fn signed(&self, path: &str, body: &Value) -> Request {
        let (url, body) = (format!("{}/api/v1/checkpoint/{path}", self.origin), body.to_string());
        let content = format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body.as_bytes())));
        let (created, nonce) = (self.time(), URL_SAFE_NO_PAD.encode(random()));
        let covered = r#"("@method" "@target-uri" "content-digest" "content-type")"#;
        let id = &self.id;
        let parameters =
            format!(r#"{covered};created={created};nonce="{nonce}";keyid="{id}";tag="tongxing-device""#);
        let base = [
            r#""@method": POST"#.to_owned(),
            format!(r#""@target-uri": {url}"#),
            format!(r#""content-digest": {content}"#),
            r#""content-type": application/json"#.to_owned(),
            format!(r#""@signature-params": {parameters}"#),
        ];
        let signature = STANDARD.encode(self.sign(base.join("\n").as_bytes()));
        let request = self.client.post(url).header("content-type", "application/json");
        let request = request.header("content-digest", content);
        let request = request.header("signature-input", format!("sig={parameters}"));
        request.header("signature", format!("sig=:{signature}:")).body(body).build().unwrap()
    }

    /// r and s.
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
    }
}

/// 16 random bytes.
pub fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    bytes
}

/// What the signed settings say. Whose signature it is, the tests of `/inspect` look at.
async fn settings(origin: &str) -> Value {
    let text = reqwest::get(format!("{origin}/.well-known/tongxing-checkpoint.jws")).await.unwrap();
    let text = text.text().await.unwrap();
    let parts: Vec<&str> = text.split('.').collect();
    assert_eq!(parts.len(), 3, "a compact JWS");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap()
}

/// A request of the signed-in inspector.
async fn as_inspector(inspector: &Browser, origin: &str, path: &str, body: &Value) -> Answer {
    let address = format!("{origin}/api/v1/checkpoint");
    let session = inspector.client.get(format!("{address}/session")).send().await.unwrap();
    let session: Value = session.json().await.unwrap();
    let request = inspector.client.post(format!("{address}/{path}")).json(body);
    let request = request.header("x-csrf-token", session["csrf"].as_str().expect("a session"));
    // Each in a network of its own, as devices are: it counts where a proxy on this machine is believed.
    let [a, b, ..] = random();
    let answer = request.header("x-forwarded-for", format!("10.{a}.{b}.1")).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Seconds since 1970 of `Tue, 24 Nov 2026 12:00:00 GMT` (RFC 9110, section 5.6.7).
fn http_date(text: &str) -> i64 {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let parts: Vec<&str> = text.split([' ', ':']).collect();
    let number = |at: usize| parts[at].parse::<i64>().unwrap();
    let (year, month) = (number(3), i64::try_from(MONTHS.find(parts[2]).unwrap() / 3).unwrap() + 1);
    // Days since 1970, after Howard Hinnant's days_from_civil.
    let year = year - i64::from(month <= 2);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + number(1) - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468;
    days * 86_400 + number(4) * 3_600 + number(5) * 60 + number(6)
}

/// The eight bytes of a row id.
fn row(id: &str) -> Vec<u8> {
    hex::decode(id).expect("an id")
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().expect("bytes")).unwrap()
}
