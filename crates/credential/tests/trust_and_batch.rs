//! The trust list as JSON, and checks by the line.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use common::{ISSUER, NOW, issuer_key, live_claims, other_key, printed_claims, status_token, trust};
use credential::{
    Batch, BatchDefaults, KeyState, Observed, Signer, StatusToken, Temperature, TrustError, TrustList,
    to_text,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn defaults() -> BatchDefaults {
    let status = vec![StatusToken::parse(&status_token(NOW, &issuer_key())).unwrap()];
    let observed = Observed { document_matches: true, ..Observed::default() };
    BatchDefaults { trust: trust(), status, now: NOW, observed }
}

fn printed() -> String {
    to_text(&printed_claims().issue(&issuer_key()).unwrap())
}

fn short(value: &Value) -> String {
    match value.get("error") {
        Some(error) => format!("error {error}"),
        None => format!("{} {} {}", value["verdict"], value["reasons"], value["signature"]).replace('"', ""),
    }
}

#[test]
fn a_trust_list_comes_back() {
    let list = trust();
    assert_eq!(TrustList::from_json(&list.to_json().to_string()).unwrap(), list);
    assert_eq!((list.version(), list.issuers().len()), (3, 1));
}

#[test]
fn a_trust_list_with_a_fault_is_refused_whole() {
    type Change = fn(&mut Value);
    let faults: [(&str, Change); 9] = [
        ("kid of another key", |l| l["issuers"][0]["keys"][0]["kid"] = json!("AAAAAAAAAAA")),
        ("kid not base64url", |l| l["issuers"][0]["keys"][0]["kid"] = json!("*")),
        ("unknown state", |l| l["issuers"][0]["keys"][0]["state"] = json!("paused")),
        ("unknown purpose", |l| l["issuers"][0]["purposes"] = json!(["everything"])),
        ("unknown format", |l| l["issuers"][0]["format"] = json!("qr")),
        ("unknown member", |l| l["issuers"][0]["only_for"] = json!("tests")),
        ("curve", |l| l["issuers"][0]["keys"][0]["jwk"]["crv"] = json!("P-384")),
        ("coordinate", |l| l["issuers"][0]["keys"][0]["jwk"]["x"] = json!("AA")),
        ("no version", |l| {
            l.as_object_mut().unwrap().remove("version");
        }),
    ];
    for (name, change) in faults {
        let mut list = trust().to_json();
        change(&mut list);
        assert!(TrustList::from_value(list).is_err(), "{name}");
    }
    assert!(matches!(TrustList::from_json(&"[".repeat(10_000)), Err(TrustError::Json(_))));
    assert!(TrustList::from_json("").is_err(), "an empty file is not an empty list");
}

#[test]
fn a_point_off_the_curve_is_no_key() {
    let mut list = trust().to_json();
    list["issuers"][0]["keys"][0]["jwk"]["y"] = json!(URL_SAFE_NO_PAD.encode([1; 32]));
    assert!(matches!(TrustList::from_value(list), Err(TrustError::Key { position: 1, .. })));
}

#[test]
fn withdrawal_survives_the_journey() {
    let mut list = trust().to_json();
    list["issuers"][0]["keys"][0]["state"] = json!("withdrawn");
    let read = TrustList::from_value(list).unwrap();
    let (_, key) = read.named(&issuer_key().key_id().0).next().unwrap();
    assert_eq!(key.state, KeyState::Withdrawn);
}

/// RFC 7638 has an RSA example only, so the hash of the test key was taken once with another program.
#[test]
fn the_short_name_is_the_thumbprint() {
    assert_eq!(hex::encode(issuer_key().key_id().0), "50a09a6ccd09abb9");
}

#[test]
fn a_line_falls_back_to_the_defaults() {
    let mut batch = Batch::new(defaults());
    let text = printed();
    assert_eq!(short(&batch.line(&json!({"text": text}).to_string())), "PASS [] valid");
    let line = json!({"text": text, "document_matches": false, "temperature": 37.3});
    assert_eq!(short(&batch.line(&line.to_string())), "STOP [temperature,match_document] valid");
    let line = json!({"text": text, "temperature": 37.29, "at": "2026-12-07T08:00:00+08:00"});
    assert_eq!(short(&batch.line(&line.to_string())), "STOP [expired,status_unknown] valid");
    let line = json!({"text": text, "at": NOW - 86_400});
    assert_eq!(short(&batch.line(&line.to_string())), "STOP [not_yet_valid,status_unknown] valid");
    let line = json!({"text": text, "trust": null, "status": null, "at": null});
    assert_eq!(short(&batch.line(&line.to_string())), "PASS [] valid", "null is missing");
    let line = json!({"text": text, "name": "the caller's own"});
    assert_eq!(short(&batch.line(&line.to_string())), "PASS [] valid");
}

#[test]
fn a_line_may_bring_its_own_trust_and_status() {
    let mut batch = Batch::new(BatchDefaults { now: NOW, ..BatchDefaults::default() });
    let text = printed();
    let jwk = issuer_key().public().jwk();
    let token = status_token(NOW, &issuer_key());
    let mut run = |trust: Value, status: Value| {
        let line = json!({"text": text, "trust": trust, "status": status, "document_matches": true});
        short(&batch.line(&line.to_string()))
    };
    let ours = json!([{"format": "tongxing", "jwk": jwk}]);
    for status in [STANDARD.encode(&token), URL_SAFE_NO_PAD.encode(&token)] {
        assert_eq!(run(ours.clone(), json!(status)), "PASS [] valid");
    }
    assert_eq!(run(ours.clone(), Value::Null), "CHECK [status_unknown] valid");
    assert_eq!(run(ours.clone(), json!("AAAA")), "CHECK [status_unknown] valid", "refused is missing");
    let token = json!(STANDARD.encode(&token));
    assert_eq!(run(json!([]), token.clone()), "STOP [unknown_key,status_unknown] unknown_key");
    let other = json!([{"format": "tongxing", "jwk": other_key().public().jwk()}]);
    assert_eq!(run(other, token.clone()), "STOP [unknown_key,status_unknown] unknown_key");
    let named = |iss: &str| json!([{"format": "tongxing", "jwk": jwk, "iss": iss}]);
    assert_eq!(run(named(ISSUER), token.clone()), "PASS [] valid");
    assert_eq!(run(named("CN-GD"), token.clone()), "STOP [issuer,status_unknown] valid");
    let foreign = json!([{"format": "shc", "jwk": {"kty": "EC"}}, {"format": "tongxing", "jwk": jwk}]);
    assert_eq!(run(foreign, token), "PASS [] valid");
}

#[test]
fn what_a_line_says_twice_is_refused() {
    let mut batch = Batch::new(defaults());
    let text = Value::from(printed());
    let mut said = |more: &str| short(&batch.line(&format!(r#"{{"text": {text}{more}}}"#)));
    assert_eq!(said(""), "PASS [] valid");
    let twice = said(r#", "trust": [], "trust": null"#);
    assert!(twice.starts_with("error ") && twice.contains("doubled"), "{twice}");
    let list = trust()
        .to_json()
        .to_string()
        .replace(r#""state":"active""#, r#""state":"withdrawn","state":"active""#);
    assert!(said(&format!(r#", "trust": {list}"#)).starts_with("error "));
}

#[test]
fn a_bad_line_is_an_error_and_the_run_goes_on() {
    let mut batch = Batch::new(defaults());
    let text = printed();
    for line in [
        String::new(),
        "{".into(),
        "[]".into(),
        "{}".into(),
        json!({"text": 7}).to_string(),
        json!({"text": text, "at": "yesterday"}).to_string(),
        json!({"text": text, "at": -1}).to_string(),
        json!({"text": text, "at": 1.5}).to_string(),
        json!({"text": text, "trust": "all"}).to_string(),
        json!({"text": text, "trust": [{"format": "tongxing"}]}).to_string(),
        json!({"text": text, "trust": [{"format": "tongxing", "certificate": "AAAA"}]}).to_string(),
        json!({"text": text, "status": "*"}).to_string(),
        json!({"text": text, "temperature": 400}).to_string(),
        json!({"text": text, "temperature": "hot"}).to_string(),
        format!(r#"{{"text": "{text}", "text": "{text}"}}"#),
        "[".repeat(10_000),
    ] {
        let answer = batch.line(&line);
        let error = answer["error"].as_str().unwrap_or_else(|| panic!("{line} gave {answer}"));
        assert!(!error.contains("TX1:"), "an error does not repeat the code");
        assert_eq!(short(&batch.line(&json!({"text": text}).to_string())), "PASS [] valid");
    }
}

#[test]
fn the_fields_are_all_there() {
    let mut batch = Batch::new(defaults());
    let fields = [
        "expired",
        "expires",
        "format",
        "identity",
        "not_before",
        "payload",
        "reasons",
        "scope",
        "signature",
        "verdict",
    ];
    for text in [printed(), "7K3M92QD".into(), "nothing".into()] {
        let answer = batch.line(&json!({"text": text}).to_string());
        let mut keys: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, fields);
    }
    let live = to_text(&live_claims().issue(&issuer_key()).unwrap());
    let answer = batch.line(&json!({"text": live}).to_string());
    assert_eq!(short(&answer), "CHECK [picture] valid");
    assert_eq!(answer["payload"]["kind"], "live");
    assert_eq!(answer["expires"], "2026-11-23T20:00:00Z");
    assert_eq!(answer["expired"], false);
}

#[test]
fn temperatures_are_cut_to_tenths() {
    for tenths in 0..=1000u16 {
        let celsius: f64 = format!("{}.{}", tenths / 10, tenths % 10).parse().unwrap();
        assert_eq!(Temperature::from_celsius(celsius), Some(Temperature(tenths)));
    }
    assert_eq!(Temperature::from_celsius(37.29), Some(Temperature(372)));
    for wrong in [f64::NAN, f64::INFINITY, -0.1, 100.1] {
        assert_eq!(Temperature::from_celsius(wrong), None);
    }
}

proptest! {
    #[test]
    fn no_line_panics(line in any::<String>(), text in any::<String>(), status in "[A-Za-z0-9+/=_-]{0,40}") {
        let mut batch = Batch::new(BatchDefaults { now: NOW, ..BatchDefaults::default() });
        let _ = batch.line(&line);
        let answer = batch.line(&json!({"text": text, "status": status}).to_string());
        prop_assert_ne!(&answer["verdict"], "PASS");
    }
}
