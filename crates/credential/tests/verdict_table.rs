//! The verdict over its whole cross product (check C9), through real passes, keys and signatures.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::hcert;
use common::oracle::{Facts, ForeignFacts, Proof, Sig, Status, When, expected, expected_foreign};
use common::{
    DAY, NOW, device_key, issuer_key, live_claims, other_device_key, other_key, printed_claims, trust_with,
};
use credential::{
    Acceptance, Colour, KeyState, KeyUsage, Observed, PassClaims, Purpose, Scan, Seconds, Signer,
    StatusAnswer, THRESHOLD, Temperature, TrustList, TrustedKey, encode_live, live_message, verdict,
};

/// Each way in which the trust list and the signature can stand to a pass.
fn trusts() -> Vec<(TrustList, bool, Sig, bool, bool)> {
    let good = || trust_with(|_| ());
    let keyed = |change: fn(&mut credential::TrustedKey)| trust_with(|i| change(&mut i.keys[0]));
    vec![
        (good(), false, Sig::Good, false, false),
        (good(), true, Sig::Wrong, false, false),
        (TrustList::empty(), false, Sig::UnknownKey, false, false),
        (keyed(|k| k.not_before = NOW + 1), false, Sig::Good, true, false),
        (keyed(|k| k.not_after = NOW - 1), false, Sig::Good, true, false),
        (keyed(|k| k.not_before = NOW), false, Sig::Good, false, false),
        (keyed(|k| k.not_after = NOW), false, Sig::Good, false, false),
        (keyed(|k| k.state = KeyState::Withdrawn), true, Sig::Wrong, true, false),
        (keyed(|k| k.state = KeyState::Withdrawn), false, Sig::Good, true, false),
        (trust_with(|i| i.name = Some("CN-GD".into())), false, Sig::Good, false, true),
        (trust_with(|i| i.purposes = vec![Purpose::Status, Purpose::Rules]), false, Sig::Good, false, true),
        (trust_with(|i| i.format = credential::Format::Hcert), true, Sig::Wrong, false, true),
    ]
}

fn passes() -> Vec<(PassClaims<'static>, When, &'static str)> {
    let mut all = Vec::new();
    for base in [live_claims(), printed_claims()] {
        for (issued, expires, when) in [
            (NOW - DAY, NOW + 1, When::Valid),
            (NOW, NOW + DAY, When::Valid),
            (NOW - DAY, NOW, When::Expired),
            (NOW + 1, NOW + DAY, When::NotYet),
        ] {
            for (colour, word) in [
                (Colour::Green, "green"),
                (Colour::Yellow, "yellow"),
                (Colour::Red, "red"),
                (Colour::None, "none"),
            ] {
                all.push((PassClaims { issued, expires, colour, ..base }, when, word));
            }
        }
    }
    all
}

/// The pass as scanned, with each proof that a code around it can carry.
fn codes(pass: &[u8], live: bool) -> Vec<(Vec<u8>, Proof)> {
    let signed = |key: &dyn Signer, over: &[u8], time: Seconds| {
        encode_live(pass, time, &key.sign(&live_message(over, time)).unwrap())
    };
    let mut codes = vec![(pass.to_vec(), Proof::None)];
    for age in [0i64, 60, 61, -15, -16] {
        let time = NOW.checked_add_signed(-age).unwrap();
        // A printed pass names no device, so that no proof on it can be right.
        let proof = if live { Proof::Right(age) } else { Proof::Wrong(age) };
        codes.push((signed(&device_key(), pass, time), proof));
    }
    codes.push((signed(&other_device_key(), pass, NOW - 5), Proof::Wrong(5)));
    codes.push((signed(&other_device_key(), pass, NOW - 90), Proof::Wrong(90)));
    codes.push((signed(&device_key(), b"another pass", NOW - 5), Proof::Wrong(5)));
    codes
}

#[test]
fn every_combination_is_as_the_plain_table_says() {
    let signer = issuer_key();
    let mut seen = 0;
    for (claims, when, colour) in passes() {
        let good = claims.issue(&signer).unwrap();
        let mut wrong = good.clone();
        *wrong.last_mut().unwrap() ^= 1;
        let live = claims.device.is_some();
        let prepared = [codes(&good, live), codes(&wrong, live)];
        for (trust, tampered, signature, key_bad, issuer_bad) in &trusts() {
            for (bytes, proof) in &prepared[usize::from(*tampered)] {
                let scan = Scan::from_bytes(bytes);
                assert!(scan.pass().is_some());
                let live_proof = scan.proof();
                let facts = Facts {
                    signature: *signature,
                    key_bad: *key_bad,
                    issuer_bad: *issuer_bad,
                    when,
                    status: Status::Good,
                    live,
                    proof: *proof,
                    colour,
                    celsius_tenths: None,
                    document_matches: false,
                };
                // The signatures do not depend on the rest, so they are checked once for all of it.
                let authenticity = credential::Authenticity::of(scan.pass().unwrap(), trust, NOW);
                for (status, answer) in [
                    (Status::Good, StatusAnswer::Good),
                    (Status::Withdrawn, StatusAnswer::Withdrawn),
                    (Status::Unknown, StatusAnswer::Unknown),
                ] {
                    for celsius_tenths in [None, Some(372), Some(373), Some(401)] {
                        for document_matches in [false, true] {
                            let facts = Facts { status, celsius_tenths, document_matches, ..facts };
                            let observed = Observed {
                                acceptance: credential::Acceptance::Fixed,
                                document_matches,
                                temperature: celsius_tenths.map(Temperature),
                                threshold: THRESHOLD,
                            };
                            let found =
                                credential::judge(&scan, authenticity, answer, NOW, live_proof, &observed);
                            let words: Vec<_> = found.reasons.iter().map(|r| r.as_str()).collect();
                            assert_eq!((found.verdict.as_str(), words), expected(&facts), "{facts:?}");
                            seen += 1;
                        }
                    }
                }
                let whole = verdict(&scan, trust, StatusAnswer::Good, NOW, live_proof, &Observed::default());
                let words: Vec<_> = whole.reasons.iter().map(|r| r.as_str()).collect();
                assert_eq!((whole.verdict.as_str(), words), expected(&facts), "{facts:?}");
            }
        }
    }
    assert_eq!(seen, 2 * 4 * 4 * 12 * 9 * 3 * 4 * 2, "the product was not cut short");
}

/// What a certificate of the EU's form can say: whether it is by the schema, its kind, whether it is fine.
fn certificates() -> Vec<(serde_json::Value, bool, &'static str, bool)> {
    let mut other_disease = hcert::recovery();
    other_disease["r"][0]["tg"] = "6142004".into();
    let mut bad = hcert::vaccination();
    bad["v"][0]["dn"] = 0.into();
    vec![
        (hcert::vaccination(), true, "vaccination", true),
        (hcert::recovery(), true, "recovery", true),
        (hcert::test("260415000"), true, "test", true),
        (hcert::test("260373001"), true, "test", false),
        (hcert::test("455371000124106"), true, "test", false),
        (other_disease, true, "recovery", false),
        (bad, false, "vaccination", false),
    ]
}

/// Each way in which the trust list and the signature can stand to it; the last is what the key may not sign.
fn foreign_trusts() -> Vec<(TrustList, bool, Sig, bool, bool, &'static str)> {
    let keyed = |change: fn(&mut TrustedKey)| hcert::trust_with(|issuer| change(&mut issuer.keys[0]));
    let issued = |change: fn(&mut credential::Issuer)| hcert::trust_with(change);
    let only = KeyUsage { test: false, vaccination: false, recovery: false };
    let without_test = KeyUsage { vaccination: true, recovery: true, ..only };
    let without_vaccination = KeyUsage { test: true, recovery: true, ..only };
    let without_recovery = KeyUsage { test: true, vaccination: true, ..only };
    let used = |usage| hcert::trust_with(|issuer| issuer.keys[0].usage = usage);
    vec![
        (issued(|_| ()), false, Sig::Good, false, false, ""),
        (issued(|_| ()), true, Sig::Wrong, false, false, ""),
        (TrustList::empty(), false, Sig::UnknownKey, false, false, ""),
        (keyed(|key| key.not_before = NOW + 1), false, Sig::Good, true, false, ""),
        (keyed(|key| key.not_after = NOW - 1), true, Sig::Wrong, true, false, ""),
        (keyed(|key| (key.not_before, key.not_after) = (NOW, NOW)), false, Sig::Good, false, false, ""),
        (keyed(|key| key.state = KeyState::Withdrawn), false, Sig::Good, true, false, ""),
        (issued(|issuer| issuer.name = Some("XX".into())), false, Sig::Good, false, true, ""),
        (issued(|issuer| issuer.name = None), false, Sig::Good, false, false, ""),
        (issued(|issuer| issuer.purposes = vec![Purpose::Status]), true, Sig::Wrong, false, true, ""),
        (issued(|issuer| issuer.format = credential::Format::Nzcp), false, Sig::Good, false, true, ""),
        (used(without_test), false, Sig::Good, false, false, "test"),
        (used(without_vaccination), false, Sig::Good, false, false, "vaccination"),
        (used(without_recovery), true, Sig::Wrong, false, false, "recovery"),
    ]
}

#[test]
fn every_combination_of_a_foreign_credential_is_as_the_plain_table_says() {
    let (mut seen, mut passed) = (0, 0);
    let times = [
        (NOW - DAY, NOW + DAY, When::Valid),
        (NOW, NOW, When::Valid),
        (NOW - DAY, NOW - 1, When::Expired),
        (NOW + 1, NOW + DAY, When::NotYet),
    ];
    for (certificate, sound, kind, fine) in certificates() {
        for (iat, exp, when) in times {
            let good = hcert::signed(&hcert::claims(&hcert::cbor(&certificate), iat, exp));
            let mut wrong = good.clone();
            *wrong.last_mut().unwrap() ^= 1;
            let texts = [hcert::text(&good), hcert::text(&wrong)];
            for (trust, tampered, signature, key_bad, issuer_bad, forbidden) in &foreign_trusts() {
                for (celsius_tenths, rules) in [None, Some(372), Some(373)]
                    .into_iter()
                    .flat_map(|reading| [(reading, false), (reading, true)])
                {
                    let facts = ForeignFacts {
                        content_bad: !sound,
                        signature: *signature,
                        key_bad: *key_bad,
                        issuer_bad: *issuer_bad || *forbidden == kind,
                        when,
                        celsius_tenths,
                        rules,
                        fine,
                    };
                    let observed = Observed {
                        acceptance: if rules { Acceptance::Fixed } else { Acceptance::NotLoaded },
                        temperature: celsius_tenths.map(Temperature),
                        ..Observed::default()
                    };
                    let (mut buffer, statuses) = (Vec::new(), credential::StatusLists::default());
                    let text = &texts[usize::from(*tampered)];
                    let found = credential::verify(text, &mut buffer, trust, &statuses, NOW, &observed);
                    let words: Vec<_> = found.reasons().iter().map(|reason| reason.as_str()).collect();
                    assert_eq!((found.verdict().as_str(), words), expected_foreign(&facts), "{facts:?}");
                    let shown = *signature == Sig::Good && !key_bad && !facts.issuer_bad && sound;
                    assert_eq!(found.subject().is_some(), shown, "{facts:?}");
                    assert_eq!(found.scope(), Some(credential::Scope::Entry));
                    seen += 1;
                    passed += usize::from(found.reasons().is_empty());
                }
            }
        }
    }
    assert_eq!((seen, passed > 0), (7 * 4 * 14 * 6, true), "the product was not cut short");
}

#[test]
fn what_is_not_a_pass() {
    let mut buffer = Vec::new();
    let mut check = |text: &str, hot: Option<u16>| {
        let observed = Observed { temperature: hot.map(Temperature), ..Observed::default() };
        let outcome = credential::verify(
            text,
            &mut buffer,
            &trust_with(|_| ()),
            &credential::StatusLists::default(),
            NOW,
            &observed,
        );
        let words: Vec<_> = outcome.reasons().iter().map(|r| r.as_str()).collect();
        format!("{} {}", outcome.verdict().as_str(), words.join(" "))
    };
    assert_eq!(check("", None), "STOP unreadable");
    assert_eq!(check("TX1:", None), "STOP unreadable");
    assert_eq!(check("https://example.org/", Some(380)), "STOP unreadable temperature");
    assert_eq!(check("HC1:6BF", None), "STOP unreadable", "not read yet, so never better than that");
    assert_eq!(check("7K3M92QD", None), "CHECK short_code");
    assert_eq!(check("7k3m-92qd", Some(373)), "STOP temperature short_code");
    assert_eq!(check("7K3M92Q0", None), "STOP unreadable", "0 is not in the alphabet");
}

#[test]
fn nobody_else_s_key_is_taken_by_the_name_of_ours() {
    // Two keys under one kid (check C5): the one that signed is found, whichever comes first.
    let ours = trust_with(|_| ()).issuers()[0].keys[0].clone();
    let mut alias = credential::TrustedKey::ours(other_key().public(), 0, Seconds::MAX);
    alias.kid.clone_from(&ours.kid);
    let pass = printed_claims().issue(&issuer_key()).unwrap();
    let scan = Scan::from_bytes(&pass);
    let seen = Observed { document_matches: true, ..Observed::default() };
    let answer = |keys: Vec<_>| {
        let trust = trust_with(|i| i.keys = keys);
        verdict(&scan, &trust, StatusAnswer::Good, NOW, scan.proof(), &seen)
    };
    assert!(answer(vec![ours.clone(), alias.clone()]).reasons.is_empty());
    assert!(answer(vec![alias.clone(), ours]).reasons.is_empty());
    assert_eq!(answer(vec![alias]).reasons, [credential::Reason::Signature]);
}
