//! Keys of foreign issuers: certificates, JWKs, and the trust list's forms of both.
#![allow(clippy::unwrap_used, reason = "a test")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::{
    Algorithm, Certificate, Format, Issuer, KeyError, KeyUsage, MAX_CERTIFICATE, Purpose, TrustError,
    TrustList, TrustedKey, VerifyingKey,
};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_RSA_SHA256,
    SignatureAlgorithm,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

const FROM: i64 = 1_620_000_000;
const UNTIL: i64 = 1_680_000_000;

fn params(name: &str, usages: &[&[u64]], authority: bool) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CountryName, "UT");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = OffsetDateTime::from_unix_timestamp(FROM).unwrap();
    params.not_after = OffsetDateTime::from_unix_timestamp(UNTIL).unwrap();
    params.extended_key_usages =
        usages.iter().map(|oid| ExtendedKeyUsagePurpose::Other(oid.to_vec())).collect();
    if authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    }
    params
}

fn self_signed(algorithm: &'static SignatureAlgorithm, usages: &[&[u64]]) -> Vec<u8> {
    let key = KeyPair::generate_for(algorithm).unwrap();
    params("Signer", usages, false).self_signed(&key).unwrap().der().to_vec()
}

const TEST: &[u64] = &[1, 3, 6, 1, 4, 1, 1847, 2021, 1, 1];
const VACCINATION_OLD: &[u64] = &[1, 3, 6, 1, 4, 1, 0, 1847, 2021, 1, 2];
const RECOVERY: &[u64] = &[1, 3, 6, 1, 4, 1, 1847, 2021, 1, 3];
const UNRELATED: &[u64] = &[1, 3, 6, 1, 4, 1, 1847, 2021, 1, 31];

#[test]
fn a_certificate_says_whose_when_and_what_for() {
    let der = self_signed(&PKCS_ECDSA_P256_SHA256, &[TEST, VACCINATION_OLD]);
    let read = Certificate::from_der(&der).unwrap();
    assert_eq!((read.country(), read.name()), (Some("UT"), Some("Signer")));
    assert_eq!((read.not_before(), read.not_after()), (1_620_000_000, 1_680_000_000));
    assert_eq!(read.usage(), KeyUsage { test: true, vaccination: true, recovery: false });
    assert_eq!(read.key().algorithm(), Algorithm::Es256);
    assert!(!read.authority());
    let usage = |usages: &[&[u64]]| {
        Certificate::from_der(&self_signed(&PKCS_ECDSA_P256_SHA256, usages)).unwrap().usage()
    };
    assert_eq!(usage(&[RECOVERY]), KeyUsage { test: false, vaccination: false, recovery: true });
    assert_eq!(usage(&[]), KeyUsage::ANY);
    assert_eq!(usage(&[UNRELATED]), KeyUsage::ANY, "names no kind of EU certificate");
}

#[test]
fn the_kinds_of_keys() {
    let kind =
        |algorithm| Certificate::from_der(&self_signed(algorithm, &[])).map(|read| read.key().algorithm());
    assert_eq!(kind(&PKCS_ECDSA_P384_SHA384), Ok(Algorithm::Es384));
    assert_eq!(kind(&PKCS_RSA_SHA256), Ok(Algorithm::Ps256));
    assert_eq!(kind(&PKCS_ECDSA_P521_SHA512), Err(KeyError::Unsupported));
}

#[test]
fn a_jwk_comes_back_for_every_kind() {
    for algorithm in [&PKCS_ECDSA_P256_SHA256, &PKCS_ECDSA_P384_SHA384, &PKCS_RSA_SHA256] {
        let read = Certificate::from_der(&self_signed(algorithm, &[])).unwrap();
        let jwk = read.key().jwk();
        assert_eq!(&VerifyingKey::from_jwk(&jwk).unwrap(), read.key());
        let mut other = jwk.clone();
        other["alg"] = json!("RS256");
        assert_eq!(VerifyingKey::from_jwk(&other), Err(KeyError::Unsupported));
        other = jwk;
        other["use"] = json!("enc");
        assert_eq!(VerifyingKey::from_jwk(&other), Err(KeyError::Unsupported));
    }
}

/// RFC 7638 section 3.1; the modulus has 2048 bits.
#[test]
fn the_example_of_rfc_7638() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let jwk = json!({"kty": "RSA", "n": n, "e": "AQAB", "kid": "2011-04-29"});
    let key = VerifyingKey::from_jwk(&jwk).unwrap();
    let thumbprint = [
        55, 54, 203, 177, 120, 124, 184, 48, 156, 119, 238, 140, 55, 5, 197, 225, 111, 251, 158, 133, 151,
        21, 144, 31, 30, 76, 89, 177, 17, 130, 245, 123,
    ];
    assert_eq!(key.thumbprint(), thumbprint);
    let mut short = jwk;
    short["n"] = json!(&n[4..]);
    assert_eq!(VerifyingKey::from_jwk(&short), Err(KeyError::Unsupported), "2024 bits");
}

#[test]
fn what_is_no_jwk() {
    let good = Certificate::from_der(&self_signed(&PKCS_ECDSA_P256_SHA256, &[])).unwrap().key().jwk();
    let with = |name: &str, value: Value| {
        let mut jwk = good.clone();
        jwk[name] = value;
        VerifyingKey::from_jwk(&jwk)
    };
    assert_eq!(with("kty", json!("OKP")), Err(KeyError::Unsupported));
    assert_eq!(with("kty", json!(2)), Err(KeyError::Jwk));
    assert_eq!(with("crv", json!("P-521")), Err(KeyError::Unsupported));
    assert_eq!(with("crv", json!("P-384")), Err(KeyError::Coordinate));
    assert_eq!(with("x", json!("AA")), Err(KeyError::Coordinate));
    assert_eq!(with("y", good["x"].clone()), Err(KeyError::Point));
    assert_eq!(with("x", json!("*")), Err(KeyError::Jwk));
    assert_eq!(VerifyingKey::from_jwk(&json!([])), Err(KeyError::Jwk));
}

#[test]
fn a_certificate_is_issued_by_the_authority_that_signed_it_and_by_nobody_else() {
    let authority_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let ca = |key: &KeyPair, name: &str, may: bool| {
        Certificate::from_der(params(name, &[], may).self_signed(key).unwrap().der()).unwrap()
    };
    let authority = ca(&authority_key, "Authority", true);
    let authority_params = params("Authority", &[], true);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let issuer = rcgen::Issuer::from_params(&authority_params, &authority_key);
    let der = params("Signer", &[TEST], false).signed_by(&key, &issuer).unwrap().der().to_vec();
    let signer = Certificate::from_der(&der).unwrap();
    assert!(signer.issued_by(&authority));
    assert!(!authority.issued_by(&signer));
    let impostor = ca(&KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap(), "Authority", true);
    assert!(!signer.issued_by(&impostor), "another key under the same name");
    assert!(!signer.issued_by(&ca(&authority_key, "Another", true)), "another name");
    assert!(!signer.issued_by(&ca(&authority_key, "Authority", false)), "no authority");
    assert!(authority.issued_by(&authority), "self-signed");
}

#[test]
fn a_damaged_certificate_never_panics_and_is_never_the_same() {
    let der = self_signed(&PKCS_ECDSA_P256_SHA256, &[TEST, RECOVERY]);
    let whole = Certificate::from_der(&der).unwrap();
    for length in 0..der.len() {
        assert_eq!(Certificate::from_der(&der[..length]), Err(KeyError::Certificate));
    }
    for bit in 0..der.len() * 8 {
        let mut damaged = der.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert_ne!(Certificate::from_der(&damaged).ok().as_ref(), Some(&whole), "bit {bit}");
    }
    let mut longer = der;
    longer.push(0);
    assert_eq!(Certificate::from_der(&longer), Err(KeyError::Certificate));
    let nested: Vec<u8> = [0x30, 0x80].into_iter().cycle().take(MAX_CERTIFICATE).collect();
    assert_eq!(Certificate::from_der(&nested), Err(KeyError::Certificate));
    assert_eq!(Certificate::from_der(&vec![0x30; MAX_CERTIFICATE + 1]), Err(KeyError::Certificate));
}

fn listed(key: TrustedKey, format: Format) -> TrustList {
    let issuer = Issuer { name: Some("UT".into()), format, purposes: vec![Purpose::Pass], keys: vec![key] };
    TrustList::new(1, 1_795_420_800, vec![issuer])
}

#[test]
fn foreign_keys_of_a_list_come_back() {
    let certificate = Certificate::from_der(&self_signed(&PKCS_RSA_SHA256, &[TEST])).unwrap();
    let by_certificate = listed(TrustedKey::from_certificate(certificate.clone()), Format::Hcert);
    let mut jwk = Certificate::from_der(&self_signed(&PKCS_ECDSA_P256_SHA256, &[])).unwrap().key().jwk();
    jwk["kid"] = json!("did:web:nzcp.example#key-12");
    let by_jwk = listed(TrustedKey::from_jwk(Format::Nzcp, &jwk).unwrap(), Format::Nzcp);
    assert!(by_jwk.named(b"key-12").next().is_some());
    for list in [&by_certificate, &by_jwk] {
        assert_eq!(TrustList::from_value(list.to_json()).unwrap(), *list);
    }

    let mut json = by_certificate.to_json();
    json["issuers"][0]["keys"][0]["usage"] = json!(["test", "vaccination"]);
    let read = TrustList::from_value(json.clone()).unwrap();
    let usage = read.issuers()[0].keys[0].usage;
    assert_eq!(
        usage,
        KeyUsage { test: true, vaccination: false, recovery: false },
        "no more than the certificate"
    );
    json["issuers"][0]["keys"][0]["usage"] = json!(["booster"]);
    assert!(TrustList::from_value(json.clone()).is_err());
    json["issuers"][0]["keys"][0]["usage"] = Value::Null;
    json["issuers"][0]["keys"][0]["kid"] = json!("AAAAAAAAAAA");
    assert!(matches!(TrustList::from_value(json.clone()), Err(TrustError::Kid { .. })));
    json["issuers"][0]["keys"][0]["jwk"] = jwk;
    assert!(TrustList::from_value(json).is_err(), "both forms at once");
}

#[test]
fn loose_keys_of_foreign_formats() {
    let der = self_signed(&PKCS_ECDSA_P256_SHA256, &[RECOVERY]);
    let certificate = Certificate::from_der(&der).unwrap();
    let unsupported = self_signed(&PKCS_ECDSA_P521_SHA512, &[]);
    let list = TrustList::from_value(json!([
        {"format": "hcert", "certificate": STANDARD.encode(&der)},
        {"format": "hcert", "certificate": STANDARD.encode(&unsupported)},
        {"format": "hcert", "certificate": "MAA="},
        {"format": "shc", "iss": "https://shc.example", "jwk": certificate.key().jwk()},
    ]))
    .unwrap();
    assert_eq!(list.issuers().len(), 2, "keys that nothing can be checked with are left out");
    let (issuer, key) = list.named(&certificate.kid()).next().unwrap();
    assert_eq!((issuer.name.as_deref(), key.usage), (None, certificate.usage()));
    assert_eq!((key.not_before, key.not_after), (certificate.not_before(), certificate.not_after()));
    let (issuer, _) = list.named(&certificate.key().thumbprint()).next().unwrap();
    assert_eq!(issuer.name.as_deref(), Some("https://shc.example"));
    assert!(TrustList::from_value(json!([{"format": "hcert"}])).is_err());
}
