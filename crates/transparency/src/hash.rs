//! Hashes of the Merkle tree (RFC 6962 section 2.1): SHA-256, with one byte in front that keeps leaves from nodes.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A hash of the tree: of a leaf, of a node, or of the whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Its length in bytes.
    pub const LEN: usize = 32;

    /// `MTH({d(0)})`: of one entry.
    pub fn of_leaf(entry: &[u8]) -> Self {
        sha256(&[&[0], entry])
    }

    /// `SHA-256(0x01 || left || right)`: of a node with two subtrees.
    pub fn of_children(left: Self, right: Self) -> Self {
        sha256(&[&[1], &left.0, &right.0])
    }

    /// `MTH({})`: of the tree without leaves.
    pub fn of_nothing() -> Self {
        sha256(&[])
    }

    /// Standard Base64, as checkpoints and proofs have it.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads what [`Hash::to_base64`] writes, and nothing else.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// From bytes, if they are 32.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// As its Base64: it is public.
impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({})", self.to_base64())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}

/// SHA-256 over the parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hash = digest::Context::new(&digest::SHA256);
    for part in parts {
        hash.update(part);
    }
    Hash(hash.finish().as_ref().try_into().expect("SHA-256 has 32 bytes"))
}
