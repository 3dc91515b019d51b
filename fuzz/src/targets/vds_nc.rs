//! ICAO VDS-NC: the JSON, its canonical form (RFC 8785), and the certificate that comes along.

use super::layered;
use super::verified::verified;
use crate::wrap;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "icao.vacc",
    "icao.test",
    "\"data\":",
    "\"hdr\":",
    "\"msg\":",
    "\"sig\":",
    "\"sigvl\":",
    "\"cer\":",
    "\"alg\":",
    "ES256",
    "\\u0000",
    "\\ud800",
    "1e400",
    "-0",
    "1E-7",
    "9007199254740993",
    "[[[[[[[[",
    "{\"a\":",
];

/// The whole text, or the bytes of the certificate in a whole seal.
pub fn run(data: &[u8]) {
    match layered(data, 2) {
        Some((0, text)) => verified(&String::from_utf8_lossy(text)),
        Some((_, certificate)) => verified(&wrap::vds_nc(certificate)),
        None => {}
    }
}
