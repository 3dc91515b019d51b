//! The signed trust list: what is taken, and that nothing else is.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{DAY, NOW, issuer_key, other_key, printed_claims, status_token, trust};
use credential::{
    Jwk, Observed, PublicKey, Seconds, SignedTrustError, SignedTrustList, Signer, StatusLists, StatusToken,
    TRUST_LIFE, TrustError, TrustList, Verdict, read_roots, roots_json, sign_trust_list, to_text, verify,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The version of [`trust`].
const VERSION: u64 = 3;
/// When it was made.
const ISSUED: Seconds = NOW - DAY;

fn signed() -> String {
    sign_trust_list(&trust(), &other_key()).unwrap()
}

fn roots() -> Vec<PublicKey> {
    vec![other_key().public()]
}

fn check(text: &str, minimum: u64, now: Seconds) -> Result<TrustList, SignedTrustError> {
    SignedTrustList::parse(text)?.verify(&roots(), minimum, now)
}

/// A JWS with this header and payload, signed by the root whatever it says.
fn jws(header: &str, payload: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = other_key().sign(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": other_key().key_id().to_string(), "typ": "tongxing-trust+jwt"})
}

fn payload() -> Value {
    trust().until(ISSUED + TRUST_LIFE).to_json()
}

fn with_payload(payload: &str) -> Result<TrustList, SignedTrustError> {
    check(&jws(&header().to_string(), payload), 0, NOW)
}

#[test]
fn what_the_root_signed_comes_back() {
    let list = check(&signed(), VERSION, NOW).unwrap();
    assert_eq!(list, trust().until(ISSUED + TRUST_LIFE));
    assert_eq!(SignedTrustList::parse(&signed()).unwrap().root(), other_key().key_id().to_string());
    let shorter = trust().until(NOW + 60);
    let text = sign_trust_list(&shorter, &other_key()).unwrap();
    assert_eq!(check(&text, 0, NOW).unwrap(), shorter, "an end that was chosen stays");
}

#[test]
fn an_older_version_than_one_that_was_seen_is_refused() {
    let rolled_back = SignedTrustError::RolledBack { version: VERSION, minimum: VERSION + 1 };
    assert_eq!(check(&signed(), VERSION + 1, NOW), Err(rolled_back.clone()));
    assert_eq!(
        rolled_back.to_string(),
        "version 3 is older than version 4, which has been seen: rolled back"
    );
    assert!(check(&signed(), VERSION, NOW).is_ok() && check(&signed(), 0, NOW).is_ok());
}

#[test]
fn a_list_counts_between_its_times_only() {
    let at = |now| check(&signed(), 0, now).map(drop);
    assert_eq!(at(ISSUED - 301), Err(SignedTrustError::NotYetIssued));
    assert_eq!(at(ISSUED - 300), Ok(()));
    assert_eq!(at(ISSUED + TRUST_LIFE - 1), Ok(()));
    assert_eq!(at(ISSUED + TRUST_LIFE), Err(SignedTrustError::Expired));
}

#[test]
fn a_list_that_ends_while_it_is_in_use_trusts_nobody_from_then_on() {
    let text = to_text(&printed_claims().issue(&issuer_key()).unwrap());
    let list = trust().until(NOW + 60);
    let reasons = |now| {
        let mut statuses = StatusLists::default();
        let token = StatusToken::parse(&status_token(NOW, &issuer_key())).unwrap();
        let counted = token.verify(&list, now).map(|status| statuses.insert(status)).is_ok();
        let observed = Observed { document_matches: true, ..Observed::default() };
        let mut buffer = Vec::new();
        let outcome = verify(&text, &mut buffer, &list, &statuses, now, &observed);
        (outcome.verdict() == Verdict::Pass, outcome.to_json()["reasons"].to_string(), counted)
    };
    assert_eq!(reasons(NOW + 59), (true, "[]".into(), true));
    assert_eq!(reasons(NOW + 60), (false, r#"["key_invalid","status_unknown"]"#.into(), false));
}

#[test]
fn an_empty_list_is_taken_and_trusts_nobody() {
    let empty = sign_trust_list(&TrustList::new(4, NOW, Vec::new()), &other_key()).unwrap();
    let list = check(&empty, VERSION, NOW).unwrap();
    let text = to_text(&printed_claims().issue(&issuer_key()).unwrap());
    let mut buffer = Vec::new();
    let outcome = verify(&text, &mut buffer, &list, &StatusLists::default(), NOW, &Observed::default());
    assert_eq!(outcome.verdict(), Verdict::Stop);
    assert_eq!(outcome.to_json()["reasons"][0], "unknown_key");
}

#[test]
fn another_root_is_refused() {
    let parsed = SignedTrustList::parse(&signed()).unwrap();
    let unknown = SignedTrustError::UnknownRoot(other_key().key_id().to_string());
    assert_eq!(parsed.verify(&[issuer_key().public()], 0, NOW), Err(unknown.clone()));
    assert_eq!(parsed.verify(&[], 0, NOW), Err(unknown));
    // Signed by another key in the name of the root.
    let (message, _) = signed().rsplit_once('.').map(|(m, s)| (m.to_owned(), s.to_owned())).unwrap();
    let forged = issuer_key().sign(message.as_bytes()).unwrap();
    let forged = format!("{message}.{}", URL_SAFE_NO_PAD.encode(forged));
    assert_eq!(check(&forged, 0, NOW), Err(SignedTrustError::Signature));
    let both = [issuer_key().public(), other_key().public()];
    assert!(parsed.verify(&both, 0, NOW).is_ok(), "while one root follows another, both are given");
}

#[test]
fn only_the_one_header_is_taken() {
    let changed = |member: &str, value: Value| {
        let mut header = header();
        header[member] = value;
        check(&jws(&header.to_string(), &payload().to_string()), 0, NOW).unwrap_err()
    };
    for algorithm in ["none", "None", "", "es256", "ES384", "PS256", "HS256", "EdDSA"] {
        assert_eq!(changed("alg", json!(algorithm)), SignedTrustError::Algorithm, "{algorithm}");
    }
    assert_eq!(changed("alg", json!(-7)), SignedTrustError::Header);
    for name in ["JWT", "", "tongxing-trust", "tongxing-trust+JWT", "statuslist+jwt"] {
        assert_eq!(changed("typ", json!(name)), SignedTrustError::Type, "{name}");
    }
    assert!(matches!(changed("kid", json!("AAAAAAAAAAA")), SignedTrustError::UnknownRoot(_)));
    for (name, value) in [
        ("b64", json!(false)),
        ("jwk", json!({})),
        ("jku", json!("https://x.example")),
        ("zip", json!("DEF")),
    ] {
        assert_eq!(changed(name, value), SignedTrustError::Header, "{name}");
    }
    assert_eq!(changed("crit", json!(["b64"])), SignedTrustError::Form);
    let kid = other_key().key_id();
    let with = |header: &str| check(&jws(header, &payload().to_string()), 0, NOW);
    let short = format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#);
    assert_eq!(with(&short), Err(SignedTrustError::Header), "no type");
    for header in [
        format!(r#"{{"alg":"none","alg":"ES256","kid":"{kid}","typ":"tongxing-trust+jwt"}}"#),
        format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"tongxing-trust+jwt"}} "#) + "x",
        format!(r#" {{"alg":"ES256","kid":"{kid}","typ":"tongxing-trust+jwt"}}"#),
        "[]".to_owned(),
        String::new(),
    ] {
        assert_eq!(with(&header), Err(SignedTrustError::Form), "{header}");
    }
}

#[test]
fn signed_content_has_one_reading() {
    assert!(with_payload(&payload().to_string()).is_ok());
    let text = payload().to_string();
    let doubled = |member: &str| text.replacen(member, &format!("{member},{member}"), 1);
    for (name, payload) in [
        ("version twice", doubled("\"version\":3")),
        ("state twice", text.replacen("\"state\":\"active\"", r#""state":"withdrawn","state":"active""#, 1)),
        ("curve twice", text.replacen("\"crv\":\"P-256\"", r#""crv":"P-384","crv":"P-256""#, 1)),
        ("unknown member", text.replacen("\"version\":3", r#""version":3,"only_for":"tests""#, 1)),
        ("trailing", format!("{text}{{}}")),
        ("two lists", format!("[{text}]")),
        ("loose keys", "[]".to_owned()),
        ("not an object", "3".to_owned()),
        ("nesting", "[".repeat(10_000)),
        ("nothing", String::new()),
    ] {
        let answer = with_payload(&payload);
        assert!(matches!(answer, Err(SignedTrustError::Content(TrustError::Json(_)))), "{name}: {answer:?}");
    }
    let mut endless = payload();
    endless.as_object_mut().unwrap().remove("expires");
    assert_eq!(with_payload(&endless.to_string()), Err(SignedTrustError::NoEnd));
    endless["expires"] = json!(ISSUED);
    assert_eq!(with_payload(&endless.to_string()), Err(SignedTrustError::NoEnd));
}

#[test]
fn anything_around_the_list_is_refused() {
    let good = signed();
    let with_padding = format!("{good}=");
    for text in ["", ".", "a.b", "....", "a.b.c.d", &with_padding] {
        assert_eq!(SignedTrustList::parse(text), Err(SignedTrustError::Form), "{text:.20}");
    }
    for text in [format!("{good}\n"), format!(" {good}"), format!("{good}.{good}"), good.replace('.', " .")] {
        assert!(SignedTrustList::parse(&text).is_err());
    }
    let huge = "A".repeat(credential::MAX_TRUST_LIST + 1);
    assert_eq!(SignedTrustList::parse(&huge), Err(SignedTrustError::TooLong));
}

/// Every byte of a signed list, by every other value: none of 255 × its length is taken.
#[test]
fn every_change_of_one_byte_is_refused() {
    let good = signed();
    assert!(check(&good, VERSION, NOW).is_ok());
    let mut bytes = good.clone().into_bytes();
    let mut tried = 0;
    for at in 0..bytes.len() {
        let right = bytes[at];
        for wrong in (0..=255).filter(|wrong| *wrong != right) {
            bytes[at] = wrong;
            // What is not UTF-8 cannot even be asked.
            if let Ok(text) = std::str::from_utf8(&bytes) {
                assert!(check(text, VERSION, NOW).is_err(), "byte {at} as {wrong}");
                tried += 1;
            }
        }
        bytes[at] = right;
    }
    assert!(tried > 100 * good.len());
    for end in 0..good.len() {
        assert!(check(&good[..end], VERSION, NOW).is_err(), "cut at {end}");
    }
}

#[test]
fn roots_are_read_from_a_key_or_a_set() {
    let two = [issuer_key().public(), other_key().public()];
    assert_eq!(read_roots(&roots_json(&two).to_string()).unwrap(), two);
    let one = serde_json::to_string(&two[0].jwk()).unwrap();
    assert_eq!(read_roots(&one).unwrap(), two[..1]);
    let many = json!({"keys": vec![two[0].jwk(); 17]}).to_string();
    for text in ["", "[]", "{}", r#"{"keys": []}"#, r#"{"keys": 1}"#, &many, &one.replace("P-256", "P-384")] {
        assert!(read_roots(text).is_err(), "{text}");
    }
    let off_curve = Jwk { y: two[0].jwk().x, ..two[0].jwk() };
    assert!(read_roots(&serde_json::to_string(&off_curve).unwrap()).is_err());
}

proptest! {
    #[test]
    fn foreign_bytes_never_panic(text in ".{0,300}", payload in ".{0,100}", middle in "[A-Za-z0-9_.-]{0,200}") {
        let _ = check(&text, 0, NOW);
        let _ = check(&middle, 0, NOW);
        let _ = read_roots(&text);
        prop_assert!(with_payload(&payload).is_err());
    }
}
