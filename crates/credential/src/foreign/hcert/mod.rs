//! EU Digital COVID Certificates: `HC1:`, Base45, zlib, `COSE_Sign1`, CWT (eHealth Network, "Technical
//! Specifications for EU Digital COVID Certificates", volumes 1 and 3; `hcert_spec.md` of ehn-dcc-development).
//!
//! Used for what travellers carry from the EU and the countries that joined its network. The envelope has to be
//! right to be read at all; a payload against the schema is a credential that is `unreadable` and still says
//! whose signature it has, because issuers need to hear that. The payload becomes JSON only when it is asked for.

mod codes;
mod envelope;
mod schema;

use serde_json::Value;

use super::cbor_item::Item;
use super::inflate::{Stream, inflate};
use super::{Content, Fault, Foreign};
use crate::base45;
use crate::trust::Format;

const PREFIX: &str = "HC1:";
/// The most that is unpacked, in bytes; certificates have less than 2,000.
const MAX_UNPACKED: usize = 64 * 1024;

/// The signed object (COSE) inside the text of an EU DCC, unpacked and not read: what test suites compare.
pub fn hcert_bytes(text: &str) -> Result<Vec<u8>, Fault> {
    let body = text.strip_prefix(PREFIX).ok_or(Fault::Encoding)?;
    let mut compressed = Vec::new();
    base45::decode_into(body.as_bytes(), &mut compressed).map_err(|_| Fault::Encoding)?;
    inflate(&compressed, Stream::Zlib, MAX_UNPACKED).ok_or(Fault::Compression)
}

pub(super) fn read(text: &str) -> Result<Foreign, Fault> {
    let cose = hcert_bytes(text)?;
    let signed = envelope::read(&cose)?;
    let fault = signed.read.is_none().then_some(Fault::Schema);
    let message = signed.message();
    let read = signed.read.unwrap_or_else(|| schema::Read {
        kind: schema::kind(signed.certificate),
        ..schema::Read::default()
    });
    Ok(Foreign {
        format: Format::Hcert,
        kid: signed.kid.to_vec(),
        issuer: signed.issuer.map(str::to_owned),
        not_before: Some(signed.not_before),
        expires: Some(signed.expires),
        algorithm: signed.algorithm,
        message,
        signature: signed.signature.to_vec(),
        certificate: None,
        subject: read.subject,
        kind: read.kind,
        statements: read.statements,
        fault,
        content: Content::Cbor(signed.certificate.to_vec()),
    })
}

/// The certificate's own content, without the claims around it.
pub(super) fn payload(cbor: &[u8]) -> Value {
    Item::read(cbor).map_or(Value::Null, |item| item.to_json())
}
