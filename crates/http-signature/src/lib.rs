//! Signed requests of partner applications: HTTP Message Signatures (RFC 9421) with `Content-Digest` (RFC 9530).
//!
//! Used by `server`, which knows the keys, and by `fuzz`. Structured fields are read by the crate `sfv`, signatures
//! checked by `aws-lc-rs`; what stands here is what the two leave open: the signature base, and [`Profile`], what a
//! signature must cover and say before it counts. The decision that matters: **whatever is wrong is said, except what
//! would tell of a key**. An unknown key, a withdrawn one and a wrong signature are one error after the same work.
//!
//! Pure: no clock, no randomness, no input or output. Nothing here panics on foreign bytes.

mod base;
mod digest;
mod error;
mod input;
mod key;
mod profile;

pub use base::{Component, Request, base, value};
pub use digest::{check_digest, digest_field};
pub use error::SignatureError;
pub use input::{Input, inputs, signature};
pub use key::{Algorithm, Key, KeyError};
pub use profile::{LONGEST_FIELD, Presented, Profile};
