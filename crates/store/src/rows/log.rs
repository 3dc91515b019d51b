//! Rows of the log.

use aws_lc_rs::digest;
use domain::id::kind::LogLeafId;
use domain::{Entropy, Timestamp};

/// One leaf: a salted commitment. In the clear stand only kind, rule set and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Its row.
    pub id: LogLeafId,
    /// What it records, such as `decision`.
    pub kind: &'static str,
    /// The rule set that decided, where one did.
    pub rule_set: Option<String>,
    /// SHA-256 over label, salt and content.
    pub commitment: [u8; 32],
    /// 128 random bits that keep the content from being guessed.
    pub salt: [u8; 16],
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

impl Leaf {
    /// Commits to `content`, an unambiguous encoding of what is recorded.
    pub fn commit(
        id: LogLeafId,
        kind: &'static str,
        rule_set: Option<String>,
        content: &[u8],
        recorded_at: Timestamp,
        entropy: &dyn Entropy,
    ) -> Self {
        let salt = entropy.bytes();
        Self { id, kind, rule_set, commitment: commitment(kind, salt, content), salt, recorded_at }
    }
}

/// SHA-256 over `tongxing leaf v1`, the kind led by its length, the salt and the content. Whoever holds salt and
/// content can check a leaf with it.
pub fn commitment(kind: &str, salt: [u8; 16], content: &[u8]) -> [u8; 32] {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(b"tongxing leaf v1");
    hash.update(&(kind.len() as u64).to_be_bytes());
    hash.update(kind.as_bytes());
    hash.update(&salt);
    hash.update(content);
    hash.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}
