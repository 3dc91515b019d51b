//! Base45 (RFC 9285): what decodes is the one form of its bytes.

use credential::base45;

use super::verified::verified;

/// Any text.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(bytes) = base45::decode(text) {
        assert_eq!(base45::encode(&bytes), text, "two texts for the same bytes");
    }
    verified(text);
}
