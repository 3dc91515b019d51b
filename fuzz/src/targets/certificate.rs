//! X.509 certificates (RFC 5280), from trust lists and from inside credentials.

use std::hint::black_box;

use credential::{Certificate, MAX_CERTIFICATE};

/// Tags and names of the format.
pub const WORDS: &[&str] = &[
    "0\u{0}",
    "\x06\x03\x55\x1d\x25",
    "\x06\x08\x2a\x06",
    "260101000000Z",
    "20360101000000Z",
    "\x13\x02UT",
    "\x02\x01",
];

/// Any bytes.
pub fn run(data: &[u8]) {
    if let Ok(certificate) = Certificate::from_der(data) {
        assert!(data.len() <= MAX_CERTIFICATE, "a longer certificate than is taken");
        assert_eq!(certificate.der(), data, "a certificate that is read in part");
        black_box(certificate.issued_by(&certificate));
    }
}
