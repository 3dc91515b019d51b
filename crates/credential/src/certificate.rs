//! X.509 certificates (RFC 5280), as far as a trust list needs them: whose key, from when to when, what for.
//!
//! Used where a trust list names keys by certificate, and for the certificate inside a VDS-NC. There is no path
//! building: what counts is on the trust list itself, or was issued by something on it ([`Certificate::issued_by`]).
//! `x509-parser` reads them: it has been fuzzed for years, borrows, does not recurse, and was among our
//! dependencies already (the local authority); `x509-cert` is stricter than what member states issue.

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::RSAPublicKey;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{AttributeTypeAndValue, SubjectPublicKeyInfo};

use crate::Seconds;
use crate::foreign::KeyUsage;
use crate::key::KeyError;
use crate::verifying::{Algorithm, VerifyingKey};

/// The longest certificate that is looked at, in bytes; those in use have less than 3,000.
pub const MAX_CERTIFICATE: usize = 16 * 1024;

/// Both forms of the extended key usages of the EU DCC: test, vaccination, recovery are their last number
/// (eHealth Network, "Volume 1: formats and trust management", certificate profile).
const USAGES: [&str; 2] = ["1.3.6.1.4.1.1847.2021.1.", "1.3.6.1.4.1.0.1847.2021.1."];

/// A certificate whose key can be used here.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    key: VerifyingKey,
    country: Option<String>,
    name: Option<String>,
    not_before: Seconds,
    not_after: Seconds,
    usage: KeyUsage,
    authority: bool,
    signed: Signed,
}

/// What one certificate says of another's signature.
#[derive(Clone, PartialEq, Eq)]
struct Signed {
    subject: Vec<u8>,
    issuer: Vec<u8>,
    /// The object identifier of the algorithm.
    algorithm: String,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Certificate {
    /// Reads exactly one certificate in DER. [`KeyError::Unsupported`] says that it is one, with a key of a
    /// kind that is not taken. Its own signature is not asked for: see [`Self::issued_by`].
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        if der.len() > MAX_CERTIFICATE {
            return Err(KeyError::Certificate);
        }
        let (rest, read) = X509Certificate::from_der(der).map_err(|_| KeyError::Certificate)?;
        if !rest.is_empty() {
            return Err(KeyError::Certificate);
        }
        let text = |part: Option<&AttributeTypeAndValue<'_>>| {
            part.and_then(|part| part.as_str().ok()).map(str::to_owned)
        };
        Ok(Self {
            der: der.to_vec(),
            key: key(read.public_key())?,
            country: text(read.subject().iter_country().next()),
            name: text(read.subject().iter_common_name().next()),
            not_before: seconds(read.validity().not_before),
            not_after: seconds(read.validity().not_after),
            usage: usage(&read)?,
            authority: authority(&read)?,
            signed: Signed {
                subject: read.subject().as_raw().to_vec(),
                issuer: read.issuer().as_raw().to_vec(),
                algorithm: read.signature_algorithm.algorithm.to_id_string(),
                message: read.tbs_certificate.as_ref().to_vec(),
                signature: read.signature_value.data.to_vec(),
            },
        })
    }

    /// The certificate as it was given.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The subject's key.
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The subject's country, as it stands there.
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// The subject's common name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The first second of its validity; 0 if that lies before 1970.
    pub fn not_before(&self) -> Seconds {
        self.not_before
    }

    /// The last second of its validity.
    pub fn not_after(&self) -> Seconds {
        self.not_after
    }

    /// Which kinds of EU certificate it may sign: all, unless it names some.
    pub fn usage(&self) -> KeyUsage {
        self.usage
    }

    /// Whether it may sign certificates (basic constraints, key usage).
    pub fn authority(&self) -> bool {
        self.authority
    }

    /// Its name in the EU DCC: the first 8 bytes of its SHA-256.
    pub fn kid(&self) -> [u8; 8] {
        let hash = digest::digest(&digest::SHA256, &self.der);
        hash.as_ref()[..8].try_into().expect("SHA-256 is longer than 8 bytes")
    }

    /// Whether `issuer` may sign certificates, has the name that this one gives its issuer, and signed it
    /// (ECDSA on P-256 or P-384, RSA PKCS #1 v1.5; SHA-256 or longer). Dates are the caller's matter.
    pub fn issued_by(&self, issuer: &Self) -> bool {
        issuer.authority
            && self.signed.issuer == issuer.signed.subject
            && signature(issuer.key.algorithm(), &self.signed.algorithm).is_some_and(|algorithm| {
                UnparsedPublicKey::new(algorithm, issuer.key.encoded())
                    .verify(&self.signed.message, &self.signed.signature)
                    .is_ok()
            })
    }
}

/// Prints whose it is: certificates are public.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({:?}, {:?})", self.country, self.name)
    }
}

/// Only named curves: explicit parameters could describe a curve of the attacker's choice.
fn key(info: &SubjectPublicKeyInfo<'_>) -> Result<VerifyingKey, KeyError> {
    let bits = &info.subject_public_key;
    if bits.unused_bits != 0 {
        return Err(KeyError::Certificate);
    }
    let curve = || info.algorithm.parameters.as_ref()?.as_oid().ok().map(|oid| oid.to_id_string());
    match info.algorithm.algorithm.to_id_string().as_str() {
        // id-ecPublicKey, RFC 5480
        "1.2.840.10045.2.1" => {
            let algorithm = match curve().as_deref() {
                Some("1.2.840.10045.3.1.7") => Algorithm::Es256,
                Some("1.3.132.0.34") => Algorithm::Es384,
                _ => return Err(KeyError::Unsupported),
            };
            VerifyingKey::from_point(algorithm, &bits.data)
        }
        // rsaEncryption and id-RSASSA-PSS, RFC 4055
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => {
            let (_, rsa) = RSAPublicKey::from_der(&bits.data).map_err(|_| KeyError::Certificate)?;
            VerifyingKey::from_rsa(rsa.modulus, rsa.exponent)
        }
        _ => Err(KeyError::Unsupported),
    }
}

fn usage(read: &X509Certificate<'_>) -> Result<KeyUsage, KeyError> {
    let extended = read.extended_key_usage().map_err(|_| KeyError::Certificate)?;
    let mut usage = KeyUsage { test: false, vaccination: false, recovery: false };
    for oid in extended.iter().flat_map(|extended| &extended.value.other) {
        let oid = oid.to_id_string();
        match USAGES.iter().find_map(|prefix| oid.strip_prefix(prefix)) {
            Some("1") => usage.test = true,
            Some("2") => usage.vaccination = true,
            Some("3") => usage.recovery = true,
            _ => (),
        }
    }
    let restricted = usage.test || usage.vaccination || usage.recovery;
    Ok(if restricted { usage } else { KeyUsage::ANY })
}

/// RFC 5280 sections 4.2.1.3 and 4.2.1.9.
fn authority(read: &X509Certificate<'_>) -> Result<bool, KeyError> {
    let constraints = read.basic_constraints().map_err(|_| KeyError::Certificate)?;
    let key_usage = read.key_usage().map_err(|_| KeyError::Certificate)?;
    Ok(constraints.is_some_and(|constraints| constraints.value.ca)
        && key_usage.is_none_or(|usage| usage.value.key_cert_sign()))
}

fn seconds(time: ASN1Time) -> Seconds {
    Seconds::try_from(time.timestamp()).unwrap_or(0)
}

/// The check for a certificate's signature: by the issuer's kind of key and the identifier that stands in it.
fn signature(key: Algorithm, identifier: &str) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match (key, identifier) {
        (Algorithm::Es256, "1.2.840.10045.4.3.2") => &ECDSA_P256_SHA256_ASN1,
        (Algorithm::Es256, "1.2.840.10045.4.3.3") => &ECDSA_P256_SHA384_ASN1,
        (Algorithm::Es256, "1.2.840.10045.4.3.4") => &ECDSA_P256_SHA512_ASN1,
        (Algorithm::Es384, "1.2.840.10045.4.3.2") => &ECDSA_P384_SHA256_ASN1,
        (Algorithm::Es384, "1.2.840.10045.4.3.3") => &ECDSA_P384_SHA384_ASN1,
        (Algorithm::Es384, "1.2.840.10045.4.3.4") => &ECDSA_P384_SHA512_ASN1,
        (Algorithm::Ps256, "1.2.840.113549.1.1.11") => &RSA_PKCS1_2048_8192_SHA256,
        (Algorithm::Ps256, "1.2.840.113549.1.1.12") => &RSA_PKCS1_2048_8192_SHA384,
        (Algorithm::Ps256, "1.2.840.113549.1.1.13") => &RSA_PKCS1_2048_8192_SHA512,
        _ => return None,
    })
}
