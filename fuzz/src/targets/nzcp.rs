//! NZ COVID Pass: text, signed bytes, claims.

use super::layered;
use super::verified::verified;
use crate::wrap;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "NZCP:/1/",
    "NZCP:/2/",
    "did:web:",
    "\x62vc",
    "@context",
    "version",
    "type",
    "credentialSubject",
    "givenName",
    "familyName",
    "dob",
    "PublicCovidPass",
    "VerifiableCredential",
];

/// Each layer of an `NZCP:/` text.
pub fn run(data: &[u8]) {
    match layered(data, 3) {
        Some((0, text)) => verified(&String::from_utf8_lossy(text)),
        Some((1, signed)) => verified(&wrap::nzcp(signed)),
        Some((_, claims)) => verified(&wrap::nzcp(&wrap::sign1(&wrap::HEADER, claims))),
        None => {}
    }
}
