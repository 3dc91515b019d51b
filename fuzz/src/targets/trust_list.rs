//! Trust lists: what is read is written and read again as the same; and the signed list around them.

use std::hint::black_box;

use credential::{SignedTrustList, TrustList, read_roots};

use crate::wrap;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "\"version\":",
    "\"issued\":",
    "\"issuers\":",
    "\"format\":",
    "\"hcert\"",
    "\"shc\"",
    "\"nzcp\"",
    "\"vds-nc\"",
    "\"tongxing\"",
    "\"keys\":",
    "\"kid\":",
    "\"jwk\":",
    "\"certificate\":",
    "\"kty\":\"EC\"",
    "\"kty\":\"RSA\"",
    "\"not_after\":",
    "18446744073709551615",
    "-1",
    "1e400",
    "\"usage\":[]",
    "\"state\":\"withdrawn\"",
    "eyJ",
    "\"typ\":\"tongxing-trust+jwt\"",
    "\"alg\":\"ES256\"",
];

/// Either form from text; the signed one with any header, or whole; and a set of roots.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    signed(text);
    signed(&String::from_utf8_lossy(&wrap::jws(text, b"{}")));
    let _ = black_box(read_roots(text));
    let Ok(list) = TrustList::from_json(text) else { return };
    let written = list.to_json();
    let again = TrustList::from_value(written.clone()).expect("what we write we can read");
    assert_eq!(again.to_json(), written, "a list that changes when it is read again");
}

fn signed(text: &str) {
    if let Ok(list) = SignedTrustList::parse(text) {
        assert!(list.signed_by(&[]).is_err(), "a list without a root");
    }
}
