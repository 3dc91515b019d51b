//! NZ COVID Passes.

use data_encoding::BASE32_NOPAD;
use serde_json::{Value, json};

use crate::common::{DAY, NOW};
use crate::foreign::{NZCP, NZCP_ISSUER, STRANGER, looks, one};
use crate::parts::{Change, Key, bstr, changed, int, item, map, sign1, tstr};
use crate::set::{Expected, Set};

const EXPIRES: u64 = NOW + 20 * DAY;
const GOOD: Expected<'_> = Expected::Exactly("PASS", &[]);

fn pass() -> Value {
    json!({"@context": ["https://www.w3.org/2018/credentials/v1", "https://nzcp.covid19.health.nz/contexts/v1"],
        "version": "1.0.0", "type": ["VerifiableCredential", "PublicCovidPass"],
        "credentialSubject": {"givenName": "Anna Maria", "familyName": "Eriksson", "dob": "1990-08-31"}})
}

fn header() -> Vec<u8> {
    map(&[(int(4), bstr(b"key-1")), (int(1), int(-7))])
}

type Claims = Vec<(Vec<u8>, Vec<u8>)>;

fn claims(vc: &Value) -> Claims {
    let time = |seconds: u64| int(i64::try_from(seconds).unwrap());
    vec![
        (int(1), tstr(NZCP_ISSUER)),
        (int(5), time(NOW - DAY)),
        (int(4), time(EXPIRES)),
        (tstr("vc"), item(vc)),
        (int(7), bstr(&[0xab; 16])),
    ]
}

fn text(bytes: &[u8]) -> String {
    format!("NZCP:/1/{}", BASE32_NOPAD.encode(bytes))
}

fn signed(header: &[u8], claims: &Claims, key: Key) -> String {
    text(&sign1(header, &[0xa0], &map(claims), key))
}

fn usual(vc: &Value) -> String {
    signed(&header(), &claims(vc), NZCP)
}

const CHANGES: [Change; 34] = [
    ("/@context", None, false),
    ("/@context", Some("[]"), false),
    ("/@context", Some("\"https://www.w3.org/2018/credentials/v1\""), false),
    ("/@context/0", Some("\"https://example.org\""), false),
    ("/@context/1", None, true),
    ("/@context/1", Some("1"), false),
    ("/version", None, false),
    ("/version", Some("\"1.1.0\""), false),
    ("/version", Some("1"), false),
    ("/type", None, false),
    ("/type/1", None, false),
    ("/type/0", Some("\"PublicCovidPass\""), false),
    ("/type", Some("[\"VerifiableCredential\", \"PublicCovidPass\", \"x\"]"), false),
    ("/credentialSubject", None, false),
    ("/credentialSubject", Some("[]"), false),
    ("/credentialSubject/givenName", None, false),
    ("/credentialSubject/givenName", Some("1"), false),
    ("/credentialSubject/givenName", Some("\"\""), true),
    ("/credentialSubject/givenName", Some("\"王 小明\""), true),
    ("/credentialSubject/familyName", None, true),
    ("/credentialSubject/familyName", Some("null"), false),
    ("/credentialSubject/familyName", Some("\"\\u0000\\u00a0x\""), true),
    ("/credentialSubject/dob", None, false),
    ("/credentialSubject/dob", Some("\"1990-08\""), false),
    ("/credentialSubject/dob", Some("\"1990-00-31\""), false),
    ("/credentialSubject/dob", Some("\"1990-12-32\""), false),
    ("/credentialSubject/dob", Some("\"1990-08-31Z\""), false),
    ("/credentialSubject/dob", Some("\"99-08-3100\""), false),
    ("/credentialSubject/other", Some("{\"x\": [1, null, true]}"), true),
    ("/other", Some("-5"), true),
    ("/version", Some("\"1.0.0 \""), false),
    ("/type/1", Some("null"), false),
    ("/credentialSubject/familyName", Some("[\"Eriksson\"]"), false),
    ("/credentialSubject/givenName", Some("{}"), false),
];

pub fn cases(set: &mut Set) {
    looks(set, "NZCP", usual(&pass()), Some(EXPIRES), Some(NOW - DAY));
    for change in &CHANGES {
        let name = format!("{} becomes {}", change.0, change.1.unwrap_or("nothing"));
        one(
            set,
            &name,
            &usual(&changed(&pass(), change)),
            if change.2 { &GOOD } else { &Expected::Unreadable },
        );
    }
    for length in [100, 101] {
        let mut pass = pass();
        pass["credentialSubject"]["familyName"] = json!("𠮷".repeat(length));
        one(set, "long name", &usual(&pass), if length == 100 { &GOOD } else { &Expected::Unreadable });
    }
    headers(set);
    changed_claims(set);
    strange(set);
    damaged(set);
}

fn headers(set: &mut Set) {
    let kid = || (int(4), bstr(b"key-1"));
    for (header, known) in [
        (map(&[(int(1), int(-7)), kid()]), GOOD),
        (map(&[(int(1), int(-7)), (int(4), tstr("key-1"))]), GOOD),
        (map(&[(int(1), int(-7)), kid(), (int(9), int(9))]), GOOD),
        ([&[0xbf], &header()[1..], &[0xff]].concat(), GOOD),
        (map(&[(int(1), int(-35)), kid()]), Expected::Unreadable),
        (map(&[(int(1), int(0)), kid()]), Expected::Unreadable),
        (map(&[(int(1), tstr("ES256")), kid()]), Expected::Unreadable),
        (map(&[kid()]), Expected::Unreadable),
        (map(&[(int(1), int(-7))]), Expected::Unreadable),
        (map(&[(int(1), int(-7)), (int(4), int(1))]), Expected::Unreadable),
        (map(&[(int(1), int(-7)), (int(2), vec![0x80]), kid()]), Expected::Unreadable),
        (map(&[(int(1), int(-7)), (int(1), int(-7)), kid()]), Expected::Unreadable),
        (vec![], Expected::Unreadable),
        ([header(), vec![0]].concat(), Expected::Unreadable),
        (map(&[(int(1), int(-7)), (int(4), bstr(b"key-2"))]), Expected::Exactly("STOP", &["unknown_key"])),
    ] {
        one(set, "header", &signed(&header, &claims(&pass()), NZCP), &known);
    }
    let forged = signed(&header(), &claims(&pass()), STRANGER);
    one(set, "somebody else's name", &forged, &Expected::Exactly("STOP", &["signature"]));
}

fn changed_claims(set: &mut Set) {
    let usual = || claims(&pass());
    let with = |at: usize, value: Vec<u8>| {
        let mut claims = usual();
        claims[at].1 = value;
        claims
    };
    for at in 0..5 {
        let mut fewer = usual();
        fewer.remove(at);
        one(set, "a claim taken out", &signed(&header(), &fewer, NZCP), &Expected::Unreadable);
        let mut more = usual();
        more.push(more[at].clone());
        one(set, "a claim twice", &signed(&header(), &more, NZCP), &Expected::Unreadable);
        one(
            set,
            "a claim of another type",
            &signed(&header(), &with(at, vec![0xf5]), NZCP),
            &Expected::Unreadable,
        );
    }
    let mut more = usual();
    more.push((int(99), int(1)));
    one(set, "one more claim", &signed(&header(), &more, NZCP), &GOOD);
    for (at, value, known) in [
        (0, tstr("did:web:example.org"), Expected::Exactly("STOP", &["issuer"])),
        (0, tstr("https://nzcp.example.org"), Expected::Unreadable),
        (1, int(-1), Expected::Unreadable),
        (1, int(i64::try_from(NOW + 1).unwrap()), Expected::Exactly("STOP", &["not_yet_valid"])),
        (2, int(i64::try_from(NOW).unwrap()), Expected::Exactly("STOP", &["expired"])),
        (2, int(253_402_300_799), GOOD),
        (2, int(253_402_300_800), Expected::Unreadable),
        (4, bstr(&[0; 15]), Expected::Unreadable),
    ] {
        one(set, "a claim changed", &signed(&header(), &with(at, value), NZCP), &known);
    }
}

/// CBOR that is strange, in a claim that nobody asks for.
fn strange(set: &mut Set) {
    let with = |value: &[u8]| {
        let mut claims = claims(&pass());
        claims.push((int(99), value.to_vec()));
        signed(&header(), &claims, NZCP)
    };
    let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
    let good: [Vec<u8>; 10] = [
        nested(14),
        vec![0x5f, 0x41, 1, 0x41, 2, 0xff],
        vec![0x7f, 0x61, 0x61, 0xff],
        vec![0xa1, 0x41, 0, 0],
        vec![0xa2, 0x01, 0, 0xf9 - 0xf8 + 1, 0],
        vec![0xf8, 0xff],
        vec![0xf7],
        vec![0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0],
        vec![0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        vec![0x9f, 0x18, 1, 0xff],
    ];
    for value in good {
        one(set, "strange CBOR", &with(&value), &GOOD);
    }
    let refused: [Vec<u8>; 10] = [
        nested(15),
        nested(3_000),
        vec![0x5f, 0x61, 0x61, 0xff],
        vec![0x7f, 0x61, 0xc3, 0x61, 0xa9, 0xff],
        vec![0xf9, 0, 0],
        vec![0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0],
        vec![0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0],
        vec![0xa2, 0xf6, 0, 0xf7, 0],
        vec![0xa2, 0x81, 1, 0, 0x81, 0x18, 1, 0],
        vec![0x62, 0xff, 0xfe],
    ];
    for value in refused {
        one(set, "hostile CBOR", &with(&value), &Expected::Unreadable);
    }
}

fn damaged(set: &mut Set) {
    let bytes = sign1(&header(), &[0xa0], &map(&claims(&pass())), NZCP);
    let whole = text(&bytes);
    for changed in [
        whole.to_lowercase(),
        whole.replacen("NZCP:/1/", "nzcp:/1/", 1),
        whole.replacen("/1/", "/2/", 1),
        whole.replacen("/1/", "/", 1),
        format!("{whole}="),
        format!("{whole}A"),
        whole[..whole.len() - 1].to_owned(),
        format!(" {whole}"),
        format!("{whole}\n\n"),
        text(&bytes[1..]),
        text(&[&bytes[..], &[0]].concat()),
        text(&[&[0xd8, 61], &bytes[..]].concat()),
    ] {
        one(set, "damaged", &changed, &Expected::Unreadable);
    }
    one(set, "a line break", &format!("{whole}\n"), &GOOD);
    let outside = sign1(&header(), &map(&[(int(4), bstr(b"key-2"))]), &map(&claims(&pass())), NZCP);
    one(set, "a kid outside", &text(&outside), &GOOD);
    for at in (0..bytes.len()).step_by(4) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        one(set, "flipped", &text(&flipped), &Expected::Verdict("STOP"));
    }
}
