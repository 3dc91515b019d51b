//! What a signature must cover and say: every way to do it wrong has its own words, but for what would tell of a key.
#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]
#![allow(clippy::disallowed_types, reason = "the library signs with the system's randomness")]

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_signature::{
    Algorithm, Input, Key, KeyError, Presented, Profile, Request, SignatureError, base, digest_field, inputs,
    value,
};

const PROFILE: Profile = Profile { tag: "tongxing", window: 300 };
const NOW: i64 = 1_795_435_200;
const BODY: &[u8] = b"{\"grant\":\"0123456789abcdef\"}";
const COVERED: &str = r#"("@method" "@target-uri" "content-digest" "content-type")"#;
const SAID: &str = r#";created=1795435200;nonce="AAECAwQFBgcICQoLDA0ODw";keyid="app-1";tag="tongxing""#;

struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn key(&self) -> Key {
        Key::new(Algorithm::EcdsaP256Sha256, self.0.public_key().as_ref()).unwrap()
    }
}

/// A request whose parts tests change before or after it is signed.
#[derive(Clone)]
struct Sent {
    path: &'static str,
    query: Option<&'static str>,
    body: Vec<u8>,
    headers: Vec<(String, String)>,
}

impl Sent {
    fn new() -> Self {
        let headers =
            [("content-type", "application/json".to_owned()), ("content-digest", digest_field(BODY))];
        let headers = headers.map(|(name, text)| (name.to_owned(), text)).to_vec();
        Self { path: "/api/v1/partner/query", query: None, body: BODY.to_vec(), headers }
    }

    fn with(mut self, name: &str, text: &str) -> Self {
        self.headers.push((name.to_owned(), text.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self
    }

    fn signed(self, covered: &str, said: &str, signer: &Signer) -> Self {
        let text = format!("sig={covered}{said}");
        let (label, list) = inputs(&text).unwrap().remove(0);
        let input = Input::checked(label, list).unwrap();
        let base = self.asked(|request| {
            base(&input.covered, &input.list, |component| value(request, component)).unwrap()
        });
        let bytes = signer.0.sign(&SystemRandom::new(), base.as_bytes()).unwrap();
        let signature = format!("sig=:{}:", STANDARD.encode(bytes));
        self.with("signature-input", &text).with("signature", &signature)
    }

    fn asked<T>(&self, work: impl FnOnce(&Request<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        work(&Request {
            method: "POST",
            origin: "https://code.example",
            path: self.path,
            query: self.query,
            headers: &headers,
        })
    }

    fn read(&self) -> Result<Presented, SignatureError> {
        self.asked(|request| PROFILE.read(request, &self.body, NOW))
    }

    fn checked(&self, signer: &Signer) -> Result<(), SignatureError> {
        self.read()?.verify(Some(&signer.key()))
    }
}

#[test]
fn a_request_signed_as_asked_counts_with_either_way_to_name_its_target() {
    let signer = Signer::new();
    let sent = Sent::new();
    for covered in [
        COVERED,
        r#"("@method" "@authority" "@path" "content-digest" "content-type")"#,
        r#"("@method" "@authority" "@path" "@query" "content-digest" "content-type")"#,
        r#"("content-type" "@scheme" "@target-uri" "@method" "content-digest" "@request-target")"#,
    ] {
        assert_eq!(sent.clone().signed(covered, SAID, &signer).checked(&signer), Ok(()), "{covered}");
    }
    let more = sent.with("x-app-version", "7.1").signed(
        r#"("@method" "@target-uri" "content-digest" "content-type" "x-app-version")"#,
        SAID,
        &signer,
    );
    assert_eq!(more.checked(&signer), Ok(()), "more may be covered");
    let changed = more.clone().without("x-app-version").with("x-app-version", "7.2");
    assert_eq!(changed.checked(&signer), Err(SignatureError::NotVerified));
    let gone = more.without("x-app-version");
    assert_eq!(gone.checked(&signer), Err(SignatureError::AbsentComponent));
}

#[test]
fn ed25519_signs_too_and_alg_must_be_that_of_the_key() {
    let pair = Ed25519KeyPair::generate().unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let pem =
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", STANDARD.encode(der.as_ref()));
    let key = Key::read(&pem).unwrap();
    assert_eq!(key.bytes(), pair.public_key().as_ref());
    for (alg, right) in [("", true), (";alg=\"ed25519\"", true), (";alg=\"ecdsa-p256-sha256\"", false)] {
        let text = format!("sig={COVERED}{SAID}{alg}");
        let (label, list) = inputs(&text).unwrap().remove(0);
        let input = Input::checked(label, list).unwrap();
        let sent = Sent::new();
        let base = sent.asked(|request| base(&input.covered, &input.list, |c| value(request, c)).unwrap());
        let signature = format!("sig=:{}:", STANDARD.encode(pair.sign(base.as_bytes())));
        let sent = sent.with("signature-input", &text).with("signature", &signature);
        assert_eq!(sent.read().unwrap().verify(Some(&key)).is_ok(), right, "{alg}");
    }
}

#[test]
fn each_thing_that_is_missing_is_named() {
    let signer = Signer::new();
    for (covered, missing) in [
        (r#"("@target-uri" "content-digest" "content-type")"#, "@method"),
        (r#"("@method" "content-digest" "content-type")"#, "@target-uri"),
        (r#"("@method" "@path" "content-digest" "content-type")"#, "@authority"),
        (r#"("@method" "@authority" "content-digest" "content-type")"#, "@path"),
        (r#"("@method" "@target-uri" "content-type")"#, "content-digest"),
        (r#"("@method" "@target-uri" "content-digest")"#, "content-type"),
    ] {
        let sent = Sent::new().signed(covered, SAID, &signer);
        assert_eq!(sent.checked(&signer), Err(SignatureError::NotCovered(missing)));
    }
    let query = Sent { query: Some("a=1"), ..Sent::new() };
    let apart = r#"("@method" "@authority" "@path" "content-digest" "content-type")"#;
    assert_eq!(
        query.signed(apart, SAID, &signer).checked(&signer),
        Err(SignatureError::NotCovered("@query")),
        "a query that nobody signed"
    );
    let sent = Sent::new().signed(COVERED, SAID, &signer);
    for header in ["signature-input", "signature", "content-digest"] {
        assert_eq!(sent.clone().without(header).checked(&signer), Err(SignatureError::Missing(header)));
    }
    assert_eq!(sent.clone().without("content-type").checked(&signer), Err(SignatureError::AbsentComponent));
    for (said, parameter) in [
        (r#";nonce="AAECAwQFBgcICQoLDA0ODw";keyid="a";tag="tongxing""#, "created"),
        (r#";created="1795435200";nonce="AAECAwQFBgcICQoLDA0ODw";keyid="a";tag="tongxing""#, "created"),
        (r#";created=1795435200;keyid="a";tag="tongxing""#, "nonce"),
        (r#";created=1795435200;nonce=:AAECAwQFBgcICQoLDA0ODw==:;keyid="a";tag="tongxing""#, "nonce"),
        (r#";created=1795435200;nonce="AAECAwQFBgcICQoLDA0ODw";tag="tongxing""#, "keyid"),
        (r#";created=1795435200;nonce="AAECAwQFBgcICQoLDA0ODw";keyid="";tag="tongxing""#, "keyid"),
    ] {
        let sent = Sent::new().signed(COVERED, said, &signer);
        assert_eq!(sent.checked(&signer), Err(SignatureError::Parameter(parameter)), "{said}");
    }
    let short = SAID.replace("AAECAwQFBgcICQoLDA0ODw", "short");
    assert_eq!(Sent::new().signed(COVERED, &short, &signer).checked(&signer), Err(SignatureError::Nonce));
}

#[test]
fn only_the_one_signature_that_is_meant_for_us_counts() {
    let signer = Signer::new();
    let other = SAID.replace("tongxing", "somebody");
    let sent = Sent::new().signed(COVERED, &other, &signer);
    assert_eq!(sent.checked(&signer), Err(SignatureError::NoTag("tongxing")));
    let sent = Sent::new().signed(COVERED, SAID, &signer);
    let beside = sent
        .clone()
        .with("signature-input", r#"proxy=("@method";req "x";sf);created=1;tag="proxy""#)
        .with("signature", "proxy=:AAAA:");
    assert_eq!(beside.checked(&signer), Ok(()), "a proxy's own is left alone, whatever it covers");
    let twice = sent.clone().with("signature-input", &format!("two={COVERED}{SAID}"));
    assert_eq!(twice.checked(&signer), Err(SignatureError::SeveralTags("tongxing")));
    let same = sent.clone().with("signature-input", &format!("sig={COVERED}{SAID}"));
    assert_eq!(same.checked(&signer), Err(SignatureError::DuplicateLabel("signature-input")));
    let same = sent.clone().with("signature", "sig=:AAAA:");
    assert_eq!(same.checked(&signer), Err(SignatureError::DuplicateLabel("signature")));
    let elsewhere = sent.without("signature").with("signature", "other=:AAAA:");
    assert_eq!(elsewhere.checked(&signer), Err(SignatureError::NoSignature));
}

#[test]
fn components_that_are_not_read_here_are_refused_and_none_is_covered_twice() {
    let signer = Signer::new();
    let refused = |covered: &str| {
        let input = format!("sig={covered}{SAID}");
        Sent::new().with("signature-input", &input).with("signature", "sig=:AAAA:").checked(&signer)
    };
    for (component, error) in [
        (r#""content-type";sf"#, SignatureError::ComponentParameters),
        (r#""@query-param";name="a""#, SignatureError::ComponentParameters),
        (r#""@method";req"#, SignatureError::ComponentParameters),
        (r#""@status""#, SignatureError::UnknownComponent),
        (r#""@unheard-of""#, SignatureError::UnknownComponent),
        (r#""@signature-params""#, SignatureError::UnknownComponent),
        (r#""Content-Type""#, SignatureError::UnknownComponent),
        (r#""""#, SignatureError::UnknownComponent),
        (r#""@method""#, SignatureError::CoveredTwice),
        (r#""x-nowhere""#, SignatureError::AbsentComponent),
        ("token", SignatureError::Malformed("signature-input")),
    ] {
        let covered = COVERED.replace(')', &format!(" {component})"));
        assert_eq!(refused(&covered), Err(error), "{component}");
    }
    let many: Vec<String> = (0..33).map(|n| format!("\"x-{n}\"")).collect();
    assert_eq!(refused(&format!("({})", many.join(" "))), Err(SignatureError::TooMany));
    let sent = Sent::new().with("signature-input", "sig=1;tag=\"tongxing\"").with("signature", "sig=:AA==:");
    assert_eq!(sent.checked(&signer), Err(SignatureError::Malformed("signature-input")));
    let long = Sent::new().with("signature-input", &"a".repeat(8193)).with("signature", "sig=:AA==:");
    assert_eq!(long.checked(&signer), Err(SignatureError::TooLong("signature-input")));
}

#[test]
fn too_old_too_early_and_over() {
    let signer = Signer::new();
    for (created, right) in [(-301, false), (-300, true), (300, true), (301, false)] {
        let said = SAID.replace("1795435200", &(NOW + created).to_string());
        let sent = Sent::new().signed(COVERED, &said, &signer);
        let expected = if right { Ok(()) } else { Err(SignatureError::Stale(300)) };
        assert_eq!(sent.checked(&signer), expected, "{created}");
    }
    for (said, error) in [
        (";expires=1795435199", SignatureError::Expired),
        (";expires=\"never\"", SignatureError::Parameter("expires")),
        (";alg=\"hmac-sha256\"", SignatureError::Algorithm),
        (";alg=1", SignatureError::Algorithm),
    ] {
        let sent = Sent::new().signed(COVERED, &format!("{SAID}{said}"), &signer);
        assert_eq!(sent.checked(&signer), Err(error), "{said}");
    }
}

#[test]
fn nothing_of_a_signed_request_may_change() {
    let signer = Signer::new();
    let sent = Sent::new().signed(COVERED, SAID, &signer);
    let swapped = Sent { body: b"{}".to_vec(), ..sent.clone() };
    assert_eq!(swapped.checked(&signer), Err(SignatureError::Digest));
    let swapped = swapped.without("content-digest").with("content-digest", &digest_field(b"{}"));
    assert_eq!(swapped.checked(&signer), Err(SignatureError::NotVerified), "with a digest of its own");
    let emptied = Sent { body: Vec::new(), ..sent.clone() };
    assert_eq!(emptied.checked(&signer), Err(SignatureError::Digest));
    let moved = Sent { path: "/api/v1/partner/pass", ..sent.clone() };
    assert_eq!(moved.checked(&signer), Err(SignatureError::NotVerified));
    let asked = Sent { query: Some("a=1"), ..sent.clone() };
    assert_eq!(asked.checked(&signer), Err(SignatureError::NotVerified));
    let typed = sent.clone().without("content-type").with("content-type", "text/plain");
    assert_eq!(typed.checked(&signer), Err(SignatureError::NotVerified));
    assert_eq!(sent.checked(&Signer::new()), Err(SignatureError::NotVerified), "another key");
    assert_eq!(sent.read().unwrap().verify(None), Err(SignatureError::NotVerified), "no key: the same words");
    let input = sent.headers.iter().find(|(name, _)| name == "signature-input").unwrap().1.clone();
    for bit in 0..input.len() * 8 {
        let mut bytes = input.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        let changed = sent.clone().without("signature-input").with("signature-input", &changed);
        assert!(changed.checked(&signer).is_err(), "bit {bit}");
    }
}

#[test]
fn keys_are_read_as_people_paste_them_and_private_ones_are_told_apart() {
    let private =
        r#"{"kty":"OKP","crv":"Ed25519","d":"n4Ni","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}"#;
    let named = |what: &str| format!("-----BEGIN {what}-----\nAAAA\n-----END {what}-----");
    for (text, error) in [
        ("", KeyError::Form),
        ("ssh-ed25519 AAAA", KeyError::Form),
        ("{}", KeyError::Form),
        (r#"{"kty":"RSA","crv":"","x":""}"#, KeyError::Kind),
        (r#"{"kty":"OKP","crv":"X25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}"#, KeyError::Kind),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"short"}"#, KeyError::Kind),
        (private, KeyError::Private),
        (&named("PRIVATE KEY"), KeyError::Private),
        (&named("EC PRIVATE KEY"), KeyError::Private),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", KeyError::Kind),
        ("-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----", KeyError::Form),
    ] {
        assert_eq!(Key::read(text).err(), Some(error), "{text}");
    }
    let rfc_8037 = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert_eq!(Key::read(rfc_8037).unwrap().thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let off_the_curve = [&[0x04][..], &[1; 64]].concat();
    assert_eq!(Key::new(Algorithm::EcdsaP256Sha256, &off_the_curve).err(), Some(KeyError::Kind));
}
