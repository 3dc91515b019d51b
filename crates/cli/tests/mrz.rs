//! `tongxing mrz` on the specimens that ICAO and others have published, and on what readers make of them.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use common::run;
use serde_json::Value;

const TD3: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n";
const TD3_OLD: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226B<<<<<14\n";
const TD1: &str =
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<\n";

#[test]
fn the_specimens_are_read() {
    for (text, number, expiry) in [
        (TD3, "L898902C3", "2012-04-15"),
        (TD3_OLD, "L898902C", "1994-06-23"),
        (TD1, "D23145890", "2012-04-15"),
    ] {
        let found = run(&["mrz", "--json", "--today", "2026-11-23"], text.as_bytes());
        let json: Value = serde_json::from_str(&found.out).unwrap();
        assert_eq!((found.status, found.err.as_str()), (0, ""), "{number}");
        assert_eq!(json["document"]["number"], number);
        assert_eq!(json["document"]["expiry"], expiry);
        assert_eq!(json["expired"], true);
        let lower = run(&["mrz", "--today", "2026-11-23"], text.to_lowercase().as_bytes());
        assert_eq!(lower.status, 0);
        assert!(lower.out.contains(number) && lower.out.contains("(expired)"), "{}", lower.out);
    }
}

#[test]
fn today_decides_the_century_and_what_has_expired() {
    let found = run(&["mrz", "--json", "--today", "2012-04-15"], TD3.as_bytes());
    let json: Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!(json["expired"], false);
    let without = run(&["mrz", "--json"], TD3.as_bytes());
    let json: Value = serde_json::from_str(&without.out).unwrap();
    assert_eq!((without.status, &json["expired"]), (0, &Value::Bool(true)));
}

#[test]
fn an_error_names_line_position_and_what_was_expected() {
    let broken = TD3.replace("L898902C36", "L898902C37");
    let found = run(&["mrz"], broken.as_bytes());
    assert_eq!(found.status, 1);
    assert!(found.out.contains("line 2, position 10"), "{}", found.out);
    assert!(found.out.contains("'6'"), "{}", found.out);
    let found = run(&["mrz", "--json"], broken.as_bytes());
    let json: Value = serde_json::from_str(&found.out).unwrap();
    assert_eq!((found.status, &json["valid"]), (1, &Value::Bool(false)));
    let places: Vec<_> = json["errors"].as_array().unwrap().iter().map(|e| e["position"].clone()).collect();
    assert!(places.contains(&Value::from(10)), "{json}");
}

#[test]
fn garbage_is_an_error_and_nothing_worse() {
    let long = vec![b'<'; 100_000];
    for garbage in [&b""[..], b"\n\n", b"\xFF\xFE\x00", b"P<UTO", "护照".as_bytes(), &long] {
        let found = run(&["mrz"], garbage);
        assert_eq!(found.status, 1, "{}", found.err);
        assert!(found.out.starts_with("error: "), "{}", found.out);
    }
}

#[test]
fn wrong_usage_is_told_apart_from_a_wrong_document() {
    for arguments in [&["mrz", "--today", "yesterday"][..], &["mrz", "extra"], &["mr"], &[]] {
        let found = run(arguments, b"");
        assert_eq!((found.status, found.out.as_str()), (2, ""), "{arguments:?}");
        assert!(found.err.contains("--help"), "{arguments:?}: {}", found.err);
    }
    assert_eq!(run(&["--help"], b"").status, 0);
}
