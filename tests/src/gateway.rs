//! A gateway for text messages of the tests' own. It checks the signature of every request by itself (RFC 9421).

use std::sync::{Arc, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The gateway.
pub struct TextGateway {
    /// Where messages are posted to.
    pub url: String,
    /// The text of the file that `--text-key` takes.
    pub key_file: String,
    taken: Arc<Mutex<Vec<Value>>>,
    serving: JoinHandle<()>,
}

impl TextGateway {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
        let public = pair.public_key().as_ref().to_vec();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/send", listener.local_addr().unwrap());
        let taken: Arc<Mutex<Vec<Value>>> = Arc::default();
        let kept = taken.clone();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, public.clone(), kept.clone()));
            }
        });
        let key_file =
            json!({ "key_id": "tongxing-test", "pkcs8": STANDARD.encode(pkcs8.as_ref()) }).to_string();
        Self { url, key_file, taken, serving }
    }

    /// What was handed over, properly signed, since the last time.
    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut self.taken.lock().unwrap())
    }

    /// How much is here.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

impl Drop for TextGateway {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut stream: TcpStream, public: Vec<u8>, taken: Arc<Mutex<Vec<Value>>>) {
    let mut all = Vec::new();
    loop {
        let mut part = [0; 4096];
        let Ok(length @ 1..) = stream.read(&mut part).await else { return };
        all.extend_from_slice(&part[..length]);
        let Some(end) = all.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let body_length: usize = header(&head, "content-length").parse().unwrap_or(0);
        if all.len() < end + 4 + body_length {
            continue;
        }
        let body: Vec<u8> = all.drain(..end + 4 + body_length).skip(end + 4).collect();
        let good = is_signed(&head, &body, &public);
        if good {
            taken.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
        }
        let status = if good { "202 Accepted" } else { "401 Unauthorized" };
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn header(head: &str, name: &str) -> String {
    let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
    line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

fn is_signed(head: &str, body: &[u8], public: &[u8]) -> bool {
    let (digested, input, signature) =
        (header(head, "content-digest"), header(head, "signature-input"), header(head, "signature"));
    let parameters = input.strip_prefix("tx=").unwrap_or_default();
    let base = format!(
        "\"@method\": POST\n\"@path\": /v1/send\n\"content-digest\": {digested}\n\"@signature-params\": {parameters}"
    );
    let signature = signature.trim_start_matches("tx=:").trim_end_matches(':');
    let signature = STANDARD.decode(signature).unwrap_or_default();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
    digested == format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body)))
        && parameters.contains("keyid=\"tongxing-test\"")
        && key.verify(base.as_bytes(), &signature).is_ok()
}
