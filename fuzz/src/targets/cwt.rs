//! The claims of a CWT (RFC 8392), ours above all: the closed format takes one encoding only.

use credential::{Pass, to_text};

use super::layered;
use super::verified::verified;
use crate::wrap;

/// Claims in a signed object, or a live code around any pass.
pub fn run(data: &[u8]) {
    match layered(data, 3) {
        Some((0, claims)) => {
            let pass = wrap::sign1(&wrap::HEADER, claims);
            if let Ok(parsed) = Pass::parse(&pass) {
                assert_eq!(parsed.bytes(), pass, "a pass that is read in part");
            }
            verified(&to_text(&pass));
        }
        Some((1, header)) => verified(&to_text(&wrap::sign1(header, &[]))),
        Some((_, live)) => verified(&to_text(live)),
        None => {}
    }
}
