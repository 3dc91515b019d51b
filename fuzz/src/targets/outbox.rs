//! What inspectors' devices send: requests and files of items, each item's envelope, and what it says once it is open.
//!
//! The files are the server's own; the server around them would bring a database and a web framework into every build
//! of this crate.

use std::convert::Infallible;
use std::sync::OnceLock;

#[allow(clippy::disallowed_types, reason = "a signature needs the library's own source")]
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::InspectorDeviceId;
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable as _, Kem, OpModeS, Serializable as _, single_shot_seal_with_rng};

use super::checkpoint::asked::Outbox;
use super::checkpoint::content::{Content, Name};
use super::checkpoint::envelope::{Export, Item, Reason, signed_message};
use super::checkpoint::seal::{INFO, SealKey, associated};
use super::layered;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "{\"v\":1,\"kind\":\"report\",\"at\":1795420800,\"shift\":\"AAECAwQFBgcICQoLDA0ODw\",",
    "\"readings\":[{\"tenths\":381,\"site\":\"forehead\",\"at\":1795420800}]",
    "\"subject\":{\"kind\":\"document\",\"document\":\"passport\",\"last_four\":\"02C3\"}",
    "\"verdict\":\"PASS\"",
    "\"threshold\":373",
    "\"action\":\"released\"",
    "\"kind\":\"tally\"",
    "\"kind\":\"scans\"",
    "\"marks\":[\"AAECAwQFBgc\"]",
    "\"minute\":29923680",
    "9223372036854775807",
    "-1",
    "1e400",
    "null",
    "[[[[",
    "\"items\":[",
    "\"device\":\"0d3c5a7e91b2f446\"",
];

const NOW: Timestamp = Timestamp::from_seconds(1_795_420_800);
const DEVICE: InspectorDeviceId = InspectorDeviceId::from_i64(7);
const ID: ClientId = ClientId([7; 16]);
const ITEM: usize = 8 + 65;

/// By layer: what an item says; the same, sealed and signed; an envelope that is signed; a request or a file.
pub fn run(data: &[u8]) {
    let Some((layer, rest)) = layered(data, 4) else { return };
    match layer {
        0 => drop(said(rest)),
        1 => {
            let (kid, enc, sealed) = seal(rest);
            let opened = open(&signed(&kid, &enc, &sealed));
            assert!(!matches!(opened, Err(Reason::Signature | Reason::Key | Reason::Seal)), "what we sealed");
            if let Ok((plain, content)) = opened {
                assert_eq!(said(&plain), Some(content), "what was opened is what was sealed");
            }
        }
        2 => {
            let (kid, rest) = rest.split_at(rest.len().min(8));
            let (enc, sealed) = rest.split_at(rest.len().min(65));
            let opened = open(&signed(kid, enc, sealed));
            assert!(kid.len() + enc.len() == ITEM || opened.is_err(), "half an envelope");
        }
        _ => {
            let items = serde_json::from_slice::<Outbox>(rest).map(|it| it.items).unwrap_or_default();
            let file = Export::read(rest).into_iter().flat_map(Export::items).flatten();
            for item in items.into_iter().chain(file).take(100) {
                assert!(open(&item).is_err(), "nobody knows the device's key");
            }
        }
    }
}

/// What is read is in bounds, and written again it is the same.
fn said(plain: &[u8]) -> Option<Content> {
    let content = Content::read(plain)?;
    let written = content.write();
    assert!(written.len().is_multiple_of(512) && Content::read(&written).as_ref() == Some(&content));
    if let Content::Report { at, report, .. } = &content {
        assert!(report.readings.iter().all(|reading| reading.at.abs_diff(*at) <= 86_400));
    }
    let _ = (content.at(), content.kind(), content.shift());
    Some(content)
}

fn open(item: &Item) -> Result<(Vec<u8>, Content), Reason> {
    let name = Name::read(&item.id).ok_or(Reason::Signature)?;
    item.open(std::slice::from_ref(key()), device().public_key().as_ref(), DEVICE, name.0, NOW)
}

/// The server's key.
fn key() -> &'static SealKey {
    static KEY: OnceLock<SealKey> = OnceLock::new();
    KEY.get_or_init(|| SealKey::derive(&[7; 32]))
}

/// The device's. Another each time: a signature is never the same anyway.
fn device() -> &'static EcdsaKeyPair {
    static DEVICE: OnceLock<EcdsaKeyPair> = OnceLock::new();
    DEVICE
        .get_or_init(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made"))
}

/// An item of this envelope, signed by the device.
#[allow(clippy::disallowed_types, reason = "a signature needs the library's own source")]
fn signed(kid: &[u8], enc: &[u8], sealed: &[u8]) -> Item {
    let message = signed_message(&associated(DEVICE, ID), kid, enc, sealed);
    let signature = device().sign(&SystemRandom::new(), &message).expect("signing works");
    item(kid, enc, sealed, signature.as_ref())
}

/// An item of these bytes.
pub fn item(kid: &[u8], enc: &[u8], sealed: &[u8], signature: &[u8]) -> Item {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (key, enc, sealed, signature) = (text(kid), text(enc), text(sealed), text(signature));
    Item { id: text(&ID.0), key, enc, sealed, signature }
}

/// The same each time, so that an input costs the same each time.
struct Fixed;

impl TryRng for Fixed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0x0707_0707)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0x0707_0707_0707_0707)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(7);
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}

/// Seals to the server's key: the key's name, the encapsulated key, and what is sealed.
pub fn seal(plain: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let public = <DhP256HkdfSha256 as Kem>::PublicKey::from_bytes(&key().public).expect("our own point");
    let associated = associated(DEVICE, ID);
    let (enc, sealed) = single_shot_seal_with_rng::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeS::Base,
        &public,
        INFO,
        plain,
        &associated,
        &mut Fixed,
    )
    .expect("sealing works");
    (key().kid.to_vec(), enc.to_bytes().to_vec(), sealed)
}
