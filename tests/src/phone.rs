//! What the code page's script does on a phone: a key of its own, a pass bound to it, a live code.
//!
//! Written from `docs/pass-format.md`, not from our crates: it is a second implementation.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::{Browser, Page};

/// A phone with a device key.
pub struct Phone {
    key: EcdsaKeyPair,
}

impl Phone {
    /// A phone with a new key.
    #[allow(clippy::new_without_default, reason = "two phones are never equal")]
    pub fn new() -> Self {
        Self { key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap() }
    }

    /// Asks for a pass as the page's script does.
    pub async fn ask(&self, browser: &Browser, code_page: &Page, origin: &str) -> (u16, Value) {
        let point = URL_SAFE_NO_PAD.encode(self.key.public_key().as_ref());
        let request = browser.client.post(format!("{origin}/api/v1/my-code/pass"));
        let request = request.header("x-csrf-token", code_page.csrf()).json(&json!({ "device_key": point }));
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    /// The live code of a pass at `time`: `TX1:` and Base45 of CBOR `[pass, time, signature]`.
    pub fn show(&self, pass: &[u8], time: u64) -> String {
        let message =
            [cbor_array(3), cbor_text("tongxing live v1"), cbor_bytes(pass), cbor_uint(time)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).unwrap();
        let code =
            [cbor_array(3), cbor_bytes(pass), cbor_uint(time), cbor_bytes(signature.as_ref())].concat();
        format!("TX1:{}", base45(&code))
    }
}

fn head(major: u8, number: u64) -> Vec<u8> {
    let first = major << 5;
    let bytes = number.to_be_bytes();
    match number {
        0..=23 => vec![first + bytes[7]],
        24..=0xFF => vec![first + 24, bytes[7]],
        0x100..=0xFFFF => [&[first + 25], &bytes[6..]].concat(),
        0x1_0000..=0xFFFF_FFFF => [&[first + 26], &bytes[4..]].concat(),
        _ => [&[first + 27], &bytes[..]].concat(),
    }
}

fn cbor_uint(number: u64) -> Vec<u8> {
    head(0, number)
}

fn cbor_array(length: u64) -> Vec<u8> {
    head(4, length)
}

fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    [head(2, bytes.len() as u64), bytes.to_vec()].concat()
}

fn cbor_text(text: &str) -> Vec<u8> {
    [head(3, text.len() as u64), text.as_bytes().to_vec()].concat()
}

/// RFC 9285.
fn base45(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut text = String::new();
    for pair in bytes.chunks(2) {
        let (mut number, digits) = match pair {
            [a, b] => (usize::from(*a) * 256 + usize::from(*b), 3),
            _ => (usize::from(pair[0]), 2),
        };
        for _ in 0..digits {
            text.push(char::from(ALPHABET[number % 45]));
            number /= 45;
        }
    }
    text
}
