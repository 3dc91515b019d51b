//! CBOR (RFC 8949) as the readers of foreign credentials meet it: any item where they expect claims.

use super::verified::verified;
use crate::wrap;

/// Heads of long, endless, nested and repeated items.
pub const WORDS: &[&str] = &[
    "\u{0}",
    "\x18\x17",
    "\x1a\0\0\0\0",
    "\x3a\0\x01\x03",
    "\x7f",
    "\x5b\x7f",
    "\x7f\x61",
    "iss",
    "vc",
    "Signature1",
];

/// Claims of any kind, in the envelopes that take any.
pub fn run(data: &[u8]) {
    let signed = wrap::sign1(&wrap::HEADER, data);
    verified(&wrap::hc1(&signed));
    verified(&wrap::nzcp(&signed));
}
