//! Headers of signed requests, whose signatures hold under nobody's key.

use http_signature::digest_field;

use super::{Seed, layer};

const COVERED: &str = r#"("@method" "@target-uri" "content-digest" "content-type")"#;
const SAID: &str = r#";created=1795435200;nonce="AAECAwQFBgcICQoLDA0ODw";keyid="app-1";tag="tongxing""#;
const SIGNATURE: &str =
    "sig=:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==:";

pub fn headers() -> Vec<Seed> {
    let digest = digest_field(b"{}");
    let request = |input: &str| format!("sig={input}\n{SIGNATURE}\n{digest}\n/api/v1/partner/query");
    let whole = request(&format!("{COVERED}{SAID}"));
    let apart = COVERED.replace("\"@target-uri\"", "\"@authority\" \"@path\" \"@query\"");
    let apart = request(&format!("{apart}{SAID};alg=\"ecdsa-p256-sha256\";expires=1795435260"));
    let beside = format!(r#"proxy=("@method";req "x";sf);tag="proxy", sig={COVERED}{SAID}"#);
    let both = format!("{digest}, sha-512=:AAAA:, md5=:AAAA:");
    vec![
        layer("whole", 0, whole.as_bytes()),
        layer("apart", 0, apart.as_bytes()),
        layer("beside-a-proxy", 1, beside.as_bytes()),
        layer("signature", 1, SIGNATURE.as_bytes()),
        layer("digests", 2, both.as_bytes()),
    ]
}
