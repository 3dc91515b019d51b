//! Checking an EU DCC (`HC1:` text to verdict) beside the bare check of the same signature (design section 13).
//!
//! The certificate is of an invented person and made here: Base45, zlib, COSE, CWT and the payload are what member
//! states issue in size and order. The reference has its key parsed beforehand, as the trust list has, and unpacks the
//! zlib stream, which nobody who reads this format is spared (decision 0008).

use std::hint::black_box;
use std::io::Write as _;

#[allow(clippy::disallowed_types, reason = "a benchmark's key lives for one run")]
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, ParsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::{Observed, StatusLists, TrustList, base45, verify};
use flate2::{Decompress, FlushDecompress};
use minicbor::Encoder;
use serde_json::json;

use crate::report::Figure;
use crate::stopwatch::rates;

const NOW: u64 = 1_795_435_200;
const KID: &[u8; 8] = b"benchhc1";
const ROUNDS: usize = 15;
const CALLS: u32 = 2_000;
const WRITES: &str = "writing to a vector does not fail";

/// A certificate, and what it takes to check it.
pub struct Token {
    /// The text in its QR code.
    pub text: String,
    /// What was signed.
    pub message: Vec<u8>,
    /// The signature, r and s.
    pub signature: Vec<u8>,
    /// The key: SEC 1, uncompressed.
    pub point: Vec<u8>,
    /// The key's name.
    pub kid: &'static [u8],
    /// What the Base45 text stands for: the zlib stream.
    packed: Vec<u8>,
}

impl Token {
    /// Makes one that is valid on the day around `now`.
    #[allow(clippy::disallowed_types, reason = "a benchmark's key lives for one run")]
    pub fn make(now: u64) -> Self {
        let random = SystemRandom::new();
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref())
            .expect("made above");
        let claims = claims(now);
        let message = message(&claims);
        let sign = || key.sign(&random, &message).expect("signing works").as_ref().to_vec();
        let (signature, packed) = std::iter::repeat_with(sign)
            .map(|signature| (pack(&claims, &signature), signature))
            .find_map(|(packed, signature)| costly(&packed).then_some((signature, packed)))
            .expect("an endless row");
        let text = format!("HC1:{}", base45::encode(&packed));
        Self { text, message, signature, point: key.public_key().as_ref().to_vec(), kid: KID, packed }
    }

    /// What anybody has to do who checks it: unpacks it and checks its signature.
    fn unpack_and_check(&self, unpack: &mut Decompress, bare: &ParsedPublicKey) {
        unpack.reset(true);
        let mut cose = Vec::with_capacity(1024);
        unpack.decompress_vec(black_box(&self.packed), &mut cose, FlushDecompress::Finish).expect("our own");
        black_box(cose);
        bare.verify_sig(black_box(&self.message), black_box(&self.signature)).expect("our own signature");
    }

    /// A coordinate of the key in base64url.
    pub fn coordinate(&self, range: std::ops::Range<usize>) -> String {
        URL_SAFE_NO_PAD.encode(&self.point[range])
    }

    /// Trust in its key alone.
    pub fn trust(&self) -> TrustList {
        let (x, y) = (self.coordinate(1..33), self.coordinate(33..65));
        let jwk = json!({"kty": "EC", "crv": "P-256", "kid": URL_SAFE_NO_PAD.encode(KID), "x": x, "y": y});
        TrustList::from_value(json!([{"format": "hcert", "jwk": jwk}])).expect("a key of ours")
    }
}

/// The rows for HC1.
pub fn figures() -> Vec<Figure> {
    let token = Token::make(NOW);
    let trust = token.trust();
    let (statuses, observed) = (StatusLists::default(), Observed::default());
    let mut buffer = Vec::new();
    let outcome = verify(&token.text, &mut buffer, &trust, &statuses, NOW, &observed);
    assert!(outcome.reasons().is_empty(), "the benchmark's certificate must PASS: {:?}", outcome.reasons());
    let bare = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &token.point).expect("a point");
    let ours = || {
        let mut buffer = Vec::new();
        let outcome = verify(black_box(&token.text), &mut buffer, &trust, &statuses, NOW, &observed);
        black_box(outcome.verdict());
    };
    let mut unpack = Decompress::new(true);
    let (whole, needed) = rates(ROUNDS, CALLS, ours, || token.unpack_and_check(&mut unpack, &bare));
    let (again, alone) = rates(ROUNDS, CALLS, ours, || {
        bare.verify_sig(black_box(&token.message), black_box(&token.signature)).expect("our own signature");
    });
    vec![
        Figure::new(
            "verify one EU DCC (HC1 text to verdict)",
            (whole, "1/s"),
            ("unpacking it (zlib-rs) and the bare ES256 check, aws-lc-rs", needed),
            Some(0.95),
        ),
        Figure::new(
            "the same, beside the check alone",
            (again, "1/s"),
            ("bare ES256 check, key parsed, aws-lc-rs", alone),
            None,
        ),
    ]
}

/// Whether the stream has a block with codes of its own (RFC 1951 section 3.2.7), which costs the most to unpack. A
/// token of this size is at the border: by its signature it is packed so, or not at all.
fn costly(packed: &[u8]) -> bool {
    (packed[2] >> 1) & 3 == 2
}

fn protected() -> Vec<u8> {
    let mut cbor = Encoder::new(Vec::new());
    cbor.map(2).and_then(|c| c.i8(1)?.i8(-7)?.i8(4)?.bytes(KID)).expect(WRITES);
    cbor.into_writer()
}

fn claims(now: u64) -> Vec<u8> {
    let entry = [
        ("tg", "840539006"),
        ("vp", "1119349007"),
        ("mp", "EU/1/20/1528"),
        ("ma", "ORG-100030215"),
        ("dt", "2026-05-18"),
        ("co", "AT"),
        ("is", "Ministry of Health, Utopia"),
        ("ci", "URN:UVCI:01:UT:10807843F94AEE0EE5093FBC254BD813#B"),
    ];
    let names = [
        ("fn", "Specimen-Größinger"),
        ("gn", "Gabriele"),
        ("fnt", "SPECIMEN<GROESSINGER"),
        ("gnt", "GABRIELE"),
    ];
    let mut cbor = Encoder::new(Vec::new());
    cbor.map(4)
        .and_then(|c| c.i8(4)?.u64(now + 86_400)?.i8(6)?.u64(now - 86_400)?.i8(1)?.str("UT")?.i16(-260))
        .and_then(|c| {
            c.map(1)?.u8(1)?.map(4)?.str("v")?.array(1)?.map(10)?.str("dn")?.u8(2)?.str("sd")?.u8(2)
        })
        .expect(WRITES);
    for (name, value) in entry {
        cbor.str(name).and_then(|c| c.str(value)).expect(WRITES);
    }
    cbor.str("dob").and_then(|c| c.str("1998-02-26")?.str("nam")?.map(4)).expect(WRITES);
    for (name, value) in names {
        cbor.str(name).and_then(|c| c.str(value)).expect(WRITES);
    }
    cbor.str("ver").and_then(|c| c.str("1.3.0")).expect(WRITES);
    cbor.into_writer()
}

/// `Sig_structure`, RFC 9052 section 4.4.
fn message(claims: &[u8]) -> Vec<u8> {
    let mut cbor = Encoder::new(Vec::new());
    cbor.array(4)
        .and_then(|c| c.str("Signature1")?.bytes(&protected())?.bytes(&[])?.bytes(claims))
        .expect(WRITES);
    cbor.into_writer()
}

fn pack(claims: &[u8], signature: &[u8]) -> Vec<u8> {
    let mut cose = Encoder::new(Vec::new());
    cose.tag(minicbor::data::Tag::new(18))
        .and_then(|c| c.array(4)?.bytes(&protected())?.map(0)?.bytes(claims)?.bytes(signature))
        .expect(WRITES);
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(&cose.into_writer()).expect(WRITES);
    zlib.finish().expect(WRITES)
}
