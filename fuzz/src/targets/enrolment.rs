//! What a signed-in inspector's device asks for as JSON: to be enrolled under a code, to begin a shift, to have a code
//! judged.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::PublicKey;

use super::checkpoint::asked::{Begin, Check, Enrolment};
use super::checkpoint::enrolment::EnrolmentCode;
use super::layered;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "{\"code\":\"7K3M 92QD\",\"public_key\":\"",
    "7k3m-92qd",
    "\"shift\":\"AAECAwQFBgcICQoLDA0ODw\"",
    "\"device\":\"0d3c5a7e91b2f446\"",
    "\"checkpoint\":\"8000000000000000\"",
    "\"at\":-9223372036854775808",
    "\"signature\":\"\"",
    "\"text\":\"GJM:",
    "\\u0000",
    "\\ud800",
];

/// By layer: an enrolment, a code alone, a shift, a check.
pub fn run(data: &[u8]) {
    let Some((layer, rest)) = layered(data, 4) else { return };
    match layer {
        0 => {
            let Ok(asked) = serde_json::from_slice::<Enrolment>(rest) else { return };
            code(&asked.code);
            let Ok(point) = URL_SAFE_NO_PAD.decode(&asked.public_key) else { return };
            if let Ok(key) = PublicKey::from_point(&point) {
                assert_eq!(key.point()[..], point[..], "the key that was sent");
            }
        }
        1 => code(&String::from_utf8_lossy(rest)),
        2 => {
            if let Ok(asked) = serde_json::from_slice::<Begin>(rest) {
                let _ = (asked.shift, asked.device, asked.checkpoint, asked.at);
                let _ = URL_SAFE_NO_PAD.decode(&asked.signature);
            }
        }
        _ => {
            if let Ok(asked) = serde_json::from_slice::<Check>(rest) {
                super::verified::verified(&asked.text);
            }
        }
    }
}

/// However it was typed, it is read as the code that is shown.
fn code(typed: &str) {
    if let Some(code) = EnrolmentCode::read(typed) {
        let shown = EnrolmentCode::read(&code.grouped()).expect("what is shown can be typed");
        assert_eq!(shown.hash(), code.hash());
    }
}
