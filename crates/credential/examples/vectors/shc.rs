//! SMART Health Cards.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::common::{DAY, NOW};
use crate::foreign::{SHC, SHC_ISSUER, STRANGER, looks, one};
use crate::parts::{Change, Key, changed, deflate, jws};
use crate::set::{Expected, Set};

const EXPIRES: u64 = NOW + 5 * DAY;

fn dose(day: &str) -> Value {
    json!({"fullUrl": "resource:1", "resource": {"resourceType": "Immunization", "status": "completed",
        "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "207"}]},
        "patient": {"reference": "resource:0"}, "occurrenceDateTime": day}})
}

fn card() -> Value {
    json!({"iss": SHC_ISSUER, "nbf": NOW - DAY, "exp": EXPIRES, "vc": {
        "type": ["https://smarthealth.cards#health-card", "https://smarthealth.cards#covid19"],
        "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": {"resourceType": "Bundle", "type": "collection",
        "entry": [{"fullUrl": "resource:0", "resource": {"resourceType": "Patient",
            "name": [{"family": "Eriksson", "given": ["Anna", "maria"]}], "birthDate": "1990-08-31"}},
            dose("2026-05-01"), dose("2026-06-01")]}}}})
}

fn header(key: Key) -> String {
    json!({"alg": "ES256", "kid": URL_SAFE_NO_PAD.encode(key.thumbprint()), "zip": "DEF"}).to_string()
}

fn signed(header: &str, payload: &[u8], key: Key) -> String {
    jws(header, &deflate(payload), key)
}

fn digits(text: &str) -> String {
    text.bytes().map(|byte| format!("{:02}", byte - 45)).collect()
}

fn qr(jws: &str) -> String {
    format!("shc:/{}", digits(jws))
}

fn usual(card: &Value) -> String {
    signed(&header(SHC), card.to_string().as_bytes(), SHC)
}

const GOOD: Expected<'_> = Expected::Exactly("PASS", &[]);

pub fn cases(set: &mut Set) {
    looks(set, "digits", qr(&usual(&card())), Some(EXPIRES), Some(NOW - DAY));
    looks(set, "JWS", usual(&card()), Some(EXPIRES), Some(NOW - DAY));
    contents(set);
    statements(set);
    headers(set);
    texts(set);
    damaged(set);
}

const CHANGES: [Change; 44] = [
    ("/iss", None, false),
    ("/iss", Some("1"), false),
    ("/iss", Some("\"http://shc.example.org/issuer\""), false),
    ("/iss", Some("\"https://shc.example.org/issuer/\""), false),
    ("/iss", Some("\"https://\""), false),
    ("/iss", Some("\"https://é\""), false),
    ("/nbf", None, false),
    ("/nbf", Some("\"1795334400\""), false),
    ("/nbf", Some("-1"), false),
    ("/nbf", Some("null"), false),
    ("/nbf", Some("1795334400.5"), true),
    ("/nbf", Some("1e9"), true),
    ("/nbf", Some("1e16"), false),
    ("/exp", None, true),
    ("/exp", Some("null"), false),
    ("/exp", Some("0"), false),
    ("/exp", Some("1795420800.5"), true),
    ("/exp", Some("1795420801000"), true),
    ("/exp", Some("1e15"), true),
    ("/vc", None, false),
    ("/vc", Some("[]"), false),
    ("/vc/type", None, false),
    ("/vc/type", Some("[]"), false),
    ("/vc/type", Some("\"https://smarthealth.cards#health-card\""), false),
    ("/vc/type/0", Some("\"VerifiableCredential\""), false),
    ("/vc/type/1", Some("1"), false),
    ("/vc/rid", Some("\"abc-DEF_09\""), true),
    ("/vc/rid", Some("\"\""), false),
    ("/vc/rid", Some("\"a.1\""), false),
    ("/vc/rid", Some("\"0123456789012345678901234\""), false),
    ("/vc/rid", Some("null"), false),
    ("/vc/credentialSubject", None, false),
    ("/vc/credentialSubject/fhirVersion", None, false),
    ("/vc/credentialSubject/fhirVersion", Some("4"), false),
    ("/vc/credentialSubject/fhirBundle", None, false),
    ("/vc/credentialSubject/fhirBundle/resourceType", Some("\"Patient\""), false),
    ("/vc/credentialSubject/fhirBundle/entry", None, false),
    ("/vc/credentialSubject/fhirBundle/entry", Some("{}"), false),
    ("/vc/credentialSubject/fhirBundle/entry/0", Some("{}"), false),
    ("/vc/credentialSubject/fhirBundle/entry/0", Some("{\"resource\": []}"), false),
    ("/vc/credentialSubject/fhirBundle/entry/0/resource", Some("{\"resourceType\": \"Location\"}"), true),
    ("/vc/credentialSubject/fhirBundle/type", None, true),
    ("/other", Some("[1, {\"deep\": null}]"), true),
    ("/__proto__", Some("{\"iss\": 1}"), true),
];

fn contents(set: &mut Set) {
    for change in &CHANGES {
        let name = format!("{} becomes {}", change.0, change.1.unwrap_or("nothing"));
        let known = if change.2 { GOOD } else { Expected::Unreadable };
        one(set, &name, &usual(&changed(&card(), change)), &known);
    }
    for birth in
        ["1990", "1990-08", "1990-8-31", "1990-02-31", "31.08.1990", "", "1990-13-01", "1990-08-31T00:00"]
    {
        let mut card = card();
        card["vc"]["credentialSubject"]["fhirBundle"]["entry"][0]["resource"]["birthDate"] = json!(birth);
        one(set, &format!("born {birth}"), &usual(&card), &GOOD);
    }
    for name in [
        json!([]),
        json!({}),
        json!([{"family": 7}]),
        json!([{"given": ["  straße ", "王小明", "-x-", "…"]}]),
        json!([{"family": "A B C D E F G H I J K L M N O P Q R"}]),
        json!([{"family": "ßeta ßeta ßeta ßeta ßeta ßeta ßeta ßeta ßeta"}]),
    ] {
        let mut card = card();
        card["vc"]["credentialSubject"]["fhirBundle"]["entry"][0]["resource"]["name"] = name.clone();
        one(set, &format!("named {name}"), &usual(&card), &GOOD);
    }
    let raw = card().to_string();
    for (name, payload, known) in [
        ("a member twice", raw.replacen('{', "{\"nbf\":1,", 1), Expected::Unreadable),
        ("white space around", format!(" {raw}"), Expected::Unreadable),
        ("white space within", raw.replace(',', " ,\n\t").replace(":1", ": 1"), GOOD),
        ("something behind", format!("{raw}{{}}"), Expected::Unreadable),
        ("a byte order mark", format!("\u{feff}{raw}"), Expected::Unreadable),
        ("half a pair", raw.replace("Anna", "\\ud800"), Expected::Unreadable),
        ("a pair", raw.replace("Anna", "\\ud842\\udfb7"), GOOD),
        ("a control", raw.replace("Anna", "A\u{1}"), Expected::Unreadable),
        ("a trailing comma", raw.replacen('{', "{\"a\":[1,],", 1), Expected::Unreadable),
        ("a leading zero", raw.replacen('{', "{\"a\":01,", 1), Expected::Unreadable),
        ("no number", raw.replacen('{', "{\"a\":NaN,", 1), Expected::Unreadable),
        ("too large a number", raw.replacen('{', "{\"a\":1e999,", 1), Expected::Unreadable),
        ("a large number", raw.replacen('{', "{\"a\":9007199254740991,", 1), GOOD),
        (
            "126 levels",
            raw.replacen('{', &format!("{{\"a\":{}{},", "[".repeat(126), "]".repeat(126)), 1),
            GOOD,
        ),
        (
            "127 levels",
            raw.replacen('{', &format!("{{\"a\":{}{},", "[".repeat(127), "]".repeat(127)), 1),
            Expected::Unreadable,
        ),
        ("an array", "[]".into(), Expected::Unreadable),
        ("nothing", String::new(), Expected::Unreadable),
    ] {
        one(set, name, &signed(&header(SHC), payload.as_bytes(), SHC), &known);
    }
    one(set, "not UTF-8", &signed(&header(SHC), b"{\"a\":\"\xff\"}", SHC), &Expected::Unreadable);
    let card = |name: &str| changed(&card(), &("/iss", Some(leak(format!("\"{name}\""))), true));
    one(set, "another issuer", &usual(&card("https://example.org")), &Expected::Exactly("STOP", &["issuer"]));
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

const CVX: &str = "http://hl7.org/fhir/sid/cvx";
const SNOMED: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";

/// What the resources say, and whether that is accepted.
fn statements(set: &mut Set) {
    let not = Expected::Exactly("CHECK", &["not_accepted"]);
    let dosed = |system: &str, code: &str, status: &str| {
        let mut one = dose("2026-06-01");
        one["resource"]["status"] = json!(status);
        one["resource"]["vaccineCode"]["coding"][0] = json!({"system": system, "code": code});
        one
    };
    let tested = |code: &str, status: &str, system: &str, result: &str| {
        json!({"resource": {"resourceType": "Observation", "status": status,
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "effectiveDateTime": "2026-11-22",
            "valueCodeableConcept": {"coding": [{"system": system, "code": result}]}}})
    };
    let cases = [
        (dosed(CVX, "521", "completed"), true),
        (dosed(CVX, "522", "completed"), false),
        (dosed(CVX, "0207", "completed"), true),
        (dosed(CVX, "x207", "completed"), false),
        (dosed(CVX, "208", "not-done"), false),
        (dosed(CVX, "3", "completed"), false),
        (dosed(SNOMED, "840534001", "completed"), true),
        (dosed(SNOMED, "207", "completed"), false),
        (tested("94500-6", "final", SNOMED, "260415000"), true),
        (tested("94500-6", "final", SNOMED, "260373001"), false),
        (tested("94500-6", "final", LOINC, "LA6577-6"), true),
        (tested("94500-6", "corrected", LOINC, "LA11882-0"), false),
        (tested("94500-6", "preliminary", SNOMED, "260415000"), false),
        (tested("94500-6", "final", SNOMED, "1"), false),
        (tested("94661-6", "final", SNOMED, "260415000"), false),
        (json!({"resource": {"resourceType": "Observation"}}), false),
        (json!({"resource": {"resourceType": "Location"}}), false),
    ];
    for (entry, accepted) in cases {
        let mut card = card();
        let entries = &mut card["vc"]["credentialSubject"]["fhirBundle"]["entry"];
        *entries = json!([entries[0], entry]);
        one(set, "statement", &usual(&card), if accepted { &GOOD } else { &not });
        let entries = &mut card["vc"]["credentialSubject"]["fhirBundle"]["entry"];
        *entries = json!([entries[0], dose("2026-06-01"), entries[1]]);
        let location = entry["resource"]["resourceType"] == "Location";
        one(set, "statement beside a dose", &usual(&card), if accepted || location { &GOOD } else { &not });
    }
}

fn headers(set: &mut Set) {
    let kid = URL_SAFE_NO_PAD.encode(SHC.thumbprint());
    let payload = card().to_string();
    for (header, known) in [
        (json!({"alg": "none", "kid": kid, "zip": "DEF"}), Expected::Unreadable),
        (json!({"alg": "ES384", "kid": kid, "zip": "DEF"}), Expected::Unreadable),
        (json!({"alg": "HS256", "kid": kid, "zip": "DEF"}), Expected::Unreadable),
        (json!({"kid": kid, "zip": "DEF"}), Expected::Unreadable),
        (json!({"alg": "ES256", "kid": kid}), Expected::Unreadable),
        (json!({"alg": "ES256", "kid": kid, "zip": "def"}), Expected::Unreadable),
        (json!({"alg": "ES256", "zip": "DEF"}), Expected::Unreadable),
        (json!({"alg": "ES256", "kid": "abc", "zip": "DEF"}), Expected::Unreadable),
        (json!({"alg": "ES256", "kid": kid, "zip": "DEF", "crit": ["exp"]}), Expected::Unreadable),
        (json!({"alg": "ES256", "kid": kid, "zip": "DEF", "jwk": STRANGER.jwk()}), GOOD),
        (json!(["ES256"]), Expected::Unreadable),
    ] {
        one(set, "header", &signed(&header.to_string(), payload.as_bytes(), SHC), &known);
    }
    let twice = header(SHC).replacen('{', "{\"alg\":\"none\",", 1);
    one(set, "alg twice", &signed(&twice, payload.as_bytes(), SHC), &Expected::Unreadable);
    one(
        set,
        "a space before",
        &signed(&format!(" {}", header(SHC)), payload.as_bytes(), SHC),
        &Expected::Unreadable,
    );
    let stranger = signed(&header(STRANGER), payload.as_bytes(), STRANGER);
    one(set, "unknown key", &stranger, &Expected::Exactly("STOP", &["unknown_key"]));
    let forged = signed(&header(SHC), payload.as_bytes(), STRANGER);
    one(set, "somebody else's name", &forged, &Expected::Exactly("STOP", &["signature"]));
    for stream in [
        payload.as_bytes().to_vec(),
        crate::parts::zlib(payload.as_bytes()),
        [deflate(payload.as_bytes()), vec![0]].concat(),
        deflate(&vec![b' '; 131_073]),
        deflate(&vec![b' '; 2_000_000]),
        vec![],
    ] {
        one(set, "stream", &jws(&header(SHC), &stream, SHC), &Expected::Unreadable);
    }
}

/// Digits of one code and of several.
fn texts(set: &mut Set) {
    let whole = usual(&card());
    let code = qr(&whole);
    for (text, known) in [
        (code.clone() + "\n", GOOD),
        (code.clone() + "\r\n", GOOD),
        (code.clone() + "\n\n", Expected::Unreadable),
        (format!(" {code}"), Expected::Unreadable),
        (code.to_uppercase(), Expected::Unreadable),
        (code.clone() + "0", Expected::Unreadable),
        (code.clone() + "79", Expected::Unreadable),
        (code.clone() + "0a", Expected::Unreadable),
        (format!("shc:/1/1/{}", digits(&whole)), GOOD),
        (format!("shc:/1/2/{}", digits(&whole)), Expected::Unreadable),
        (format!("shc:/2/1/{}", digits(&whole)), Expected::Unreadable),
        (format!("shc:/01/1/{}", digits(&whole)), Expected::Unreadable),
        (format!("shc:/1/1/1/{}", digits(&whole)), Expected::Unreadable),
        ("shc:/".into(), Expected::Unreadable),
        ("shc:/5".into(), Expected::Unreadable),
        (whole.clone() + "=", Expected::Unreadable),
        (whole.clone() + ".", Expected::Unreadable),
        (whole.replacen('.', "", 1), Expected::Unreadable),
        (format!("{whole}\n"), GOOD),
        (format!(" {whole}"), Expected::Unreadable),
    ] {
        one(set, "text", &text, &known);
    }
    let (first, second) = whole.split_at(300);
    let parts = format!("shc:/1/2/{}\nshc:/2/2/{}", digits(first), digits(second));
    one(set, "cut although it fits", &parts, &Expected::Unreadable);
    let mut large = card();
    // Nothing that repeats, so that it stays large.
    let filler: String =
        (0..760u32).map(|n| char::from(b'!' + (n.wrapping_mul(2_654_435_761) >> 13) as u8 % 90)).collect();
    large["filler"] = json!(filler);
    let large = usual(&large);
    assert!(large.len() > 1_195 && large.len() < 2 * 1_191, "{}", large.len());
    let (first, second) = large.split_at(large.len() / 2);
    let code = |index: u8, of: u8, part: &str| format!("shc:/{index}/{of}/{}", digits(part));
    let (one_of, two_of) = (code(1, 2, first), code(2, 2, second));
    for (text, known) in [
        (format!("{one_of}\n{two_of}"), GOOD),
        (format!("{two_of}\r\n{one_of}\n"), GOOD),
        (one_of.clone(), Expected::Unreadable),
        (format!("{one_of}\n{one_of}"), Expected::Unreadable),
        (format!("{one_of}\n{}", code(2, 3, second)), Expected::Unreadable),
        (format!("{one_of} {two_of}"), Expected::Unreadable),
        (qr(&large), Expected::Unreadable),
        (large.clone(), GOOD),
    ] {
        one(set, "several codes", &text, &known);
    }
}

fn damaged(set: &mut Set) {
    let whole = usual(&card());
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        one(set, "a letter changed", &String::from_utf8(bytes).unwrap(), &Expected::NotPass);
    }
}
