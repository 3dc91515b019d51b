//! The certificate that comes along in a VDS-NC: worth nothing, unless somebody on the trust list issued it.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::Foreign;
use crate::certificate::Certificate;
use crate::trust::{Format, Issuer, TrustList};
use crate::trusted_key::TrustedKey;

/// What a certificate for signing health proofs is for (ICAO Doc 9303-13, extended key usage).
const HEALTH_PROOFS: &str = "2.23.136.1.1.14.2";

/// The signer's certificate, once for each authority on the list that issued it.
pub(crate) fn vouched<'t>(
    trust: &'t TrustList,
    foreign: &Foreign,
) -> impl Iterator<Item = (&'t Issuer, &'t TrustedKey, Certificate)> {
    let signer = foreign.certificate.as_deref().and_then(signer);
    let of_format = trust.issuers().iter().filter(|issuer| issuer.format == Format::VdsNc);
    let keys = of_format.flat_map(|issuer| issuer.keys.iter().map(move |key| (issuer, key)));
    keys.filter_map(move |(issuer, key)| {
        let (signer, authority) = (signer.as_ref()?, key.certificate.as_ref()?);
        signer.issued_by(authority).then(|| (issuer, key, signer.clone()))
    })
}

/// A certificate that may sign health proofs: not an authority's, and, where it says what it is for, for them.
/// A country signs passports and visas under the same authority.
fn signer(der: &[u8]) -> Option<Certificate> {
    let signer = Certificate::from_der(der).ok().filter(|signer| !signer.authority())?;
    let (_, read) = X509Certificate::from_der(der).ok()?;
    let usages = read.extended_key_usage().ok()?;
    let allowed =
        usages.is_none_or(|usages| usages.value.other.iter().any(|oid| oid.to_id_string() == HEALTH_PROOFS));
    allowed.then_some(signer)
}
