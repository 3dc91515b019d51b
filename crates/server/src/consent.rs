//! The version of the texts that people agree to.
//!
//! Recorded with every application and every declaration. The decision that matters: a text that somebody agreed to
//! never changes under its version; a test holds each version to the hash of its words in every language, so that
//! other words need a new version, and `docs/consent/` keeps the texts of all of them.

/// The version of the texts that are shown now.
pub const VERSION: &str = "1";
