//! The wrappings of foreign credentials, so that a target can put hostile bytes into any layer of them.
//!
//! Written by hand and without a signature that would hold: nothing here is used by, or shared with, the readers
//! under test.

use std::fmt::Write as _;
use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use minicbor::Encoder;
use serde_json::json;

const CANNOT_FAIL: &str = "writing to a vector does not fail";

/// `{1: -7, 4: "fuzzfuzz"}`: ES256, and the key id of the seeds' issuers.
pub const HEADER: [u8; 13] = *b"\xa2\x01\x26\x04\x48fuzzfuzz";
/// The protected header of a health card.
pub const SHC_HEADER: &str = r#"{"zip":"DEF","alg":"ES256","kid":"fuzzfuzz"}"#;

/// A tagged `COSE_Sign1` with a signature of zeros (RFC 9052 section 4.2).
pub fn sign1(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut cbor = Encoder::new(vec![0xd2]);
    let all = cbor.array(4).and_then(|c| c.bytes(protected)).and_then(|c| c.map(0));
    all.and_then(|c| c.bytes(payload)).and_then(|c| c.bytes(&[0; 64])).expect(CANNOT_FAIL);
    cbor.into_writer()
}

/// An `HC1:` text around a signed object.
pub fn hc1(signed: &[u8]) -> String {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(signed).expect(CANNOT_FAIL);
    hc1_packed(&packed.finish().expect(CANNOT_FAIL))
}

/// An `HC1:` text around compressed bytes.
pub fn hc1_packed(packed: &[u8]) -> String {
    format!("HC1:{}", credential::base45::encode(packed))
}

/// The claims of a DCC around a certificate (claim -260, 1).
pub fn hcert_claims(certificate: &[u8]) -> Vec<u8> {
    let mut cbor = Encoder::new(Vec::new());
    let all = cbor.map(4).and_then(|c| c.u8(1)).and_then(|c| c.str("UT"));
    let all = all.and_then(|c| c.u8(4)).and_then(|c| c.u32(1_900_000_000)).and_then(|c| c.u8(6));
    all.and_then(|c| c.u32(1_795_000_000))
        .and_then(|c| c.i16(-260))
        .and_then(|c| c.map(1))
        .and_then(|c| c.u8(1))
        .expect(CANNOT_FAIL);
    let mut claims = cbor.into_writer();
    claims.extend(certificate);
    claims
}

/// An `NZCP:/` text around a signed object.
pub fn nzcp(signed: &[u8]) -> String {
    format!("NZCP:/1/{}", base32(signed))
}

/// Base32 without padding (RFC 4648 section 6).
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xFFF;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// A `shc:/` text around the bytes of a compact JWS: two digits a character. What has no two digits stands as it is.
pub fn shc(token: &[u8]) -> String {
    let mut text = String::from("shc:/");
    for byte in token {
        match byte.checked_sub(45).filter(|digits| *digits < 100) {
            Some(digits) => write!(text, "{digits:02}").expect("writing to a string does not fail"),
            None => text.push(char::from(*byte)),
        }
    }
    text
}

/// A compact JWS with a signature of zeros (RFC 7515 section 7.1).
pub fn jws(header: &str, payload: &[u8]) -> Vec<u8> {
    let [header, payload, signature] =
        [header.as_bytes(), payload, &[0; 64]].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{payload}.{signature}").into_bytes()
}

/// Raw deflate (RFC 1951), as health cards have it.
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect(CANNOT_FAIL);
    packed.finish().expect(CANNOT_FAIL)
}

/// A visible digital seal with that certificate.
pub fn vds_nc(certificate: &[u8]) -> String {
    let seal = json!({
        "data": {
            "hdr": {"t": "icao.vacc", "v": 1, "is": "UTO"},
            "msg": {
                "uvci": "U32870", "pid": {"n": "ERIKSSON ANNA MARIA", "dob": "1974-08-12", "i": "L898902C3", "sex": "F"},
                "ve": [{"des": "XM68M6", "nam": "Invented", "dis": "RA01.0", "vd": [
                    {"dvc": "2026-10-01", "seq": 1, "ctr": "UTO", "adm": "Clinic", "lot": "VC3", "dvn": "2026-10-20"}]}],
            },
        },
        "sig": {"alg": "ES256", "cer": STANDARD.encode(certificate), "sigvl": URL_SAFE_NO_PAD.encode([0; 64])},
    });
    seal.to_string()
}

/// The protected header of a status list token.
pub fn status_header() -> Vec<u8> {
    let mut cbor = Encoder::new(Vec::new());
    let all = cbor.map(3).and_then(|c| c.u8(1)).and_then(|c| c.i8(-7)).and_then(|c| c.u8(4));
    let all = all.and_then(|c| c.bytes(b"fuzzfuzz")).and_then(|c| c.u8(16));
    all.and_then(|c| c.str("application/statuslist+cwt")).expect(CANNOT_FAIL);
    cbor.into_writer()
}

/// The claims of a status list token around a compressed list of one bit an entry.
pub fn status_claims(packed: &[u8]) -> Vec<u8> {
    let mut cbor = Encoder::new(Vec::new());
    let all = cbor.map(4).and_then(|c| c.u8(2)).and_then(|c| c.str("https://code.example/s/1"));
    let all = all.and_then(|c| c.u8(4)).and_then(|c| c.u32(1_795_500_000));
    let all = all.and_then(|c| c.u8(6)).and_then(|c| c.u32(1_795_420_000));
    let all = all.and_then(|c| c.u32(65_533)).and_then(|c| c.map(2)).and_then(|c| c.str("lst"));
    all.and_then(|c| c.bytes(packed)).and_then(|c| c.str("bits")).and_then(|c| c.u8(1)).expect(CANNOT_FAIL);
    cbor.into_writer()
}
