//! Credentials of other countries, made and signed by the tests: SMART Health Card, NZ COVID Pass, VDS-NC.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use credential::{
    Es256Key, Format, Issuer, KeyState, Observed, Purpose, Signer, StatusLists, TrustList, TrustedKey, verify,
};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use minicbor::Encoder;
use serde_json::{Value, json};

use super::{DAY, NOW, issuer_key};

pub const SHC_ISSUER: &str = "https://health.example.org/utopia";
pub const NZCP_ISSUER: &str = "did:web:pass.example.nz";
pub const NZCP_KID: &str = "key-1";
pub const VDS_ISSUER: &str = "UTO";

/// The reasons of one check, none for PASS.
pub fn reasons(text: &str, trust: &TrustList, now: u64) -> Vec<&'static str> {
    let mut buffer = Vec::new();
    let found = verify(text, &mut buffer, trust, &StatusLists::default(), now, &Observed::default());
    found.reasons().iter().map(|reason| reason.as_str()).collect()
}

/// A list with one issuer of one format, whose keys are valid around [`NOW`].
pub fn trusting(format: Format, name: &str, keys: Vec<TrustedKey>) -> TrustList {
    let keys = keys.into_iter().map(|key| TrustedKey { not_before: NOW - DAY, not_after: NOW + DAY, ..key });
    let (name, purposes, keys) = (Some(name.into()), vec![Purpose::Pass], keys.collect());
    TrustList::new(1, NOW, vec![Issuer { name, format, purposes, keys }])
}

/// The key in a form that a list of this format takes, under the name that is given or its own.
pub fn trusted(format: Format, key: &Es256Key, kid: Option<&str>) -> TrustedKey {
    let mut jwk = serde_json::to_value(key.public().jwk()).unwrap();
    if let Some(kid) = kid {
        jwk["kid"] = kid.into();
    }
    TrustedKey { state: KeyState::Active, ..TrustedKey::from_jwk(format, &jwk).unwrap() }
}

pub fn shc_kid(key: &Es256Key) -> String {
    URL_SAFE_NO_PAD.encode(trusted(Format::Shc, key, None).kid)
}

pub fn shc_header() -> Value {
    json!({"zip": "DEF", "alg": "ES256", "kid": shc_kid(&issuer_key())})
}

pub fn shc_payload() -> Value {
    json!({"iss": SHC_ISSUER, "nbf": NOW - DAY, "vc": {
    "type": ["https://smarthealth.cards#health-card", "https://smarthealth.cards#covid19"],
    "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": {"resourceType": "Bundle", "type": "collection",
        "entry": [
            {"fullUrl": "resource:0", "resource": {"resourceType": "Patient", "birthDate": "1974-08-12",
                "name": [{"family": "Eriksson", "given": ["Anna", "Maria"]}]}},
            {"fullUrl": "resource:1", "resource": {"resourceType": "Immunization", "status": "completed",
                "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "207"}]},
                "patient": {"reference": "resource:0"}, "occurrenceDateTime": "2026-04-01"}},
        ]}}}})
}

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// A JWS over these very bytes, signed by the issuer.
pub fn jws(header: &str, payload: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = issuer_key().sign(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A card with these header and payload texts.
pub fn shc(header: &str, payload: &str) -> String {
    jws(header, &deflate(payload.as_bytes()))
}

/// The digits of a JWS in one QR code.
pub fn numeric(jws: &str) -> String {
    let digits: Vec<String> = jws.bytes().map(|byte| format!("{:02}", byte - 45)).collect();
    format!("shc:/{}", digits.concat())
}

/// CBOR of JSON, with numbers as keys where a name is one; texts that begin with `0x` are bytes.
pub fn cbor(value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write_cbor(&mut encoder, value);
    encoder.into_writer()
}

fn write_cbor(e: &mut Encoder<Vec<u8>>, value: &Value) {
    match value {
        Value::Number(number) => drop(e.i64(number.as_i64().unwrap()).unwrap()),
        Value::String(text) => match text.strip_prefix("0x") {
            Some(hex) => drop(e.bytes(&hex::decode(hex).unwrap()).unwrap()),
            None => drop(e.str(text).unwrap()),
        },
        Value::Array(items) => {
            e.array(items.len() as u64).unwrap();
            for item in items {
                write_cbor(e, item);
            }
        }
        Value::Object(pairs) => {
            e.map(pairs.len() as u64).unwrap();
            for (name, value) in pairs {
                match name.parse::<i64>() {
                    Ok(label) => drop(e.i64(label).unwrap()),
                    Err(_) => drop(e.str(name).unwrap()),
                }
                write_cbor(e, value);
            }
        }
        Value::Null => drop(e.null().unwrap()),
        Value::Bool(value) => drop(e.bool(*value).unwrap()),
    }
}

pub fn nzcp_header() -> Value {
    json!({"1": -7, "4": format!("0x{}", hex::encode(NZCP_KID))})
}

pub fn nzcp_claims() -> Value {
    json!({"1": NZCP_ISSUER, "4": NOW + DAY, "5": NOW - DAY, "7": "0x60a4f54d4e304332be33ad78b1eafa4b", "vc": {
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://nzcp.covid19.health.nz/contexts/v1"],
        "version": "1.0.0", "type": ["VerifiableCredential", "PublicCovidPass"],
        "credentialSubject": {"givenName": "Anna Maria", "familyName": "Eriksson", "dob": "1974-08-12"}}})
}

/// A COSE object over these very bytes, signed by the issuer.
pub fn nzcp_bytes(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut message = Encoder::new(Vec::new());
    message.array(4).unwrap().str("Signature1").unwrap().bytes(protected).unwrap();
    message.bytes(&[]).unwrap().bytes(payload).unwrap();
    let signature = issuer_key().sign(&message.into_writer()).unwrap();
    let mut object = Encoder::new(Vec::new());
    object.tag(minicbor::data::Tag::new(18)).unwrap().array(4).unwrap().bytes(protected).unwrap();
    object.map(0).unwrap().bytes(payload).unwrap().bytes(&signature).unwrap();
    object.into_writer()
}

pub fn nzcp_text(bytes: &[u8]) -> String {
    format!("NZCP:/1/{}", data_encoding::BASE32_NOPAD.encode(bytes))
}

/// A pass with this header and these claims.
pub fn nzcp(header: &Value, claims: &Value) -> String {
    nzcp_text(&nzcp_bytes(&cbor(header), &cbor(claims)))
}

pub fn vds_data() -> Value {
    json!({"hdr": {"t": "icao.vacc", "v": 1, "is": VDS_ISSUER}, "msg": {"uvci": "U32870",
        "pid": {"n": "ERIKSSON  ANNA MARIA", "dob": "1974-08-12", "sex": "F", "i": "L898902C3"},
        "ve": [{"des": "XM68M6", "nam": "Comirnaty", "dis": "RA01.0", "vd": [
            {"dvc": "2026-03-03", "seq": 1, "ctr": "UTO", "adm": "Clinic", "lot": "A1"},
            {"dvc": "2026-03-24", "seq": 2, "ctr": "UTO", "adm": "Clinic", "lot": "A2"}]}]}})
}

/// The parts of a seal, signed by `key`. What is signed is written as `serde_json` sorts it, which is canonical
/// for names in ASCII and whole numbers.
pub fn vds_nc(data: &Value, certificate: &[u8], key: &Es256Key) -> Value {
    let signature = key.sign(data.to_string().as_bytes()).unwrap();
    let (cer, sigvl) = (URL_SAFE.encode(certificate), URL_SAFE.encode(signature));
    json!({"data": data, "sig": {"alg": "ES256", "cer": cer, "sigvl": sigvl}})
}
