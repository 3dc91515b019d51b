//! Status list tokens, as CWT and as JWT: the token, its header, its claims, and the compressed list.

use std::hint::black_box;

use credential::{StatusList, StatusToken, TrustList};

use super::layered;
use super::verified::NOW;
use crate::wrap;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "lst",
    "bits",
    "application/statuslist+cwt",
    "x\u{9c}",
    "https://code.example/",
    "\x19\x7f\x7f",
    "\x10",
    "eyJ",
    "\"typ\":\"statuslist+jwt\"",
    "\"status_list\":{\"bits\":1,\"lst\":",
    "\"exp\":",
    "\"ttl\":",
];

/// The header of a status list token as JWT (draft-ietf-oauth-status-list section 5.1).
pub const JWT_HEADER: &str = r#"{"alg":"ES256","kid":"UKCabM0Jq7k","typ":"statuslist+jwt"}"#;
/// Its claims, with an empty list.
pub const JWT_CLAIMS: &[u8] = br#"{"exp":1795500000,"iat":1795420000,"iss":"CN-HB","status_list":{"bits":1,"lst":"eNpjAAAAAQAB"},"sub":"https://code.example/s/1","ttl":300}"#;

/// Each layer of a token.
pub fn run(data: &[u8]) {
    match layered(data, 6) {
        Some((0, token)) => look(token),
        Some((1, claims)) => look(&wrap::sign1(&wrap::status_header(), claims)),
        Some((2, header)) => {
            look(&wrap::sign1(header, &wrap::status_claims(&[0x78, 0x9c, 3, 0, 0, 0, 0, 1])));
        }
        Some((4, claims)) => look(&wrap::jws(JWT_HEADER, claims)),
        Some((5, header)) => look(&wrap::jws(&String::from_utf8_lossy(header), JWT_CLAIMS)),
        Some((_, packed)) => {
            for bits in [1, 2, 4, 8] {
                if let Ok(list) = StatusList::decompress(bits, packed) {
                    assert!(list.entries() <= credential::MAX_ENTRIES, "more entries than are taken");
                    for index in [0, list.entries().saturating_sub(1)] {
                        let _ = black_box(list.get(index));
                    }
                    assert!(list.get(list.entries()).is_err(), "an entry behind the last");
                }
            }
            look(&wrap::sign1(&wrap::status_header(), &wrap::status_claims(packed)));
        }
        None => {}
    }
}

fn look(token: &[u8]) {
    if let Ok(token) = StatusToken::parse(token) {
        assert!(token.verify(&TrustList::empty(), NOW).is_err(), "a list that nobody vouches for");
    }
}
