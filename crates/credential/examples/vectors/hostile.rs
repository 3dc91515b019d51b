//! Texts and bytes that are no code, or not in the one encoding; all well signed, where there is anything to sign.

use credential::{SHORT_CODE_ALPHABET, Signer, to_text};

use crate::ours::{base, issue, issuer};
use crate::set::{Check, Expected, Input, Set};

pub fn texts(set: &mut Set) {
    let mut add = |name: &str, text: String| {
        set.add(name, &Check::of(Input::Text(text)), &Expected::Unreadable);
    };
    for live in [true, false] {
        let bytes = issue(&base(live));
        let text = to_text(&bytes);
        for (index, changed) in damaged(&text).into_iter().enumerate() {
            add(&format!("text fault {index}"), changed);
        }
        for cut in [0, 1, 2, 10, 17, 60, bytes.len() - 65, bytes.len() - 1] {
            add(&format!("cut at {cut}"), to_text(&bytes[..cut]));
        }
    }
    for text in [
        "",
        " ",
        "TX1:",
        "TX1",
        ":",
        "https://code.example.gov.cn/",
        "7K3M92Q",
        "7K3M92QDD",
        "7K3M92Q0",
        "7K3M92QI",
        "7K3M\u{a0}92QD",
        "7K3M92QÄ",
        "CN-HB",
        "\u{feff}7K3M92QD",
        "ſKSKSKSK",
        SHORT_CODE_ALPHABET,
        "TX1:GGW",
        "TX1:::",
        "TX1:BB8a0",
        "TX1:é",
        "{}",
        "null",
        "TX1:\u{0}\u{0}",
    ] {
        add("no code", text.to_owned());
    }
    add("one byte too long", format!("TX1:{}", "0".repeat(8_189)));
    add("as long as it may be", format!("TX1:{}", "0".repeat(8_187)));
    add("too long in bytes only", format!("TX1:{}", "é".repeat(4_095)));
}

fn damaged(text: &str) -> Vec<String> {
    vec![
        text.to_lowercase(),
        text.replacen("TX1", "tx1", 1),
        text.replacen("TX1", "TX2", 1),
        text[4..].to_owned(),
        format!("{text}0"),
        format!("{text}00"),
        format!("{text}000"),
        text[..text.len() - 1].to_owned(),
        text[..text.len() - 3].to_owned(),
        text.replacen(':', ":::", 1),
        format!("TX1:{text}"),
        format!("\u{feff}{text}"),
        text.replacen('0', "O", 1).replacen('O', "o", 1),
        format!("{}é{}", &text[..50], &text[51..]),
    ]
}

/// Faults in the bytes of a printed pass, as hexadecimal digits before and after.
const MALFORMED: [(&str, &str, &str); 22] = [
    ("untagged", "d2844d", "844d"),
    ("another tag", "d2844d", "d1844d"),
    ("two tags", "d2844d", "d2d2844d"),
    ("tag written longer", "d2844d", "d812844d"),
    ("array written longer", "d2844d", "d298044d"),
    ("array without length", "d2844d", "d29f4d"),
    ("array of five", "d2844d", "d2854d"),
    ("alg none", "4da201260448", "4da201000448"),
    ("alg ES384", "4da20126", "4ea2013822"),
    ("alg as text", "4da20126", "52a20165455332353604"),
    ("crit", "4da2012604", "50a3012602810404"),
    ("unknown header", "4da2012604", "4fa30126030004"),
    ("header not in order", "4da20126044850a09a6ccd09abb9", "4da2044850a09a6ccd09abb90126"),
    ("something unprotected", "a058", "a104413158"),
    ("payload as text", "a0587", "a0787"),
    ("unknown colour", "a60100", "a60104"),
    ("day 32", "0382181f08", "0382182008"),
    ("month 13", "0382181f08", "0382181f0d"),
    ("day written longer", "0382181f08", "0382181f1808"),
    ("birthday of three", "0382181f08", "0383181f0800"),
    ("initials not UTF-8", "0263414d45", "026341ff45"),
    ("initials with a control", "0263414d45", "0263411b45"),
];

pub fn bytes(set: &mut Set) {
    let pass = issue(&base(false));
    let digits = hex::encode(&pass);
    let Input::Code(code) = set.ours(&pass) else { unreachable!("a code was kept") };
    for (name, from, to) in MALFORMED {
        let at = digits.find(from).unwrap();
        let changed = format!("{}{to}{}", &digits[..at], &digits[at + from.len()..]);
        // `a0587…` and the like end within a byte.
        let text = to_text(&hex::decode(&changed[..changed.len() / 2 * 2]).unwrap());
        set.add(name, &Check::of(Input::Text(text)), &Expected::Unreadable);
    }
    for (at, byte) in pass.iter().enumerate() {
        let without = Check::of(Input::Spliced(code, at, 1, vec![]));
        set.add("a byte taken out", &without, &Expected::Verdict("STOP"));
        let doubled = Check::of(Input::Spliced(code, at, 0, vec![*byte]));
        set.add("a byte doubled", &doubled, &Expected::Verdict("STOP"));
    }
    for opener in [0x81u8, 0xa1, 0xc1, 0xd2, 0xd8, 0x83, 0x9f, 0xbf, 0x5f, 0x7f, 0xff] {
        for count in [1, 200, 5_000] {
            let text = to_text(&vec![opener; count]);
            set.add(&format!("nested {opener:02x}"), &Check::of(Input::Text(text)), &Expected::Unreadable);
        }
    }
    for head in ["5affffffff", "5bffffffffffffffff", "9affffffff", "bbffffffffffffffff", "7b7fffffffffffffff"]
    {
        let text = to_text(&hex::decode(format!("d284{head}")).unwrap());
        set.add("a length beyond the end", &Check::of(Input::Text(text)), &Expected::Unreadable);
    }
}

/// Values in the place of any other (RFC 8949 appendix A), in hexadecimal.
const VALUES: [&str; 24] = [
    "00",
    "20",
    "1818",
    "1817",
    "1a6b034f40",
    "1b0000003b00000000",
    "1bffffffffffffffff",
    "3bffffffffffffffff",
    "40",
    "4101",
    "480123456789abcdef",
    "60",
    "6141",
    "7841",
    "80",
    "a0",
    "c000",
    "f4",
    "f6",
    "f7",
    "f90000",
    "fb3ff0000000000000",
    "5f41004100ff",
    "9fff",
];

/// The claims of a printed pass in their parts: each taken out, doubled, moved, and given other values.
pub fn claims(set: &mut Set) {
    let top = [
        ("iss", "01", "65434e2d4842"),
        ("exp", "04", "1a6b151600"),
        ("iat", "06", "1a6b0349c0"),
        ("cti", "07", "480123456789abcdef"),
        (
            "status",
            "19ffff",
            "a16b7374617475735f6c697374a2636964781913886375726978\
            2068747470733a2f2f636f64652e6578616d706c652e676f762e636e2f732f7631",
        ),
        ("ours", "3a0001116f", "a601000263414d450382181f08040105643032433306 02"),
    ];
    let own = [
        ("colour", "01", "00"),
        ("initials", "02", "63414d45"),
        ("birthday", "03", "82181f08"),
        ("document", "04", "01"),
        ("last four", "05", "6430324333"),
        ("kind", "06", "02"),
    ];
    let plain = |pairs: &[(&'static str, &str, &str)]| -> Vec<(&'static str, String, String)> {
        pairs.iter().map(|(name, key, value)| (*name, (*key).to_owned(), value.replace(' ', ""))).collect()
    };
    let (top, own) = (plain(&top), plain(&own));
    vary(set, &top, &|pairs| pairs);
    let whole = map(&top);
    vary(set, &own, &|pairs| format!("{}{pairs}", &whole[..whole.len() - top[5].2.len()]));
}

fn map(pairs: &[(&'static str, String, String)]) -> String {
    let items: String = pairs.iter().map(|(_, key, value)| format!("{key}{value}")).collect();
    format!("{:02x}{items}", 0xa0 + pairs.len())
}

fn vary(set: &mut Set, pairs: &[(&'static str, String, String)], within: &dyn Fn(String) -> String) {
    let mut add = |name: String, changed: String, known: &Expected<'_>| {
        let pass = signed(&hex::decode(within(changed)).unwrap());
        let input = Input::Text(to_text(&pass));
        set.add(&name, &Check { document: false, ..Check::of(input) }, known);
    };
    add("nothing changed".into(), map(pairs), &Expected::Exactly("CHECK", &["match_document"]));
    for at in 0..pairs.len() {
        let name = pairs[at].0;
        let mut fewer = pairs.to_vec();
        let taken = fewer.remove(at);
        add(format!("without {name}"), map(&fewer), &Expected::Unreadable);
        let mut more = pairs.to_vec();
        more.insert(at, taken.clone());
        add(format!("{name} twice"), map(&more), &Expected::Unreadable);
        fewer.insert((at + 1) % pairs.len(), taken);
        add(format!("{name} moved"), map(&fewer), &Expected::Unreadable);
        for value in VALUES {
            let mut changed = pairs.to_vec();
            value.clone_into(&mut changed[at].2);
            // A few are values that the claim may have; without its document a printed pass never passes.
            add(format!("{name} {value}"), map(&changed), &Expected::NotPass);
        }
        let mut key = pairs.to_vec();
        key[at].1 = "0a".into();
        add(format!("another key for {name}"), map(&key), &Expected::Unreadable);
    }
}

/// The first byte of an item (RFC 8949 section 3).
fn head_of(major: u8, low: u8) -> u8 {
    (major << 5) + low
}

/// Any payload as a pass of the issuer.
fn signed(payload: &[u8]) -> Vec<u8> {
    let head = |major: u8, length: usize| -> Vec<u8> {
        match u8::try_from(length).unwrap() {
            short @ 0..24 => vec![head_of(major, short)],
            long => vec![head_of(major, 24), long],
        }
    };
    let header = [&[0xa2, 1, 0x26, 4, 0x48], &issuer().key_id().0[..]].concat();
    let bstr = |bytes: &[u8]| [head(2, bytes.len()), bytes.to_vec()].concat();
    let message = [&[0x84, 0x6a][..], b"Signature1", &bstr(&header), &[0x40], &bstr(payload)].concat();
    let signature = issuer().sign(&message).unwrap();
    [&[0xd2, 0x84][..], &bstr(&header), &[0xa0], &bstr(payload), &[0x58, 64], &signature].concat()
}
