//! Hashes of ranges, and the two kinds of proofs, computed from complete subtrees (RFC 6962 section 2.1).

use std::cell::RefCell;
use std::collections::HashMap;

use crate::error::LogError;
use crate::hash::Hash;
use crate::source::Source;
use crate::tile::{FULL, Tile, read_hashes};

/// The hashes of complete subtrees.
pub trait Nodes {
    /// The hash of the subtree of `1 << height` leaves that begins at leaf `index << height`.
    fn node(&self, height: u8, index: u64) -> Result<Hash, LogError>;
}

/// `MTH(D[from:to])`, where the range is one that the recursion of RFC 6962 comes to.
pub fn range(nodes: &dyn Nodes, from: u64, to: u64) -> Result<Hash, LogError> {
    let length = to - from;
    if length == 0 {
        return Ok(Hash::of_nothing());
    }
    if length.is_power_of_two() && from.is_multiple_of(length) {
        let height = length.trailing_zeros();
        return nodes.node(u8::try_from(height).expect("less than 64"), from >> height);
    }
    let split = from + left_part(length);
    Ok(Hash::of_children(range(nodes, from, split)?, range(nodes, split, to)?))
}

/// The largest power of two below `length`, which is at least 2.
fn left_part(length: u64) -> u64 {
    1 << (length - 1).ilog2()
}

/// `PATH(index, D[size])` of section 2.1.1: the audit path of a leaf, from the leaf up.
pub fn inclusion(nodes: &dyn Nodes, index: u64, size: u64) -> Result<Vec<Hash>, LogError> {
    if index >= size {
        return Err(LogError::format("the index", "the tree has no such leaf"));
    }
    let (mut from, mut to) = (0, size);
    let mut path = Vec::new();
    while to - from > 1 {
        let split = from + left_part(to - from);
        if index < split {
            path.push(range(nodes, split, to)?);
            to = split;
        } else {
            path.push(range(nodes, from, split)?);
            from = split;
        }
    }
    path.reverse();
    Ok(path)
}

/// `PROOF(old, D[size])` of section 2.1.2: that the tree of `size` leaves continues that of `old` leaves. Empty where
/// nothing is to be proven: from the empty tree, and to the same.
pub fn consistency(nodes: &dyn Nodes, old: u64, size: u64) -> Result<Vec<Hash>, LogError> {
    if old > size {
        return Err(LogError::format("the older size", "it is above the newer size"));
    }
    if old == 0 || old == size {
        return Ok(Vec::new());
    }
    let (mut from, mut to) = (0, size);
    // Whether the subtree in view is still one that the old root speaks of itself.
    let mut known = true;
    let mut path = Vec::new();
    while old != to {
        let split = from + left_part(to - from);
        if old <= split {
            path.push(range(nodes, split, to)?);
            to = split;
        } else {
            path.push(range(nodes, from, split)?);
            (from, known) = (split, false);
        }
    }
    if !known {
        path.push(range(nodes, from, to)?);
    }
    path.reverse();
    Ok(path)
}

/// The nodes of a tree of some size, read from its tiles. Nothing of them is believed here: a proof made of them is
/// checked against signed roots.
pub struct TileNodes<S> {
    source: S,
    size: u64,
    read: RefCell<HashMap<(u8, u64), Vec<Hash>>>,
}

impl<S: Source> TileNodes<S> {
    /// Of the tree with so many leaves.
    pub fn new(source: S, size: u64) -> Self {
        Self { source, size, read: RefCell::default() }
    }
}

impl<S: Source> Nodes for TileNodes<S> {
    fn node(&self, height: u8, index: u64) -> Result<Hash, LogError> {
        let (level, above) = (height / 8, height % 8);
        // The node spans so many hashes of its tile, and never those of two tiles.
        let (first, span) = (index << above, 1_u64 << above);
        let (tile, offset) = (first / u64::from(FULL), first % u64::from(FULL));
        let hashes = self.size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        if first + span > hashes {
            return Err(LogError::format("a node", "the tree has no such complete subtree"));
        }
        let width = (hashes - tile * u64::from(FULL)).min(FULL.into());
        let tile =
            Tile { level: Some(level), index: tile, width: u16::try_from(width).expect("at most 256") };
        let mut read = self.read.borrow_mut();
        let hashes = match read.entry((level, tile.index)) {
            std::collections::hash_map::Entry::Occupied(there) => there.into_mut(),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(read_hashes(tile, &self.source.read(&tile.path())?)?)
            }
        };
        let offset = usize::try_from(offset).expect("less than 256");
        Ok(whole(&hashes[offset..offset + (1 << above)]))
    }
}

/// The root over hashes whose number is a power of two.
pub(crate) fn whole(hashes: &[Hash]) -> Hash {
    match hashes {
        [one] => *one,
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            Hash::of_children(whole(left), whole(right))
        }
    }
}
