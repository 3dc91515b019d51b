//! A certificate authority of this machine's own, so that phones in the same network can try the service:
//! browsers give cameras and device keys to https only.
//!
//! The authority is made once and kept (key with mode 0600 in the data folder); the server's certificate is
//! made out of it at every start, lives in memory only, and is made anew when addresses change. What a
//! phone installs is limited: the authority can only speak for this machine's names, `.local` and bare
//! addresses, so its key could not be used to impersonate anybody's bank.

use std::path::Path;

use domain::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

use super::addresses::Addresses;
use crate::failure::Failure;
use crate::private;

/// Key and certificate of the authority, in the data folder.
pub const FILE: &str = "local-authority.pem";
const YEARS: i64 = 10;
/// Phones refuse server certificates that live longer than 825 days, some longer than 398.
const LEAF_DAYS: i64 = 90;
/// A phone's clock may be behind.
const BACK: Duration = Duration::days(1);

/// The authority, ready to sign.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    permitted: Vec<String>,
}

/// A certificate for this machine, with its chain and its key.
pub struct Leaf {
    /// The certificate, then the authority's.
    pub chain: Vec<CertificateDer<'static>>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
    /// When a new one should be made: well before this one ends.
    pub renew_at: Timestamp,
}

impl Authority {
    /// The authority of a data folder, made now if there is none.
    pub fn open(folder: &Path, addresses: &Addresses, now: Timestamp) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        if !path.exists() {
            private::create(&path, &generate(addresses, now).map_err(|error| broken(&path, &error))?)?;
        }
        let text = private::read(&path)?;
        let key = KeyPair::from_pem(&text).map_err(|error| broken(&path, &error))?;
        let certificate =
            CertificateDer::from_pem_slice(text.as_bytes()).map_err(|error| broken(&path, &error))?;
        let (permitted, ends) = examine(&certificate).ok_or_else(|| broken(&path, &"not an authority"))?;
        if ends <= date(now) + Duration::days(LEAF_DAYS) {
            return Err(Failure::new(format!(
                "the local authority {} ends soon or has ended",
                path.display()
            ))
            .advice("move the file away: a new one is made; phones must then install its certificate"));
        }
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(|error| broken(&path, &error))?;
        Ok(Self { issuer, certificate, permitted })
    }

    /// The authority's certificate in DER, for phones to install: serve it as
    /// `application/x-x509-ca-cert` at `/local-authority.crt`.
    pub fn certificate_der(&self) -> Vec<u8> {
        self.certificate.to_vec()
    }

    /// A certificate for these addresses, from yesterday on. Names beyond what the authority may speak for
    /// (the machine was renamed) are left out.
    pub fn issue(&self, addresses: &Addresses, now: Timestamp) -> Result<Leaf, rcgen::Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        for name in addresses.names.iter().filter(|name| self.may_name(name)) {
            params.subject_alt_names.push(SanType::DnsName(name.as_str().try_into()?));
        }
        params.subject_alt_names.extend(addresses.ips.iter().map(|ip| SanType::IpAddress(*ip)));
        params.distinguished_name = named("Tongxing on this machine");
        params.not_before = date(now) - BACK;
        params.not_after = date(now) + Duration::days(LEAF_DAYS);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let leaf = params.signed_by(&key, &self.issuer)?;
        let chain = vec![leaf.der().clone(), self.certificate.clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let two_thirds = std::time::Duration::from_secs(LEAF_DAYS.unsigned_abs() * 86_400 * 2 / 3);
        Ok(Leaf { chain, key, renew_at: now.plus(two_thirds) })
    }

    fn may_name(&self, name: &str) -> bool {
        let under = |base: &String| {
            name.strip_suffix(base.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.permitted.iter().any(under)
    }
}

/// Key and certificate of a new authority, in PEM.
fn generate(addresses: &Addresses, now: Timestamp) -> Result<String, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut permitted: Vec<_> = addresses.names.iter().cloned().map(GeneralSubtree::DnsName).collect();
    permitted.push(GeneralSubtree::DnsName("local".to_owned()));
    let mut params = CertificateParams::default();
    // The day in the name tells two authorities of one machine apart in a phone's settings.
    params.distinguished_name = named(&format!("Tongxing local authority {}", now.local_date()));
    params.not_before = date(now) - BACK;
    params.not_after = date(now) + Duration::days(YEARS * 365);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: permitted, excluded_subtrees: Vec::new() });
    let certificate = params.self_signed(&key)?;
    Ok(format!("{}{}", key.serialize_pem(), certificate.pem()))
}

/// The names that an authority may speak for, and when it ends.
fn examine(der: &CertificateDer<'_>) -> Option<(Vec<String>, OffsetDateTime)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let constraints = certificate.name_constraints().ok()??.value;
    let names = constraints.permitted_subtrees.as_ref()?.iter().filter_map(|subtree| match &subtree.base {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        _ => None,
    });
    Some((names.collect(), certificate.validity().not_after.to_datetime()))
}

fn named(name: &str) -> rcgen::DistinguishedName {
    let mut named = rcgen::DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

fn date(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn broken(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("the local authority {} cannot be used: {error}", path.display()))
        .advice("move the file away: a new one is made; phones must then install its certificate")
}
