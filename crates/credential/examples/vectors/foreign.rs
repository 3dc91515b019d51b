//! Who is trusted for the credentials of others, and what all of their vectors share.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::Seconds;
use serde_json::{Value, json};

use crate::common::{DAY, NOW};
use crate::parts::{Cert, Key};
use crate::set::{Check, Expected, Input, Set};

pub const HCERT: Key = Key::Es256(10);
pub const TESTS_ONLY: Key = Key::Es256(11);
pub const WITHDRAWN: Key = Key::Es256(12);
pub const NOT_YET: Key = Key::Es256(13);
pub const SHC: Key = Key::Es256(20);
pub const NZCP: Key = Key::Es256(30);
pub const AUTHORITY: Key = Key::Es256(40);
pub const SIGNER: Key = Key::Es256(41);
pub const LISTED: Key = Key::Es256(42);
/// A key that nobody trusts.
pub const STRANGER: Key = Key::Es256(99);

pub const SHC_ISSUER: &str = "https://shc.example.org/issuer";
pub const NZCP_ISSUER: &str = "did:web:nzcp.example.org";

/// Keys of the same content, each named for what it is.
pub const NAMES: [(&str, Key); 6] = [
    ("es256", HCERT),
    ("es384", Key::Es384),
    ("ps256", Key::Ps256),
    ("tests", TESTS_ONLY),
    ("withdrawn", WITHDRAWN),
    ("notyet", NOT_YET),
];

/// The kid of one of these keys: its name, filled up to 8 bytes.
pub fn kid(name: &str) -> Vec<u8> {
    let mut kid = name.as_bytes().to_vec();
    kid.resize(8, b'.');
    kid.truncate(8);
    kid
}

fn entry(kid: &[u8], key: Key) -> Value {
    json!({"kid": URL_SAFE_NO_PAD.encode(kid), "jwk": key.jwk(), "not_before": NOW - 30 * DAY,
        "not_after": NOW + 30 * DAY, "state": "active"})
}

fn issuer(name: &str, format: &str, keys: &[Value]) -> Value {
    json!({"issuer": name, "format": format, "purposes": ["pass"], "keys": keys})
}

/// The country's authority for health proofs.
pub fn authority() -> Cert {
    Cert {
        subject: "UTO authority",
        issuer: "UTO authority",
        key: AUTHORITY,
        signer: AUTHORITY,
        from: "260101000000Z",
        until: "310101000000Z",
        authority: true,
        purposes: vec![],
    }
}

/// A signer that the authority made; for health proofs only (2.23.136.1.1.14.2).
pub fn signer() -> Cert {
    Cert {
        subject: "UTO signer",
        issuer: "UTO authority",
        key: SIGNER,
        signer: AUTHORITY,
        from: "261001000000Z",
        until: "261231235959Z",
        authority: false,
        purposes: vec![HEALTH],
    }
}

/// 2.23.136.1.1.14.2, as DER writes it.
pub const HEALTH: &str = "67810801010e02";

/// A signer that stands on the list itself, of no authority.
pub fn listed() -> Cert {
    Cert { subject: "UTO listed", issuer: "UTO nobody", key: LISTED, signer: STRANGER, ..signer() }
}

fn certificate(cert: &Cert) -> Value {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &cert.der());
    json!({"kid": URL_SAFE_NO_PAD.encode(&hash.as_ref()[..8]), "certificate": cert.base64(),
        "not_before": NOW - 30 * DAY, "not_after": NOW + 30 * DAY, "state": "active"})
}

pub fn trusts(set: &mut Set) {
    let mut keys: Vec<Value> = NAMES.iter().map(|(name, key)| entry(&kid(name), *key)).collect();
    keys[3]["usage"] = json!(["test"]);
    keys[4]["state"] = json!("withdrawn");
    keys[5]["not_before"] = json!(NOW + 1);
    let issuers = [
        issuer("AT", "hcert", &keys),
        issuer(SHC_ISSUER, "shc", &[entry(&SHC.thumbprint(), SHC)]),
        issuer(NZCP_ISSUER, "nzcp", &[entry(b"key-1", NZCP)]),
        issuer("UTO", "vds-nc", &[certificate(&authority()), certificate(&listed())]),
    ];
    let list = |issuers: &[Value]| json!({"version": 1, "issued": NOW - DAY, "issuers": issuers});
    set.trust("ours", list(&issuers));
    set.trust("nobody", list(&[]));
    let mut stolen = certificate(&signer());
    stolen["state"] = json!("withdrawn");
    let both = [certificate(&authority()), stolen];
    set.trust("signer_withdrawn", list(&[issuer("UTO", "vds-nc", &both)]));
    let other: Vec<Value> = issuers
        .iter()
        .map(|issuer| {
            let mut issuer = issuer.clone();
            issuer["issuer"] = json!("somebody else");
            issuer
        })
        .collect();
    set.trust("other_name", list(&other));
    let mut swapped = issuers.clone();
    for (issuer, format) in swapped.iter_mut().zip(["shc", "nzcp", "vds-nc"]) {
        issuer["format"] = json!(format);
        let keys = issuer["keys"].as_array_mut().unwrap();
        for key in keys {
            key.as_object_mut().unwrap().remove("usage");
        }
    }
    set.trust("other_format", list(&swapped[..3]));
}

/// One text as most cases have it.
pub fn one(set: &mut Set, name: &str, text: &str, known: &Expected<'_>) {
    set.add(name, &Check::of(Input::Text(text.to_owned())), known);
}

/// One good text, looked at in every way that does not change the text.
pub fn looks(set: &mut Set, name: &str, text: String, ends: Option<Seconds>, begins: Option<Seconds>) {
    let input = set.code(text);
    let base = Check::of(input);
    let mut look = |what: &str, check: &Check<'_>, verdict: &'static str, reasons: &[&'static str]| {
        set.add(&format!("{name}, {what}"), check, &Expected::Exactly(verdict, reasons));
    };
    look("good", &base, "PASS", &[]);
    look("document not compared", &Check { document: false, ..base.clone() }, "PASS", &[]);
    look("no rules", &Check { rules: false, ..base.clone() }, "CHECK", &["no_rules"]);
    look("warm", &Check { tenths: Some(373), ..base.clone() }, "STOP", &["temperature"]);
    look("nobody", &Check { trust: "nobody", ..base.clone() }, "STOP", &["unknown_key"]);
    if let Some(ends) = ends {
        look("last second", &Check { at: ends - 1, ..base.clone() }, "PASS", &[]);
        look("over", &Check { at: ends, ..base.clone() }, "STOP", &["expired"]);
    }
    if let Some(begins) = begins {
        look("first second", &Check { at: begins, ..base.clone() }, "PASS", &[]);
        look("too early", &Check { at: begins - 1, ..base.clone() }, "STOP", &["not_yet_valid"]);
    }
    let (late, early) = (NOW + 31 * DAY, NOW - 31 * DAY);
    for at in [late, early] {
        set.add(
            &format!("{name}, beyond the key"),
            &Check { at, ..base.clone() },
            &Expected::Verdict("STOP"),
        );
    }
    for trust in ["other_name", "other_format"] {
        set.add(&format!("{name}, {trust}"), &Check { trust, ..base.clone() }, &Expected::NotPass);
    }
}
