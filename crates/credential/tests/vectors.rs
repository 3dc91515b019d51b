//! The committed vectors, each run as a checker would.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

use credential::{Batch, BatchDefaults};
use serde_json::{Value, json};

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/pass.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_case_comes_out_as_written() {
    let vectors = vectors();
    let mut batch = Batch::new(BatchDefaults::default());
    let mut verdicts = BTreeMap::<String, usize>::new();
    for case in vectors["cases"].as_array().unwrap() {
        let trust = &vectors["trust"][case["trust"].as_str().unwrap()];
        assert!(trust.is_object(), "{case}");
        let line = json!({
            "text": case["text"], "at": case["at"], "trust": trust,
            "status": vectors["status"][case["status"].as_str().unwrap()],
            "document_matches": case["document_matches"], "temperature": case["temperature"],
        });
        let found = batch.line(&line.to_string());
        for field in ["verdict", "reasons", "signature"] {
            assert_eq!(found[field], case[field], "{field} of {}: {}", case["name"], case["text"]);
        }
        *verdicts.entry(found["verdict"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert!(verdicts["PASS"] >= 10 && verdicts["CHECK"] >= 30 && verdicts["STOP"] >= 300, "{verdicts:?}");
}

#[test]
fn every_reason_of_our_own_codes_has_a_case() {
    let vectors = vectors();
    let cases = vectors["cases"].as_array().unwrap();
    let seen: BTreeSet<&str> = cases
        .iter()
        .flat_map(|case| case["reasons"].as_array().unwrap())
        .map(|r| r.as_str().unwrap())
        .collect();
    for reason in credential::Reason::ALL {
        use credential::Reason::{NationalUnavailable, NoRules, NotAccepted};
        let foreign = matches!(reason, NoRules | NotAccepted | NationalUnavailable);
        assert_eq!(seen.contains(reason.as_str()), !foreign, "{}", reason.as_str());
    }
}
