//! EU Digital COVID Certificates that somebody made wrong (checks C2, C4, C5): refused, with the reason.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::io::Write as _;
use std::time::Duration;

use common::hcert::{
    KID, bytes, cbor, claims, cose, deflated, header, int, issue, key, map, recovery, sign, signed, test,
    text, trust_with, vaccination,
};
use common::{DAY, NOW, other_key};
use credential::{
    Acceptance, Fault, Format, KeyUsage, Observed, Scan, Signer, StatusLists, TrustList, TrustedKey, base45,
    hcert_bytes, verify,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn outcome(text: &str, trust: &TrustList) -> Value {
    verify(text, &mut Vec::new(), trust, &StatusLists::default(), NOW, &Observed::default()).to_json()
}

fn short(text: &str, trust: &TrustList) -> String {
    let found = outcome(text, trust);
    format!("{} {} {}", found["verdict"], found["reasons"], found["signature"]).replace('"', "")
}

fn judged(text: &str) -> String {
    short(text, &trust_with(|_| ()))
}

fn fault(text: &str) -> Option<Fault> {
    match Scan::read(text, &mut Vec::new()) {
        Scan::Damaged(Format::Hcert, fault) => Some(fault),
        Scan::Foreign(foreign) => foreign.fault(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_certificate_says_what_an_inspector_compares_and_no_more() {
    let found = outcome(&issue(&vaccination()), &trust_with(|_| ()));
    assert_eq!(found["verdict"], "PASS");
    assert_eq!((&found["scope"], &found["format"]), (&json!("entry"), &json!("hcert")));
    let identity = json!({"initials": "EAM", "birth_day": 12, "birth_month": 8, "last_four": null});
    assert_eq!(found["identity"], identity);
    assert_eq!(found["payload"], vaccination());
    assert_eq!((&found["expires"], &found["expired"]), (&json!("2026-11-24T08:00:00Z"), &json!(false)));
    let unknown = outcome(&issue(&vaccination()), &TrustList::empty());
    assert_eq!(unknown["reasons"], json!(["unknown_key"]));
    assert_eq!((&unknown["identity"], &unknown["payload"]), (&Value::Null, &vaccination()));
    let debug = format!("{:?}", Scan::read(&issue(&vaccination()), &mut Vec::new()));
    assert!(!debug.contains("ERIKSON") && !debug.contains("1974"), "{debug}");
}

#[test]
fn what_it_states_decides_whether_it_is_accepted() {
    let mut other = vaccination();
    other["v"][0]["tg"] = json!("6142004");
    for (certificate, expected) in [
        (vaccination(), "PASS [] valid"),
        (recovery(), "PASS [] valid"),
        (test("260415000"), "PASS [] valid"),
        (test("260373001"), "CHECK [not_accepted] valid"),
        (test("inconclusive"), "CHECK [not_accepted] valid"),
        (other, "CHECK [not_accepted] valid"),
    ] {
        assert_eq!(judged(&issue(&certificate)), expected, "{certificate}");
    }
    let observed = Observed { acceptance: Acceptance::NotLoaded, ..Observed::default() };
    let (trust, statuses) = (trust_with(|_| ()), StatusLists::default());
    let found = verify(&issue(&vaccination()), &mut Vec::new(), &trust, &statuses, NOW, &observed).to_json();
    assert_eq!(found["reasons"], json!(["no_rules"]));
}

#[test]
fn it_counts_through_the_second_that_it_names() {
    let made = |iat, exp| judged(&text(&signed(&claims(&cbor(&vaccination()), iat, exp))));
    assert_eq!(made(NOW, NOW), "PASS [] valid");
    assert_eq!(made(NOW - DAY, NOW - 1), "STOP [expired] valid");
    assert_eq!(made(NOW + 1, NOW + DAY), "STOP [not_yet_valid] valid");
    // NumericDate may be broken: 2^-1 after now, and before.
    let half = |at: f64| [&[0xfb][..], &at.to_be_bytes()].concat();
    #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
    let now = NOW as f64;
    let certificate = map(&[(1, cbor(&vaccination()))]);
    let broken = |iat: f64, exp: f64| {
        let payload = map(&[(4, half(exp)), (6, half(iat)), (-260, certificate.clone())]);
        judged(&text(&signed(&payload)))
    };
    assert_eq!(broken(now - 0.5, now + 0.5), "PASS [] valid");
    assert_eq!(broken(now + 0.5, now + 1.0), "STOP [not_yet_valid] valid");
    assert_eq!(broken(now - 1.0, now - 0.5), "STOP [expired] valid");
    for wrong in [f64::NAN, f64::INFINITY, -1.0] {
        assert_eq!(broken(0.0, wrong), "STOP [unreadable] absent");
    }
}

#[test]
fn keys_that_do_not_count() {
    let code = issue(&vaccination());
    let with = |change: fn(&mut TrustedKey)| short(&code, &trust_with(|issuer| change(&mut issuer.keys[0])));
    assert_eq!(with(|key| key.not_before = NOW + 1), "STOP [key_invalid] valid");
    assert_eq!(with(|key| key.not_after = NOW - 1), "STOP [key_invalid] valid");
    assert_eq!(with(|key| key.state = credential::KeyState::Withdrawn), "STOP [key_invalid] valid");
    assert_eq!(with(|key| key.kid = b"another1".to_vec()), "STOP [unknown_key] unknown_key");
    let restricted = KeyUsage { test: true, vaccination: false, recovery: true };
    assert_eq!(short(&code, &trust_with(|i| i.keys[0].usage = restricted)), "STOP [issuer] valid");
    assert_eq!(short(&issue(&recovery()), &trust_with(|i| i.keys[0].usage = restricted)), "PASS [] valid");
    assert_eq!(short(&code, &trust_with(|i| i.name = Some("XX".into()))), "STOP [issuer] valid");
    assert_eq!(short(&code, &trust_with(|i| i.format = Format::Shc)), "STOP [issuer] valid");
    assert_eq!(short(&code, &trust_with(|i| i.purposes.clear())), "STOP [issuer] valid");
    // Two keys under one kid: the one that signed is found, whichever comes first.
    let jwk = serde_json::to_value(other_key().public().jwk()).unwrap();
    let alias = TrustedKey { kid: KID.to_vec(), ..TrustedKey::from_jwk(Format::Hcert, &jwk).unwrap() };
    for keys in [vec![key(), alias.clone()], vec![alias.clone(), key()]] {
        assert_eq!(short(&code, &trust_with(|issuer| issuer.keys = keys)), "PASS [] valid");
    }
    assert_eq!(short(&code, &trust_with(|issuer| issuer.keys = vec![alias])), "STOP [signature] invalid");
}

/// Any bit of the object flipped, anywhere: header, claims, certificate, signature.
#[test]
fn no_flipped_bit_is_accepted() {
    let whole = signed(&claims(&cbor(&vaccination()), NOW - DAY, NOW + DAY));
    let trust = trust_with(|_| ());
    assert_eq!(short(&text(&whole), &trust), "PASS [] valid");
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let found = outcome(&text(&flipped), &trust);
        assert_ne!(found["signature"], "valid", "bit {bit}");
        assert_eq!((&found["verdict"], &found["identity"]), (&json!("STOP"), &Value::Null), "bit {bit}");
    }
    for length in 0..whole.len() {
        assert_eq!(judged(&text(&whole[..length])), "STOP [unreadable] absent", "cut to {length}");
    }
}

#[test]
fn algorithms_are_the_keys_own() {
    let payload = claims(&cbor(&vaccination()), NOW - DAY, NOW + DAY);
    let with = |protected: &[u8], unprotected: &[u8]| {
        text(&cose(protected, unprotected, &payload, &sign(protected, &payload)))
    };
    assert_eq!(judged(&with(&header(-7), &[0xa0])), "PASS [] valid");
    for swapped in [-35, -37] {
        assert_eq!(judged(&with(&header(swapped), &[0xa0])), "STOP [signature] invalid", "{swapped}");
    }
    for other in [0, 5, -8, -36, -257, -65_535] {
        assert_eq!(fault(&with(&header(other), &[0xa0])), Some(Fault::Algorithm), "{other}");
    }
    assert_eq!(fault(&with(&map(&[(4, bytes(KID))]), &[0xa0])), Some(Fault::Algorithm), "none");
    assert_eq!(
        fault(&with(&map(&[(1, cbor(&json!("ES256"))), (4, bytes(KID))]), &[0xa0])),
        Some(Fault::Envelope)
    );
    // The protected header comes first, whatever stands in the other.
    assert_eq!(judged(&with(&header(-7), &map(&[(4, bytes(b"another1"))]))), "PASS [] valid");
    assert_eq!(judged(&with(&map(&[(1, int(-7))]), &map(&[(4, bytes(KID))]))), "PASS [] valid");
    assert_eq!(judged(&with(&[], &header(-7))), "PASS [] valid");
    let elsewhere = with(&map(&[(1, int(-7)), (4, bytes(b"another1"))]), &map(&[(4, bytes(KID))]));
    assert_eq!(judged(&elsewhere), "STOP [unknown_key] unknown_key");
    assert_eq!(judged(&with(&map(&[(1, int(-7))]), &[0xa0])), "STOP [unknown_key] unknown_key", "no kid");
    let critical = map(&[(1, int(-7)), (4, bytes(KID)), (2, cbor(&json!([99])))]);
    assert_eq!(fault(&with(&critical, &[0xa0])), Some(Fault::Envelope), "crit");
}

#[test]
fn envelopes_that_are_none() {
    let certificate = map(&[(1, cbor(&vaccination()))]);
    let (iat, exp) = (int(1), int(i64::try_from(NOW + DAY).unwrap()));
    let payload = |pairs: &[(i64, Vec<u8>)]| fault(&text(&signed(&map(pairs))));
    let good = [(4, exp.clone()), (6, iat.clone()), (-260, certificate.clone())];
    assert_eq!(payload(&good), None);
    for missing in 0..3 {
        let mut pairs = good.to_vec();
        pairs.remove(missing);
        assert_eq!(payload(&pairs), Some(Fault::Envelope), "without {}", good[missing].0);
    }
    for doubled in &good {
        let pairs = [&good[..], std::slice::from_ref(doubled)].concat();
        assert_eq!(payload(&pairs), Some(Fault::Envelope), "{} twice", doubled.0);
    }
    assert_eq!(
        payload(&[(4, cbor(&json!("soon"))), good[1].clone(), good[2].clone()]),
        Some(Fault::Envelope)
    );
    let whole = signed(&map(&good));
    assert_eq!(fault(&text(&[&whole[..], &[0]].concat())), Some(Fault::Envelope), "trailing byte");
    let inside = [map(&good), vec![0]].concat();
    assert_eq!(fault(&text(&signed(&inside))), Some(Fault::Envelope), "trailing byte in the payload");
    assert_eq!(fault(&text(&whole[1..])), None, "the tag may be missing");
    assert_eq!(fault(&text(&[&[0xd8, 61][..], &whole].concat())), None, "a CWT tag around it");
    assert_eq!(fault(&text(&[&[0xd1][..], &whole[1..]].concat())), Some(Fault::Envelope), "COSE_Mac0");
    // Nesting of 10^4, which has to be neither a crash nor slow.
    for nested in [vec![0x81; 10_000], [0xa1, 0].repeat(10_000), vec![0xc1; 10_000]] {
        let pairs = [&good[..], &[(7, [nested, vec![0]].concat())]].concat();
        assert_eq!(payload(&pairs), Some(Fault::Envelope));
    }
}

#[test]
fn payloads_against_the_schema_keep_their_signature() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 22] = [
        ("ver", |c| c["ver"] = json!("one")),
        ("no nam", |c| drop(c.as_object_mut().unwrap().remove("nam"))),
        ("no dob", |c| drop(c.as_object_mut().unwrap().remove("dob"))),
        ("dob", |c| c["dob"] = json!("12.08.1974")),
        ("fnt", |c| c["nam"]["fnt"] = json!("Erikson")),
        ("fn", |c| c["nam"]["fn"] = json!("x".repeat(81))),
        ("no standardised name", |c| c["nam"] = json!({"fn": "Erikson"})),
        ("no group", |c| drop(c.as_object_mut().unwrap().remove("v"))),
        ("two groups", |c| c["r"] = recovery()["r"].clone()),
        ("null group", |c| c["t"] = Value::Null),
        ("no entry", |c| c["v"] = json!([])),
        ("two entries", |c| c["v"] = json!([c["v"][0], c["v"][0]])),
        ("entry", |c| c["v"] = json!([7])),
        ("no ci", |c| drop(c["v"][0].as_object_mut().unwrap().remove("ci"))),
        ("ci", |c| c["v"][0]["ci"] = json!("é".repeat(81))),
        ("co", |c| c["v"][0]["co"] = json!("XY")),
        ("ma", |c| c["v"][0]["ma"] = json!("ORG-99999999")),
        ("dn", |c| c["v"][0]["dn"] = json!(0)),
        ("sd", |c| c["v"][0]["sd"] = json!("2")),
        ("dt", |c| c["v"][0]["dt"] = json!("2026-13-01")),
        ("tg", |c| c["v"][0]["tg"] = Value::Null),
        ("is", |c| c["v"][0]["is"] = json!(["Ministry"])),
    ];
    for (name, change) in changes {
        let mut certificate = vaccination();
        change(&mut certificate);
        let code = issue(&certificate);
        assert_eq!(fault(&code), Some(Fault::Schema), "{name}");
        assert_eq!(judged(&code), "STOP [unreadable] valid", "{name}");
        let found = outcome(&code, &trust_with(|_| ()));
        assert_eq!((&found["identity"], &found["payload"]), (&Value::Null, &certificate), "{name}");
    }
    let mut fits = vaccination();
    fits["nam"]["fn"] = json!("é".repeat(80));
    fits["meta"] = json!({"any": ["thing"]});
    fits["v"][0]["dt"] = json!("2026-05-18T08:10:00+02:00");
    assert_eq!(judged(&issue(&fits)), "PASS [] valid");
}

#[test]
fn texts_and_streams_that_are_none() {
    let code = issue(&vaccination());
    assert_eq!(fault("HC1:"), Some(Fault::Compression));
    assert_eq!(fault("HC1:abc"), Some(Fault::Encoding));
    assert_eq!(fault(&code.replacen("HC1", "hc1", 1)), Some(Fault::Encoding));
    assert_eq!(fault(&format!("{code}é")), Some(Fault::Encoding));
    for other in ["HC2:", "HL0:", ""] {
        let found = outcome(&code.replacen("HC1:", other, 1), &trust_with(|_| ()));
        assert_eq!((&found["format"], &found["reasons"]), (&Value::Null, &json!(["unreadable"])));
    }
    let object = signed(&claims(&cbor(&vaccination()), NOW - DAY, NOW + DAY));
    let packed = |bytes: &[u8]| fault(&format!("HC1:{}", base45::encode(bytes)));
    assert_eq!(packed(&object), Some(Fault::Compression), "not compressed");
    let stream = deflated(&object);
    assert_eq!(packed(&stream), None);
    assert_eq!(packed(&[&stream[..], &[0]].concat()), Some(Fault::Compression), "bytes after the stream");
    for length in 0..stream.len() {
        assert_eq!(packed(&stream[..length]), Some(Fault::Compression), "cut to {length}");
    }
    let mut checksum = stream.clone();
    *checksum.last_mut().unwrap() ^= 1;
    assert_eq!(packed(&checksum), Some(Fault::Compression));
    assert_eq!(packed(&stream), None, "nothing is left of what was refused before");
}

/// zlib reaches 1,028 : 1; unpacking stops at 64 kB.
#[test]
fn bombs_are_not_unpacked() {
    let unpacked = |size: usize| {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        zlib.write_all(&vec![0; size]).unwrap();
        hcert_bytes(&format!("HC1:{}", base45::encode(&zlib.finish().unwrap()))).map(|bytes| bytes.len())
    };
    assert_eq!(unpacked(65_536), Ok(65_536));
    assert_eq!(unpacked(65_537), Err(Fault::Compression));
    assert_eq!(unpacked(5_000_000), Err(Fault::Compression));
    #[allow(clippy::disallowed_methods, reason = "a bomb must not take long")]
    let begun = std::time::Instant::now();
    for _ in 0..20 {
        assert_eq!(unpacked(5_000_000), Err(Fault::Compression));
    }
    assert!(begun.elapsed() < Duration::from_secs(20));
}

proptest! {
    #[test]
    fn no_bytes_panic(noise in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = Scan::read(&text(&noise), &mut Vec::new());
        let _ = Scan::read(&text(&signed(&noise)), &mut Vec::new());
        let _ = Scan::read(&text(&signed(&claims(&noise, 0, NOW))), &mut Vec::new());
    }
}
