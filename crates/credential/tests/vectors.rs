//! The committed vectors, each run as a checker would. The browser's verifier runs the same files.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "common/run.rs"]
mod run;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::{
    Acceptance, Observed, PREFIX, Reason, Seconds, StatusLists, StatusToken, Temperature, TrustList, base45,
    to_text, verify,
};
use serde_json::Value;

const FILES: [&str; 5] = ["pass", "hcert", "shc", "nzcp", "vds-nc"];

fn file(name: &str) -> Value {
    let path = format!("{}/../../vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The text of a case: given, or a code of the file, perhaps with bytes replaced.
fn text(vectors: &Value, case: &Value) -> String {
    if let Some(text) = case["text"].as_str() {
        return text.to_owned();
    }
    let code = &vectors["codes"][usize::try_from(case["code"].as_u64().unwrap()).unwrap()];
    let code = code.as_str().unwrap();
    let Some([at, length, by]) = case["splice"].as_array().map(Vec::as_slice) else { return code.to_owned() };
    let [at, length] = [at, length].map(|number| usize::try_from(number.as_u64().unwrap()).unwrap());
    let mut bytes = base45::decode(code.strip_prefix(PREFIX).unwrap()).unwrap();
    bytes.splice(at..at + length, hex::decode(by.as_str().unwrap()).unwrap());
    to_text(&bytes)
}

/// The lists of a file, read once.
struct Lists {
    trust: BTreeMap<String, TrustList>,
    status: BTreeMap<String, Option<StatusToken>>,
    verified: BTreeMap<(String, String, Seconds), StatusLists>,
}

impl Lists {
    fn of(vectors: &Value) -> Self {
        let trust = vectors["trust"].as_object().unwrap().iter();
        let status = vectors["status"].as_object().unwrap().iter();
        let token = |text: &Value| StatusToken::parse(&STANDARD.decode(text.as_str().unwrap()).unwrap()).ok();
        Self {
            trust: trust
                .map(|(name, list)| (name.clone(), TrustList::from_value(list.clone()).unwrap()))
                .collect(),
            status: status.map(|(name, text)| (name.clone(), token(text))).collect(),
            verified: BTreeMap::new(),
        }
    }

    fn check(&mut self, vectors: &Value, case: &Value) -> Value {
        let at = case["at"].as_u64().unwrap_or(vectors["at"].as_u64().unwrap());
        let [trust, status] = [("trust", "ours"), ("status", "good")]
            .map(|(member, usual)| case[member].as_str().unwrap_or(usual).to_owned());
        let list = &self.trust[&trust];
        let token = self.status.get(&status).and_then(Option::as_ref);
        let lists =
            self.verified.entry((status, trust, at)).or_insert_with(|| run::statuses(token, list, at));
        let observed = Observed {
            document_matches: case["document_matches"].as_bool().unwrap_or(true),
            temperature: case["temperature"]
                .as_f64()
                .map(|degrees| Temperature::from_celsius(degrees).unwrap()),
            acceptance: if case["rules"] == false { Acceptance::NotLoaded } else { Acceptance::Fixed },
            ..Observed::default()
        };
        verify(&text(vectors, case), &mut Vec::new(), list, lists, at, &observed).to_json()
    }
}

#[test]
fn every_case_comes_out_as_written() {
    let mut verdicts = BTreeMap::<String, usize>::new();
    for name in FILES {
        let vectors = file(name);
        let mut lists = Lists::of(&vectors);
        for case in vectors["cases"].as_array().unwrap() {
            let found = lists.check(&vectors, case);
            for field in ["verdict", "reasons", "signature", "format"] {
                assert_eq!(found[field], case[field], "{field} of {case}");
            }
            assert_eq!(run::digest(&found), case["json"], "{case}: {found}");
            *verdicts.entry(found["verdict"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    println!("{verdicts:?}");
    assert!(verdicts.values().sum::<usize>() >= 5_000, "{verdicts:?}");
    assert!(verdicts["PASS"] >= 100 && verdicts["CHECK"] >= 300, "{verdicts:?}");
}

#[test]
fn every_reason_has_a_case() {
    let files = FILES.map(file);
    let cases = files.iter().flat_map(|vectors| vectors["cases"].as_array().unwrap());
    let seen: BTreeSet<&str> =
        cases.flat_map(|case| case["reasons"].as_array().unwrap()).map(|r| r.as_str().unwrap()).collect();
    let missing: Vec<_> = Reason::ALL.iter().filter(|reason| !seen.contains(reason.as_str())).collect();
    // Only a server that asks the national platform gives this one.
    assert_eq!(missing, [&Reason::NationalUnavailable]);
}

#[test]
fn every_trust_list_is_read_or_refused_as_written() {
    let lists = file("trust");
    let (mut read, mut refused) = (0, 0);
    for case in lists.as_array().unwrap() {
        let found = TrustList::from_json(case["text"].as_str().unwrap()).is_ok();
        assert_eq!(found, case["read"], "{case}");
        if found { read += 1 } else { refused += 1 }
    }
    assert!(read >= 20 && refused >= 40, "{read} read, {refused} refused");
}
