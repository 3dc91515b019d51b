//! The pass and the live code: one encoding, and nothing else accepted.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::{NOW, device_key, issuer_key, live_claims, printed_claims, statuses, trust};
use credential::{
    BirthDay, DeviceKey, LiveCode, LiveProof, Observed, Pass, PassClaims, Reason, Scan, Signer, StatusRef,
    Verdict, base45, encode_live, live_message, live_text, to_text, verify,
};
use proptest::prelude::*;

fn live_code(pass: &[u8]) -> Vec<u8> {
    encode_live(pass, NOW, &device_key().sign(&live_message(pass, NOW)).unwrap())
}

fn outcome(text: &str) -> (Verdict, Vec<Reason>) {
    let mut buffer = Vec::new();
    let seen = Observed { document_matches: true, ..Observed::default() };
    let outcome = verify(text, &mut buffer, &trust(), &statuses(), NOW, &seen);
    (outcome.verdict(), outcome.reasons().to_vec())
}

#[test]
fn what_is_issued_reads_back_and_passes() {
    for claims in [live_claims(), printed_claims()] {
        let bytes = claims.issue(&issuer_key()).unwrap();
        let pass = Pass::parse(&bytes).unwrap();
        assert_eq!(*pass.claims(), claims);
        assert_eq!(pass.key_id(), issuer_key().key_id());
        assert!(pass.signed_by(&issuer_key().public()));
        assert!(!pass.signed_by(&device_key().public()));
        let code = if claims.device.is_some() { live_code(&bytes) } else { bytes.clone() };
        assert_eq!(outcome(&to_text(&code)), (Verdict::Pass, vec![]));
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let printed = printed_claims().issue(&issuer_key()).unwrap();
    let live = live_code(&live_claims().issue(&issuer_key()).unwrap());
    for code in [printed, live] {
        for bit in 0..code.len() * 8 {
            let mut flipped = code.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let (verdict, reasons) = outcome(&to_text(&flipped));
            // The time of a live code is within what the device signed, so a flip there is a wrong proof.
            assert_eq!(verdict, Verdict::Stop, "bit {bit}: {reasons:?}");
        }
    }
}

#[test]
fn cut_or_lengthened_codes_are_refused() {
    let printed = printed_claims().issue(&issuer_key()).unwrap();
    let live = live_code(&live_claims().issue(&issuer_key()).unwrap());
    for code in [printed, live] {
        for length in 0..code.len() {
            assert!(matches!(Scan::from_bytes(&code[..length]), Scan::Unreadable), "{length}");
        }
        for extra in 0..=255 {
            let mut longer = code.clone();
            longer.push(extra);
            assert!(matches!(Scan::from_bytes(&longer), Scan::Unreadable));
        }
    }
}

/// Swaps the one occurrence of `from` in the bytes of a printed pass.
fn swapped(from: &str, to: &str) -> Vec<u8> {
    let text = hex::encode(printed_claims().issue(&issuer_key()).unwrap());
    assert_eq!(text.matches(from).count(), 1, "{from}");
    hex::decode(text.replace(from, to)).unwrap()
}

#[test]
fn every_other_way_to_write_the_same_is_refused() {
    let cases = [
        ("no tag", "d2844d", "844d"),
        ("a longer tag", "d2844d", "d812844d"),
        ("the tag of a COSE_Mac0", "d2844d", "d1844d"),
        ("a tag around the tag", "d2844d", "d83dd2844d"),
        ("a longer array", "d2844d", "d298044d"),
        ("an open array", "d2844d", "d29f4d"),
        ("alg none", "4da201260448", "4da201000448"),
        ("alg ES384", "4da2012604", "4ea201382204"),
        ("a header map written longer", "4da2012604", "4eb802012604"),
        ("crit", "4da2012604", "50a3012602810404"),
        ("something unprotected", "a058", "a1044131 58"),
        ("a claim twice", "a6016543", "a70165434e2d4842016543"),
        ("a longer integer", "041a", "041b00000000"),
        ("claims out of order", "a6016543", "a6046543"),
        ("a claim that is unknown", "a6016543", "a70a00016543"),
        ("a colour that is unknown", "a60100", "a60104"),
        ("a colour as a text", "a60100", "a6016130"),
        ("birthday in three parts", "0382181f08", "0383181f0800"),
        ("a longer day of 8", "0382181f08", "0382181f1808"),
        ("day 32", "0382181f08", "0382182008"),
        ("month 13", "0382181f08", "0382181f0d"),
        ("a live pass without a key", "0602", "0601"),
    ];
    for (name, from, to) in cases {
        let bytes = swapped_last(from, &to.replace(' ', ""), name == "a live pass without a key");
        assert!(matches!(Scan::from_bytes(&bytes), Scan::Unreadable), "{name}");
    }
    assert!(matches!(Scan::from_bytes(&swapped("d2844d", "d2844d")), Scan::Pass(_)));
}

/// As [`swapped`], but the signature may hold the same digits by chance, so the first or last one counts.
fn swapped_last(from: &str, to: &str, last_of_payload: bool) -> Vec<u8> {
    let bytes = printed_claims().issue(&issuer_key()).unwrap();
    let (body, signature) = bytes.split_at(bytes.len() - 66);
    let text = hex::encode(body);
    let at = if last_of_payload { text.rfind(from) } else { text.find(from) };
    let at = at.unwrap_or_else(|| panic!("{from} in {text}"));
    let changed = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
    let mut changed = fix_lengths(&hex::decode(changed).unwrap(), bytes.len() - 66);
    changed.extend_from_slice(signature);
    changed
}

/// Where the payload grew or shrank, its own length follows, so that only the intended fault is left.
fn fix_lengths(body: &[u8], before: usize) -> Vec<u8> {
    let mut body = body.to_vec();
    let grown = body.len().abs_diff(before);
    if let Some(at) = body.windows(2).position(|pair| pair == [0xa0, 0x58])
        && body.len() > before
        && body.starts_with(&[0xd2, 0x84, 0x4d])
    {
        body[at + 2] += u8::try_from(grown).unwrap();
    }
    body
}

#[test]
fn deep_nesting_is_refused_at_once() {
    for opener in [0x81u8, 0xa1, 0xd2, 0x9f, 0xbf, 0xc1] {
        let mut bytes = vec![opener; 10_000];
        assert!(matches!(Scan::from_bytes(&bytes), Scan::Unreadable));
        bytes.splice(0..0, [0x83]);
        assert!(matches!(Scan::from_bytes(&bytes), Scan::Unreadable));
    }
}

#[test]
fn limits_hold_for_issuing_as_for_reading() {
    let long = "x".repeat(129);
    let base = printed_claims();
    for (name, claims) in [
        ("issuer", PassClaims { issuer: "", ..base }),
        ("issuer", PassClaims { issuer: "CN\n", ..base }),
        ("issuer", PassClaims { issuer: &long, ..base }),
        ("expires", PassClaims { expires: u64::MAX, ..base }),
        ("issued", PassClaims { issued: u64::MAX, ..base }),
        ("status", PassClaims { status: StatusRef { index: 0, uri: "" }, ..base }),
        ("status", PassClaims { status: StatusRef { index: 0, uri: &long }, ..base }),
        ("initials", PassClaims { initials: "ABCDEFGHIJKLMNOPQ", ..base }),
        ("birth", PassClaims { birth: BirthDay { day: 32, month: 1 }, ..base }),
        ("birth", PassClaims { birth: BirthDay { day: 1, month: 13 }, ..base }),
        ("last_four", PassClaims { last_four: "", ..base }),
        ("last_four", PassClaims { last_four: "12345", ..base }),
        ("last_four", PassClaims { last_four: "12c3", ..base }),
    ] {
        let error = claims.issue(&issuer_key()).unwrap_err().to_string();
        assert_eq!(error, format!("the claim `{name}` is outside its limits"));
    }
}

/// The budgets of the design: QR level M, alphanumeric, version 14 live (528) and 11 printed (366).
#[test]
fn the_worst_realistic_case_fits_its_qr_code() {
    let worst = PassClaims {
        status: StatusRef { index: 1_048_575, uri: "https://jiankangma.hubei.example.gov.cn/s/20261231-99" },
        initials: "WWWW",
        birth: BirthDay { day: 31, month: 12 },
        ..live_claims()
    };
    let pass = worst.issue(&issuer_key()).unwrap();
    let live = to_text(&live_code(&pass));
    assert!(live.len() <= 528, "live: {} characters", live.len());
    let printed = to_text(&PassClaims { device: None, ..worst }.issue(&issuer_key()).unwrap());
    assert!(printed.len() <= 366, "printed: {} characters", printed.len());
    println!("QR characters: live {} of 528, printed {} of 366", live.len(), printed.len());
}

#[test]
fn a_device_key_is_the_same_from_jwk_and_from_the_pass() {
    for key in [device_key(), issuer_key(), common::other_key(), common::other_device_key()] {
        let device = DeviceKey::from_jwk(&key.public().jwk()).unwrap();
        let claims = PassClaims { device: Some(device), ..live_claims() };
        let bytes = claims.issue(&issuer_key()).unwrap();
        let read = Pass::parse(&bytes).unwrap().claims().device.unwrap();
        assert!(read.verify(b"m", &key.sign(b"m").unwrap()));
        assert!(!read.verify(b"n", &key.sign(b"m").unwrap()));
    }
}

#[test]
fn a_device_key_off_the_curve_proves_nothing() {
    let claims = PassClaims { device: Some(DeviceKey { x: [0xff; 32], y_odd: true }), ..live_claims() };
    let code = live_code(&claims.issue(&issuer_key()).unwrap());
    assert_eq!(LiveCode::parse(&code).unwrap().proof(), LiveProof::Wrong(NOW));
}

#[test]
fn the_live_text_is_prefix_and_base45() {
    let pass = live_claims().issue(&issuer_key()).unwrap();
    let text = live_text(&pass, NOW, &[7; 64]);
    let bytes = base45::decode(text.strip_prefix("TX1:").unwrap()).unwrap();
    assert_eq!(bytes, encode_live(&pass, NOW, &[7; 64]));
}

#[test]
fn nothing_of_an_unverified_pass_is_identity() {
    let pass = printed_claims().issue(&common::other_key()).unwrap();
    let mut buffer = Vec::new();
    let found =
        verify(&to_text(&pass), &mut buffer, &trust(), &statuses(), NOW, &Observed::default()).to_json();
    assert_eq!(found["signature"], "unknown_key");
    assert!(found["identity"].is_null());
    let pass = printed_claims().issue(&issuer_key()).unwrap();
    let found =
        verify(&to_text(&pass), &mut buffer, &trust(), &statuses(), NOW, &Observed::default()).to_json();
    let identity = serde_json::json!({"initials": "AME", "birth_day": 31, "birth_month": 8,
        "document": "passport", "last_four": "02C3"});
    assert_eq!(found["identity"], identity);
    assert_eq!(found["not_before"], "2026-11-22T20:00:00Z");
}

#[test]
fn nothing_printed_for_debugging_names_a_person() {
    let pass = live_claims().issue(&issuer_key()).unwrap();
    let mut buffer = Vec::new();
    for text in [to_text(&pass), to_text(&live_code(&pass)), "7K3M92QD".into()] {
        let found = verify(&text, &mut buffer, &trust(), &statuses(), NOW, &Observed::default());
        let shown = format!("{found:?} {:?} {:?}", found.identity(), found.claims());
        for personal in ["AME", "02C3", "day", "65, 77, 69", "7K3M", "55, 75, 51"] {
            assert!(!shown.contains(personal), "{personal} in {shown}");
        }
    }
}

#[test]
fn keys_do_not_print_themselves() {
    let shown = format!("{:?} {:?}", issuer_key(), issuer_key().public());
    assert!(shown.len() < 70, "{shown}");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Scan::from_bytes(&bytes);
        prop_assert_ne!(outcome(&to_text(&bytes)).0, Verdict::Pass);
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        prop_assert_ne!(outcome(&text).0, Verdict::Pass);
        prop_assert_ne!(outcome(&format!("TX1:{text}")).0, Verdict::Pass);
    }

    #[test]
    fn a_damaged_pass_never_passes(at in 0usize..250, with in any::<u8>(), cut in 0usize..40) {
        let pass = printed_claims().issue(&issuer_key()).unwrap();
        let mut damaged = pass.clone();
        let at = at % damaged.len();
        damaged[at] = with;
        damaged.drain(at..(at + cut).min(pass.len()));
        if damaged != pass {
            prop_assert_eq!(outcome(&to_text(&damaged)).0, Verdict::Stop);
        }
    }

    #[test]
    fn claims_come_back(issuer in "[A-Z]{1,64}", uri in "[!-~]{1,128}", initials in "[A-Z]{0,16}",
        last_four in "[0-9A-Z]{1,4}", index: u32, day in 0u8..=31, month in 0u8..=12,
        issued in 0u64..253_402_300_800, expires in 0u64..253_402_300_800, id: [u8; 8], x: [u8; 32], y_odd: bool) {
        let claims = PassClaims { issuer: &issuer, initials: &initials, last_four: &last_four, issued, expires, id,
            device: y_odd.then_some(DeviceKey { x, y_odd }), status: StatusRef { index, uri: &uri },
            birth: BirthDay { day, month }, ..live_claims() };
        let bytes = claims.issue(&issuer_key()).unwrap();
        prop_assert_eq!(*Pass::parse(&bytes).unwrap().claims(), claims);
    }
}
