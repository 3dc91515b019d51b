//! EU Digital COVID Certificates.

use credential::base45;
use serde_json::{Value, json};

use crate::common::{DAY, NOW};
use crate::foreign::{HCERT, NAMES, STRANGER, kid, looks, one};
use crate::parts::{Change, Key, bstr, cbor, changed, int, item, map, sign1, tstr, zlib};
use crate::set::{Check, Expected, Set};

const EXPIRES: u64 = NOW + 10 * DAY;
const ISSUED: u64 = NOW - DAY;

fn vaccination() -> Value {
    json!({"ver": "1.3.0", "dob": "1990-08-31", "nam": {"fn": "Eriksson", "fnt": "ERIKSSON", "gn": "Anna Maria",
        "gnt": "ANNA<MARIA"}, "v": [{"tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528",
        "ma": "ORG-100030215", "dn": 2, "sd": 2, "dt": "2026-06-01", "co": "AT", "is": "Ministry", "ci": "URN:UVCI:1"}]})
}

fn of_test() -> Value {
    let mut value = vaccination();
    value.as_object_mut().unwrap().remove("v");
    value["t"] = json!([{"tg": "840539006", "tt": "LP6464-4", "nm": "PCR", "ma": "1232", "sc": "2026-11-22T08:00:00Z",
        "tr": "260415000", "tc": "Centre", "co": "AT", "is": "Ministry", "ci": "URN:UVCI:2"}]);
    value
}

fn recovery() -> Value {
    let mut value = vaccination();
    value.as_object_mut().unwrap().remove("v");
    value["r"] = json!([{"tg": "840539006", "fr": "2026-08-01", "df": "2026-08-12", "du": "2027-01-28", "co": "AT",
        "is": "Ministry", "ci": "URN:UVCI:3"}]);
    value
}

/// The parts of one, each already CBOR.
#[derive(Clone)]
struct Parts {
    protected: Vec<u8>,
    unprotected: Vec<u8>,
    claims: Vec<(Vec<u8>, Vec<u8>)>,
    key: Key,
}

fn header(alg: i64, kid: &[u8]) -> Vec<u8> {
    map(&[(int(1), int(alg)), (int(4), bstr(kid))])
}

impl Parts {
    fn of(content: &[u8], name: &str, key: Key) -> Self {
        let certificate = map(&[(int(1), content.to_vec())]);
        let time = |seconds: u64| int(i64::try_from(seconds).unwrap());
        Self {
            protected: header(key.alg(), &kid(name)),
            unprotected: vec![0xa0],
            claims: vec![
                (int(1), tstr("AT")),
                (int(4), time(EXPIRES)),
                (int(6), time(ISSUED)),
                (int(-260), certificate),
            ],
            key,
        }
    }

    fn cose(&self) -> Vec<u8> {
        sign1(&self.protected, &self.unprotected, &map(&self.claims), self.key)
    }

    fn text(&self) -> String {
        text(&self.cose())
    }

    fn with(mut self, claim: usize, value: Vec<u8>) -> Self {
        self.claims[claim].1 = value;
        self
    }
}

fn text(cose: &[u8]) -> String {
    packed(&zlib(cose))
}

fn packed(bytes: &[u8]) -> String {
    format!("HC1:{}", base45::encode(bytes))
}

fn usual(content: &Value) -> Parts {
    Parts::of(&item(content), "es256", HCERT)
}

const UNREADABLE: Expected<'_> = Expected::Exactly("STOP", &["unreadable"]);
const GOOD: Expected<'_> = Expected::Exactly("PASS", &[]);

pub fn cases(set: &mut Set) {
    for (what, content) in [("vaccination", vaccination()), ("test", of_test()), ("recovery", recovery())] {
        for (name, key) in &NAMES[..3] {
            let text = Parts::of(&item(&content), name, *key).text();
            looks(set, &format!("{what}, {name}"), text, Some(EXPIRES + 1), Some(ISSUED));
        }
    }
    keys(set);
    contents(set);
    envelopes(set);
    damaged(set);
}

/// Keys that do not count, and names that are not theirs.
fn keys(set: &mut Set) {
    let contents = [vaccination(), of_test(), recovery()];
    for (index, content) in contents.iter().enumerate() {
        let bytes = item(content);
        let known = if index == 1 { GOOD } else { Expected::Exactly("STOP", &["issuer"]) };
        one(set, "a key for tests", &Parts::of(&bytes, "tests", NAMES[3].1).text(), &known);
    }
    let bytes = item(&contents[0]);
    let cases: [(&str, &str, Key, &[&'static str]); 6] = [
        ("withdrawn key", "withdrawn", NAMES[4].1, &["key_invalid"]),
        ("key of tomorrow", "notyet", NAMES[5].1, &["key_invalid"]),
        ("unknown key", "stranger", STRANGER, &["unknown_key"]),
        ("somebody else's name", "es256", STRANGER, &["signature"]),
        ("another algorithm's name", "es384", HCERT, &["signature"]),
        ("PS256 under an ES256 name", "es256", Key::Ps256, &["signature"]),
    ];
    for (name, kid, key, reasons) in cases {
        one(set, name, &Parts::of(&bytes, kid, key).text(), &Expected::Exactly("STOP", reasons));
    }
}

/// Changes that a certificate of any kind knows; then those of one kind.
const COMMON: [Change; 34] = [
    ("/ver", None, false),
    ("/ver", Some("\"1.3\""), false),
    ("/ver", Some("\"1.3.0.1\""), false),
    ("/ver", Some("\"1.3.x\""), false),
    ("/ver", Some("130"), false),
    ("/ver", Some("\"10.20.30\""), true),
    ("/dob", None, false),
    ("/dob", Some("\"\""), true),
    ("/dob", Some("\"1990\""), true),
    ("/dob", Some("\"1990-08\""), true),
    ("/dob", Some("\"1990-13-40\""), true),
    ("/dob", Some("\"1890-08-31\""), false),
    ("/dob", Some("\"1990-8-31\""), false),
    ("/dob", Some("\"1990-08-31T00:00:00\""), false),
    ("/dob", Some("null"), false),
    ("/nam", None, false),
    ("/nam", Some("[]"), false),
    ("/nam", Some("{}"), false),
    ("/nam/fn", None, true),
    ("/nam/fnt", None, true),
    ("/nam/gnt", None, true),
    ("/nam/gn", Some("1"), false),
    ("/nam/fn", Some("\"ÅÄÖ 王小明 𠮷\""), true),
    ("/nam/fnt", Some("\"Eriksson\""), false),
    ("/nam/fnt", Some("\"ER1KSSON\""), false),
    ("/nam/fnt", Some("\"\""), true),
    ("/nam/fnt", Some("\"<<<A<B<<C\""), true),
    ("/nam/fnt", Some("\"A<B<C<D<E<F<G<H<I<J<K<L<M<N<O<P<Q<R\""), true),
    ("/nam/other", Some("{\"deep\": [1, 2.5, null, true]}"), true),
    ("/other", Some("-1"), true),
    ("/v", Some("[]"), false),
    ("/t", Some("{}"), false),
    ("/r", Some("null"), false),
    ("/ver", Some("[\"1.3.0\"]"), false),
];

const VACCINATION: [Change; 40] = [
    ("/v/0/tg", None, false),
    ("/v/0/vp", None, false),
    ("/v/0/mp", None, false),
    ("/v/0/ma", None, false),
    ("/v/0/dn", None, false),
    ("/v/0/sd", None, false),
    ("/v/0/dt", None, false),
    ("/v/0/co", None, false),
    ("/v/0/is", None, false),
    ("/v/0/ci", None, false),
    ("/v/0/tg", Some("840539006"), false),
    ("/v/0/vp", Some("\"\""), true),
    ("/v/0/ma", Some("\"ORG-100030215X\""), false),
    ("/v/0/ma", Some("\"ORG-200030215\""), false),
    ("/v/0/ma", Some("\"ORG-\""), false),
    ("/v/0/ma", Some("\"Sinovac-Biotech\""), true),
    ("/v/0/ma", Some("\"\""), true),
    ("/v/0/dn", Some("0"), false),
    ("/v/0/dn", Some("-1"), false),
    ("/v/0/dn", Some("1.5"), false),
    ("/v/0/dn", Some("\"2\""), false),
    ("/v/0/dn", Some("4294967295"), true),
    ("/v/0/dn", Some("4294967296"), false),
    ("/v/0/sd", Some("99"), true),
    ("/v/0/dt", Some("\"2026-06\""), false),
    ("/v/0/dt", Some("\"2026-06-31\""), true),
    ("/v/0/dt", Some("\"2026-06-32\""), false),
    ("/v/0/dt", Some("\"2026-00-01\""), false),
    ("/v/0/dt", Some("\"2026-06-01T10:00:00.000+02:00\""), true),
    ("/v/0/dt", Some("\"2026-06-01T\""), false),
    ("/v/0/dt", Some("\"2026-06-01 10:00\""), false),
    ("/v/0/co", Some("\"XY\""), false),
    ("/v/0/co", Some("\"at\""), false),
    ("/v/0/co", Some("\"UK\""), true),
    ("/v/0/co", Some("\"UNHCR\""), true),
    ("/v/0/co", Some("\"ABCDEFGHIJK\""), false),
    ("/v/0/other", Some("{\"x\": \"y\"}"), true),
    ("/v/0", Some("{}"), false),
    ("/v/0", Some("\"text\""), false),
    ("/v", Some("{\"0\": {}}"), false),
];

const TEST: [Change; 16] = [
    ("/t/0/tt", None, false),
    ("/t/0/sc", None, false),
    ("/t/0/tr", None, false),
    ("/t/0/tc", None, true),
    ("/t/0/nm", None, true),
    ("/t/0/ma", None, true),
    ("/t/0/sc", Some("\"2026-11-22T08:00:00+01:00\""), true),
    ("/t/0/sc", Some("\"yesterday\""), false),
    ("/t/0/sc", Some("1795420800"), false),
    ("/t/0/ma", Some("\"0\""), false),
    ("/t/0/ma", Some("\"5000\""), true),
    ("/t/0/ma", Some("\"5001\""), false),
    ("/t/0/ma", Some("\"0001232\""), true),
    ("/t/0/ma", Some("\"a test\""), true),
    ("/t/0/tc", Some("7"), false),
    ("/t/0/dn", Some("0"), false),
];

const RECOVERY: [Change; 8] = [
    ("/r/0/fr", None, false),
    ("/r/0/df", None, false),
    ("/r/0/du", None, false),
    ("/r/0/fr", Some("\"2026-08-01T00:00:00Z\""), true),
    ("/r/0/du", Some("\"\""), false),
    ("/r/0/df", Some("\"2026-13-01\""), false),
    ("/r/0/tg", None, false),
    ("/r/0/co", Some("\"ZZ\""), false),
];

fn contents(set: &mut Set) {
    let kinds = [(vaccination(), &VACCINATION[..]), (of_test(), &TEST[..]), (recovery(), &RECOVERY[..])];
    for (content, own) in kinds {
        // A group in the place of the only one of its kind is not one more.
        let common =
            COMMON.iter().filter(|(path, ..)| content.get(&path[1..]).is_none_or(|_| path.len() > 2));
        for change in common.chain(own) {
            let text = usual(&changed(&content, change)).text();
            let name = format!("{} becomes {}", change.0, change.1.unwrap_or("nothing"));
            one(set, &name, &text, if change.2 { &GOOD } else { &UNREADABLE });
        }
    }
    for (result, known) in [
        ("260373001", Expected::Exactly("CHECK", &["not_accepted"])),
        ("1", Expected::Exactly("CHECK", &["not_accepted"])),
    ] {
        let mut content = of_test();
        content["t"][0]["tr"] = json!(result);
        one(set, "result", &usual(&content).text(), &known);
    }
    for (mut content, group) in [(vaccination(), "v"), (of_test(), "t"), (recovery(), "r")] {
        content[group][0]["tg"] = json!("1");
        let known = Expected::Exactly("CHECK", &["not_accepted"]);
        one(set, "another disease", &usual(&content).text(), &known);
        content[group] = json!([content[group][0], content[group][0]]);
        one(set, "two entries", &usual(&content).text(), &UNREADABLE);
        for length in [80, 81] {
            let mut content = vaccination();
            content["nam"]["fn"] = json!("é".repeat(length));
            let known = if length == 80 { &GOOD } else { &UNREADABLE };
            one(set, "long name", &usual(&content).text(), known);
        }
    }
}

/// Envelopes as issuers write them, and as they may not.
fn envelopes(set: &mut Set) {
    let content = item(&vaccination());
    let usual = || Parts::of(&content, "es256", HCERT);
    let key = kid("es256");
    let headers = |protected: Vec<u8>, unprotected: Vec<u8>| Parts { protected, unprotected, ..usual() };
    let empty = || vec![0xa0];
    let readable: [(&str, Parts); 12] = [
        ("kid outside", headers(map(&[(int(1), int(-7))]), map(&[(int(4), bstr(&key))]))),
        ("kid in both", headers(header(-7, &key), map(&[(int(4), bstr(&kid("stranger")))]))),
        ("alg outside", headers(map(&[(int(4), bstr(&key))]), map(&[(int(1), int(-7))]))),
        ("all outside", headers(vec![], header(-7, &key))),
        ("header without a length", headers([&[0xbf], &header(-7, &key)[1..], &[0xff]].concat(), empty())),
        ("unknown headers", headers(header(-7, &key), map(&[(int(99), tstr("x")), (tstr("y"), empty())]))),
        ("without iss", {
            let mut p = usual();
            p.claims.remove(0);
            p
        }),
        ("nbf", {
            let mut p = usual();
            p.claims.push((int(5), int(0)));
            p
        }),
        ("another claim", {
            let mut p = usual();
            p.claims.push((tstr("x"), int(1)));
            p
        }),
        ("any order", {
            let mut p = usual();
            p.claims.reverse();
            p
        }),
        ("exp with a fraction", usual().with(1, cbor(|e| _ = e.f64(EXPIRES as f64 + 0.5).unwrap()))),
        ("iat as float", usual().with(2, cbor(|e| _ = e.f32(1_795_000_000.0).unwrap()))),
    ];
    for (name, parts) in readable {
        one(set, name, &parts.text(), &GOOD);
    }
    let refused: [(&str, Parts); 17] = [
        ("no alg", headers(map(&[(int(4), bstr(&key))]), empty())),
        ("alg none", headers(header(0, &key), empty())),
        ("alg ES512", headers(header(-36, &key), empty())),
        ("alg as text", headers(map(&[(int(1), tstr("ES256")), (int(4), bstr(&key))]), empty())),
        ("kid as text", headers(map(&[(int(1), int(-7)), (int(4), tstr("es256..."))]), empty())),
        ("crit", headers(map(&[(int(1), int(-7)), (int(2), vec![0x81, 4]), (int(4), bstr(&key))]), empty())),
        ("alg twice", headers([&[0xa3, 1, 0x26], &header(-7, &key)[1..]].concat(), empty())),
        ("header and more", headers([header(-7, &key), vec![0]].concat(), empty())),
        ("header no map", headers(vec![0x80], empty())),
        ("without exp", {
            let mut p = usual();
            p.claims.remove(1);
            p
        }),
        ("without iat", {
            let mut p = usual();
            p.claims.remove(2);
            p
        }),
        ("without certificate", {
            let mut p = usual();
            p.claims.remove(3);
            p
        }),
        ("exp twice", {
            let mut p = usual();
            p.claims.push((int(4), int(9)));
            p
        }),
        ("exp as text", usual().with(1, tstr("2027"))),
        ("exp negative", usual().with(1, int(-1))),
        ("exp not a number", usual().with(1, cbor(|e| _ = e.f64(f64::NAN).unwrap()))),
        ("iss as bytes", usual().with(0, bstr(b"AT"))),
    ];
    for (name, parts) in refused {
        one(set, name, &parts.text(), &Expected::Unreadable);
    }
    times(set, &usual());
    one(set, "another iss", &usual().with(0, tstr("DE")).text(), &Expected::Exactly("STOP", &["issuer"]));
    certificates(set);
    tags(set, &usual().cose());
}

fn times(set: &mut Set, usual: &Parts) {
    for (exp, reasons) in [(NOW - 1, &["expired"][..]), (NOW, &[]), (u64::MAX / 2, &[])] {
        let parts = usual.clone().with(1, int(i64::try_from(exp).unwrap()));
        let verdict = if reasons.is_empty() { "PASS" } else { "STOP" };
        one(set, "exp", &parts.text(), &Expected::Exactly(verdict, reasons));
    }
    for (claim, value) in [(2, NOW as f64 + 0.5), (2, NOW as f64 + 1.0), (1, NOW as f64 - 0.5), (1, 1e300)] {
        let parts = usual.clone().with(claim, cbor(|e| _ = e.f64(value).unwrap()));
        let known = if value < 1e200 { Expected::Verdict("STOP") } else { GOOD };
        one(set, "a fraction", &parts.text(), &known);
    }
    let mut later = usual.clone();
    later.claims.push((int(5), int(i64::try_from(NOW + 1).unwrap())));
    one(set, "nbf later", &later.text(), &Expected::Exactly("STOP", &["not_yet_valid"]));
}

/// The value under -260 in odd forms, and CBOR that is deep, wide or strange within it.
fn certificates(set: &mut Set) {
    let content = item(&vaccination());
    let usual = |inner: Vec<u8>| Parts::of(&[], "es256", HCERT).with(3, inner);
    let within = |more: &[u8]| {
        // One more member, behind all others: `a4…` has four.
        let mut bytes = content.clone();
        bytes[0] += 1;
        bytes.extend(tstr("x"));
        bytes.extend(more);
        Parts::of(&bytes, "es256", HCERT)
    };
    let nested = |depth: usize| [vec![0x81; depth], vec![0]].concat();
    let wide = |keys: u8| {
        let mut bytes = vec![0xb8, keys];
        (0..keys).for_each(|key| bytes.extend(if key < 24 { vec![key, 0] } else { vec![0x18, key, 0] }));
        bytes
    };
    let readable = [
        ("a later version beside", usual([&[0xa2, 2, 0, 1], &content[..]].concat())),
        ("13 levels more", within(&nested(13))),
        ("32 keys", within(&wide(32))),
        ("undefined", within(&[0xf7])),
        ("half precision", within(&[0xf9, 0, 0])),
        ("simple", within(&[0xf8, 0xff])),
        ("a large number", within(&[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
        ("a tag", within(&[0xc1, 0x1a, 0, 0, 0, 1])),
        ("bytes", within(&[0x42, 1, 2])),
        ("numbers as keys", within(&[0xa2, 0x20, 0x61, 0x61, 1, 0xfa, 0x3f, 0, 0, 0])),
        ("without lengths", within(&[0xbf, 0x61, 0x61, 0x9f, 1, 2, 0xff, 0xff])),
        ("not the shortest", within(&[0x19, 0, 1])),
    ];
    for (name, parts) in readable {
        one(set, name, &parts.text(), &GOOD);
    }
    let refused = [
        ("another version", usual([&[0xa1, 2], &content[..]].concat())),
        ("14 levels more", within(&nested(14))),
        ("10,000 levels", within(&nested(10_000))),
        ("33 keys", within(&wide(33))),
        ("a key twice", within(&[0xa2, 1, 0, 1, 0])),
        ("a key twice, written longer", within(&[0xa2, 1, 0, 0x18, 1, 0])),
        ("bytes as key", within(&[0xa1, 0x41, 0, 0])),
        ("a text in pieces", within(&[0x7f, 0x61, 0x61, 0xff])),
        ("bytes in pieces", within(&[0x5f, 0x41, 1, 0xff])),
        ("not UTF-8", within(&[0x61, 0xff])),
        ("half a surrogate pair", within(&[0x63, 0xed, 0xa0, 0x80])),
        ("a break", within(&[0xff])),
        ("reserved", within(&[0xfc])),
        ("a length that is not there", within(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
        ("an array for the certificate", usual(vec![0x80])),
    ];
    for (name, parts) in refused {
        one(set, name, &parts.text(), &Expected::Unreadable);
    }
    one(set, "a text for the certificate", &usual(vec![0xa1, 1, 0x60]).text(), &UNREADABLE);
    let dated = content.windows(4).position(|part| part == b"dobj").unwrap() + 3;
    for (tag, known) in [(vec![0xc0], GOOD), (vec![0xd9, 3, 0xec], GOOD), (vec![0xc1], UNREADABLE)] {
        let bytes = [&content[..dated], &tag, &content[dated..]].concat();
        one(set, "a tagged date", &Parts::of(&bytes, "es256", HCERT).text(), &known);
    }
}

/// Tags around, and the array itself.
fn tags(set: &mut Set, cose: &[u8]) {
    let bare = &cose[1..];
    let with = |tags: &[u8]| [tags, bare].concat();
    for tags in [&[][..], &[0xd2], &[0xd8, 61], &[0xd8, 61, 0xd2], &[0xd8, 18]] {
        one(set, "tags", &text(&with(tags)), &GOOD);
    }
    for tags in [&[0xd1][..], &[0xd2, 0xd2], &[0xd2, 0xd8, 61], &[0xd8, 61, 0xd8, 61, 0xd2]] {
        one(set, "wrong tags", &text(&with(tags)), &Expected::Unreadable);
    }
    let array = |head: &[u8], more: &[u8]| [head, &bare[1..], more].concat();
    one(set, "array written longer", &text(&array(&[0xd2, 0x98, 4], &[])), &GOOD);
    one(set, "array without a length", &text(&array(&[0xd2, 0x9f], &[0xff])), &Expected::Unreadable);
    one(set, "array of five", &text(&array(&[0xd2, 0x85], &[0])), &Expected::Unreadable);
    one(set, "bytes after the end", &text(&array(&[0xd2, 0x84], &[0])), &Expected::Unreadable);
}

/// Damage to text, stream and bytes.
fn damaged(set: &mut Set) {
    let cose = usual(&vaccination()).cose();
    let whole = text(&cose);
    let stream = zlib(&cose);
    for changed in [
        whole.to_lowercase(),
        whole.replacen("HC1:", "hc1:", 1),
        whole.replacen("HC1:", "HC1", 1),
        whole.replacen("HC1:", "HC2:", 1),
        format!("{whole}0"),
        whole[..whole.len() - 3].to_owned(),
        packed(&[&stream[..], &[0]].concat()),
        packed(&stream[..stream.len() - 1]),
        packed(&stream[2..stream.len() - 4]),
        packed(&cose),
        packed(&zlib(&vec![0; 65_536])),
        packed(&zlib(&vec![0; 65_537])),
        packed(&zlib(&vec![0; 1_000_000])),
        packed(&zlib(&[])),
        "HC1:".into(),
        "HC1:é".into(),
    ] {
        one(set, "damaged", &changed, &Expected::NotPass);
    }
    set.add("white space around", &Check::of(crate::set::Input::Text(format!(" {whole}\r\n"))), &GOOD);
    for at in (0..cose.len()).step_by(3) {
        let mut flipped = cose.clone();
        flipped[at] ^= 1 << (at % 8);
        one(set, "flipped", &text(&flipped), &Expected::Verdict("STOP"));
    }
    for at in (0..stream.len()).step_by(9) {
        let mut flipped = stream.clone();
        flipped[at] ^= 1 << (at % 8);
        one(set, "flipped in the stream", &packed(&flipped), &Expected::Verdict("STOP"));
    }
}
