//! Signed rule sets: what is taken, and that nothing else is.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{DAY, NOW, issuer_key, other_key, trust, trust_with};
use credential::{
    KeyState, MAX_SIGNED_RULES, Purpose, SignedRulesError, Signer, TrustList, sign_configuration,
    sign_rule_set, verify_rule_set,
};
use serde_json::json;

const FILE: &str = "{\n  \"format\": \"tongxing-rules/1\",  \"id\": \"规则\"\n}\n";

fn rules_trust() -> TrustList {
    trust_with(|issuer| issuer.purposes = vec![Purpose::Rules])
}

fn check(text: &str) -> Result<String, SignedRulesError> {
    verify_rule_set(text, &rules_trust(), NOW)
}

fn jws(header: &serde_json::Value, payload: &[u8]) -> String {
    let message = [header.to_string().as_bytes(), payload].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
    let signature = issuer_key().sign(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn the_file_comes_back_byte_for_byte() {
    assert_eq!(check(&sign_rule_set(FILE, &issuer_key()).unwrap()).unwrap(), FILE);
}

#[test]
fn every_character_of_it_counts() {
    let text = sign_rule_set(FILE, &issuer_key()).unwrap();
    for at in 0..text.len() {
        for other in ["A", "B", "."] {
            let mut forged = text.clone();
            forged.replace_range(at..=at, other);
            assert!(forged == text || check(&forged).is_err(), "{at}");
        }
        assert!(check(&text[..at]).is_err() && check(&format!("{text}A")).is_err());
    }
}

#[test]
fn only_a_valid_key_of_who_may_sign_rules_counts() {
    let text = sign_rule_set(FILE, &issuer_key()).unwrap();
    let refused = |trust: &TrustList, now| verify_rule_set(&text, trust, now).unwrap_err();
    assert_eq!(refused(&trust(), NOW), SignedRulesError::Issuer, "may sign passes and status lists");
    assert_eq!(refused(&TrustList::empty(), NOW), SignedRulesError::UnknownKey);
    assert_eq!(refused(&rules_trust(), NOW + 31 * DAY), SignedRulesError::KeyInvalid);
    let withdrawn = trust_with(|issuer| {
        issuer.purposes = vec![Purpose::Rules];
        issuer.keys[0].state = KeyState::Withdrawn;
    });
    assert_eq!(refused(&withdrawn, NOW), SignedRulesError::KeyInvalid);
    let stale = rules_trust().until(NOW);
    assert_eq!(refused(&stale, NOW), SignedRulesError::KeyInvalid);
    let other = sign_rule_set(FILE, &other_key()).unwrap();
    assert_eq!(check(&other), Err(SignedRulesError::UnknownKey));
}

#[test]
fn no_other_signed_object_is_a_rule_set() {
    let kid = issuer_key().key_id().to_string();
    let header = json!({"alg": "ES256", "kid": kid, "typ": "tongxing-rules+jwt"});
    assert!(check(&jws(&header, FILE.as_bytes())).is_ok());
    assert_eq!(check(&jws(&header, b"\xFF\xFE")), Err(SignedRulesError::Text));
    for (member, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("typ", json!("tongxing-trust+jwt")),
        ("crit", json!(["exp"])),
        ("jwk", json!({})),
        ("kid", json!("!")),
    ] {
        let mut header = header.clone();
        header[member] = value;
        assert_eq!(check(&jws(&header, FILE.as_bytes())), Err(SignedRulesError::Form), "{member}");
    }
    let settings = sign_configuration(&json!({"version": 1}), &issuer_key()).unwrap();
    assert_eq!(check(&settings), Err(SignedRulesError::Form));
    assert_eq!(check(&"A".repeat(MAX_SIGNED_RULES + 1)), Err(SignedRulesError::TooLong));
    for garbage in ["", ".", "..", FILE, "a.b.c"] {
        assert_eq!(check(garbage), Err(SignedRulesError::Form), "{garbage}");
    }
}
