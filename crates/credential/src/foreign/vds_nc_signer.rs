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
    sound_wrapping(der)?;
    let signer = Certificate::from_der(der).ok().filter(|signer| !signer.authority())?;
    let (_, read) = X509Certificate::from_der(der).ok()?;
    let usages = read.extended_key_usage().ok()?;
    let allowed =
        usages.is_none_or(|usages| usages.value.other.iter().any(|oid| oid.to_id_string() == HEALTH_PROOFS));
    allowed.then_some(signer)
}

/// What stands around the signed part of a certificate is not signed: it has to be the one encoding of what is, with
/// the algorithm that is named inside (RFC 5280 section 4.1.1.2). Parsers let more pass.
fn sound_wrapping(der: &[u8]) -> Option<()> {
    let certificate = Element::read(der)?.alone(SEQUENCE)?;
    let signed = Element::read(certificate)?;
    let algorithm = Element::read(signed.rest)?;
    let signature = Element::read(algorithm.rest)?.alone(BIT_STRING)?;
    let mut inside = Element::read(signed.content)?;
    if inside.tag == VERSION {
        inside = Element::read(inside.rest)?;
    }
    let inner = Element::read(inside.rest)?;
    let sound = signed.tag == SEQUENCE
        && inside.tag == INTEGER
        && algorithm.tag == SEQUENCE
        && algorithm.whole == inner.whole
        && signature.first() == Some(&0);
    sound.then_some(())
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// One element of DER: tag, length in its shortest form, content (X.690 sections 8.1 and 10.1).
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, length) = match *bytes {
            [_, length @ 0..=0x7f, ..] => (2, usize::from(length)),
            [_, 0x81, length @ 0x80..=0xff, ..] => (3, usize::from(length)),
            [_, 0x82, high @ 1..=0xff, low, ..] => (4, usize::from(high) << 8 | usize::from(low)),
            _ => return None,
        };
        let (whole, rest) = bytes.split_at_checked(head + length)?;
        Some(Self { tag: whole[0], content: &whole[head..], whole, rest })
    }

    /// The content, if this is the only element and has the tag.
    fn alone(self, tag: u8) -> Option<&'a [u8]> {
        (self.tag == tag && self.rest.is_empty()).then_some(self.content)
    }
}
