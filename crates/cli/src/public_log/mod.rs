//! What commands about the public log share: its key and a witness's key at rest, and where its files come from.
//!
//! Used by `tongxing log` and, for the key, by the server and `tongxing keys init`. Everything that is decided about a
//! log is decided in the crate `transparency`; here are files, addresses and passphrases.

pub mod hold;
pub mod key_file;
pub mod source;
