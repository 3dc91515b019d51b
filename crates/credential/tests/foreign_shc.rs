//! SMART Health Cards, signed here: what is taken, and every way to be refused with its reason.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::foreign::{
    SHC_ISSUER, deflate, jws, numeric, reasons, shc, shc_header, shc_kid, shc_payload, trusted, trusting,
};
use common::{DAY, NOW, issuer_key, other_key};
use credential::{Fault, Format, KeyState, Scan, Statement, TrustList, TrustedKey};
use proptest::prelude::*;
use serde_json::{Value, json};

fn trust() -> TrustList {
    trusting(Format::Shc, SHC_ISSUER, vec![trusted(Format::Shc, &issuer_key(), None)])
}

fn card(change: impl FnOnce(&mut Value, &mut Value)) -> String {
    let (mut header, mut payload) = (shc_header(), shc_payload());
    change(&mut header, &mut payload);
    shc(&header.to_string(), &payload.to_string())
}

fn found(text: &str) -> Vec<&'static str> {
    reasons(text, &trust(), NOW)
}

fn fault(text: &str) -> Option<Fault> {
    match Scan::read(text, &mut Vec::new()) {
        Scan::Damaged(Format::Shc, fault) => Some(fault),
        _ => None,
    }
}

#[test]
fn a_card_is_taken_as_digits_and_as_jws() {
    let card = card(|_, _| ());
    assert_eq!(found(&card), [""; 0]);
    assert_eq!(found(&numeric(&card)), [""; 0]);
    assert_eq!(found(&format!("{card}\r\n")), [""; 0], "the line break at the end of a file");
    let mut buffer = Vec::new();
    let scan = Scan::read(&card, &mut buffer);
    let foreign = scan.foreign().unwrap();
    assert_eq!(
        (foreign.issuer(), foreign.not_before(), foreign.expires()),
        (Some(SHC_ISSUER), Some(NOW - DAY), None)
    );
    let dose = Statement::Vaccination { dose: Some(1), of: None, date: Some("2026-04-01".into()) };
    assert_eq!(foreign.statements(), [dose]);
    assert_eq!(foreign.subject().initials, "EAM");
    assert_eq!(foreign.payload(), shc_payload());
}

#[test]
fn dates_are_kept_to_the_second() {
    let dated = |nbf: Value, exp: Value| {
        card(|_, payload| {
            payload["nbf"] = nbf;
            payload["exp"] = exp;
        })
    };
    assert_eq!(found(&dated(json!(NOW), json!(NOW + 1))), [""; 0]);
    assert_eq!(found(&dated(json!(NOW - 1), json!(NOW))), ["expired"]);
    assert_eq!(found(&dated(json!(NOW + 1), json!(NOW + 2))), ["not_yet_valid"]);
    #[allow(clippy::cast_precision_loss, reason = "seconds fit")]
    let later = NOW as f64 + 0.5;
    assert_eq!(found(&dated(json!(later), json!(NOW + 2))), ["not_yet_valid"]);
    assert_eq!(
        found(&dated(json!((NOW - 5) * 1000), json!((NOW + 5) * 1000))),
        ["not_yet_valid"],
        "milliseconds"
    );
    for (nbf, exp) in [
        (json!(NOW), json!(NOW - 1)),
        (json!("2026"), json!(NOW)),
        (json!(NOW), json!(null)),
        (json!(-1), json!(NOW)),
        (json!(1e300), json!(1e301)),
    ] {
        assert_eq!(fault(&dated(nbf.clone(), exp.clone())), Some(Fault::Schema), "{nbf} {exp}");
    }
}

#[test]
fn a_key_counts_within_its_dates_and_for_its_issuer() {
    let card = card(|_, _| ());
    let key = || trusted(Format::Shc, &issuer_key(), None);
    let with = |key: TrustedKey, name: &str| {
        let trust = trusting(Format::Shc, name, vec![key]);
        move |now| reasons(&card, &trust, now)
    };
    assert_eq!(reasons(&self::card(|_, _| ()), &TrustList::empty(), NOW), ["unknown_key"]);
    assert_eq!(with(key(), "https://health.example.org/other")(NOW), ["issuer"]);
    let card = self::card(|_, _| ());
    let trust = trusting(Format::Shc, SHC_ISSUER, vec![key()]);
    assert_eq!(reasons(&card, &trust, NOW + DAY), [""; 0]);
    assert_eq!(reasons(&card, &trust, NOW + DAY + 1), ["key_invalid"]);
    let withdrawn = TrustedKey { state: KeyState::Withdrawn, ..key() };
    assert_eq!(reasons(&card, &trusting(Format::Shc, SHC_ISSUER, vec![withdrawn]), NOW), ["key_invalid"]);
    let elsewhere = trusting(Format::Hcert, SHC_ISSUER, vec![key()]);
    assert_eq!(reasons(&card, &elsewhere, NOW), ["issuer"], "trusted for another format");
    let twin = TrustedKey { kid: key().kid, ..trusted(Format::Shc, &other_key(), None) };
    assert_eq!(reasons(&card, &trusting(Format::Shc, SHC_ISSUER, vec![twin.clone()]), NOW), ["signature"]);
    let both = trusting(Format::Shc, SHC_ISSUER, vec![twin, key()]);
    assert_eq!(reasons(&card, &both, NOW), [""; 0], "two keys of one name: the right one counts");
    let unknown = self::card(|header, _| header["kid"] = json!(shc_kid(&other_key())));
    assert_eq!(found(&unknown), ["unknown_key"]);
}

#[test]
fn the_header_is_as_the_framework_wants_it() {
    let header = |change: fn(&mut Value)| fault(&card(|header, _| change(header)));
    for algorithm in ["none", "HS256", "ES384", "es256"] {
        let swapped = card(|header, _| header["alg"] = json!(algorithm));
        assert_eq!(fault(&swapped), Some(Fault::Algorithm), "{algorithm}");
    }
    let envelope = Some(Fault::Envelope);
    assert_eq!(header(|h| drop(h.as_object_mut().unwrap().remove("alg"))), envelope);
    assert_eq!(header(|h| h["alg"] = json!(["ES256"])), envelope);
    assert_eq!(header(|h| drop(h.as_object_mut().unwrap().remove("zip"))), envelope);
    assert_eq!(header(|h| h["zip"] = json!("GZ")), envelope);
    assert_eq!(header(|h| drop(h.as_object_mut().unwrap().remove("kid"))), envelope);
    assert_eq!(header(|h| h["kid"] = json!("key")), envelope);
    assert_eq!(header(|h| h["crit"] = json!(["b64"])), envelope);
    assert_eq!(header(|h| h["typ"] = json!("JWT")), None, "what need not be understood is left alone");
    let twice = shc_header().to_string().replacen('{', "{\"alg\":\"none\",", 1);
    assert_eq!(fault(&shc(&twice, &shc_payload().to_string())), envelope);
    let own = card(|header, _| header["jwk"] = serde_json::to_value(other_key_jwk()).unwrap());
    assert_eq!(found(&own), [""; 0], "a key that comes along is not looked at");
}

fn other_key_jwk() -> credential::Jwk {
    use credential::Signer;
    other_key().public().jwk()
}

#[test]
fn the_payload_is_one_stream_and_one_object() {
    let (header, payload) = (shc_header().to_string(), shc_payload().to_string());
    let stream = deflate(payload.as_bytes());
    let packed = |stream: &[u8]| fault(&jws(&header, stream));
    assert_eq!(packed(&stream), None);
    let compression = Some(Fault::Compression);
    assert_eq!(packed(&[&stream[..], b"\0"].concat()), compression, "bytes after the end");
    assert_eq!(packed(&stream[..stream.len() - 1]), compression);
    assert_eq!(packed(payload.as_bytes()), compression, "not packed");
    assert_eq!(packed(&[]), compression);
    assert_eq!(packed(&deflate(&vec![b' '; 4 << 20])), compression, "a bomb of 4 MiB");
    assert_eq!(packed(&deflate(&vec![b' '; 128 * 1024 + 1])), compression, "one more than the most");
    for text in [
        format!("{payload} "),
        format!("{payload}{payload}"),
        format!("\u{feff}{payload}"),
        Value::from(payload.as_str()).to_string(),
        format!("[{payload}]"),
        payload.replacen('{', "{\"nbf\":1,", 1),
        payload.replacen("\"birthDate\"", "\"birthDate\":\"1974-08-13\",\"birthDate\"", 1),
        payload.replacen(
            "\"nbf\"",
            &format!("\"deep\":{}{},\"nbf\"", "[".repeat(10_000), "]".repeat(10_000)),
            1,
        ),
        String::new(),
    ] {
        assert_eq!(fault(&shc(&header, &text)), Some(Fault::Schema), "{}", &text[..text.len().min(80)]);
    }
}

#[test]
fn the_claims_are_as_the_framework_wants_them() {
    for issuer in
        ["http://health.example.org", "https://health.example.org/", "https://", "health.example.org", ""]
    {
        assert_eq!(
            fault(&card(|_, payload| payload["iss"] = json!(issuer))),
            Some(Fault::Schema),
            "{issuer}"
        );
    }
    for (member, value) in [
        ("/vc/type", json!(["https://smarthealth.cards#covid19"])),
        ("/vc/type", json!("https://smarthealth.cards#health-card")),
        ("/vc/credentialSubject", json!([])),
        ("/vc/credentialSubject/fhirBundle", json!({"resourceType": "Patient"})),
        ("/vc/credentialSubject/fhirBundle/entry/0", json!({})),
        ("/vc/credentialSubject/fhirVersion", json!(4)),
        ("/iss", json!(1)),
        ("/vc", json!(null)),
    ] {
        let changed = card(|_, payload| *payload.pointer_mut(member).unwrap() = value.clone());
        assert_eq!(fault(&changed), Some(Fault::Schema), "{member}: {value}");
    }
    for (rid, good) in
        [("AQPCj4wwk6Mt", true), ("", false), ("a b", false), ("1234567890123456789012345", false)]
    {
        let text = card(|_, payload| payload["vc"]["rid"] = json!(rid));
        assert_eq!(fault(&text).is_none(), good, "{rid}");
    }
    let other = card(|_, payload| {
        payload["vc"]["credentialSubject"]["fhirBundle"]["entry"][1]["resource"]["vaccineCode"]["coding"]
            [0]["code"] = json!("88");
    });
    assert_eq!(found(&other), ["not_accepted"], "influenza");
}

#[test]
fn a_signature_in_der_is_wrong() {
    let card = card(|_, _| ());
    let (message, signature) = card.rsplit_once('.').unwrap();
    let raw = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let integer = |bytes: &[u8]| {
        let pad = usize::from(bytes[0] >= 0x80);
        let length = u8::try_from(bytes.len() + pad).unwrap();
        [&[2, length][..], &vec![0; pad], bytes].concat()
    };
    let body = [integer(&raw[..32]), integer(&raw[32..])].concat();
    let der = [&[0x30, u8::try_from(body.len()).unwrap()][..], &body].concat();
    for signature in [der, raw[..63].to_vec(), [&raw[..], b"\0"].concat(), Vec::new(), vec![0; 64]] {
        assert_eq!(found(&format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))), ["signature"]);
    }
}

#[test]
fn a_card_of_several_codes_is_joined() {
    let long = card(|_, payload| {
        // Digits that cannot be packed much, so that one code does not hold it.
        let mut state = 7_u32;
        let lots: Vec<String> = (0..80)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_string()
            })
            .collect();
        payload["lots"] = json!(lots);
    });
    assert!((1_196..2_300).contains(&long.len()), "{}", long.len());
    let middle = long.len() / 2;
    let part = |index, text: &str| numeric(text).replacen("shc:/", &format!("shc:/{index}/2/"), 1);
    let (first, second) = (part(1, &long[..middle]), part(2, &long[middle..]));
    assert_eq!(found(&format!("{second}\n{first}\n")), [""; 0]);
    assert_eq!(fault(&first), Some(Fault::Part));
    assert_eq!(fault(&second), Some(Fault::Part));
    assert_eq!(fault(&numeric(&long)), Some(Fault::Encoding), "too long for one");
}

#[test]
fn nothing_may_stand_around_a_card() {
    let card = card(|_, _| ());
    for text in [card.clone(), numeric(&card)] {
        for (before, after) in [(" ", ""), ("", " "), ("", "\t\n"), ("", "\n\n"), ("\n", ""), ("", "\u{a0}")]
        {
            assert_eq!(found(&format!("{before}{text}{after}")), ["unreadable"], "{before:?} {after:?}");
        }
    }
    assert_eq!(found(&numeric(&card).replacen("shc", "SHC", 1)), ["unreadable"]);
}

#[test]
fn every_flipped_bit_is_refused() {
    let (card, trust) = (card(|_, _| ()), trust());
    for text in [card.clone(), numeric(&card)] {
        for bit in 0..text.len() * 8 {
            let mut flipped = text.clone().into_bytes();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let Ok(flipped) = String::from_utf8(flipped) else { continue };
            assert!(!reasons(&flipped, &trust, NOW).is_empty(), "bit {bit}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_panics(digits in "[0-9/\n]{0,300}", parts in "[-_A-Za-z0-9.]{0,300}", payload in any::<Vec<u8>>()) {
        let header = shc_header().to_string();
        for text in [format!("shc:/{digits}"), format!("eyJ{parts}"), jws(&header, &payload), shc(&header, &parts)] {
            prop_assert!(!found(&text).is_empty());
        }
    }
}
