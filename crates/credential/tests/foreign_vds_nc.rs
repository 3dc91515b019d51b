//! ICAO VDS-NC, signed here: what is taken, whose certificate counts, and every way to be refused.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use common::foreign::{VDS_ISSUER, reasons, trusting, vds_data, vds_nc};
use common::{DAY, NOW};
use credential::{
    Certificate, Es256Key, Fault, Format, Issuer, KeyState, Purpose, Scan, Statement, TrustList, TrustedKey,
};
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer as Authority, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, SigningKey,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

/// Signing health proofs, and signing passports (ICAO Doc 9303-13 and 9303-12).
const HEALTH: &[u64] = &[2, 23, 136, 1, 1, 14, 2];
const DEVIATIONS: &[u64] = &[2, 23, 136, 1, 1, 8];

struct Signing {
    key: Es256Key,
    certificate: Vec<u8>,
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

fn params(name: &str, usages: &[&[u64]]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CountryName, "UT");
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages =
        usages.iter().map(|oid| ExtendedKeyUsagePurpose::Other(oid.to_vec())).collect();
    let time = |seconds: u64| OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).unwrap()).unwrap();
    (params.not_before, params.not_after) = (time(NOW - DAY), time(NOW + DAY));
    params
}

/// A country's authority, with its certificate.
struct Country {
    authority: Authority<'static, KeyPair>,
    certificate: Vec<u8>,
}

impl Country {
    fn new(name: &str) -> Self {
        let (key, mut params) = (key(), params(name, &[]));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let certificate = params.self_signed(&key).unwrap().der().to_vec();
        Self { authority: Authority::new(params, key), certificate }
    }

    fn signer(&self, params: &CertificateParams) -> Signing {
        let key = key();
        let certificate = params.signed_by(&key, &self.authority).unwrap().der().to_vec();
        Signing { key: Es256Key::from_pkcs8(&key.serialize_der()).unwrap(), certificate }
    }
}

impl Signing {
    fn seal(&self, data: &Value) -> Value {
        vds_nc(data, &self.certificate, &self.key)
    }
}

fn trust(certificates: &[&[u8]]) -> TrustList {
    let keys =
        certificates.iter().map(|der| TrustedKey::from_certificate(Certificate::from_der(der).unwrap()));
    trusting(Format::VdsNc, VDS_ISSUER, keys.collect())
}

fn fault(text: &str) -> Option<Fault> {
    match Scan::read(text, &mut Vec::new()) {
        Scan::Damaged(Format::VdsNc, fault) => Some(fault),
        _ => None,
    }
}

#[test]
fn a_seal_is_taken_under_its_certificate() {
    let signing = Country::new("Utopia").signer(&params("Signer", &[HEALTH]));
    let (seal, trust) = (signing.seal(&vds_data()), trust(&[&signing.certificate]));
    assert_eq!(reasons(&seal.to_string(), &trust, NOW), [""; 0]);
    let spaced = serde_json::to_string_pretty(&seal).unwrap();
    assert_eq!(reasons(&spaced, &trust, NOW), [""; 0], "white space is not signed");
    let mut buffer = Vec::new();
    let text = seal.to_string();
    let scan = Scan::read(&text, &mut buffer);
    let foreign = scan.foreign().unwrap();
    let doses = Statement::Vaccination { dose: Some(2), of: None, date: Some("2026-03-24".into()) };
    assert_eq!(foreign.statements(), [doses]);
    let subject = foreign.subject();
    assert_eq!((subject.initials.as_str(), subject.last_four.as_deref()), ("EAM", Some("02C3")));
    assert_eq!((foreign.issuer(), foreign.expires()), (Some("UTO"), None));
    assert_eq!(foreign.payload(), vds_data());
}

/// `r` and `s`, 48 bytes each, out of the DER in which `rcgen` signs.
fn raw(der: &[u8]) -> Vec<u8> {
    let (r, rest) = der[4..].split_at(usize::from(der[3]));
    let s = &rest[2..];
    let fixed = |integer: &[u8]| {
        let integer = integer.strip_prefix(&[0]).unwrap_or(integer);
        [vec![0; 48 - integer.len()], integer.to_vec()].concat()
    };
    [fixed(r), fixed(s)].concat()
}

#[test]
fn a_seal_may_be_signed_with_es384() {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let certificate = params("Signer", &[HEALTH]).self_signed(&key).unwrap().der().to_vec();
    let data = vds_data();
    let mut seal = vds_nc(&data, &certificate, &common::issuer_key());
    seal["sig"]["alg"] = json!("ES384");
    seal["sig"]["sigvl"] = json!(URL_SAFE.encode(raw(&key.sign(data.to_string().as_bytes()).unwrap())));
    assert_eq!(reasons(&seal.to_string(), &trust(&[&certificate]), NOW), [""; 0]);
    seal["sig"]["alg"] = json!("ES256");
    assert_eq!(
        reasons(&seal.to_string(), &trust(&[&certificate]), NOW),
        ["signature"],
        "a swapped algorithm"
    );
}

#[test]
fn a_test_says_what_was_found() {
    let signing = Country::new("Utopia").signer(&params("Signer", &[]));
    let trust = trust(&[&signing.certificate]);
    let found = |kind: &str, result: &str| {
        let data = json!({"hdr": {"t": "icao.test", "v": 1, "is": "UTO"}, "msg": {"utci": "U01932",
            "pid": {"n": "ERIKSSON ANNA", "dob": "1974-08-12", "dt": "P", "dn": "L898902C3"},
            "sp": {"spn": "Clinic", "ctr": "UTO", "cd": {"p": "+1", "e": "a@example.org", "a": "1"}},
            "dat": {"sc": "2026-11-22T08:00:00+08:00", "ri": "2026-11-22T20:00:00+08:00"},
            "tr": {"tc": kind, "r": result, "m": "saliva"}}});
        reasons(&signing.seal(&data).to_string(), &trust, NOW)
    };
    assert_eq!(found("molecular(PCR)", "negative"), [""; 0]);
    assert_eq!(found("antigen", "Normal"), [""; 0]);
    assert_eq!(found("antigen", "positive"), ["not_accepted"]);
    assert_eq!(found("antigen", "unclear"), ["not_accepted"]);
    assert_eq!(found("antibody", "negative"), ["not_accepted"]);
}

#[test]
fn the_certificate_counts_if_it_or_its_issuer_is_trusted() {
    let (country, other) = (Country::new("Utopia"), Country::new("Utopia"));
    let signing = country.signer(&params("Signer", &[HEALTH]));
    let seal = signing.seal(&vds_data()).to_string();
    let under = |list: &TrustList, now| reasons(&seal, list, now);
    assert_eq!(under(&TrustList::empty(), NOW), ["unknown_key"]);
    assert_eq!(under(&trust(&[&country.certificate]), NOW), [""; 0]);
    assert_eq!(
        under(&trust(&[&other.certificate]), NOW),
        ["unknown_key"],
        "of the same name, by another key"
    );
    assert_eq!(under(&trust(&[&other.certificate, &country.certificate]), NOW), [""; 0]);
    let sibling = country.signer(&params("Signer", &[HEALTH]));
    assert_eq!(under(&trust(&[&sibling.certificate]), NOW), ["unknown_key"]);
    assert_eq!(under(&trust(&[&country.certificate]), NOW + DAY + 1), ["key_invalid"]);
    let key = TrustedKey::from_certificate(Certificate::from_der(&country.certificate).unwrap());
    let (format, purposes, keys) = (Format::VdsNc, vec![Purpose::Pass], vec![key]);
    let elsewhere =
        Issuer { name: Some("XXA".into()), format, purposes: purposes.clone(), keys: keys.clone() };
    assert_eq!(
        under(&TrustList::new(1, NOW, vec![elsewhere]), NOW),
        ["issuer"],
        "another country's authority"
    );
    let hcert = Issuer { name: Some("UTO".into()), format: Format::Hcert, purposes, keys };
    assert_eq!(
        under(&TrustList::new(1, NOW, vec![hcert]), NOW),
        ["unknown_key"],
        "trusted for another format"
    );
}

#[test]
fn an_authority_vouches_for_signers_of_health_proofs_in_their_time() {
    let country = Country::new("Utopia");
    let trust = trust(&[&country.certificate]);
    let found = |params: &CertificateParams| {
        reasons(&country.signer(params).seal(&vds_data()).to_string(), &trust, NOW)
    };
    assert_eq!(found(&params("Signer", &[])), [""; 0]);
    assert_eq!(found(&params("Signer", &[DEVIATIONS, HEALTH])), [""; 0]);
    assert_eq!(found(&params("Signer", &[DEVIATIONS])), ["unknown_key"]);
    let mut past = params("Signer", &[HEALTH]);
    past.not_after = OffsetDateTime::from_unix_timestamp(i64::try_from(NOW - 1).unwrap()).unwrap();
    assert_eq!(found(&past), ["key_invalid"]);
    let mut authority = params("Signer", &[HEALTH]);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    assert_eq!(found(&authority), ["unknown_key"]);
}

#[test]
fn an_authority_does_not_bring_back_a_signer_that_was_withdrawn() {
    let country = Country::new("Utopia");
    let own = key();
    let signing = |name: &str| {
        let certificate = params(name, &[HEALTH]).signed_by(&own, &country.authority).unwrap().der().to_vec();
        Signing { key: Es256Key::from_pkcs8(&own.serialize_der()).unwrap(), certificate }
    };
    let (stolen, again) = (signing("Signer"), signing("Signer, anew"));
    let key = |der: &[u8]| TrustedKey::from_certificate(Certificate::from_der(der).unwrap());
    let withdrawn = TrustedKey { state: KeyState::Withdrawn, ..key(&stolen.certificate) };
    let list = trusting(Format::VdsNc, VDS_ISSUER, vec![key(&country.certificate), withdrawn]);
    for signing in [&stolen, &again] {
        assert_eq!(reasons(&signing.seal(&vds_data()).to_string(), &list, NOW), ["key_invalid"]);
    }
    let other = country.signer(&params("Another signer", &[HEALTH]));
    assert_eq!(reasons(&other.seal(&vds_data()).to_string(), &list, NOW), [""; 0]);
}

#[test]
fn a_signer_does_not_issue_certificates() {
    let country = Country::new("Utopia");
    let (own, params) = (key(), params("Signer", &[HEALTH]));
    let signer = params.signed_by(&own, &country.authority).unwrap().der().to_vec();
    let below = Country { authority: Authority::new(params.clone(), own), certificate: signer };
    let mut name = params;
    name.distinguished_name.push(DnType::CommonName, "Below");
    let seal = below.signer(&name).seal(&vds_data()).to_string();
    for list in [
        trust(&[&country.certificate]),
        trust(&[&below.certificate]),
        trust(&[&country.certificate, &below.certificate]),
    ] {
        assert_eq!(reasons(&seal, &list, NOW), ["unknown_key"]);
    }
}

#[test]
fn the_form_is_as_icao_wants_it() {
    let signing = Country::new("Utopia").signer(&params("Signer", &[]));
    let seal = |change: &dyn Fn(&mut Value)| {
        let mut data = vds_data();
        change(&mut data);
        fault(&signing.seal(&data).to_string())
    };
    assert_eq!(seal(&|_| ()), None);
    for (member, value) in [
        ("/hdr/t", json!("icao.vacc2")),
        ("/hdr/v", json!(2)),
        ("/hdr/v", json!("1")),
        ("/hdr/is", json!("uto")),
        ("/hdr/is", json!("")),
        ("/msg/pid", json!(null)),
        ("/msg/pid/n", json!(1)),
        ("/msg/ve", json!({})),
        ("/msg/ve/0/vd", json!(1)),
        ("/msg/uvci", json!(u64::MAX)),
    ] {
        let changed = |data: &mut Value| *data.pointer_mut(member).unwrap() = value.clone();
        assert_eq!(seal(&changed), Some(Fault::Schema), "{member}: {value}");
    }
    let outer = |change: &dyn Fn(&mut Value)| {
        let mut seal = signing.seal(&vds_data());
        change(&mut seal);
        fault(&seal.to_string())
    };
    let envelope = Some(Fault::Envelope);
    assert_eq!(outer(&|seal| seal["more"] = json!("unsigned")), envelope);
    assert_eq!(outer(&|seal| seal["sig"]["more"] = json!(1)), envelope);
    assert_eq!(outer(&|seal| seal["sig"]["cer"] = json!("????")), envelope);
    assert_eq!(outer(&|seal| drop(seal["sig"].as_object_mut().unwrap().remove("cer"))), envelope);
    assert_eq!(outer(&|seal| drop(seal.as_object_mut().unwrap().remove("sig"))), envelope);
    for algorithm in ["none", "HS256", "ES512", "PS256", ""] {
        let swapped = |seal: &mut Value| seal["sig"]["alg"] = json!(algorithm);
        assert_eq!(outer(&swapped), Some(Fault::Algorithm), "{algorithm}");
    }
}

#[test]
fn the_text_is_one_object_without_doubles() {
    let signing = Country::new("Utopia").signer(&params("Signer", &[]));
    let (seal, trust) = (signing.seal(&vds_data()).to_string(), trust(&[&signing.certificate]));
    let nested = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
    for bad in [
        format!("{seal}{seal}"),
        format!("{seal}x"),
        seal[..seal.len() - 1].to_owned(),
        format!("\u{feff}{seal}"),
        seal.replacen("\"uvci\"", "\"uvci\":\"X\",\"uvci\"", 1),
        seal.replacen("\"uvci\"", "\"uvc\\u0069\":\"X\",\"uvci\"", 1),
        seal.replacen("{\"data\"", "{\"data\":{},\"data\"", 1),
        seal.replacen("\"uvci\"", &format!("\"x\":{nested},\"uvci\""), 1),
        "{\"icao.".into(),
    ] {
        assert_eq!(reasons(&bad, &trust, NOW), ["unreadable"], "{}", &bad[..bad.len().min(60)]);
    }
    let es384 = seal.replacen("ES256", "ES384", 1);
    assert_eq!(reasons(&es384, &trust, NOW), ["signature"], "the key decides the algorithm");
    let changed = seal.replacen("2026-03-24", "2026-11-24", 1);
    assert_eq!(reasons(&changed, &trust, NOW), ["signature"]);
}

#[test]
fn every_flipped_bit_is_refused() {
    let country = Country::new("Utopia");
    let signing = country.signer(&params("Signer", &[HEALTH]));
    let seal = signing.seal(&vds_data()).to_string();
    for trust in [trust(&[&signing.certificate]), trust(&[&country.certificate])] {
        assert_eq!(reasons(&seal, &trust, NOW), [""; 0]);
        for bit in 0..seal.len() * 8 {
            let mut flipped = seal.clone().into_bytes();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let Ok(flipped) = String::from_utf8(flipped) else { continue };
            assert!(!reasons(&flipped, &trust, NOW).is_empty(), "bit {bit}: {flipped}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "[\\[\\]{}\",:a-z0-9.]{0,300}", certificate in any::<Vec<u8>>()) {
        let trust = TrustList::empty();
        let seal = vds_nc(&vds_data(), &certificate, &common::issuer_key()).to_string();
        for text in [format!("{{\"icao.{text}"), format!("{{\"data\":{{\"icao.vacc\":{text}}}}}"), seal] {
            prop_assert!(!reasons(&text, &trust, NOW).is_empty());
        }
    }
}
