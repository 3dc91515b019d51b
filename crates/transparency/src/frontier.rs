//! The right edge of a tree: all that is needed to add leaves and to say the root, whatever the number of leaves.

use crate::error::LogError;
use crate::hash::Hash;

/// The complete subtrees whose leaves are all the leaves, largest first: one for each 1 in the binary size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf. `whole` is told of every subtree of 256, 65,536, … leaves that is now complete: the level of the
    /// tile that it is, the tile's index, and its root (a hash of the level above).
    pub fn push(&mut self, leaf: Hash, mut whole: impl FnMut(u8, u64, Hash)) {
        let (mut hash, mut rest) = (leaf, self.size);
        let mut height = 0_u8;
        while rest & 1 == 1 {
            let left = self.peaks.pop().expect("a peak for each 1 of the size");
            hash = Hash::of_children(left, hash);
            rest >>= 1;
            height += 1;
            if height.is_multiple_of(8) {
                whole(height / 8 - 1, rest, hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree (RFC 6962 section 2.1).
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return Hash::of_nothing() };
        peaks.fold(*last, |right, left| Hash::of_children(*left, right))
    }

    /// The size in eight bytes, then the hashes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let hashes = self.peaks.iter().flat_map(|hash| hash.0);
        self.size.to_be_bytes().into_iter().chain(hashes).collect()
    }

    /// Reads what [`Frontier::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LogError> {
        let wrong = |why| LogError::format("the kept edge of the tree", why);
        let (size, hashes) = bytes.split_first_chunk::<8>().ok_or(wrong("it is shorter than its size"))?;
        let size = u64::from_be_bytes(*size);
        let (hashes, rest) = hashes.as_chunks::<{ Hash::LEN }>();
        if !rest.is_empty() || hashes.len() != size.count_ones() as usize {
            return Err(wrong("it has not as many hashes as its size needs"));
        }
        Ok(Self { size, peaks: hashes.iter().map(|hash| Hash(*hash)).collect() })
    }
}
