//! Status list tokens: good ones in every form that is read, and those that count as missing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Signer, StatusClaims, StatusList, sign_status};
use minicbor::Encoder;
use serde_json::json;

use crate::common::oracle::{Facts, Status};
use crate::common::{DAY, NOW, OTHER_KEY};
use crate::keys::Fixed;
use crate::ours::{base, facts, issue, issuer};
use crate::set::{Check, Expected, Set};

pub const URI: &str = "https://code.example.gov.cn/s/v1";
pub const GOOD: u32 = 5_000;
pub const GONE: u32 = 5_001;
const ENTRIES: u32 = 8_192;
pub const BEYOND: u32 = ENTRIES;

fn list() -> StatusList {
    let mut list = StatusList::new(ENTRIES).unwrap();
    list.withdraw(GONE).unwrap();
    list
}

type Item = Encoder<Vec<u8>>;

/// An item of CBOR, written by `write`.
fn item(write: impl FnOnce(&mut Item)) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder);
    encoder.into_writer()
}

/// A token in its parts, so that each can be wrong.
#[derive(Clone)]
struct Parts {
    header: Vec<(i64, Vec<u8>)>,
    unprotected: Vec<(i64, Vec<u8>)>,
    claims: Vec<(i64, Vec<u8>)>,
    after: Vec<u8>,
}

fn pairs(pairs: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = item(|e| _ = e.map(pairs.len() as u64).unwrap());
    for (key, value) in pairs {
        bytes.extend(item(|e| _ = e.i64(*key).unwrap()));
        bytes.extend(value);
    }
    bytes
}

fn text(value: &str) -> Vec<u8> {
    item(|e| _ = e.str(value).unwrap())
}

fn uint(value: u64) -> Vec<u8> {
    item(|e| _ = e.u64(value).unwrap())
}

fn bytes(value: &[u8]) -> Vec<u8> {
    item(|e| _ = e.bytes(value).unwrap())
}

fn packed(bits: u64, stream: &[u8]) -> Vec<u8> {
    [vec![0xa2], text("bits"), uint(bits), text("lst"), bytes(stream)].concat()
}

impl Parts {
    fn usual() -> Self {
        Self {
            header: vec![
                (1, item(|e| _ = e.i64(-7).unwrap())),
                (4, bytes(&issuer().key_id().0)),
                (16, text("application/statuslist+cwt")),
            ],
            unprotected: vec![],
            claims: vec![
                (2, text(URI)),
                (4, uint(NOW + DAY / 2)),
                (6, uint(NOW - 60)),
                (65_533, packed(1, &list().compress())),
                (65_534, uint(300)),
            ],
            after: vec![],
        }
    }

    fn claim(mut self, key: i64, value: Vec<u8>) -> Self {
        self.claims.retain(|(own, _)| *own != key);
        self.claims.push((key, value));
        self
    }

    fn without(mut self, key: i64) -> Self {
        self.claims.retain(|(own, _)| *own != key);
        self
    }

    fn headed(mut self, key: i64, value: Vec<u8>) -> Self {
        self.header.retain(|(own, _)| *own != key);
        self.header.push((key, value));
        self
    }

    fn sign(&self, key: &dyn Signer) -> Vec<u8> {
        let (header, payload) = (pairs(&self.header), pairs(&self.claims));
        let message = item(|e| {
            _ = e.array(4).unwrap().str("Signature1").unwrap().bytes(&header).unwrap();
            _ = e.bytes(&[]).unwrap().bytes(&payload).unwrap();
        });
        let signature = key.sign(&message).unwrap();
        let mut token = vec![0xd2, 0x84];
        token.extend([bytes(&header), pairs(&self.unprotected), bytes(&payload), bytes(&signature)].concat());
        token.extend(&self.after);
        token
    }
}

/// The name of each token, and whether it answers.
fn all() -> Vec<(&'static str, Vec<u8>, bool)> {
    let sign = |uri: &str, issued, key: &dyn Signer| {
        sign_status(&StatusClaims::usual(uri, issued), &list(), key).unwrap()
    };
    let good = sign(URI, NOW - 60, &issuer());
    let cut = good[..good.len() - 9].to_vec();
    let mut tokens = vec![
        ("good", good.clone(), true),
        ("old", sign(URI, NOW - DAY, &issuer()), false),
        ("just_in_time", sign(URI, NOW - DAY + 1, &issuer()), true),
        ("ahead", sign(URI, NOW + 300, &issuer()), true),
        ("of_the_future", sign(URI, NOW + 301, &issuer()), false),
        ("unknown_key", sign(URI, NOW - 60, &Fixed::from_pkcs8(OTHER_KEY)), false),
        ("other_address", sign("https://code.example.gov.cn/s/v2", NOW - 60, &issuer()), false),
        ("cut", cut, false),
        ("no_cbor", b"not a status list".to_vec(), false),
        ("empty", vec![], false),
    ];
    for at in [2, 10, 30, 70, good.len() - 40, good.len() - 1] {
        let mut flipped = good.clone();
        flipped[at] ^= 4;
        let name = ["flip_a", "flip_b", "flip_c", "flip_d", "flip_e", "flip_f"][tokens.len() - 10];
        tokens.push((name, flipped, false));
    }
    let parts = variants().into_iter().map(|(name, parts, answers)| (name, parts.sign(&issuer()), answers));
    tokens.extend(parts);
    tokens.extend(jwts());
    tokens.extend(streams().into_iter().map(|(name, bits, stream, answers)| {
        (name, Parts::usual().claim(65_533, packed(bits, &stream)).sign(&issuer()), answers)
    }));
    tokens
}

fn variants() -> Vec<(&'static str, Parts, bool)> {
    let usual = Parts::usual;
    let kid = bytes(&issuer().key_id().0);
    let outside = |inside: bool| {
        let mut parts = usual();
        parts.header.retain(|(key, _)| inside || *key != 4);
        parts.unprotected = vec![(4, kid.clone())];
        parts
    };
    let twice = |claims: bool| {
        let mut parts = usual();
        let pairs = if claims { &mut parts.claims } else { &mut parts.header };
        pairs.push(pairs[0].clone());
        parts
    };
    vec![
        (
            "any_order",
            {
                let mut p = usual();
                p.claims.reverse();
                p.header.reverse();
                p
            },
            true,
        ),
        ("kid_outside", outside(false), true),
        ("kid_twice", outside(true), true),
        (
            "no_kid",
            {
                let mut p = outside(false);
                p.unprotected.clear();
                p
            },
            false,
        ),
        ("iss", usual().claim(1, text("CN-HB")), true),
        ("iss_other", usual().claim(1, text("CN-GD")), false),
        ("no_exp", usual().without(4), true),
        ("no_ttl", usual().without(65_534), true),
        ("ttl_huge", usual().claim(65_534, uint(u64::MAX)), true),
        ("no_iat", usual().without(6), false),
        ("no_sub", usual().without(2), false),
        ("no_list", usual().without(65_533), false),
        ("exp_now", usual().claim(4, uint(NOW)), false),
        ("exp_next", usual().claim(4, uint(NOW + 1)), true),
        ("exp_too_late", usual().claim(4, uint(253_402_300_800)), false),
        ("unknown_claim", usual().claim(7, uint(1)), false),
        ("claim_twice", twice(true), false),
        ("header_twice", twice(false), false),
        ("type_number", usual().headed(16, uint(10)), false),
        ("type_jwt", usual().headed(16, text("statuslist+jwt")), false),
        (
            "no_type",
            {
                let mut p = usual();
                p.header.pop();
                p
            },
            false,
        ),
        ("alg_none", usual().headed(1, uint(0)), false),
        ("alg_es384", usual().headed(1, item(|e| _ = e.i64(-35).unwrap())), false),
        ("crit", usual().headed(2, item(|e| _ = e.array(1).unwrap().u8(1).unwrap())), false),
        (
            "after",
            {
                let mut p = usual();
                p.after = vec![0];
                p
            },
            false,
        ),
        ("sub_bytes", usual().claim(2, bytes(URI.as_bytes())), false),
        ("iat_negative", usual().claim(6, item(|e| _ = e.i64(-1).unwrap())), false),
        ("iat_float", usual().claim(6, item(|e| _ = e.f64(1.0).unwrap())), false),
    ]
}

/// The JWT form, header and claims as JSON texts.
fn jwts() -> Vec<(&'static str, Vec<u8>, bool)> {
    let header = json!({"alg": "ES256", "kid": issuer().key_id().to_string(), "typ": "statuslist+jwt"});
    let packed = URL_SAFE_NO_PAD.encode(list().compress());
    let claims = json!({"sub": URI, "iat": NOW - 60, "exp": NOW + DAY, "ttl": 300, "status_list": {"bits": 1, "lst": packed}});
    let sign = |header: &str, claims: &str| {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = issuer().sign(message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)).into_bytes()
    };
    let (head, body) = (header.to_string(), claims.to_string());
    let usual = sign(&head, &body);
    vec![
        ("jwt", usual.clone(), true),
        ("jwt_iss", sign(&head, &body.replacen('{', "{\"iss\":\"CN-HB\",", 1)), true),
        ("jwt_iss_other", sign(&head, &body.replacen('{', "{\"iss\":\"CN-GD\",", 1)), false),
        ("jwt_more_header", sign(&head.replacen('{', "{\"x5c\":[],", 1), &body), true),
        ("jwt_crit", sign(&head.replacen('{', "{\"crit\":[],", 1), &body), false),
        ("jwt_none", sign(&head.replace("ES256", "none"), &body), false),
        ("jwt_type", sign(&head.replace("statuslist+jwt", "JWT"), &body), false),
        ("jwt_kid", sign(&head.replace("\"kid\"", "\"key\""), &body), false),
        ("jwt_unknown", sign(&head, &body.replacen('{', "{\"nbf\":0,", 1)), false),
        ("jwt_twice", sign(&head, &body.replacen('{', "{\"ttl\":1,", 1)), false),
        ("jwt_float", sign(&head, &body.replace("\"ttl\":300", "\"ttl\":300.0")), false),
        ("jwt_old", sign(&head, &body.replace(&(NOW - 60).to_string(), &(NOW - DAY).to_string())), false),
        ("jwt_list_more", sign(&head, &body.replace("\"bits\":1", "\"bits\":1,\"x\":1")), false),
        ("jwt_bits", sign(&head, &body.replace("\"bits\":1", "\"bits\":5")), false),
        ("jwt_space", [&usual[..], b"\n"].concat(), false),
        ("jwt_cut", usual[..usual.len() - 2].to_vec(), false),
        ("jwt_changed", String::from_utf8(usual).unwrap().replacen("eyJ", "eyK", 1).into_bytes(), false),
    ]
}

/// What can be wrong inside: widths and compressed streams.
fn streams() -> Vec<(&'static str, u64, Vec<u8>, bool)> {
    let good = list().compress();
    let zlib = |bytes: &[u8]| StatusList::from_bytes(8, bytes.to_vec()).unwrap().compress();
    // Entry 5000 of 2, 4 and 8 bits is 0, entry 5001 is not.
    let wide = |bits: u32| {
        let mut bytes = vec![0u8; (6_000 * bits / 8) as usize];
        bytes[(GONE * bits / 8) as usize] |= 1 << (GONE * bits % 8);
        zlib(&bytes)
    };
    let change = |at: usize, by: u8| {
        let mut stream = good.clone();
        stream[at] ^= by;
        stream
    };
    let end = good.len() - 1;
    vec![
        ("two_bits", 2, wide(2), true),
        ("four_bits", 4, wide(4), true),
        ("eight_bits", 8, wide(8), true),
        ("no_bits", 0, good.clone(), false),
        ("three_bits", 3, good.clone(), false),
        ("sixteen_bits", 16, good.clone(), false),
        ("bits_257", 257, good.clone(), false),
        ("stream_empty", 1, vec![], false),
        ("stream_of_nothing", 1, vec![0x78, 0x9c, 0x03, 0x00, 0, 0, 0, 1], false),
        ("stream_cut", 1, good[..end].to_vec(), false),
        ("stream_without_sum", 1, good[..end - 3].to_vec(), false),
        ("stream_and_more", 1, [&good[..], &[0]].concat(), false),
        ("stream_twice", 1, [&good[..], &good[..]].concat(), false),
        ("wrong_sum", 1, change(end, 1), false),
        ("wrong_method", 1, change(0, 1), false),
        ("wrong_check", 1, change(1, 1), false),
        ("preset_dictionary", 1, change(1, 0x20), false),
        ("another_level", 1, [&[0x78, 0x01], &good[2..]].concat(), true),
        ("small_window", 1, [&[0x18, 0x19], &good[2..]].concat(), true),
        ("as_long_as_it_may", 1, zlib(&vec![0; 131_072]), true),
        ("bomb", 1, zlib(&vec![0; 131_073]), false),
        ("bomb_of_a_million", 1, zlib(&vec![0; 1_048_576]), false),
        ("stored", 1, stored(), true),
    ]
}

/// A stream of one stored block (RFC 1951 section 3.2.4): 626 bytes, of which byte 625 has entry 5001.
fn stored() -> Vec<u8> {
    let mut data = vec![0u8; 626];
    data[625] = 2;
    let (mut a, mut b) = (1u32, 0u32);
    for byte in &data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let length = 626u16;
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(&data);
    stream.extend((b * 65_536 + a).to_be_bytes());
    stream
}

pub fn tokens(set: &mut Set) {
    for (name, token, _) in all() {
        set.status(name, token);
    }
}

pub fn cases(set: &mut Set) {
    for live in [true, false] {
        for index in [GOOD, GONE] {
            let mut claims = base(live);
            claims.status.index = index;
            let input = set.ours(&issue(&claims));
            for (name, _, answers) in all() {
                let status = match (answers, index) {
                    (false, _) => Status::Unknown,
                    (true, GONE) if !matches!(name, "as_long_as_it_may") => Status::Withdrawn,
                    (true, _) => Status::Good,
                };
                let check = Check { status: name, ..Check::of(input.clone()) };
                set.add(
                    &format!("status {name}"),
                    &check,
                    &Expected::Table(&Facts { status, ..facts(live) }),
                );
            }
        }
    }
}
