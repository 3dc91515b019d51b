//! Seals visits as docs/sealed-visits.md says the server does: written from the document, on aws-lc-rs alone.
#![allow(clippy::unwrap_used, reason = "test support")]
#![allow(clippy::disallowed_methods, reason = "the server of the tests draws its own keys")]

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use blackbox::hpke;
use serde_json::{Value, json};

pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).unwrap();
    bytes
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &parts.concat()).as_ref().to_vec()
}

fn encrypt(key: &[u8], nonce: &[u8], associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
    let mut bytes = plain.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
    cipher.seal_in_place_append_tag(nonce, Aad::from(associated), &mut bytes).unwrap();
    bytes
}

/// The key of a day in a public list.
pub fn listed(list: &Value, day: &str) -> Value {
    list["keys"].as_array().unwrap().iter().find(|key| key["day"] == day).unwrap().clone()
}

/// A data key for a day, and what was made of it.
pub struct Sealed {
    pub id: [u8; 16],
    record_key: Vec<u8>,
    /// One line of a file of shares for each unit.
    pub shares: [String; 2],
}

impl Sealed {
    /// For the eighth hour of a day, to the keys of two units.
    pub fn new(lists: [&Value; 2], day: &str, day_number: u32) -> Self {
        let (id, key, first): ([u8; 16], [u8; 32], [u8; 32]) = (random(), random(), random());
        let second: Vec<u8> = key.iter().zip(&first).map(|(key, first)| key ^ first).collect();
        let minute = (day_number * 24 * 60).to_be_bytes();
        let halves = lists.map(|list| {
            let (name, key) = (list["unit"].as_str().unwrap(), listed(list, day));
            let unit =
                [&bytes(&key["kid"])[..], &[u8::try_from(name.len()).unwrap()], name.as_bytes()].concat();
            (unit, bytes(&key["public"]))
        });
        let (group, day) = ([0, 9], day_number.to_be_bytes());
        let info = [b"tongxing visits key v1", &id[..], &minute, &group, &halves[0].0, &halves[1].0].concat();
        let pseudorandom = mac(&[0; 32], &[&key]);
        let one = mac(&pseudorandom, &[&info, &[1]]);
        let two = mac(&pseudorandom, &[&one, &info, &[2]]);
        let wrap = |half: u8, share: &[u8]| {
            let (unit, point) = &halves[usize::from(half) - 1];
            let header = [&[0x11, half], &id[..], &minute, &group, &day, &two[..16], unit].concat();
            let (enc, wrapped) = hpke::seal(point, b"tongxing visits share v1", &header, share);
            json!({ "share": text(&[header, enc, wrapped].concat()) }).to_string()
        };
        let shares = [wrap(1, &first), wrap(2, &second)];
        Self { id, record_key: one, shares }
    }

    /// A line of a file of records: an entry of this holder.
    pub fn record(&self, location: u64, slot: u32, holder: &[u8]) -> Value {
        let (visit, nonce): ([u8; 16], [u8; 12]) = (random(), random());
        let mut plain = [0; 32];
        (plain[0], plain[1]) = (1, u8::try_from(holder.len()).unwrap());
        plain[2..2 + holder.len()].copy_from_slice(holder);
        let place = [&location.to_be_bytes()[..], &slot.to_be_bytes(), &visit].concat();
        let sealed =
            encrypt(&self.record_key, &nonce, &[b"tongxing visits record v1", &place[..]].concat(), &plain);
        json!({
            "key": text(&self.id),
            "location": format!("{location:016x}"),
            "slot": slot,
            "visit": text(&visit),
            "record": text(&[&[0x31], &nonce[..], &sealed].concat()),
        })
    }
}
