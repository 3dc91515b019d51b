//! EU DCC: text, compressed bytes, claims, and the certificate itself inside the claims.

use super::layered;
use super::verified::verified;
use crate::wrap;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "HC1:",
    "nam",
    "fnt",
    "gnt",
    "dob",
    "ver",
    "1.3.0",
    "\x61v",
    "\x61t",
    "\x61r",
    "dn",
    "sd",
    "tr",
    "260415000",
    "2026-11-20",
    "840539006",
    "\x39\x01\x03",
];

/// Each layer of an `HC1:` text.
pub fn run(data: &[u8]) {
    match layered(data, 4) {
        Some((0, text)) => verified(&String::from_utf8_lossy(text)),
        Some((1, packed)) => verified(&wrap::hc1_packed(packed)),
        Some((2, claims)) => verified(&wrap::hc1(&wrap::sign1(&wrap::HEADER, claims))),
        Some((_, certificate)) => {
            verified(&wrap::hc1(&wrap::sign1(&wrap::HEADER, &wrap::hcert_claims(certificate))));
        }
        None => {}
    }
}
