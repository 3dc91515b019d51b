//! `Content-Digest` (RFC 9530).

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sfv::{BareItem, ListEntry};

use crate::SignatureError;
use crate::input::dictionary;

const FIELD: &str = "content-digest";

/// The field's value for a body.
pub fn digest_field(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body)))
}

/// Whether `field` is of this body: at least one digest of an algorithm that we take, and none of these wrong. Others
/// are left aside, as RFC 9530 wants it.
pub fn check_digest(field: &str, body: &[u8]) -> Result<(), SignatureError> {
    let mut known = false;
    for (name, entry) in dictionary(field, FIELD)? {
        let algorithm = match name.as_str() {
            "sha-256" => &SHA256,
            "sha-512" => &SHA512,
            _ => continue,
        };
        let ListEntry::Item(item) = entry else { return Err(SignatureError::Malformed(FIELD)) };
        let BareItem::ByteSequence(given) = item.bare_item else {
            return Err(SignatureError::Malformed(FIELD));
        };
        if given != digest(algorithm, body).as_ref() {
            return Err(SignatureError::Digest);
        }
        known = true;
    }
    if known { Ok(()) } else { Err(SignatureError::DigestAlgorithm) }
}
