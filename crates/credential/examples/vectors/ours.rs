//! Our own codes: every row of the table by itself and beside others.

use credential::{
    BirthDay, Colour, DeviceKey, DocumentKind, KeyState, PassClaims, Purpose, Signer, StatusRef, TrustList,
    encode_live, live_message,
};

use crate::common::oracle::{Facts, Proof, Sig, Status, When};
use crate::common::{self, DAY, NOW, live_claims, printed_claims};
use crate::keys::Fixed;
use crate::set::{Check, Expected, Set};
use crate::status::{BEYOND, GONE, GOOD, URI};

pub fn issuer() -> Fixed {
    Fixed::from_pkcs8(common::ISSUER_KEY)
}

pub fn device() -> Fixed {
    Fixed::from_pkcs8(common::DEVICE_KEY)
}

pub fn other_device() -> Fixed {
    Fixed::from_pkcs8(common::OTHER_DEVICE_KEY)
}

pub fn base(live: bool) -> PassClaims<'static> {
    let claims = if live { live_claims() } else { printed_claims() };
    PassClaims { status: StatusRef { index: GOOD, uri: URI }, ..claims }
}

/// A code that nothing is wrong with.
pub fn facts(live: bool) -> Facts {
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

/// A live code made `age` seconds before the check.
pub fn live_code(pass: &[u8], age: i64, key: &dyn Signer) -> Vec<u8> {
    let time = NOW.checked_add_signed(-age).unwrap();
    encode_live(pass, time, &key.sign(&live_message(pass, time)).unwrap())
}

/// The code as its holder shows it.
pub fn issue(claims: &PassClaims<'_>) -> Vec<u8> {
    let pass = claims.issue(&issuer()).unwrap();
    if claims.device.is_some() { live_code(&pass, 5, &device()) } else { pass }
}

pub fn trusts(set: &mut Set) {
    set.trust("nobody", TrustList::empty().to_json());
    let mut with = |name: &str, change: fn(&mut credential::Issuer)| {
        set.trust(name, common::trust_with(change).to_json());
    };
    with("ours", |_| ());
    with("key_not_yet", |i| i.keys[0].not_before = NOW + 1);
    with("key_ended", |i| i.keys[0].not_after = NOW - 1);
    with("key_withdrawn", |i| i.keys[0].state = KeyState::Withdrawn);
    with("other_issuer", |i| i.name = Some("CN-GD".into()));
    with("other_purpose", |i| i.purposes = vec![Purpose::Status]);
    with("national", |i| i.name = Some("CN".into()));
}

/// How lists of trust change the facts of a code that `ours` trusts.
const TRUSTS: [(&str, Sig, bool, bool); 6] = [
    ("nobody", Sig::UnknownKey, false, false),
    ("key_not_yet", Sig::Good, true, false),
    ("key_ended", Sig::Good, true, false),
    ("key_withdrawn", Sig::Good, true, false),
    ("other_issuer", Sig::Good, false, true),
    ("other_purpose", Sig::Good, false, true),
];

const COLOURS: [(Colour, &str); 4] =
    [(Colour::Green, "green"), (Colour::Yellow, "yellow"), (Colour::Red, "red"), (Colour::None, "none")];
const WHENS: [(u64, u64, When); 3] =
    [(NOW, NOW + 1, When::Valid), (NOW - DAY, NOW, When::Expired), (NOW + 1, NOW + DAY, When::NotYet)];
const PLACES: [(u32, Status); 3] =
    [(GOOD, Status::Good), (GONE, Status::Withdrawn), (BEYOND, Status::Unknown)];

/// Colour × time × status × proof, each under several lists of trust, temperatures and documents.
pub fn rows(set: &mut Set) {
    let mut turn = 0;
    for live in [true, false] {
        for (colour, word) in COLOURS {
            for (issued, expires, when) in WHENS {
                for (index, status) in PLACES {
                    let status_ref = StatusRef { index, uri: URI };
                    let claims = PassClaims { colour, issued, expires, status: status_ref, ..base(live) };
                    let pass = claims.issue(&issuer()).unwrap();
                    let facts = Facts { colour: word, when, status, ..facts(live) };
                    for (bytes, proof) in proofs(&pass, live) {
                        turn += 1;
                        looks(set, &bytes, &Facts { proof, ..facts }, turn);
                    }
                }
            }
        }
    }
}

/// The same pass with every kind of proof.
fn proofs(pass: &[u8], live: bool) -> Vec<(Vec<u8>, Proof)> {
    let mut proofs = vec![(pass.to_vec(), Proof::None)];
    let ages: &[i64] = if live { &[0, 60, 61, -15, -16] } else { &[30] };
    for &age in ages {
        let right = if live { Proof::Right(age) } else { Proof::Wrong(age) };
        proofs.push((live_code(pass, age, &device()), right));
    }
    for age in [5, 3_600, -60] {
        proofs.push((live_code(pass, age, &other_device()), Proof::Wrong(age)));
    }
    let time = NOW - 7;
    let other = device().sign(&live_message(b"another pass", time)).unwrap();
    proofs.push((encode_live(pass, time, &other), Proof::Wrong(7)));
    proofs
}

/// One code, looked at by several inspectors; `turn` changes what they have.
fn looks(set: &mut Set, bytes: &[u8], facts: &Facts, turn: usize) {
    let input = set.ours(bytes);
    let name = format!("{} {:?} {:?} {:?}", facts.colour, facts.when, facts.status, facts.proof);
    let mut look = |trust: &str, list: &str, facts: Facts| {
        let (document, tenths) = (facts.document_matches, facts.celsius_tenths);
        let check = Check { trust, status: list, document, tenths, ..Check::of(input.clone()) };
        set.add(&name, &check, &Expected::Table(&facts));
    };
    look("ours", "good", *facts);
    look("ours", "good", Facts { document_matches: false, celsius_tenths: Some(372), ..*facts });
    look("ours", "good", Facts { celsius_tenths: Some([373, 374, 398, 1000][turn % 4]), ..*facts });
    look("ours", "missing", Facts { status: Status::Unknown, celsius_tenths: Some(0), ..*facts });
    for step in [0, 3] {
        let (trust, signature, key_bad, issuer_bad) = TRUSTS[(turn + step) % TRUSTS.len()];
        // The status list is signed by the same key, under the same list of trust.
        let counts = signature == Sig::Good && !key_bad && trust != "other_issuer";
        let status = if counts { facts.status } else { Status::Unknown };
        let document_matches = turn.is_multiple_of(2);
        look(trust, "good", Facts { signature, key_bad, issuer_bad, status, document_matches, ..*facts });
    }
}

/// Every claim at its limits, and every value of a closed list.
pub fn claims(set: &mut Set) {
    let long = "g".repeat(128 - URI.len());
    let long_uri = format!("{URI}{long}");
    for live in [true, false] {
        let b = base(live);
        let elsewhere = Facts { status: Status::Unknown, ..facts(live) };
        let unnamed = Facts { issuer_bad: true, ..elsewhere };
        let day = |day, month| PassClaims { birth: BirthDay { day, month }, ..b };
        let other = DeviceKey::from(&other_device().public());
        let cases = [
            ("iss of one byte", PassClaims { issuer: "C", ..b }, unnamed),
            ("iss of 64 bytes", PassClaims { issuer: &"N".repeat(64), ..b }, unnamed),
            ("iss that is longer by one letter", PassClaims { issuer: "CN-HBX", ..b }, unnamed),
            ("iss in Chinese", PassClaims { issuer: "湖北省", ..b }, unnamed),
            ("iat 0", PassClaims { issued: 0, ..b }, facts(live)),
            ("exp 9999", PassClaims { expires: 253_402_300_799, ..b }, facts(live)),
            ("exp of the last named second", PassClaims { expires: 253_402_207_200, ..b }, facts(live)),
            ("cti all ones", PassClaims { id: [0xff; 8], ..b }, facts(live)),
            ("idx 0", PassClaims { status: StatusRef { index: 0, uri: URI }, ..b }, facts(live)),
            ("idx 2^32 - 1", PassClaims { status: StatusRef { index: u32::MAX, uri: URI }, ..b }, elsewhere),
            ("uri of one byte", PassClaims { status: StatusRef { index: GOOD, uri: "u" }, ..b }, elsewhere),
            (
                "uri of 128 bytes",
                PassClaims { status: StatusRef { index: GOOD, uri: &long_uri }, ..b },
                elsewhere,
            ),
            ("initials empty", PassClaims { initials: "", ..b }, facts(live)),
            ("initials of 16 bytes", PassClaims { initials: "ABCDEFGHIJKLMNOP", ..b }, facts(live)),
            ("initials in Chinese", PassClaims { initials: "王小明", ..b }, facts(live)),
            ("initials with quotes", PassClaims { initials: "\"\\</>\u{2028}", ..b }, facts(live)),
            ("initials beyond 16 bits", PassClaims { initials: "𠮷", ..b }, facts(live)),
            ("initials with a byte order mark", PassClaims { initials: "\u{feff}A", ..b }, facts(live)),
            ("no birthday", day(0, 0), facts(live)),
            ("31 December", day(31, 12), facts(live)),
            ("day only", day(23, 0), facts(live)),
            ("month only", day(0, 1), facts(live)),
            ("Hong Kong", PassClaims { document: DocumentKind::HkMacaoPermit, ..b }, facts(live)),
            ("Taiwan", PassClaims { document: DocumentKind::TaiwanPermit, ..b }, facts(live)),
            ("one last character", PassClaims { last_four: "Z", ..b }, facts(live)),
            ("digits last", PassClaims { last_four: "0000", ..b }, facts(live)),
            (
                "another device",
                PassClaims { device: live.then_some(other), ..b },
                if live { Facts { proof: Proof::Wrong(5), ..facts(true) } } else { facts(false) },
            ),
        ];
        for (name, claims, facts) in cases {
            let input = set.ours(&issue(&claims));
            set.add(name, &Check::of(input), &Expected::Table(&facts));
        }
    }
}

/// The national code is a pass of the issuer `CN`: read like ours, and good for entering the province only.
pub fn national(set: &mut Set) {
    for live in [true, false] {
        let claims = PassClaims { issuer: "CN", ..base(live) };
        let input = set.ours(&issue(&claims));
        for (trust, issuer_bad, status) in
            [("national", false, Status::Good), ("ours", true, Status::Unknown)]
        {
            let facts = Facts { issuer_bad, status, ..facts(live) };
            set.add("national code", &Check { trust, ..Check::of(input.clone()) }, &Expected::Table(&facts));
        }
        let without = Check { trust: "national", rules: false, ..Check::of(input) };
        set.add("national code, no rules", &without, &Expected::Exactly("CHECK", &["no_rules"]));
    }
}

pub fn short_codes(set: &mut Set) {
    use crate::set::Input;
    let texts =
        ["7K3M92QD", "7k3m-92qd", " 7K3M 92QD ", "7-K-3-M-9-2-Q-D", "\u{3000}23456789\u{85}", "ZZZZZZZZ\n"];
    for text in texts {
        for (tenths, verdict, reasons) in [
            (None, "CHECK", &["short_code"][..]),
            (Some(372), "CHECK", &["short_code"]),
            (Some(373), "STOP", &["temperature", "short_code"]),
        ] {
            let check = Check { tenths, ..Check::of(Input::Text(text.to_owned())) };
            set.add("short code", &check, &Expected::Exactly(verdict, reasons));
        }
    }
}
