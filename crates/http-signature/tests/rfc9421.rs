//! The test vectors of RFC 9421, appendix B, and of RFC 9530.
#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_signature::{
    Algorithm, Component, Input, Key, Request, SignatureError, base, inputs, signature, value,
};

const P256: &str = "-----BEGIN PUBLIC KEY-----\n\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf\n\
    w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\n\
    -----END PUBLIC KEY-----\n";
const P256_JWK: &str = r#"{"kty": "EC", "crv": "P-256", "kid": "test-key-ecc-p256",
    "x": "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA", "y": "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"}"#;
const ED25519: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n\
    -----END PUBLIC KEY-----\n";

/// B.2: the request and the response that all examples are about.
const HEADERS: [(&str, &[u8]); 5] = [
    ("host", b"example.com"),
    ("date", b"Tue, 20 Apr 2021 02:07:55 GMT"),
    ("content-type", b"application/json"),
    (
        "content-digest",
        b"sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
    ),
    ("content-length", b"18"),
];
const REQUEST: Request<'_> = Request {
    method: "POST",
    origin: "https://example.com",
    path: "/foo",
    query: Some("param=Value&Pet=dog"),
    headers: &HEADERS,
};

fn of_response(component: &Component) -> Result<String, SignatureError> {
    Ok(match component.name() {
        "@status" => "200",
        "content-type" => "application/json",
        "content-digest" => {
            "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:"
        }
        "content-length" => "23",
        _ => return Err(SignatureError::AbsentComponent),
    }
    .to_owned())
}

fn only(text: &str) -> Input {
    let (label, list) = inputs(text).unwrap().remove(0);
    Input::checked(label, list).unwrap()
}

#[test]
fn b_2_4_a_response_signed_on_p256() {
    let input = only(
        r#"sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256""#,
    );
    let field =
        "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:";
    let bytes = signature(field, &input.label).unwrap();
    let base = base(&input.covered, &input.list, of_response).unwrap();
    for key in [Key::read(P256).unwrap(), Key::read(P256_JWK).unwrap()] {
        assert_eq!(key.algorithm(), Algorithm::EcdsaP256Sha256);
        assert!(key.verify(base.as_bytes(), &bytes));
        assert_no_bit_may_change(&key, base.as_bytes(), &bytes);
    }
}

#[test]
fn b_2_6_a_request_signed_with_ed25519() {
    let input = only(
        r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#,
    );
    let field =
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
    let bytes = signature(field, &input.label).unwrap();
    let base = base(&input.covered, &input.list, |component| value(&REQUEST, component)).unwrap();
    let key = Key::read(ED25519).unwrap();
    assert_eq!(key.algorithm(), Algorithm::Ed25519);
    assert!(key.verify(base.as_bytes(), &bytes));
    assert_no_bit_may_change(&key, base.as_bytes(), &bytes);
}

#[test]
fn b_2_3_the_base_over_every_kind_of_component() {
    let input = only(
        "sig-b23=(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\" \"content-digest\" \
         \"content-length\");created=1618884473;keyid=\"test-key-rsa-pss\"",
    );
    let base = base(&input.covered, &input.list, |component| value(&REQUEST, component)).unwrap();
    let expected = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\
        \"@query\": ?param=Value&Pet=dog\n\"@authority\": example.com\n\"content-type\": application/json\n\
        \"content-digest\": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:\n\
        \"content-length\": 18\n\
        \"@signature-params\": (\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\" \
        \"content-digest\" \"content-length\");created=1618884473;keyid=\"test-key-rsa-pss\"";
    assert_eq!(base, expected);
}

#[test]
fn section_2_2_derived_components() {
    let of = |origin, path, query, name: &str| {
        let request = Request { method: "GET", origin, path, query, headers: &[] };
        let input = only(&format!("a=(\"{name}\")"));
        value(&request, &input.covered[0]).unwrap()
    };
    for (origin, path, query, name, expected) in [
        (
            "https://www.example.com",
            "/path",
            Some("param=value"),
            "@target-uri",
            "https://www.example.com/path?param=value",
        ),
        ("https://WWW.Example.com:443", "/path", None, "@authority", "www.example.com"),
        ("http://www.example.com:8080", "/path", None, "@authority", "www.example.com:8080"),
        ("http://www.example.com", "/path", None, "@scheme", "http"),
        ("https://www.example.com", "/path", Some("queryString"), "@query", "?queryString"),
        ("https://www.example.com", "/path", None, "@query", "?"),
        ("https://www.example.com", "", None, "@path", "/"),
        ("https://www.example.com", "/path", Some("a=b"), "@request-target", "/path?a=b"),
    ] {
        assert_eq!(of(origin, path, query, name), expected, "{name}");
    }
}

#[test]
fn section_2_1_lines_of_one_header_are_joined_and_trimmed() {
    let headers: [(&str, &[u8]); 3] = [("a", b"  one "), ("b", b"x"), ("a", b"two\t")];
    let request = Request { headers: &headers, ..REQUEST };
    assert_eq!(request.header("a").as_deref(), Some("one, two"));
    let headers: [(&str, &[u8]); 1] = [("a", "é".as_bytes())];
    assert_eq!(Request { headers: &headers, ..REQUEST }.header("a"), None);
}

#[test]
fn rfc_9530_digests() {
    let body = b"{\"hello\": \"world\"}\n";
    assert_eq!(http_signature::digest_field(body), "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
    let both = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:,\
        sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:";
    assert_eq!(http_signature::check_digest(both, body), Ok(()));
    assert_eq!(http_signature::check_digest(both, b"{\"hello\": \"world\"}"), Err(SignatureError::Digest));
    let unknown = "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:";
    assert_eq!(http_signature::check_digest(unknown, b""), Err(SignatureError::DigestAlgorithm));
    let one_wrong = format!("sha-256=:{}:,sha-512=:AAAA:", STANDARD.encode([0; 32]));
    assert_eq!(http_signature::check_digest(&one_wrong, body), Err(SignatureError::Digest));
    assert_eq!(
        http_signature::check_digest("sha-256=\"text\"", body),
        Err(SignatureError::Malformed("content-digest"))
    );
}

fn assert_no_bit_may_change(key: &Key, base: &[u8], signature: &[u8]) {
    for bit in 0..base.len() * 8 {
        let mut changed = base.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!key.verify(&changed, signature), "bit {bit} of the base");
    }
    for bit in 0..signature.len() * 8 {
        let mut changed = signature.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!key.verify(base, &changed), "bit {bit} of the signature");
    }
    for length in 0..signature.len() {
        assert!(!key.verify(base, &signature[..length]), "cut at {length}");
    }
}
