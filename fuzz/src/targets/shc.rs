//! SMART Health Cards: digits, the JWS in them, the compressed payload, the JSON.

use super::layered;
use super::verified::verified;
use crate::wrap;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "shc:/",
    "shc:/1/2/",
    "shc:/2/2/",
    "567629",
    "\"vc\":",
    "credentialSubject",
    "fhirBundle",
    "resourceType",
    "Immunization",
    "\"iss\"",
    "\"nbf\"",
    "null",
    "1e999",
    "[[[[[[[[",
    "{\"a\":",
];

/// Each layer of a `shc:/` text.
pub fn run(data: &[u8]) {
    match layered(data, 4) {
        Some((0, text)) => verified(&String::from_utf8_lossy(text)),
        Some((1, token)) => verified(&wrap::shc(token)),
        Some((2, packed)) => verified(&wrap::shc(&wrap::jws(wrap::SHC_HEADER, packed))),
        Some((_, json)) => verified(&wrap::shc(&wrap::jws(wrap::SHC_HEADER, &wrap::deflated(json)))),
        None => {}
    }
}
