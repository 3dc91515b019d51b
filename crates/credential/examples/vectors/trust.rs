//! Trust lists: those that are read, and those that are refused whole.

use credential::TrustList;
use serde_json::{Value, json};

use crate::common::{self, NOW};
use crate::foreign::{HCERT, NZCP, SHC, authority, kid, signer};
use crate::parts::{Change, Key, changed};

/// A list with a key of each form.
fn list() -> Value {
    let ours = common::trust().to_json()["issuers"][0].clone();
    let key = |kid: &[u8], form: &str, value: Value| {
        let kid = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, kid);
        json!({"kid": kid, form: value, "not_before": 0, "not_after": NOW, "state": "active"})
    };
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &authority().der());
    let mut hcert = key(&kid("es256"), "jwk", HCERT.jwk());
    hcert["usage"] = json!(["test", "recovery"]);
    json!({"version": 3, "issued": NOW, "issuers": [
        ours,
        {"issuer": "AT", "format": "hcert", "purposes": ["pass"],
            "keys": [hcert, key(&kid("es384"), "jwk", Key::Es384.jwk()), key(&kid("ps256"), "jwk", Key::Ps256.jwk())]},
        {"issuer": "https://example.org", "format": "shc", "purposes": ["pass"],
            "keys": [key(&SHC.thumbprint(), "jwk", SHC.jwk())]},
        {"issuer": "UTO", "format": "vds-nc", "purposes": [],
            "keys": [key(&hash.as_ref()[..8], "certificate", json!(authority().base64()))]},
    ]})
}

const CHANGES: [Change; 58] = [
    ("/version", None, false),
    ("/version", Some("-1"), false),
    ("/version", Some("\"3\""), false),
    ("/version", Some("3.5"), false),
    ("/version", Some("3.0"), false),
    ("/version", Some("18446744073709551615"), true),
    ("/version", Some("18446744073709551616"), false),
    ("/issued", None, false),
    ("/issuers", None, false),
    ("/issuers", Some("[]"), true),
    ("/issuers", Some("{}"), false),
    ("/more", Some("null"), false),
    ("/issuers/0", Some("[]"), false),
    ("/issuers/0/issuer", None, false),
    ("/issuers/0/issuer", Some("\"\""), true),
    ("/issuers/0/issuer", Some("null"), false),
    ("/issuers/0/format", None, false),
    ("/issuers/0/format", Some("\"Tongxing\""), false),
    ("/issuers/0/format", Some("\"nzcp\""), true),
    ("/issuers/0/purposes", None, false),
    ("/issuers/0/purposes", Some("[\"pass\", \"pass\", \"rules\"]"), true),
    ("/issuers/0/purposes", Some("[\"everything\"]"), false),
    ("/issuers/0/purposes", Some("\"pass\""), false),
    ("/issuers/0/keys", Some("[]"), true),
    ("/issuers/0/more", Some("1"), false),
    ("/issuers/0/keys/0/kid", None, false),
    ("/issuers/0/keys/0/kid", Some("\"\""), false),
    ("/issuers/0/keys/0/kid", Some("\"AAAAAAAAAAA\""), false),
    ("/issuers/0/keys/0/kid", Some("\"UKCabM0Jq7l\""), false),
    ("/issuers/0/keys/0/kid", Some("\"UKCabM0Jq7k=\""), false),
    ("/issuers/0/keys/0/jwk", None, false),
    ("/issuers/0/keys/0/jwk", Some("{}"), false),
    ("/issuers/0/keys/0/jwk/kty", Some("\"OKP\""), false),
    ("/issuers/0/keys/0/jwk/crv", Some("\"P-384\""), false),
    ("/issuers/0/keys/0/jwk/x", Some("\"kFyGRk5t74aEptrg-cSH6JUQwSlhZ9eWwenq45IJj34\""), false),
    ("/issuers/0/keys/0/jwk/y", None, false),
    ("/issuers/0/keys/0/jwk/d", Some("\"x\""), true),
    ("/issuers/0/keys/0/jwk/alg", Some("\"none\""), true),
    ("/issuers/0/keys/0/not_before", None, false),
    ("/issuers/0/keys/0/not_before", Some("null"), false),
    ("/issuers/0/keys/0/not_after", Some("18446744073709551615"), true),
    ("/issuers/0/keys/0/state", None, false),
    ("/issuers/0/keys/0/state", Some("\"withdrawn\""), true),
    ("/issuers/0/keys/0/state", Some("\"asleep\""), false),
    ("/issuers/0/keys/0/usage", Some("[\"test\"]"), false),
    ("/issuers/0/keys/0/more", Some("1"), false),
    ("/issuers/1/keys/0/kid", Some("\"AA\""), true),
    ("/issuers/1/keys/0/usage", Some("[]"), true),
    ("/issuers/1/keys/0/usage", Some("[\"everything\"]"), false),
    ("/issuers/1/keys/1/jwk/alg", Some("\"ES384\""), true),
    ("/issuers/1/keys/1/jwk/alg", Some("\"ES256\""), false),
    ("/issuers/1/keys/1/jwk/use", Some("\"enc\""), false),
    ("/issuers/1/keys/2/jwk/n", Some("\"AQAB\""), false),
    ("/issuers/1/keys/2/jwk/e", None, false),
    ("/issuers/3/keys/0/kid", Some("\"AAAAAAAAAAA\""), false),
    ("/issuers/3/keys/0/certificate", Some("\"AAAA\""), false),
    ("/issuers/3/keys/0/certificate", Some("\"***\""), false),
    ("/issuers/3/keys/0/jwk", Some("{}"), false),
];

/// Keys that come with a single check.
fn loose() -> Vec<(&'static str, Value, bool)> {
    let ours = common::trust().to_json()["issuers"][0]["keys"][0]["jwk"].clone();
    vec![
        ("nobody", json!([]), true),
        ("ours", json!([{"format": "tongxing", "jwk": ours}]), true),
        ("ours, named", json!([{"format": "tongxing", "jwk": ours, "iss": "CN-HB", "note": 1}]), true),
        ("ours, damaged", json!([{"format": "tongxing", "jwk": {"kty": "EC"}}]), false),
        ("ours as certificate", json!([{"format": "tongxing", "certificate": signer().base64()}]), false),
        (
            "foreign",
            json!([{"format": "nzcp", "jwk": NZCP.jwk()}, {"format": "hcert", "jwk": Key::Ps256.jwk()}]),
            true,
        ),
        ("foreign, damaged", json!([{"format": "hcert", "jwk": {"kty": "EC"}}]), true),
        ("a certificate", json!([{"format": "vds-nc", "certificate": signer().base64()}]), true),
        ("a damaged certificate", json!([{"format": "vds-nc", "certificate": "AAAA"}]), true),
        ("both", json!([{"format": "hcert", "jwk": HCERT.jwk(), "certificate": signer().base64()}]), false),
        ("neither", json!([{"format": "hcert"}]), false),
        ("no format", json!([{"jwk": HCERT.jwk()}]), false),
        ("another format", json!([{"format": "jwt", "jwk": HCERT.jwk()}]), false),
        ("no object", json!([1]), false),
    ]
}

/// The file: one list a line, and whether it is read.
pub fn text() -> String {
    let mut lines = Vec::new();
    let mut add = |name: &str, text: &str, read: bool| {
        assert_eq!(TrustList::from_json(text).is_ok(), read, "{name}: {text}");
        lines.push(json!({"name": name, "text": text, "read": read}).to_string());
    };
    add("usual", &list().to_string(), true);
    for change in &CHANGES {
        let name = format!("{} becomes {}", change.0, change.1.unwrap_or("nothing"));
        add(&name, &changed(&list(), change).to_string(), change.2);
    }
    for (name, list, read) in loose() {
        add(name, &list.to_string(), read);
    }
    for text in ["", "{}", "1", "null", "[", "{\"version\": 1}", "[] []", "\u{feff}[]"] {
        add("no list", text, false);
    }
    format!("[\n{}\n]\n", lines.join(",\n"))
}
