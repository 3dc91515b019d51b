//! Codes that were altered after they were signed.

use credential::{BirthDay, Colour, DeviceKey, DocumentKind, PassClaims, Signer, StatusRef};

use crate::common::NOW;
use crate::common::oracle::{Facts, Proof, Sig, Status, When};
use crate::ours::{base, device, facts, issue, issuer, live_code, other_device};
use crate::set::{Check, Expected, Input, Set};
use crate::status::{GONE, GOOD, URI};

/// Each claim changed under the old signature.
pub fn changed_claims(set: &mut Set) {
    for live in [true, false] {
        let old = base(live).issue(&issuer()).unwrap();
        for (name, changed, facts) in changes(live) {
            let mut pass = changed.issue(&issuer()).unwrap();
            // The signature is the last 64 bytes.
            let body = pass.len() - 64;
            pass[body..].copy_from_slice(&old[old.len() - 64..]);
            let input = set.ours(&if live { live_code(&pass, 5, &device()) } else { pass });
            for (tenths, document) in [(None, true), (Some(373), true), (Some(365), false)] {
                let facts = Facts { celsius_tenths: tenths, document_matches: document, ..facts };
                let check = Check { document, tenths, ..Check::of(input.clone()) };
                set.add(&format!("changed {name}"), &check, &Expected::Table(&facts));
            }
        }
    }
}

fn changes(live: bool) -> Vec<(&'static str, PassClaims<'static>, Facts)> {
    let b = base(live);
    let wrong = Facts { signature: Sig::Wrong, ..facts(live) };
    let unlisted = Facts { status: Status::Unknown, ..wrong };
    let device = Some(DeviceKey::from(&other_device().public()));
    let proof = if live { Proof::Wrong(5) } else { Proof::None };
    let place = |index, uri| PassClaims { status: StatusRef { index, uri }, ..b };
    let birth = |day, month| PassClaims { birth: BirthDay { day, month }, ..b };
    vec![
        ("iss", PassClaims { issuer: "CN-GD", ..b }, Facts { issuer_bad: true, ..unlisted }),
        ("exp later", PassClaims { expires: b.expires + 1, ..b }, wrong),
        ("exp earlier", PassClaims { expires: NOW - 1, ..b }, Facts { when: When::Expired, ..wrong }),
        ("iat earlier", PassClaims { issued: b.issued - 1, ..b }, wrong),
        ("iat later", PassClaims { issued: NOW + 9, ..b }, Facts { when: When::NotYet, ..wrong }),
        ("cti", PassClaims { id: [0; 8], ..b }, wrong),
        ("cnf", PassClaims { device, ..b }, Facts { live: true, proof, ..wrong }),
        ("idx", place(GOOD + 2, URI), wrong),
        ("idx withdrawn", place(GONE, URI), Facts { status: Status::Withdrawn, ..wrong }),
        ("uri", place(GOOD, "https://example.org/s"), unlisted),
        ("colour yellow", PassClaims { colour: Colour::Yellow, ..b }, Facts { colour: "yellow", ..wrong }),
        ("colour red", PassClaims { colour: Colour::Red, ..b }, Facts { colour: "red", ..wrong }),
        ("colour none", PassClaims { colour: Colour::None, ..b }, Facts { colour: "none", ..wrong }),
        ("initials", PassClaims { initials: "ME", ..b }, wrong),
        ("day", birth(0, 8), wrong),
        ("month", birth(31, 0), wrong),
        ("document", PassClaims { document: DocumentKind::TaiwanPermit, ..b }, wrong),
        ("permit", PassClaims { document: DocumentKind::HkMacaoPermit, ..b }, wrong),
        ("last four", PassClaims { last_four: "02C4", ..b }, wrong),
    ]
}

/// Single bits: all of a printed pass, and of a live code two of each byte. STOP is sure, the reasons are what the
/// byte then says.
pub fn flipped(set: &mut Set) {
    for (live, bits) in [(false, 8), (true, 2)] {
        let bytes = issue(&base(live));
        let Input::Code(code) = set.ours(&bytes) else { unreachable!("a code was kept") };
        for (at, byte) in bytes.iter().enumerate() {
            for bit in 0..bits {
                let flipped = byte ^ (1 << ((bit + at) % 8));
                let check = Check::of(Input::Spliced(code, at, 1, vec![flipped]));
                set.add("flipped", &check, &Expected::Verdict("STOP"));
            }
        }
        for at in [0, bytes.len() - 64, bytes.len() - 32] {
            let length = if at == 0 { 1 } else { 32 };
            for value in [0x00, 0xff] {
                let check = Check::of(Input::Spliced(code, at, length, vec![value; length]));
                set.add("r or s out of range", &check, &Expected::Verdict("STOP"));
            }
        }
    }
}
