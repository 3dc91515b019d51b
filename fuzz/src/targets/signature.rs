//! The headers of a signed request of a partner (RFC 9421), and the digest of its body (RFC 9530).

use http_signature::{Profile, Request, check_digest, inputs, signature};

use super::layered;

/// Words of the format.
pub const WORDS: &[&str] = &[
    "sig=(\"@method\" \"@target-uri\" \"content-digest\" \"content-type\")",
    ";created=1795435200",
    ";nonce=\"AAECAwQFBgcICQoLDA0ODw\"",
    ";keyid=\"",
    ";tag=\"tongxing\"",
    ";alg=\"ed25519\"",
    ";expires=",
    "\"@query-param\";name=\"",
    ";sf",
    ";bs",
    ";req",
    "sha-256=:",
    ":, ",
    "999999999999999",
    "@1659578233",
    "%\"",
    "?1",
];

const PROFILE: Profile = Profile { tag: "tongxing", window: 300 };
const NOW: i64 = 1_795_435_200;

/// The parts are lines: input, signature, digest, path. What was read without a key is never taken for signed.
pub fn run(data: &[u8]) {
    let Some((layer, rest)) = layered(data, 3) else { return };
    if layer == 0 {
        let mut parts = rest.split(|b| *b == b'\n');
        let mut part = || parts.next().unwrap_or_default();
        let (input, signed, digest, path) = (part(), part(), part(), part());
        let headers = [
            ("signature-input", input),
            ("signature", signed),
            ("content-digest", digest),
            ("content-type", &b"application/json"[..]),
        ];
        let path = String::from_utf8_lossy(path);
        let request = Request {
            method: "POST",
            origin: "https://code.example",
            path: &path,
            query: None,
            headers: &headers,
        };
        if let Ok(presented) = PROFILE.read(&request, b"{}", NOW) {
            assert!(presented.verify(None).is_err(), "nobody's key");
        }
    } else {
        let text = String::from_utf8_lossy(rest);
        if layer == 1 {
            let _read = (inputs(&text), signature(&text, "sig"));
        } else {
            let _checked = check_digest(&text, b"{}");
        }
    }
}
