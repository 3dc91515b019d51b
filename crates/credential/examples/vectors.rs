//! Writes `vectors/pass.json`: passes and live codes, valid and mutated, each with its verdict and reasons.
//!
//! `cargo run -p credential --example vectors`. The file is committed: ECDSA draws a nonce, so what is signed
//! is kept in it and verified, never signed again. What is expected comes from the second table of rules in
//! `tests/common/oracle.rs`, not from the code under test; for flipped bytes only STOP is known beforehand.
#![allow(clippy::unwrap_used, reason = "a tool for developers: a panic is its error message")]

#[path = "../tests/common/mod.rs"]
mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::oracle::{Facts, Proof, Sig, Status, When, expected};
use common::{
    DAY, ISSUER, NOW, device_key, issuer_key, live_claims, other_device_key, other_key, printed_claims,
};
use credential::{
    Batch, BatchDefaults, BirthDay, Colour, DeviceKey, DocumentKind, KeyState, Pass, PassClaims, Purpose,
    Signer, StatusClaims, StatusList, StatusRef, TrustList, encode_live, live_message, sign_status, to_text,
};
use serde_json::{Value, json};

const URI: &str = "https://code.example.gov.cn/s/v1";
const GOOD: u32 = 5_000;
const GONE: u32 = 5_001;

fn main() {
    let mut set = Vectors { trust: trusts(), status: status_lists(), cases: Vec::new() };
    set.rows();
    set.changed_claims();
    set.malformed();
    set.flipped();
    set.others();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/pass.json");
    std::fs::write(path, set.text()).unwrap();
}

fn trusts() -> Value {
    let with = |change: fn(&mut credential::Issuer)| common::trust_with(change).to_json();
    json!({
        "ours": with(|_| ()),
        "nobody": TrustList::empty().to_json(),
        "key_not_yet": with(|i| i.keys[0].not_before = NOW + 1),
        "key_ended": with(|i| i.keys[0].not_after = NOW - 1),
        "key_withdrawn": with(|i| i.keys[0].state = KeyState::Withdrawn),
        "other_issuer": with(|i| i.name = Some("CN-GD".into())),
        "other_purpose": with(|i| i.purposes = vec![Purpose::Status]),
    })
}

fn status_lists() -> Value {
    let mut list = StatusList::new(8_192).unwrap();
    list.withdraw(GONE).unwrap();
    let sign = |uri: &str, issued, key: &dyn Signer| {
        STANDARD.encode(sign_status(&StatusClaims::usual(uri, issued), &list, key).unwrap())
    };
    let good = sign(URI, NOW - 60, &issuer_key());
    json!({
        "old": sign(URI, NOW - DAY, &issuer_key()),
        "of_the_future": sign(URI, NOW + 301, &issuer_key()),
        "unknown_key": sign(URI, NOW - 60, &other_key()),
        "other_address": sign("https://code.example.gov.cn/s/v2", NOW - 60, &issuer_key()),
        "cut": good[..good.len() / 8 * 4],
        "good": good,
    })
}

fn claims(live: bool) -> PassClaims<'static> {
    let base = if live { live_claims() } else { printed_claims() };
    PassClaims { status: StatusRef { index: GOOD, uri: URI }, ..base }
}

fn live_code(pass: &[u8], age: i64, key: &dyn Signer) -> Vec<u8> {
    let time = NOW.checked_add_signed(-age).unwrap();
    encode_live(pass, time, &key.sign(&live_message(pass, time)).unwrap())
}

/// A pass with nothing wrong with it.
fn facts(live: bool) -> Facts {
    Facts {
        signature: Sig::Good,
        key_bad: false,
        issuer_bad: false,
        when: When::Valid,
        status: Status::Good,
        live,
        proof: if live { Proof::Right(5) } else { Proof::None },
        colour: "green",
        celsius_tenths: None,
        document_matches: true,
    }
}

struct Vectors {
    trust: Value,
    status: Value,
    cases: Vec<Value>,
}

impl Vectors {
    fn add(&mut self, name: &str, bytes: &[u8], trust: &str, status: &str, facts: &Facts) {
        let (verdict, reasons) = expected(facts);
        let signature = match facts.signature {
            Sig::Good => "valid",
            Sig::Wrong => "invalid",
            Sig::UnknownKey => "unknown_key",
        };
        self.cases.push(json!({
            "name": name, "text": to_text(bytes), "at": NOW, "trust": trust, "status": status,
            "document_matches": facts.document_matches,
            "temperature": facts.celsius_tenths.map(|t| f64::from(t) / 10.0),
            "verdict": verdict, "reasons": reasons, "signature": signature,
        }));
    }

    fn add_unreadable(&mut self, name: &str, text: &str) {
        self.cases.push(json!({
            "name": name, "text": text, "at": NOW, "trust": "ours", "status": "good", "document_matches": true,
            "temperature": null, "verdict": "STOP", "reasons": ["unreadable"], "signature": "absent",
        }));
    }

    /// Each row of the table by itself and beside others, for both kinds of pass.
    fn rows(&mut self) {
        for live in [true, false] {
            self.trust_rows(live);
            self.status_rows(live);
            self.colour_and_time_rows(live);
            self.proof_rows(live);
        }
    }

    fn issue(claims: &PassClaims<'_>) -> Vec<u8> {
        let pass = claims.issue(&issuer_key()).unwrap();
        if claims.device.is_some() { live_code(&pass, 5, &device_key()) } else { pass }
    }

    fn trust_rows(&mut self, live: bool) {
        let code = Self::issue(&claims(live));
        for (trust, signature, key_bad, issuer_bad) in [
            ("ours", Sig::Good, false, false),
            ("key_not_yet", Sig::Good, true, false),
            ("key_ended", Sig::Good, true, false),
            ("key_withdrawn", Sig::Good, true, false),
            ("other_issuer", Sig::Good, false, true),
            ("other_purpose", Sig::Good, false, true),
            ("nobody", Sig::UnknownKey, false, false),
        ] {
            // The status list is signed by the same key, under the same list of trust.
            let status_works = signature == Sig::Good && !key_bad && trust != "other_issuer";
            let status = if status_works { Status::Good } else { Status::Unknown };
            for celsius_tenths in [None, Some(365), Some(372), Some(373), Some(398)] {
                let facts = Facts { signature, key_bad, issuer_bad, status, celsius_tenths, ..facts(live) };
                self.add(&format!("trust {trust}"), &code, trust, "good", &facts);
            }
        }
    }

    fn status_rows(&mut self, live: bool) {
        for (list, index, status) in [
            ("good", GOOD, Status::Good),
            ("good", GONE, Status::Withdrawn),
            ("good", 8_191, Status::Good),
            ("good", 8_192, Status::Unknown),
            ("good", u32::MAX, Status::Unknown),
            ("old", GONE, Status::Unknown),
            ("of_the_future", GONE, Status::Unknown),
            ("unknown_key", GOOD, Status::Unknown),
            ("other_address", GOOD, Status::Unknown),
            ("cut", GOOD, Status::Unknown),
            ("missing", GOOD, Status::Unknown),
        ] {
            let code = Self::issue(&PassClaims { status: StatusRef { index, uri: URI }, ..claims(live) });
            for document_matches in [true, false] {
                let facts = Facts { status, document_matches, ..facts(live) };
                self.add(&format!("status {list} {index}"), &code, "ours", list, &facts);
            }
        }
    }

    fn colour_and_time_rows(&mut self, live: bool) {
        for (colour, word) in [
            (Colour::Green, "green"),
            (Colour::Yellow, "yellow"),
            (Colour::Red, "red"),
            (Colour::None, "none"),
        ] {
            for (issued, expires, when) in [
                (NOW, NOW + 1, When::Valid),
                (NOW - DAY, NOW, When::Expired),
                (NOW + 1, NOW + DAY, When::NotYet),
            ] {
                let code = Self::issue(&PassClaims { colour, issued, expires, ..claims(live) });
                for (list, status) in [("good", Status::Good), ("missing", Status::Unknown)] {
                    let facts = Facts { colour: word, when, status, ..facts(live) };
                    self.add(&format!("{word}, {when:?}"), &code, "ours", list, &facts);
                }
            }
        }
    }

    fn proof_rows(&mut self, live: bool) {
        let pass = claims(live).issue(&issuer_key()).unwrap();
        self.add("no proof", &pass, "ours", "good", &Facts { proof: Proof::None, ..facts(live) });
        for age in [0, 30, 60, 61, 3_600, -15, -16, -3_600] {
            let right = if live { Proof::Right(age) } else { Proof::Wrong(age) };
            let code = live_code(&pass, age, &device_key());
            self.add(
                &format!("proof of {age} s"),
                &code,
                "ours",
                "good",
                &Facts { proof: right, ..facts(live) },
            );
            let facts = Facts { proof: Proof::Wrong(age), ..facts(live) };
            let code = live_code(&pass, age, &other_device_key());
            self.add(&format!("proof of {age} s, other key"), &code, "ours", "good", &facts);
            let time = NOW.checked_add_signed(-age).unwrap();
            let other = device_key().sign(&live_message(b"another pass", time)).unwrap();
            let code = encode_live(&pass, time, &other);
            self.add(&format!("proof of {age} s, other pass"), &code, "ours", "good", &facts);
        }
    }

    /// Each claim changed under the old signature.
    fn changed_claims(&mut self) {
        for live in [true, false] {
            let old = claims(live).issue(&issuer_key()).unwrap();
            let base = claims(live);
            let wrong = Facts { signature: Sig::Wrong, ..facts(live) };
            let other_device = Some(DeviceKey::from(&other_device_key().public()));
            let changes = [
                (
                    "iss",
                    PassClaims { issuer: "CN-GD", ..base },
                    Facts { issuer_bad: true, status: Status::Unknown, ..wrong },
                ),
                ("exp later", PassClaims { expires: base.expires + 1, ..base }, wrong),
                (
                    "exp earlier",
                    PassClaims { expires: NOW - 1, ..base },
                    Facts { when: When::Expired, ..wrong },
                ),
                ("iat earlier", PassClaims { issued: base.issued - 1, ..base }, wrong),
                ("iat later", PassClaims { issued: NOW + 9, ..base }, Facts { when: When::NotYet, ..wrong }),
                ("cti", PassClaims { id: [0; 8], ..base }, wrong),
                (
                    "cnf",
                    PassClaims { device: other_device, ..base },
                    Facts { live: true, proof: if live { Proof::Wrong(5) } else { Proof::None }, ..wrong },
                ),
                ("idx", PassClaims { status: StatusRef { index: GOOD + 2, uri: URI }, ..base }, wrong),
                (
                    "idx withdrawn",
                    PassClaims { status: StatusRef { index: GONE, uri: URI }, ..base },
                    Facts { status: Status::Withdrawn, ..wrong },
                ),
                (
                    "uri",
                    PassClaims { status: StatusRef { index: GOOD, uri: "https://example.org/s" }, ..base },
                    Facts { status: Status::Unknown, ..wrong },
                ),
                (
                    "colour yellow",
                    PassClaims { colour: Colour::Yellow, ..base },
                    Facts { colour: "yellow", ..wrong },
                ),
                ("colour red", PassClaims { colour: Colour::Red, ..base }, Facts { colour: "red", ..wrong }),
                (
                    "colour none",
                    PassClaims { colour: Colour::None, ..base },
                    Facts { colour: "none", ..wrong },
                ),
                ("initials", PassClaims { initials: "ME", ..base }, wrong),
                ("day", PassClaims { birth: BirthDay { day: 0, month: 8 }, ..base }, wrong),
                ("month", PassClaims { birth: BirthDay { day: 31, month: 0 }, ..base }, wrong),
                ("document", PassClaims { document: DocumentKind::TaiwanPermit, ..base }, wrong),
                ("permit", PassClaims { document: DocumentKind::HkMacaoPermit, ..base }, wrong),
                ("last four", PassClaims { last_four: "02C4", ..base }, wrong),
            ];
            for (name, changed, facts) in changes {
                let mut pass = changed.issue(&issuer_key()).unwrap();
                // The signature is the last 64 bytes.
                let body = pass.len() - 64;
                pass[body..].copy_from_slice(&old[old.len() - 64..]);
                let code = if live { live_code(&pass, 5, &device_key()) } else { pass };
                self.add(&format!("changed {name}"), &code, "ours", "good", &facts);
            }
        }
    }

    /// Texts and bytes that are no code, or not in the one encoding.
    fn malformed(&mut self) {
        let pass = claims(false).issue(&issuer_key()).unwrap();
        let code = live_code(&claims(true).issue(&issuer_key()).unwrap(), 5, &device_key());
        for (name, bytes) in [("printed", &pass), ("live", &code)] {
            let text = to_text(bytes);
            let changed = [
                text.to_lowercase(),
                text.replacen("TX1", "TX2", 1),
                text[4..].to_owned(),
                format!("{text}0"),
                format!("{text}00"),
                format!("{text}000"),
                text[..text.len() - 1].to_owned(),
                text[..text.len() - 3].to_owned(),
                text.replacen(':', ":::", 1),
                format!("TX1:{text}"),
            ];
            for (index, changed) in changed.iter().enumerate() {
                self.add_unreadable(&format!("{name}, text fault {index}"), changed);
            }
            for cut in [0, 1, 2, 10, 17, 60, bytes.len() - 65, bytes.len() - 1] {
                self.add_unreadable(&format!("{name}, cut at {cut}"), &to_text(&bytes[..cut]));
            }
        }
        for (name, from, to) in MALFORMED {
            let hex = hex::encode(&pass);
            let at = hex.find(from).unwrap();
            let bytes = hex::decode(format!("{}{to}{}", &hex[..at], &hex[at + from.len()..])).unwrap();
            self.add_unreadable(name, &to_text(&bytes));
            assert!(Pass::parse(&bytes).is_err(), "{name}");
        }
        for opener in [0x81u8, 0xa1, 0xd2, 0x9f, 0xbf] {
            self.add_unreadable(&format!("nested {opener:02x}"), &to_text(&[opener; 200]));
        }
    }

    /// One bit of each byte: STOP is sure, the reasons are what the byte says.
    fn flipped(&mut self) {
        let pass = claims(false).issue(&issuer_key()).unwrap();
        let code = live_code(&claims(true).issue(&issuer_key()).unwrap(), 5, &device_key());
        let proof = code.len() - 72;
        for (name, bytes, from) in [("printed", &pass, 0), ("live", &code, proof)] {
            for at in from..bytes.len() {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << (at % 8);
                let mut case = json!({
                    "name": format!("{name}, byte {at} flipped"), "text": to_text(&flipped), "at": NOW,
                    "trust": "ours", "status": "good", "document_matches": true, "temperature": null,
                });
                let found = self.run(&case);
                assert_eq!(found["verdict"], "STOP", "{case}");
                for field in ["verdict", "reasons", "signature"] {
                    case[field] = found[field].clone();
                }
                self.cases.push(case);
            }
        }
    }

    fn run(&self, case: &Value) -> Value {
        let line = json!({
            "text": case["text"], "at": case["at"], "document_matches": case["document_matches"],
            "trust": self.trust[case["trust"].as_str().unwrap()],
            "status": self.status[case["status"].as_str().unwrap()],
        });
        Batch::new(BatchDefaults::default()).line(&line.to_string())
    }

    /// What is neither pass nor live code.
    fn others(&mut self) {
        for text in
            ["", " ", "TX1:", "https://code.example.gov.cn/", "7K3M92Q", "7K3M92QDD", "7K3M92Q0", ISSUER]
        {
            self.add_unreadable("no code", text);
        }
        for (temperature, verdict, reasons) in [
            (None, "CHECK", vec!["short_code"]),
            (Some(37.2), "CHECK", vec!["short_code"]),
            (Some(37.3), "STOP", vec!["temperature", "short_code"]),
        ] {
            for text in ["7K3M92QD", "7k3m-92qd", " 7K3M 92QD "] {
                self.cases.push(json!({
                    "name": "short code", "text": text, "at": NOW, "trust": "ours", "status": "good",
                    "document_matches": true, "temperature": temperature, "verdict": verdict,
                    "reasons": reasons, "signature": "absent",
                }));
            }
        }
    }

    /// One case a line, so that a difference can be read.
    fn text(&self) -> String {
        let lines: Vec<_> = self.cases.iter().map(Value::to_string).collect();
        let about = "Written by `cargo run -p credential --example vectors`; see docs/pass-format.md.";
        format!(
            "{{\"about\": {},\n\"trust\": {},\n\"status\": {},\n\"cases\": [\n{}\n]}}\n",
            json!(about),
            self.trust,
            self.status,
            lines.join(",\n")
        )
    }
}

/// Faults in the bytes of a printed pass, as hexadecimal digits before and after.
const MALFORMED: [(&str, &str, &str); 14] = [
    ("untagged", "d2844d", "844d"),
    ("another tag", "d2844d", "d1844d"),
    ("tag written longer", "d2844d", "d812844d"),
    ("array written longer", "d2844d", "d298044d"),
    ("array without length", "d2844d", "d29f4d"),
    ("alg none", "4da201260448", "4da201000448"),
    ("alg ES384", "4da20126", "4ea2013822"),
    ("crit", "4da2012604", "50a3012602810404"),
    ("unknown header", "4da2012604", "4fa30126030004"),
    ("something unprotected", "a058", "a104413158"),
    ("unknown colour", "a60100", "a60104"),
    ("day 32", "0382181f08", "0382182008"),
    ("month 13", "0382181f08", "0382181f0d"),
    ("day written longer", "0382181f08", "0382181f1808"),
];
