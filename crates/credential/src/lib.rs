//! The pass: encode, sign, parse, verify; trust list, status list and verdict.
//!
//! Used by the server (issuing passes and status lists), by the command line (`tongxing verify`) and, as the
//! reference for the shared vectors, by the browser verifier. Pure: no I/O, no clock, no randomness of its
//! own; the time is always an argument, in seconds since 1970-01-01 UTC. The one exception is that
//! [`Es256Key`] lets `aws-lc-rs` draw the ECDSA nonce; signing keys are made elsewhere.
//!
//! The one decision that matters: our format is *closed*. A pass has exactly one encoding (deterministic
//! CBOR, RFC 8949 section 4.2), the parser accepts that one and nothing else, and a new claim would be a new
//! prefix. So there is no second way to read the same bytes, and none to say the same thing.
//!
//! From the outside in: [`verify()`] takes scanned text to an [`Outcome`]; [`verdict()`] is the table of rules;
//! [`Scan`], [`Pass`] and [`LiveCode`] parse; [`PassClaims`] and [`live_message`] make; [`TrustList`] says
//! whose signature counts; [`StatusList`] and [`StatusToken`] say what has been withdrawn; [`Batch`] runs
//! lines of JSON. The format is described in `docs/pass-format.md`.

mod authenticity;
pub mod base45;
mod base64_text;
mod batch;
mod cbor;
mod certificate;
mod claims;
mod cose;
mod foreign;
mod json;
mod jws;
mod key;
mod live;
mod meant;
mod pass;
mod present;
mod rules_signed;
mod scan;
mod status_list;
mod status_token;
mod time;
mod trust;
mod trust_import;
mod trust_json;
mod trust_loose;
mod trust_signed;
mod trusted_key;
mod verdict;
mod verify;
mod verifying;

pub use authenticity::{Authenticity, SignatureState};
pub use batch::{Batch, BatchDefaults, LineError};
pub use certificate::{Certificate, MAX_CERTIFICATE};
pub use claims::{BirthDay, ClaimError, Colour, DeviceKey, DocumentKind, PassClaims, PassKind, StatusRef};
pub use foreign::{Acceptance, Fault, Foreign, KeyUsage, Kind, Statement, Subject, hcert_bytes, join_parts};
pub use key::{Es256Key, Jwk, KeyError, KeyId, PublicKey, SignError, Signer};
pub use live::{LIVE_AHEAD, LIVE_FRESH, LiveCode, LiveProof, encode_live, live_message, live_text};
pub use meant::Meant;
pub use pass::{IssueError, Malformed, PREFIX, Pass, to_text};
pub use present::Identity;
pub use rules_signed::{MAX_SIGNED_RULES, SignedRulesError, sign_rule_set, verify_rule_set};
pub use scan::{MAX_TEXT, SHORT_CODE_ALPHABET, Scan};
pub use status_list::{MAX_ENTRIES, StatusError, StatusList};
pub use status_token::{
    STATUS_LIFE, STATUS_TTL, StatusAnswer, StatusClaims, StatusLists, StatusRefusal, StatusToken,
    VerifiedStatus, sign_status, sign_status_both, sign_status_jwt,
};
pub use time::{TimeError, parse_time, rfc3339};
pub use trust::{Format, Issuer, Purpose, TrustError, TrustList};
pub use trust_import::{EntryRefusal, Import, ImportError, Imported, MAX_IMPORT, Refused, Taken};
pub use trust_signed::{
    MAX_TRUST_LIST, SignedTrustError, SignedTrustList, TRUST_LIFE, read_roots, roots_json,
    sign_configuration, sign_trust_list,
};
pub use trusted_key::{KeyMaterial, KeyState, TrustedKey};
pub use verdict::{Judgement, Observed, Reason, THRESHOLD, Temperature, Verdict, judge, verdict};
pub use verify::{NATIONAL_ISSUER, Outcome, Scope, verify};
pub use verifying::{Algorithm, VerifyingKey};

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds (RFC 8392 calls it `NumericDate`).
pub type Seconds = u64;
