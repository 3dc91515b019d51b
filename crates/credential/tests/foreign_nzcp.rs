//! NZ COVID Passes, signed here: what is taken, and every way to be refused with its reason.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::foreign::{
    NZCP_ISSUER, NZCP_KID, cbor, nzcp, nzcp_bytes, nzcp_claims, nzcp_header, nzcp_text, reasons, trusted,
    trusting,
};
use common::{DAY, NOW, issuer_key, other_key};
use credential::{Fault, Format, Scan, Statement, TrustList};
use proptest::prelude::*;
use serde_json::{Value, json};

fn trust() -> TrustList {
    trusting(Format::Nzcp, NZCP_ISSUER, vec![trusted(Format::Nzcp, &issuer_key(), Some(NZCP_KID))])
}

fn pass(change: impl FnOnce(&mut Value, &mut Value)) -> String {
    let (mut header, mut claims) = (nzcp_header(), nzcp_claims());
    change(&mut header, &mut claims);
    nzcp(&header, &claims)
}

fn found(text: &str) -> Vec<&'static str> {
    reasons(text, &trust(), NOW)
}

fn fault(text: &str) -> Option<Fault> {
    match Scan::read(text, &mut Vec::new()) {
        Scan::Damaged(Format::Nzcp, fault) => Some(fault),
        _ => None,
    }
}

#[test]
fn a_pass_is_taken() {
    let text = pass(|_, _| ());
    assert_eq!(found(&text), [""; 0]);
    let mut buffer = Vec::new();
    let scan = Scan::read(&text, &mut buffer);
    let foreign = scan.foreign().unwrap();
    assert_eq!(foreign.statements(), [Statement::Cleared]);
    assert_eq!((foreign.subject().initials.as_str(), foreign.subject().birth.unwrap().month), ("EAM", 8));
    let payload = foreign.payload();
    assert_eq!(payload["jti"], "urn:uuid:60a4f54d-4e30-4332-be33-ad78b1eafa4b");
    assert_eq!((&payload["iss"], &payload["exp"]), (&json!(NZCP_ISSUER), &json!(NOW + DAY)));
    assert_eq!(payload["vc"]["credentialSubject"]["familyName"], "Eriksson");
    assert_eq!(found(&pass(|header, _| header["4"] = json!(NZCP_KID))), [""; 0], "the kid as a text");
    let one_name = pass(|_, claims| {
        drop(claims["vc"]["credentialSubject"].as_object_mut().unwrap().remove("familyName"));
    });
    assert_eq!(found(&one_name), [""; 0]);
}

#[test]
fn dates_keys_and_issuers() {
    let text = pass(|_, _| ());
    assert_eq!(reasons(&text, &trust(), NOW + DAY), ["expired"]);
    assert_eq!(found(&pass(|_, claims| claims["5"] = json!(NOW + 1))), ["not_yet_valid"]);
    assert_eq!(reasons(&text, &TrustList::empty(), NOW), ["unknown_key"]);
    assert_eq!(found(&pass(|header, _| header["4"] = json!("key-2"))), ["unknown_key"]);
    assert_eq!(found(&pass(|_, claims| claims["1"] = json!("did:web:other.example.nz"))), ["issuer"]);
    let other =
        trusting(Format::Nzcp, NZCP_ISSUER, vec![trusted(Format::Nzcp, &other_key(), Some(NZCP_KID))]);
    assert_eq!(reasons(&text, &other, NOW), ["signature"]);
    assert_eq!(
        reasons(&pass(|_, claims| claims["4"] = json!(NOW + 9 * DAY)), &trust(), NOW + 2 * DAY),
        ["key_invalid"]
    );
}

#[test]
fn the_header_is_as_the_specification_wants_it() {
    for algorithm in [json!(-35), json!(-8), json!(5), json!("ES256"), json!(null)] {
        assert_eq!(
            fault(&pass(|header, _| header["1"] = algorithm.clone())),
            Some(Fault::Algorithm),
            "{algorithm}"
        );
    }
    let header = |change: fn(&mut Value)| fault(&pass(|header, _| change(header)));
    assert_eq!(header(|h| drop(h.as_object_mut().unwrap().remove("1"))), Some(Fault::Envelope));
    assert_eq!(header(|h| drop(h.as_object_mut().unwrap().remove("4"))), Some(Fault::Envelope));
    assert_eq!(header(|h| h["4"] = json!(1)), Some(Fault::Envelope));
    assert_eq!(header(|h| h["2"] = json!([1])), Some(Fault::Envelope), "crit");
    let claims = cbor(&nzcp_claims());
    let twice = hex::decode("a30126012604456b65792d31").unwrap();
    assert_eq!(fault(&nzcp_text(&nzcp_bytes(&twice, &claims))), Some(Fault::Envelope), "alg twice");
    assert_eq!(fault(&nzcp_text(&nzcp_bytes(&[], &claims))), Some(Fault::Envelope));
}

#[test]
fn the_claims_are_as_the_specification_wants_them() {
    for (member, value) in [
        ("/1", json!("https://pass.example.nz")),
        ("/1", json!(1)),
        ("/4", json!("2027")),
        ("/4", json!(-1)),
        ("/4", json!(253_402_300_800_i64)),
        ("/5", json!(null)),
        ("/7", json!("0x60a4")),
        ("/7", json!("60a4f54d4e304332be33ad78b1eafa4b")),
        ("/vc", json!([])),
        ("/vc/version", json!("1.1.0")),
        ("/vc/type", json!(["PublicCovidPass", "VerifiableCredential"])),
        ("/vc/type", json!(["VerifiableCredential", "PublicCovidPass", "More"])),
        ("/vc/@context", json!(["https://nzcp.covid19.health.nz/contexts/v1"])),
        ("/vc/credentialSubject/givenName", json!(1)),
        ("/vc/credentialSubject/givenName", json!("x".repeat(101))),
        ("/vc/credentialSubject/familyName", json!(null)),
        ("/vc/credentialSubject/dob", json!("1974-08")),
        ("/vc/credentialSubject/dob", json!("12.08.1974")),
    ] {
        let changed = pass(|_, claims| *claims.pointer_mut(member).unwrap() = value.clone());
        assert_eq!(fault(&changed), Some(Fault::Schema), "{member}: {value}");
    }
    for member in ["1", "4", "5", "7", "vc"] {
        let without = pass(|_, claims| drop(claims.as_object_mut().unwrap().remove(member)));
        assert_eq!(fault(&without), Some(Fault::Schema), "without {member}");
    }
    assert_eq!(
        found(&pass(|_, claims| claims["more"] = json!([1, {"a": "0x00"}]))),
        [""; 0],
        "more may be said"
    );
}

#[test]
fn the_bytes_are_one_object() {
    let (header, claims) = (cbor(&nzcp_header()), cbor(&nzcp_claims()));
    let bytes = nzcp_bytes(&header, &claims);
    let envelope = Some(Fault::Envelope);
    assert_eq!(fault(&nzcp_text(&[&bytes[..], b"\0"].concat())), envelope, "bytes after the end");
    assert_eq!(fault(&nzcp_text(&bytes[..bytes.len() - 1])), envelope);
    assert_eq!(fault(&nzcp_text(&bytes[1..])), envelope, "without its tag");
    assert_eq!(fault(&nzcp_text(&nzcp_bytes(&header, &[&claims[..], b"\0"].concat()))), envelope);
    let mut twice = claims.clone();
    twice[0] += 1;
    twice.extend([0x04, 0x1a, 0xff, 0xff, 0xff, 0xff]);
    assert_eq!(fault(&nzcp_text(&nzcp_bytes(&header, &twice))), envelope, "exp twice");
    let mut deep = claims;
    deep[0] += 1;
    deep.extend([0x18, 0x63]);
    deep.extend(vec![0x81; 10_000]);
    deep.push(0);
    let deep = nzcp_bytes(&header, &deep);
    assert!(!found(&nzcp_text(&deep)).is_empty());
    let mut shallow = cbor(&nzcp_claims());
    shallow[0] += 1;
    shallow.extend([0x18, 0x63]);
    shallow.extend(vec![0x81; 100]);
    shallow.push(0);
    assert_eq!(fault(&nzcp_text(&nzcp_bytes(&header, &shallow))), envelope, "a hundred levels");
}

#[test]
fn the_text_is_base32_of_version_1() {
    let text = pass(|_, _| ());
    let (prefix, body) = text.split_at("NZCP:/1/".len());
    for bad in [
        format!("NZCP:/2/{body}"),
        format!("NZCP:/{body}"),
        format!("nzcp:/1/{body}"),
        format!("{prefix}{}", body.to_lowercase()),
        format!("{text}="),
        format!("{text} "),
        format!(" {text}"),
        format!("{text}A"),
        format!("{prefix}1{}", &body[1..]),
        prefix.to_owned(),
    ] {
        assert_eq!(found(&bad), ["unreadable"], "{bad}");
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let (text, trust) = (pass(|_, _| ()), trust());
    for bit in 0..text.len() * 8 {
        let mut flipped = text.clone().into_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let Ok(flipped) = String::from_utf8(flipped) else { continue };
        assert!(!reasons(&flipped, &trust, NOW).is_empty(), "bit {bit}");
    }
    let bytes = nzcp_bytes(&cbor(&nzcp_header()), &cbor(&nzcp_claims()));
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!reasons(&nzcp_text(&flipped), &trust, NOW).is_empty(), "bit {bit} of the object");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "[A-Z2-7/]{0,300}", claims in any::<Vec<u8>>()) {
        let text = format!("NZCP:/1/{text}");
        prop_assert!(!found(&text).is_empty());
        prop_assert!(!found(&nzcp_text(&claims)).is_empty());
        prop_assert!(!found(&nzcp_text(&nzcp_bytes(&cbor(&nzcp_header()), &claims))).is_empty());
        prop_assert!(!found(&nzcp_text(&nzcp_bytes(&claims, &claims))).is_empty());
    }
}
