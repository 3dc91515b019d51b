//! Trust lists: what is read is written and read again as the same.

use credential::TrustList;

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
];

/// Either form, from text.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(list) = TrustList::from_json(text) else { return };
    let written = list.to_json();
    let again = TrustList::from_value(written.clone()).expect("what we write we can read");
    assert_eq!(again.to_json(), written, "a list that changes when it is read again");
}
