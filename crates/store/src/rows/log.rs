//! Rows of the log.

use domain::id::kind::LogLeafId;
use domain::{Entropy, Timestamp};
use transparency::Frontier;
pub use transparency::commitment;

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

    /// What the public will see of it.
    pub fn public(&self) -> transparency::Leaf {
        transparency::Leaf {
            kind: self.kind.to_owned(),
            rule_set: self.rule_set.clone(),
            time: self.recorded_at.micros().div_euclid(1_000_000),
            commitment: self.commitment,
        }
    }
}

/// Where the public log stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogHead {
    /// Its size, and all that is needed to add leaves.
    pub frontier: Frontier,
    /// The signed note of its checkpoint; none while it has no key.
    pub checkpoint: Option<String>,
}
