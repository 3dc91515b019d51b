//! Compact JWS (RFC 7515) by itself: in a health card, whose readers are the only ones who take foreign ones.

use super::layered;
use super::verified::verified;
use crate::wrap;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "eyJ",
    ".",
    "..",
    "=",
    "\"alg\":\"none\"",
    "\"alg\":\"ES256\"",
    "\"zip\":\"DEF\"",
    "\"kid\":",
    "\"crit\":[\"b64\"]",
    "\"b64\":false",
    "\"typ\":",
    "tongxing-trust+jwt",
    "\\u0061lg",
];

/// The token, or a header of any kind before a payload that is right.
pub fn run(data: &[u8]) {
    match layered(data, 2) {
        Some((0, token)) => verified(&wrap::shc(token)),
        Some((_, header)) => {
            verified(&wrap::shc(&wrap::jws(
                &String::from_utf8_lossy(header),
                &wrap::deflated(b"{\"iss\":\"x\"}"),
            )));
        }
        None => {}
    }
}
