//! Checking proofs (RFC 9162 sections 2.1.3.2 and 2.1.4.2, whose trees are those of RFC 6962).

use crate::error::LogError;
use crate::hash::Hash;

/// Whether the leaf stands at `index` in the tree of `size` leaves with this root.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: Hash,
) -> Result<(), LogError> {
    if index >= size {
        return Err(LogError::Inclusion);
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return Err(LogError::Inclusion);
        }
        if at & 1 == 1 || at == last {
            hash = Hash::of_children(*sibling, hash);
            let over = if at & 1 == 1 { 0 } else { at.trailing_zeros() };
            // A right edge without a sibling of its own is passed up as it is.
            (at, last) = (shift(at, over), shift(last, over));
        } else {
            hash = Hash::of_children(hash, *sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last == 0 && hash == root { Ok(()) } else { Err(LogError::Inclusion) }
}

/// Whether the tree of `new` leaves continues that of `old` leaves.
pub fn verify_consistency(
    (old, old_root): (u64, Hash),
    (new, new_root): (u64, Hash),
    path: &[Hash],
) -> Result<(), LogError> {
    let holds = match () {
        () if old > new => false,
        () if old == new => path.is_empty() && old_root == new_root,
        () if old == 0 => path.is_empty() && old_root == Hash::of_nothing(),
        () => continues((old, old_root), (new, new_root), path).unwrap_or(false),
    };
    if holds { Ok(()) } else { Err(LogError::Fork { old: old.min(new), new: new.max(old) }) }
}

/// For `0 < old < new`; nothing where the path is too short.
fn continues((old, old_root): (u64, Hash), (new, new_root): (u64, Hash), path: &[Hash]) -> Option<bool> {
    // The old root is not sent where it is itself a node of the new tree.
    let (first, path) =
        if old.is_power_of_two() { (old_root, path) } else { path.split_first().map(|(f, p)| (*f, p))? };
    if path.is_empty() {
        return None;
    }
    let (mut at, mut last) = (old - 1, new - 1);
    let over = at.trailing_ones();
    (at, last) = (shift(at, over), shift(last, over));
    let (mut older, mut newer) = (first, first);
    for sibling in path {
        if last == 0 {
            return Some(false);
        }
        if at & 1 == 1 || at == last {
            older = Hash::of_children(*sibling, older);
            newer = Hash::of_children(*sibling, newer);
            let over = if at & 1 == 1 { 0 } else { at.trailing_zeros() };
            (at, last) = (shift(at, over), shift(last, over));
        } else {
            newer = Hash::of_children(newer, *sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    Some(last == 0 && older == old_root && newer == new_root)
}

/// A shift that may be by all the bits: of zero, whose trailing zeros are 64.
fn shift(number: u64, by: u32) -> u64 {
    number.checked_shr(by).unwrap_or(0)
}
