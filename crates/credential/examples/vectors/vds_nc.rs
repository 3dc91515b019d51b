//! ICAO visible digital seals.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::common::{DAY, NOW};
use crate::foreign::{AUTHORITY, HEALTH, LISTED, SIGNER, STRANGER, authority, listed, looks, one, signer};
use crate::parts::{Cert, Change, Key, changed};
use crate::set::{Check, Expected, Input, Set};

const GOOD: Expected<'_> = Expected::Exactly("PASS", &[]);

fn vaccination() -> Value {
    json!({"hdr": {"t": "icao.vacc", "v": 1, "is": "UTO"}, "msg": {"uvci": "U32870", "pid": {"n": "Eriksson Anna Maria",
        "dob": "1990-08-31", "sex": "F", "i": "L898902C3"}, "ve": [{"des": "XM68M6", "nam": "Vaccine", "dis": "RA01.0",
        "vd": [{"dvc": "2026-05-01", "seq": 1, "ctr": "UTO", "adm": "Clinic", "lot": "A"},
        {"dvc": "2026-06-01", "seq": 2, "ctr": "UTO", "adm": "Clinic", "lot": "B"}]}]}})
}

fn of_test() -> Value {
    json!({"hdr": {"t": "icao.test", "v": 1, "is": "UTO"}, "msg": {"utci": "U32871", "pid": {"n": "Eriksson Anna Maria",
        "dob": "1990-08-31", "dt": "P", "dn": "L898902C3"}, "sp": {"spn": "Laboratory", "ctr": "UTO"},
        "dat": {"sc": "2026-11-22T08:00:00Z", "ri": "2026-11-22T10:00:00Z"}, "tr": {"tc": "molecular(PCR)", "r": "negative"}}})
}

/// The canonical form (RFC 8785) of what has no fractions and only ASCII names.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut names: Vec<_> = members.keys().collect();
            names.sort();
            let items: Vec<_> =
                names.iter().map(|name| format!("{}:{}", json!(name), canonical(&members[*name]))).collect();
            format!("{{{}}}", items.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Number(number) if number.is_f64() => number.to_string().trim_end_matches(".0").to_owned(),
        scalar => scalar.to_string(),
    }
}

fn seal(data: &Value, certificate: &Cert, key: Key) -> Value {
    let alg = if key == Key::Es384 { "ES384" } else { "ES256" };
    json!({"data": data, "sig": {"alg": alg, "cer": certificate.base64(),
        "sigvl": URL_SAFE_NO_PAD.encode(key.sign(canonical(data).as_bytes()))}})
}

fn usual(data: &Value) -> Value {
    seal(data, &signer(), SIGNER)
}

pub fn cases(set: &mut Set) {
    looks(set, "issued by one listed", usual(&vaccination()).to_string(), None, None);
    looks(set, "listed itself", seal(&vaccination(), &listed(), LISTED).to_string(), None, None);
    looks(set, "test", usual(&of_test()).to_string(), None, None);
    contents(set);
    texts(set);
    certificates(set);
    damaged(set);
}

const VACCINATION: [Change; 40] = [
    ("/hdr", None, false),
    ("/hdr/t", None, false),
    ("/hdr/t", Some("\"icao.test\""), false),
    ("/hdr/t", Some("\"icao.arr\""), false),
    ("/hdr/v", None, false),
    ("/hdr/v", Some("2"), false),
    ("/hdr/v", Some("\"1\""), false),
    ("/hdr/v", Some("1.0"), false),
    ("/hdr/is", None, false),
    ("/hdr/is", Some("\"\""), false),
    ("/hdr/is", Some("\"uto\""), false),
    ("/hdr/is", Some("\"UTOP\""), false),
    ("/msg", None, false),
    ("/msg/pid", None, false),
    ("/msg/pid/n", None, false),
    ("/msg/pid/n", Some("7"), false),
    ("/msg/pid/n", Some("\"\""), true),
    ("/msg/pid/n", Some("\"<<王 ß-x 7\""), true),
    ("/msg/pid/dob", None, true),
    ("/msg/pid/dob", Some("\"31.08.1990\""), true),
    ("/msg/pid/dob", Some("\"1990\""), true),
    ("/msg/pid/i", None, true),
    ("/msg/pid/i", Some("\"--\""), true),
    ("/msg/pid/i", Some("\"a-b/c d é\""), true),
    ("/msg/pid/i", Some("1234"), true),
    ("/msg/pid/dn", Some("\"X1\""), true),
    ("/msg/ve", None, false),
    ("/msg/ve", Some("{}"), false),
    ("/msg/ve/0/vd", None, false),
    ("/msg/ve/0/vd", Some("\"x\""), false),
    ("/msg/ve/0/vd/0", Some("null"), true),
    ("/msg/ve/0/vd/0/seq", Some("\"1\""), true),
    ("/msg/ve/0/vd/0/seq", Some("1.5"), true),
    ("/msg/ve/0/dis", None, true),
    ("/msg/ve/0/nam", Some("\"\\u20ac\\\"\\\\\\/\\n\""), true),
    ("/other", Some("{\"b\": 1, \"a\": [true, null]}"), true),
    ("/other", Some("9007199254740991"), true),
    ("/other", Some("9007199254740992"), false),
    ("/other", Some("-9007199254740992"), false),
    ("/__proto__", Some("{\"hdr\": 1}"), true),
];

const TEST: [Change; 10] = [
    ("/msg/tr", None, false),
    ("/msg/tr/tc", None, false),
    ("/msg/tr/r", None, false),
    ("/msg/tr/r", Some("1"), false),
    ("/msg/tr/r", Some("\"Normal\""), true),
    ("/msg/tr/r", Some("\"NEGATIVE\""), true),
    ("/msg/dat", None, true),
    ("/msg/sp", None, true),
    ("/msg/pid/dn", None, true),
    ("/msg/tr", Some("[]"), false),
];

fn contents(set: &mut Set) {
    for (data, changes) in [(vaccination(), &VACCINATION[..]), (of_test(), &TEST[..])] {
        for change in changes {
            let name = format!("{} becomes {}", change.0, change.1.unwrap_or("nothing"));
            let text = usual(&changed(&data, change)).to_string();
            one(set, &name, &text, if change.2 { &GOOD } else { &Expected::Unreadable });
        }
    }
    let not = Expected::Exactly("CHECK", &["not_accepted"]);
    for (path, to) in [
        ("/msg/tr/r", "\"positive\""),
        ("/msg/tr/r", "\"Abnormal\""),
        ("/msg/tr/r", "\"unclear\""),
        ("/msg/tr/tc", "\"Antibody\""),
    ] {
        one(set, "test result", &usual(&changed(&of_test(), &(path, Some(to), true))).to_string(), &not);
    }
    for (path, to) in [("/msg/ve/0/dis", "\"1D47\""), ("/msg/ve/0/vd", "[]"), ("/msg/ve", "[]")] {
        one(
            set,
            "not against it",
            &usual(&changed(&vaccination(), &(path, Some(to), true))).to_string(),
            &not,
        );
    }
    let mut other = vaccination();
    other["msg"]["ve"][0].as_object_mut().unwrap().remove("dis");
    other["msg"]["ve"][0]["des"] = json!("XM0000");
    one(set, "another vaccine", &usual(&other).to_string(), &not);
    let issuer = changed(&vaccination(), &("/hdr/is", Some("\"XXA\""), true));
    one(set, "another issuer", &usual(&issuer).to_string(), &Expected::Exactly("STOP", &["issuer"]));
}

fn texts(set: &mut Set) {
    let whole = usual(&vaccination());
    let text = whole.to_string();
    let mut with = |name: &str, change: &dyn Fn(&mut Value), known: &Expected<'_>| {
        let mut whole = whole.clone();
        change(&mut whole);
        one(set, name, &whole.to_string(), known);
    };
    with("a member beside", &|seal| seal["more"] = json!(1), &Expected::Unreadable);
    with("a member in the signature", &|seal| seal["sig"]["more"] = json!(1), &Expected::Unreadable);
    with(
        "no certificate",
        &|seal| _ = seal["sig"].as_object_mut().unwrap().remove("cer"),
        &Expected::Unreadable,
    );
    with(
        "no algorithm",
        &|seal| _ = seal["sig"].as_object_mut().unwrap().remove("alg"),
        &Expected::Unreadable,
    );
    with("alg none", &|seal| seal["sig"]["alg"] = json!("none"), &Expected::Unreadable);
    with(
        "alg ES384",
        &|seal| seal["sig"]["alg"] = json!("ES384"),
        &Expected::Exactly("STOP", &["signature"]),
    );
    with(
        "signature empty",
        &|seal| seal["sig"]["sigvl"] = json!(""),
        &Expected::Exactly("STOP", &["signature"]),
    );
    with(
        "signature short",
        &|seal| seal["sig"]["sigvl"] = json!("AAAA"),
        &Expected::Exactly("STOP", &["signature"]),
    );
    with("certificate no Base64", &|seal| seal["sig"]["cer"] = json!("***"), &Expected::Unreadable);
    let der = STANDARD.encode(&signer().der()[1..]);
    with(
        "certificate no DER",
        &|seal| seal["sig"]["cer"] = json!(der),
        &Expected::Exactly("STOP", &["unknown_key"]),
    );
    let unpadded = STANDARD_NO_PAD.encode(signer().der());
    with("certificate without padding", &|seal| seal["sig"]["cer"] = json!(unpadded), &GOOD);
    for (name, text, known) in [
        ("white space", text.replace(",\"", " ,\n \"").replace("\":", "\" :"), GOOD),
        ("white space around", format!("\n {text} \t"), GOOD),
        ("another order", format!("{{\"sig\":{},\"data\":{}}}", whole["sig"], whole["data"]), GOOD),
        ("a member twice", text.replacen("\"is\":", "\"is\":\"XXX\",\"is\":", 1), Expected::Unreadable),
        ("escapes", text.replacen("UTO", "\\u0055TO", 1), GOOD),
        ("cut", text[..text.len() - 1].to_owned(), Expected::Unreadable),
        ("something behind", format!("{text},"), Expected::Unreadable),
        ("only the word", "{\"icao.vacc\": 1}".into(), Expected::Unreadable),
        ("an array", format!("[{text}]"), Expected::Unreadable),
    ] {
        one(set, name, &text, &known);
    }
}

/// Who made the certificate, when, and what it is for.
fn certificates(set: &mut Set) {
    let base = signer();
    let unknown = Expected::Exactly("STOP", &["unknown_key"]);
    for (name, cert, known) in [
        ("of no authority", Cert { signer: STRANGER, ..base.clone() }, &unknown),
        ("of another name", Cert { issuer: "UTO other", ..base.clone() }, &unknown),
        ("an authority itself", Cert { authority: true, ..base.clone() }, &unknown),
        (
            "of a signer that is listed",
            Cert { issuer: "UTO listed", signer: LISTED, ..base.clone() },
            &unknown,
        ),
        ("for nothing named", Cert { purposes: vec![], ..base.clone() }, &GOOD),
        ("for visas", Cert { purposes: vec!["67810801010e03"], ..base.clone() }, &unknown),
        ("for more", Cert { purposes: vec!["67810801010e03", HEALTH], ..base.clone() }, &GOOD),
        (
            "over",
            Cert { until: "261123075959Z", ..base.clone() },
            &Expected::Exactly("STOP", &["key_invalid"]),
        ),
        ("in its last second", Cert { until: "261123080000Z", ..base.clone() }, &GOOD),
        (
            "not begun",
            Cert { from: "261123080001Z", ..base.clone() },
            &Expected::Exactly("STOP", &["key_invalid"]),
        ),
        ("of 1999", Cert { from: "990101000000Z", ..base.clone() }, &GOOD),
    ] {
        one(set, &format!("certificate {name}"), &seal(&vaccination(), &cert, SIGNER).to_string(), known);
    }
    // Its authority does not bring it back, in this certificate or in another of the same key.
    for cert in [base.clone(), Cert { purposes: vec![], ..base.clone() }] {
        let text = seal(&vaccination(), &cert, SIGNER).to_string();
        let check = Check { trust: "signer_withdrawn", ..Check::of(Input::Text(text)) };
        set.add("a signer that was withdrawn", &check, &Expected::Exactly("STOP", &["key_invalid"]));
    }
    let curve = Cert { key: Key::Es384, ..base.clone() };
    one(set, "a key of 384 bits", &seal(&vaccination(), &curve, Key::Es384).to_string(), &GOOD);
    one(set, "the authority's own", &seal(&vaccination(), &authority(), AUTHORITY).to_string(), &GOOD);
    let forged = seal(&vaccination(), &base, STRANGER).to_string();
    one(set, "somebody else's signature", &forged, &Expected::Exactly("STOP", &["signature"]));
    for at in [NOW + 29 * DAY, NOW + 31 * DAY, NOW - 31 * DAY] {
        let cert = Cert { from: "260101000000Z", until: "281231235959Z", ..base.clone() };
        let check = Check { at, ..Check::of(Input::Text(seal(&vaccination(), &cert, SIGNER).to_string())) };
        let known = if at == NOW + 29 * DAY { GOOD } else { Expected::Exactly("STOP", &["key_invalid"]) };
        set.add("within the authority's dates", &check, &known);
    }
    let der = base.der();
    for at in (0..der.len()).step_by(5) {
        let mut flipped = der.clone();
        flipped[at] ^= 1 << (at % 8);
        let mut seal = usual(&vaccination());
        seal["sig"]["cer"] = json!(STANDARD.encode(flipped));
        one(set, &format!("certificate flipped at {at}"), &seal.to_string(), &Expected::Verdict("STOP"));
    }
}

fn damaged(set: &mut Set) {
    let text = usual(&vaccination()).to_string();
    for at in (0..text.len()).step_by(11) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
        one(set, "a letter changed", &String::from_utf8(bytes).unwrap(), &Expected::NotPass);
    }
}
