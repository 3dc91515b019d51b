//! What other authorities publish about their keys: each form, and entries that are wrong among good ones.
#![allow(clippy::unwrap_used, reason = "a test")]

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use credential::{
    Certificate, EntryRefusal, Format, Import, ImportError, Imported, Issuer, KeyError, KeyUsage, MAX_IMPORT,
    Purpose, Seconds, TrustList, VerifyingKey,
};
use proptest::prelude::*;
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_RSA_SHA256, SignatureAlgorithm,
};
use serde_json::{Value, json};
use time::OffsetDateTime;

const FROM: Seconds = 1_620_000_000;
const UNTIL: Seconds = 1_680_000_000;
const VACCINATION: &[u64] = &[1, 3, 6, 1, 4, 1, 1847, 2021, 1, 2];

fn certificate_of(algorithm: &'static SignatureAlgorithm) -> Certificate {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CountryName, "UT");
    params.not_before = OffsetDateTime::from_unix_timestamp(FROM.cast_signed()).unwrap();
    params.not_after = OffsetDateTime::from_unix_timestamp(UNTIL.cast_signed()).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Other(VACCINATION.to_vec())];
    let der = params.self_signed(&KeyPair::generate_for(algorithm).unwrap()).unwrap();
    // A key of a kind that is not taken is a certificate too: the tests that want one ask for its bytes.
    Certificate::from_der(der.der()).unwrap()
}

fn certificate() -> Certificate {
    certificate_of(&PKCS_ECDSA_P256_SHA256)
}

fn unsupported() -> Vec<u8> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).unwrap();
    CertificateParams::default().self_signed(&key).unwrap().der().to_vec()
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn of(format: Format, issuer: Option<&str>) -> Import<'_> {
    Import { format, issuer, not_before: None, not_after: None }
}

fn read(format: Format, issuer: Option<&str>, text: impl AsRef<[u8]>) -> Result<Imported, ImportError> {
    of(format, issuer).read(text.as_ref())
}

fn refusals(imported: &Imported) -> Vec<(&str, EntryRefusal)> {
    imported.refused.iter().map(|refused| (refused.entry.as_str(), refused.why.clone())).collect()
}

/// What was taken can stand on a trust list, and comes back from its JSON.
fn assert_listable(format: Format, imported: &Imported) {
    let issuers = imported.taken.iter().map(|taken| Issuer {
        name: Some(taken.issuer.clone()),
        format,
        purposes: vec![Purpose::Pass],
        keys: vec![taken.key.clone()],
    });
    let list = TrustList::new(1, FROM, issuers.collect());
    assert_eq!(TrustList::from_json(&list.to_json().to_string()).unwrap(), list);
}

#[test]
fn certificates_in_pem() {
    let (first, second, big) = (certificate(), certificate_of(&PKCS_ECDSA_P384_SHA384), unsupported());
    let file = [
        "subject=/C=UT/CN=for people\n".to_owned(),
        pem("CERTIFICATE", first.der()),
        pem("CERTIFICATE", &big),
        pem("CERTIFICATE", b"no certificate"),
        pem("CERTIFICATE", first.der()),
        pem("PUBLIC KEY", b"abc"),
        pem("EC PRIVATE KEY", b"abc"),
        pem("CERTIFICATE", &[first.der(), &[0]].concat()),
        "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n".to_owned(),
        pem("CERTIFICATE", second.der()),
        pem("CERTIFICATE", second.der())[..200].to_owned(),
    ];
    let imported = read(Format::Hcert, Some("UT"), file.concat()).unwrap();
    let taken: Vec<_> = imported.taken.iter().map(|t| (t.entry.as_str(), &t.issuer[..])).collect();
    assert_eq!(taken, [("block 1", "UT"), ("block 9", "UT")]);
    let key = &imported.taken[0].key;
    assert_eq!((key.kid.as_slice(), key.not_before, key.not_after), (&first.kid()[..], FROM, UNTIL));
    assert_eq!(key.usage, KeyUsage { test: false, vaccination: true, recovery: false });
    assert_eq!(
        refusals(&imported),
        [
            ("block 2", EntryRefusal::Key(KeyError::Unsupported)),
            ("block 3", EntryRefusal::Key(KeyError::Certificate)),
            ("block 4", EntryRefusal::Twice),
            ("block 5", EntryRefusal::Label("PUBLIC KEY".into())),
            ("block 6", EntryRefusal::Private),
            ("block 7", EntryRefusal::Key(KeyError::Certificate)),
            ("block 8", EntryRefusal::Pem),
            ("block 10", EntryRefusal::Pem),
        ]
    );
    assert_listable(Format::Hcert, &imported);
}

#[test]
fn a_certificate_serves_the_formats_that_can_name_it() {
    let (p256, rsa) = (certificate(), certificate_of(&PKCS_RSA_SHA256));
    let file = pem("CERTIFICATE", p256.der()) + &pem("CERTIFICATE", rsa.der());
    let kids = |format| {
        let imported = read(format, Some("UT"), &file).unwrap();
        assert_listable(format, &imported);
        let dates = imported.taken.iter().all(|t| (t.key.not_before, t.key.not_after) == (FROM, UNTIL));
        assert!(dates, "the dates of the certificate are those of the key");
        let refused = imported.refused.iter().map(|refused| refused.why.clone()).collect::<Vec<_>>();
        (imported.taken.into_iter().map(|taken| taken.key.kid).collect::<Vec<_>>(), refused)
    };
    let both = vec![p256.kid().to_vec(), rsa.kid().to_vec()];
    assert_eq!(kids(Format::VdsNc), (both, vec![]));
    let thumbprint = p256.key().thumbprint();
    let algorithm = |format| vec![EntryRefusal::Algorithm(format)];
    assert_eq!(kids(Format::Shc), (vec![thumbprint.to_vec()], algorithm(Format::Shc)));
    assert_eq!(kids(Format::Tongxing), (vec![thumbprint[..8].to_vec()], algorithm(Format::Tongxing)));
    assert!(matches!(kids(Format::Nzcp).1[..], [EntryRefusal::Form { .. }, EntryRefusal::Form { .. }]));
}

#[test]
fn dates_only_narrow() {
    let file = pem("CERTIFICATE", certificate().der());
    let dates = |not_before, not_after| {
        let import = Import { not_before, not_after, ..of(Format::Hcert, Some("UT")) };
        let imported = import.read(file.as_bytes()).unwrap();
        imported.taken.first().map(|taken| (taken.key.not_before, taken.key.not_after))
    };
    assert_eq!(dates(None, Some(UNTIL + 1)), Some((FROM, UNTIL)));
    assert_eq!(dates(Some(FROM - 1), None), Some((FROM, UNTIL)));
    assert_eq!(dates(Some(FROM + 1), Some(UNTIL - 1)), Some((FROM + 1, UNTIL - 1)));
    assert_eq!(dates(Some(UNTIL + 1), None), None);
    assert_eq!(dates(None, Some(FROM - 1)), None);
}

fn jwk(certificate: &Certificate) -> Value {
    let mut jwk = certificate.key().jwk();
    jwk["kid"] = json!(URL_SAFE_NO_PAD.encode(certificate.key().thumbprint()));
    jwk["use"] = json!("sig");
    jwk["alg"] = json!(certificate.key().algorithm().as_str());
    jwk
}

#[test]
fn a_jwk_set_of_an_issuer_of_health_cards() {
    let good = certificate();
    let with = |member: &str, value: Value| {
        let mut jwk = jwk(&good);
        jwk[member] = value;
        jwk
    };
    let mut nameless = jwk(&good);
    nameless.as_object_mut().unwrap().remove("kid");
    let set = json!({"keys": [
        with("kid", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        nameless,
        with("d", json!("secret")),
        with("use", json!("enc")),
        with("y", json!("AA")),
        jwk(&certificate_of(&PKCS_ECDSA_P384_SHA384)),
        jwk(&certificate_of(&PKCS_RSA_SHA256)),
        jwk(&good),
        jwk(&good),
        "no key",
    ]});
    let issuer = "https://health.example.org/issuer";
    let imported = read(Format::Shc, Some(issuer), set.to_string()).unwrap();
    assert_eq!(imported.taken.len(), 1);
    let taken = &imported.taken[0];
    assert_eq!((taken.issuer.as_str(), &taken.key.kid[..]), (issuer, &good.key().thumbprint()[..]));
    assert_eq!((taken.key.not_before, taken.key.not_after), (0, 253_402_300_799), "until the year 9999");
    let rule = "SMART Health Cards name keys by their whole thumbprint";
    let whys: Vec<_> = imported.refused.iter().map(|refused| refused.why.clone()).collect();
    assert_eq!(
        whys,
        [
            EntryRefusal::Kid(rule),
            EntryRefusal::Member("kid"),
            EntryRefusal::Private,
            EntryRefusal::Key(KeyError::Unsupported),
            EntryRefusal::Key(KeyError::Coordinate),
            EntryRefusal::Algorithm(Format::Shc),
            EntryRefusal::Algorithm(Format::Shc),
            EntryRefusal::Twice,
            EntryRefusal::Key(KeyError::Jwk),
        ]
    );
    assert_listable(Format::Shc, &imported);
}

#[test]
fn a_jwk_is_named_as_its_format_names_it() {
    let key = certificate();
    let answer = |format, kid: &str| {
        let mut jwk = jwk(&key);
        jwk["kid"] = json!(kid);
        let imported = read(format, Some("UT"), jwk.to_string()).unwrap();
        imported.taken.first().map(|taken| taken.key.kid.clone())
    };
    let thumbprint = key.key().thumbprint();
    let short = URL_SAFE_NO_PAD.encode(&thumbprint[..8]);
    assert_eq!(answer(Format::Tongxing, &short), Some(thumbprint[..8].to_vec()));
    assert_eq!(answer(Format::Tongxing, "AAAAAAAAAAA"), None);
    assert_eq!(answer(Format::Nzcp, "key-1"), Some(b"key-1".to_vec()));
    assert_eq!(answer(Format::Hcert, "AAECAwQFBgc="), Some(vec![0, 1, 2, 3, 4, 5, 6, 7]));
    assert_eq!(answer(Format::Hcert, "AAEC"), None, "not 8 bytes");
    assert_eq!(answer(Format::VdsNc, "AAECAwQFBgc="), None);
}

const DID: &str = "did:web:nzcp.example.org";

fn method(id: &str, certificate: &Certificate) -> Value {
    json!({"id": id, "controller": DID, "type": "JsonWebKey2020", "publicKeyJwk": certificate.key().jwk()})
}

#[test]
fn a_did_document() {
    let keys: [Certificate; 4] = std::array::from_fn(|_| certificate());
    let mut elsewhere = method(&format!("{DID}#key-5"), &keys[2]);
    elsewhere["controller"] = json!("did:web:other.example.org");
    let mut private = method(&format!("{DID}#key-6"), &keys[2]);
    private["publicKeyJwk"]["d"] = json!("secret");
    let document = json!({
        "@context": "https://w3.org/ns/did/v1",
        "id": DID,
        "verificationMethod": [
            method(&format!("{DID}#key-1"), &keys[0]),
            method("#key-2", &keys[1]),
            method(&format!("{DID}#key-3"), &keys[2]),
            method("did:web:other.example.org#key-1", &keys[2]),
            elsewhere,
            private,
            {"id": format!("{DID}#key-7"), "publicKeyMultibase": "z6Mk"},
            {"controller": DID},
        ],
        "assertionMethod": [
            format!("{DID}#key-1"), format!("{DID}#key-2"), format!("{DID}#key-5"), format!("{DID}#key-6"),
            "#key-7", method("#key-8", &keys[3]),
        ],
    });
    let imported = read(Format::Nzcp, None, document.to_string()).unwrap();
    let kids: Vec<&[u8]> = imported.taken.iter().map(|taken| taken.key.kid.as_slice()).collect();
    assert_eq!(kids, [b"key-1", b"key-2", b"key-8"]);
    assert!(imported.taken.iter().all(|taken| taken.issuer == DID));
    let whys: Vec<_> = imported.refused.iter().map(|refused| refused.why.clone()).collect();
    assert_eq!(
        whys,
        [
            EntryRefusal::NotAsserted,
            EntryRefusal::Controller,
            EntryRefusal::Controller,
            EntryRefusal::Private,
            EntryRefusal::Member("publicKeyJwk"),
            EntryRefusal::Member("id"),
        ]
    );
    assert_listable(Format::Nzcp, &imported);
    let text = document.to_string();
    assert!(read(Format::Nzcp, Some(DID), &text).is_ok());
    let other = read(Format::Nzcp, Some("did:web:x"), &text);
    assert_eq!(other, Err(ImportError::OtherIssuer(DID.into())));
    assert!(matches!(read(Format::Shc, None, &text), Err(ImportError::Format { .. })));
    let nobody = read(Format::Nzcp, None, json!({"verificationMethod": []}).to_string());
    assert_eq!(nobody, Err(ImportError::Form), "a document without an id is nobody's");
}

fn entry(country: &str, certificate: &Certificate) -> Value {
    json!({
        "kid": STANDARD.encode(certificate.kid()),
        "timestamp": "2021-06-01T10:00:00+02:00",
        "country": country,
        "certificateType": "DSC",
        "thumbprint": hex::encode(digest::digest(&digest::SHA256, certificate.der())),
        "signature": "MIIF",
        "rawData": STANDARD.encode(certificate.der()),
    })
}

#[test]
fn the_list_of_the_gateway() {
    let (one, two) = (certificate(), certificate_of(&PKCS_RSA_SHA256));
    let with = |member: &str, value: Value| {
        let mut entry = entry("XX", &one);
        entry[member] = value;
        entry
    };
    let mut unfinished = entry("XX", &one);
    unfinished.as_object_mut().unwrap().remove("rawData");
    let list = json!([
        entry("UT", &one),
        with("kid", json!("AAECAwQFBgc=")),
        with("thumbprint", json!("00")),
        with("certificateType", json!("CSCA")),
        with("country", json!("utopia")),
        with("rawData", json!("*")),
        unfinished,
        entry("UB", &two),
        3,
    ]);
    let imported = read(Format::Hcert, None, list.to_string()).unwrap();
    let taken: Vec<_> = imported.taken.iter().map(|t| (&t.issuer[..], &t.key.kid[..])).collect();
    assert_eq!(taken, [("UT", &one.kid()[..]), ("UB", &two.kid()[..])]);
    let whys: Vec<_> = imported.refused.iter().map(|refused| refused.why.clone()).collect();
    let rule = "EU certificates are named by the first 8 bytes of their SHA-256";
    assert_eq!(
        whys,
        [
            EntryRefusal::Kid(rule),
            EntryRefusal::Thumbprint,
            EntryRefusal::Type("CSCA".into()),
            EntryRefusal::Member("country"),
            EntryRefusal::Member("rawData"),
            EntryRefusal::Member("rawData"),
            EntryRefusal::Member("certificateType"),
        ]
    );
    assert_listable(Format::Hcert, &imported);
    let only = read(Format::Hcert, Some("UB"), list.to_string()).unwrap();
    assert_eq!((only.taken.len(), only.refused.len()), (1, 7));
    let nobody = read(Format::Hcert, Some("ZZ"), list.to_string());
    assert_eq!(nobody, Err(ImportError::OtherIssuer("UB, UT".into())));
    assert!(matches!(read(Format::VdsNc, None, list.to_string()), Err(ImportError::Format { .. })));
}

#[test]
fn the_form_with_a_signature_before_the_list() {
    let (one, two) = (certificate(), certificate());
    let list = json!({"certificates": [entry("UT", &one), entry("UT", &two)]});
    for text in [format!("MEUCIQ==\n{list}"), list.to_string(), format!("\u{feff}{list}\n")] {
        assert_eq!(read(Format::Hcert, None, text).unwrap().taken.len(), 2);
    }
}

#[test]
fn what_cannot_be_read_is_refused_whole() {
    let issuer = Some("UT");
    let form = |text: &str| read(Format::Hcert, issuer, text);
    for text in ["", "hello", "3", "{}", r#"{"keys": 3}"#, r#"{"certificates": {}}"#, "{\"vct\": 1}"] {
        assert_eq!(form(text), Err(ImportError::Form), "{text}");
    }
    assert_eq!(read(Format::Hcert, issuer, b"\xff\xfe"), Err(ImportError::Form));
    for text in ["[", "{\"keys\": [}", r#"{"keys": [], "keys": []}"#, &"[".repeat(100_000)] {
        assert!(matches!(form(text), Err(ImportError::Json(_))), "{text:.20}");
    }
    for text in ["[]", r#"{"keys": []}"#, r#"{"certificates": []}"#] {
        assert_eq!(form(text), Err(ImportError::Empty), "{text}");
    }
    assert_eq!(form(&" ".repeat(MAX_IMPORT + 1)), Err(ImportError::TooLong));
    let many = read(Format::Hcert, None, json!(vec![0; 10_001]).to_string());
    assert_eq!(many, Err(ImportError::TooLong));
    let nobody = read(Format::Shc, None, json!({"keys": [jwk(&certificate())]}).to_string());
    assert_eq!(nobody, Err(ImportError::IssuerNeeded));
    let nobody = read(Format::Hcert, None, pem("CERTIFICATE", certificate().der()));
    assert_eq!(nobody, Err(ImportError::IssuerNeeded));
}

#[test]
fn the_same_key_has_one_thumbprint_in_every_format() {
    let certificate = certificate();
    let text = jwk(&certificate).to_string();
    let of = |format, text: &str| {
        read(format, Some("UT"), text).unwrap().taken.first().map(|taken| taken.key.thumbprint())
    };
    let expected = Some(VerifyingKey::from_jwk(&certificate.key().jwk()).unwrap().thumbprint());
    assert_eq!(of(Format::Shc, &text), expected);
    assert_eq!(of(Format::Nzcp, &text), expected);
    assert_eq!(of(Format::Hcert, &pem("CERTIFICATE", certificate.der())), expected);
    assert_eq!(of(Format::Tongxing, &pem("CERTIFICATE", certificate.der())), expected);
}

proptest! {
    #[test]
    fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,100}") {
        for format in [Format::Hcert, Format::Shc, Format::Nzcp, Format::VdsNc, Format::Tongxing] {
            let _ = read(format, Some("UT"), &bytes);
            let _ = read(format, Some("UT"), format!("-----BEGIN CERTIFICATE-----\n{text}"));
            let member = json!(text);
            let entry = json!({"kid": member, "kty": member, "country": member, "rawData": member,
                "certificateType": "DSC", "thumbprint": member, "id": member, "publicKeyJwk": member});
            let _ = read(format, Some("UT"), json!([entry]).to_string());
            let _ = read(format, Some("UT"), json!({"keys": [entry]}).to_string());
            let did = json!({"id": "did:x", "verificationMethod": [entry], "assertionMethod": [member, entry]});
            let _ = read(format, None, did.to_string());
        }
    }
}
