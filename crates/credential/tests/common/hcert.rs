//! Certificates of the EU's form of an invented person, made layer by layer so that each can be made wrong.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Format, Issuer, KeyState, Purpose, Seconds, Signer, TrustList, TrustedKey, base45};
use minicbor::Encoder;
use minicbor::data::Tag;
use serde_json::{Value, json};

use super::{DAY, NOW, issuer_key};

pub const KID: &[u8] = b"utopia01";

/// A vaccination, complete and in order.
pub fn vaccination() -> Value {
    json!({"ver": "1.3.0", "dob": "1974-08-12",
        "nam": {"fn": "Erikson", "fnt": "ERIKSON", "gn": "Anna Maria", "gnt": "ANNA<MARIA"},
        "v": [{"tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215", "dn": 2,
            "sd": 2, "dt": "2026-05-18", "co": "AT", "is": "Ministry", "ci": "URN:UVCI:01:UT:1#B"}]})
}

/// A test with this result (a SNOMED CT code).
pub fn test(result: &str) -> Value {
    let mut value = vaccination();
    value.as_object_mut().unwrap().remove("v");
    value["t"] = json!([{"tg": "840539006", "tt": "LP6464-4", "sc": "2026-11-22T10:00:00Z", "tr": result,
        "co": "AT", "is": "Ministry", "ci": "URN:UVCI:01:UT:2#B"}]);
    value
}

pub fn recovery() -> Value {
    let mut value = vaccination();
    value.as_object_mut().unwrap().remove("v");
    value["r"] = json!([{"tg": "840539006", "fr": "2026-09-01", "df": "2026-09-12", "du": "2027-03-01",
        "co": "AT", "is": "Ministry", "ci": "URN:UVCI:01:UT:3#B"}]);
    value
}

/// JSON as CBOR: whole numbers, texts, arrays, maps.
pub fn cbor(value: &Value) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    match value {
        Value::Number(number) => drop(out.i64(number.as_i64().unwrap()).unwrap()),
        Value::String(text) => drop(out.str(text).unwrap()),
        Value::Null => drop(out.null().unwrap()),
        Value::Bool(value) => drop(out.bool(*value).unwrap()),
        Value::Array(items) => {
            out.array(items.len() as u64).unwrap();
            for item in items {
                out.writer_mut().extend(cbor(item));
            }
        }
        Value::Object(members) => {
            out.map(members.len() as u64).unwrap();
            for (name, value) in members {
                out.str(name).unwrap();
                out.writer_mut().extend(cbor(value));
            }
        }
    }
    out.into_writer()
}

/// A map of which keys and values are CBOR already, in this order and as often as they are given.
pub fn map(pairs: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    out.map(pairs.len() as u64).unwrap();
    for (key, value) in pairs {
        out.i64(*key).unwrap();
        out.writer_mut().extend(value);
    }
    out.into_writer()
}

pub fn int(value: i64) -> Vec<u8> {
    cbor(&json!(value))
}

pub fn bytes(value: &[u8]) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    out.bytes(value).unwrap();
    out.into_writer()
}

pub fn header(algorithm: i64) -> Vec<u8> {
    map(&[(1, int(algorithm)), (4, bytes(KID))])
}

/// The claims around a certificate's CBOR.
pub fn claims(certificate: &[u8], iat: Seconds, exp: Seconds) -> Vec<u8> {
    let time = |at: Seconds| int(i64::try_from(at).unwrap());
    map(&[(1, cbor(&json!("UT"))), (4, time(exp)), (6, time(iat)), (-260, map(&[(1, certificate.to_vec())]))])
}

/// A `COSE_Sign1` of its parts, as they are.
pub fn cose(protected: &[u8], unprotected: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    out.tag(Tag::new(18)).unwrap().array(4).unwrap().bytes(protected).unwrap();
    out.writer_mut().extend(unprotected);
    out.bytes(payload).unwrap().bytes(signature).unwrap();
    out.into_writer()
}

/// The signature over a protected header and a payload.
pub fn sign(protected: &[u8], payload: &[u8]) -> [u8; 64] {
    let mut out = Encoder::new(Vec::new());
    out.array(4).unwrap().str("Signature1").unwrap().bytes(protected).unwrap();
    out.bytes(&[]).unwrap().bytes(payload).unwrap();
    issuer_key().sign(&out.into_writer()).unwrap()
}

/// A signed object around a payload.
pub fn signed(payload: &[u8]) -> Vec<u8> {
    let protected = header(-7);
    cose(&protected, &[0xa0], payload, &sign(&protected, payload))
}

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(bytes).unwrap();
    zlib.finish().unwrap()
}

/// The text of a signed object.
pub fn text(cose: &[u8]) -> String {
    format!("HC1:{}", base45::encode(&deflated(cose)))
}

/// The text of a certificate that is valid now.
pub fn issue(certificate: &Value) -> String {
    text(&signed(&claims(&cbor(certificate), NOW - DAY, NOW + DAY)))
}

pub fn key() -> TrustedKey {
    let mut jwk = serde_json::to_value(issuer_key().public().jwk()).unwrap();
    jwk["kid"] = json!(URL_SAFE_NO_PAD.encode(KID));
    let key = TrustedKey::from_jwk(Format::Hcert, &jwk).unwrap();
    TrustedKey { not_before: NOW - 30 * DAY, not_after: NOW + 30 * DAY, state: KeyState::Active, ..key }
}

/// A list with the issuer's key, as `change` leaves it.
pub fn trust_with(change: impl FnOnce(&mut Issuer)) -> TrustList {
    let (name, format, purposes) = (Some("UT".into()), Format::Hcert, vec![Purpose::Pass]);
    let mut issuer = Issuer { name, format, purposes, keys: vec![key()] };
    change(&mut issuer);
    TrustList::new(3, NOW - DAY, vec![issuer])
}
