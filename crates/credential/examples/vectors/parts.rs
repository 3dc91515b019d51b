//! Credentials that others make: the parts that their vectors are put together from.
//!
//! All keys are public by being here and sign test data only. Signatures come out the same each time: ECDSA by RFC
//! 6979, RSA-PSS with a salt that is the hash of the message (no key that matters may do that).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use credential::Signer;
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use minicbor::Encoder;
use num_bigint::BigUint;
use p384::ecdsa::signature::Signer as _;
use serde_json::{Value, json};
use std::io::Write;

use crate::keys::Fixed;

const MODULUS: &str = "c0fff9e1ae342c7f77f054e84e50e66ae49e867db97c8bfe9161315323a2b1ebd3ec2770057c2fc6198ac1c21e087910a9d0f5444eeec2c75888b3e8f158c929a54892b58f6ac97b31e8d14964e239e005186d52a2fc3c06564ec972936003327931cdddac2cfa08712124fc457c14f421692ffa8f29002532e8d23517fff72599351eaa1c04391b27c7bc4fb47b1c737e3ac22b6e043b89942bf7f7cbe2101bf29c6e0281f1b44b33268a1d67da564c837e3a788a47ad499a973e8c82aab664cefd71af9da07aea6517197dfac47c0ce4c1cd03630168357f57c820db8009df1e20d58e142dd9a944695b167364a693c40b2b1fcba70a1013ec6052d3103f01";
const PRIVATE: &str = "1dc0f8cd8d95368cfa391f65e6f8fae4dcd501a7ed4a21acffcdab94852866649479d244a75bd363a77968509c5fb3065a1fc048252112ff378b6fad0854274317db9dde86bb304fa14ca2c33d5dd10d53cbc5c2d924a8be535cf71a8654e579490ce00f7e253af0c53c165f1bf93aa3be68e08030c4e1e45a3a6179d4f6ddab75f17459f9b260b3f94080f0fbd5f04e0014937d46cd065e2a722de45cc7b7d67f236e44cef2ba80248f658da24c422e92c9471c51520f72d971017bc4c6e60e9b03d61229a863a11d85f174169f11a5632031567aa528a60b808b50f4e6ce094976013385d6f7e5fb655ef7073d6bc1853440756a2c3c09c25a03c592a0d1b7";

/// What signs a foreign credential.
#[derive(Clone, Copy, PartialEq)]
pub enum Key {
    /// P-256, by number.
    Es256(u8),
    Es384,
    Ps256,
}

impl Key {
    fn p256(number: u8) -> Fixed {
        Fixed::from_scalar(&[number + 1; 32])
    }

    fn p384() -> p384::ecdsa::SigningKey {
        p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap()
    }

    pub fn alg(self) -> i64 {
        match self {
            Self::Es256(_) => -7,
            Self::Es384 => -35,
            Self::Ps256 => -37,
        }
    }

    pub fn sign(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Es256(number) => Self::p256(number).sign(message).unwrap().to_vec(),
            Self::Es384 => {
                let signature: p384::ecdsa::Signature = Self::p384().sign(message);
                signature.to_bytes().to_vec()
            }
            Self::Ps256 => pss(message),
        }
    }

    /// The uncompressed point of an elliptic key.
    pub fn point(self) -> Vec<u8> {
        match self {
            Self::Es256(number) => Self::p256(number).public().point().to_vec(),
            _ => Self::p384().verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        }
    }

    pub fn jwk(self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        if self == Self::Ps256 {
            return json!({"kty": "RSA", "n": text(&hex::decode(MODULUS).unwrap()), "e": "AQAB"});
        }
        let point = self.point();
        let (x, y) = point[1..].split_at(point.len() / 2);
        let curve = if self == Self::Es384 { "P-384" } else { "P-256" };
        json!({"kty": "EC", "crv": curve, "x": text(x), "y": text(y)})
    }

    /// The SHA-256 JWK thumbprint (RFC 7638) of a P-256 key.
    pub fn thumbprint(self) -> Vec<u8> {
        let jwk = self.jwk();
        let canonical =
            format!("{{\"crv\":{},\"kty\":\"EC\",\"x\":{},\"y\":{}}}", jwk["crv"], jwk["x"], jwk["y"]);
        digest(&SHA256, canonical.as_bytes()).as_ref().to_vec()
    }
}

/// RSASSA-PSS with SHA-256 (RFC 8017 sections 8.1.1 and 9.1.1).
fn pss(message: &[u8]) -> Vec<u8> {
    let hash = |bytes: &[u8]| digest(&SHA256, bytes).as_ref().to_vec();
    let salt = hash(message);
    let h = hash(&[&[0; 8][..], &hash(message), &salt].concat());
    let mut block = vec![0u8; 256 - 32 - 1 - 32 - 1];
    block.push(1);
    block.extend(&salt);
    let mask: Vec<u8> = (0..7u32).flat_map(|count| hash(&[&h[..], &count.to_be_bytes()].concat())).collect();
    for (byte, mask) in block.iter_mut().zip(mask) {
        *byte ^= mask;
    }
    block[0] &= 0x7f;
    block.extend(&h);
    block.push(0xbc);
    let number = |hex: &str| BigUint::parse_bytes(hex.as_bytes(), 16).unwrap();
    let signature = BigUint::from_bytes_be(&block).modpow(&number(PRIVATE), &number(MODULUS)).to_bytes_be();
    [vec![0; 256 - signature.len()], signature].concat()
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Items of CBOR, written one after the other.
pub fn cbor(write: impl FnOnce(&mut Encoder<Vec<u8>>)) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder);
    encoder.into_writer()
}

pub fn bstr(bytes: &[u8]) -> Vec<u8> {
    cbor(|e| _ = e.bytes(bytes).unwrap())
}

pub fn int(value: i64) -> Vec<u8> {
    cbor(|e| _ = e.i64(value).unwrap())
}

pub fn tstr(text: &str) -> Vec<u8> {
    cbor(|e| _ = e.str(text).unwrap())
}

/// A map of items that are written already.
pub fn map(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = cbor(|e| _ = e.map(pairs.len() as u64).unwrap());
    for (key, value) in pairs {
        bytes.extend([&key[..], value].concat());
    }
    bytes
}

/// JSON as CBOR.
pub fn item(value: &Value) -> Vec<u8> {
    match value {
        Value::Null => vec![0xf6],
        Value::Bool(value) => vec![0xf4 + u8::from(*value)],
        Value::Number(number) => {
            number.as_i64().map_or_else(|| cbor(|e| _ = e.f64(number.as_f64().unwrap()).unwrap()), int)
        }
        Value::String(text) => tstr(text),
        Value::Array(items) => {
            let mut bytes = cbor(|e| _ = e.array(items.len() as u64).unwrap());
            bytes.extend(items.iter().flat_map(item));
            bytes
        }
        Value::Object(members) => {
            map(&members.iter().map(|(name, value)| (tstr(name), item(value))).collect::<Vec<_>>())
        }
    }
}

/// A `COSE_Sign1` in its parts.
pub fn sign1(protected: &[u8], unprotected: &[u8], payload: &[u8], key: Key) -> Vec<u8> {
    let message = [&[0x84, 0x6a][..], b"Signature1", &bstr(protected), &[0x40], &bstr(payload)].concat();
    let signature = bstr(&key.sign(&message));
    [&[0xd2, 0x84][..], &bstr(protected), unprotected, &bstr(payload), &signature].concat()
}

/// A JWS in compact form over any bytes.
pub fn jws(header: &str, payload: &[u8], key: Key) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// A change of one member: where (RFC 6901), to what (or taken out), and whether it may still be read.
pub type Change = (&'static str, Option<&'static str>, bool);

/// The value with one member changed; new members are put in.
pub fn changed(value: &Value, (path, to, _): &Change) -> Value {
    let mut value = value.clone();
    let (parent, name) = path.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap();
    let to = to.map(|json| serde_json::from_str(json).unwrap());
    match (parent, to) {
        (Value::Object(members), Some(to)) => _ = members.insert(name.to_owned(), to),
        (Value::Object(members), None) => _ = members.remove(name).unwrap(),
        (Value::Array(items), Some(to)) => items[name.parse::<usize>().unwrap()] = to,
        (Value::Array(items), None) => _ = items.remove(name.parse().unwrap()),
        _ => panic!("nothing holds {path}"),
    }
    value
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let head = match length {
        0..0x80 => vec![tag, content.len() as u8],
        0x80..0x100 => vec![tag, 0x81, content.len() as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

/// What a certificate says (RFC 5280).
#[derive(Clone)]
pub struct Cert {
    pub subject: &'static str,
    pub issuer: &'static str,
    pub key: Key,
    pub signer: Key,
    /// As it is written, `YYMMDDhhmmssZ`.
    pub from: &'static str,
    pub until: &'static str,
    pub authority: bool,
    /// Extended key usages in DER.
    pub purposes: Vec<&'static str>,
}

impl Cert {
    pub fn der(&self) -> Vec<u8> {
        let seq = |parts: &[&[u8]]| tlv(0x30, &parts.concat());
        let oid = |hex: &str| tlv(6, &hex::decode(hex).unwrap());
        let name = |text: &str| seq(&[&tlv(0x31, &seq(&[&oid("550403"), &tlv(0x0c, text.as_bytes())]))]);
        let es384 = |key: Key| key == Key::Es384;
        let algorithm =
            seq(&[&oid(if es384(self.signer) { "2a8648ce3d040303" } else { "2a8648ce3d040302" })]);
        let curve = oid(if es384(self.key) { "2b81040022" } else { "2a8648ce3d030107" });
        let info =
            seq(&[&seq(&[&oid("2a8648ce3d0201"), &curve]), &tlv(3, &[&[0], &self.key.point()[..]].concat())]);
        let mut extensions = Vec::new();
        if self.authority {
            extensions.extend(seq(&[&oid("551d13"), &tlv(1, &[0xff]), &tlv(4, &seq(&[&tlv(1, &[0xff])]))]));
            extensions.extend(seq(&[&oid("551d0f"), &tlv(1, &[0xff]), &tlv(4, &tlv(3, &[1, 6]))]));
        }
        if !self.purposes.is_empty() {
            let list: Vec<u8> = self.purposes.iter().flat_map(|purpose| oid(purpose)).collect();
            extensions.extend(seq(&[&oid("551d25"), &tlv(4, &seq(&[&list]))]));
        }
        let more = if extensions.is_empty() { vec![] } else { tlv(0xa3, &seq(&[&extensions])) };
        let dates = seq(&[&tlv(0x17, self.from.as_bytes()), &tlv(0x17, self.until.as_bytes())]);
        let body = seq(&[
            &tlv(0xa0, &tlv(2, &[2])),
            &tlv(2, &[1]),
            &algorithm,
            &name(self.issuer),
            &dates,
            &name(self.subject),
            &info,
            &more,
        ]);
        let signature = ecdsa_der(&self.signer.sign(&body));
        seq(&[&body, &algorithm, &tlv(3, &[&[0], &signature[..]].concat())])
    }

    pub fn base64(&self) -> String {
        STANDARD.encode(self.der())
    }
}

/// r and s as DER (RFC 3279 section 2.2.3).
fn ecdsa_der(signature: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| {
        let bare: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign: &[u8] = if bare[0] > 0x7f { &[0] } else { &[] };
        tlv(2, &[sign, &bare].concat())
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    tlv(0x30, &[number(r), number(s)].concat())
}
