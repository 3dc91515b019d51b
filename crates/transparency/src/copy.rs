//! Checking a whole copy of a log, and following a log as it grows: both compute everything again from the entries.

use crate::checkpoint::SignedCheckpoint;
use crate::error::LogError;
use crate::frontier::Frontier;
use crate::hash::Hash;
use crate::leaf::Leaf;
use crate::note_key::LogKey;
use crate::source::Source;
use crate::tile::{FULL, Tile, read_bundle};

/// The name of the file of the checkpoint.
const CHECKPOINT: &str = "checkpoint";

/// A copy in which everything agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The checkpoint that it is a copy of.
    pub checkpoint: SignedCheckpoint,
    /// All that is needed to follow the log from here.
    pub frontier: Frontier,
}

/// Checks every byte of every file: the checkpoint's signature, each entry, each hash of each tile, and that they make the
/// root. `each` is given every leaf in its order.
pub fn check_copy(
    source: &dyn Source,
    key: &LogKey,
    each: &mut dyn FnMut(u64, &Leaf),
) -> Result<Copied, LogError> {
    let checkpoint = SignedCheckpoint::open_bytes(&source.read(CHECKPOINT)?, key)?;
    let size = checkpoint.tree().0;
    let mut frontier = Frontier::default();
    let mut roots: Vec<Vec<Hash>> = Vec::new();
    for bundle in Tile::of_level(None, size) {
        let mut hashes = Vec::with_capacity(FULL.into());
        for entry in read_bundle(bundle, &source.read(&bundle.path())?)? {
            each(frontier.size(), &leaf(bundle, &entry)?);
            let hash = Hash::of_leaf(&entry);
            hashes.push(hash);
            frontier.push(hash, |level, _, root| {
                let level = usize::from(level);
                roots.resize_with(roots.len().max(level + 1), Vec::new);
                roots[level].push(root);
            });
        }
        agrees(source, Tile { level: Some(0), ..bundle }, &hashes, &format!("the entries in {bundle}"))?;
    }
    for (level, roots) in (1_u8..).zip(&roots) {
        for (tile, hashes) in Tile::of_level(Some(level), size).zip(roots.chunks(FULL.into())) {
            agrees(source, tile, hashes, "the tiles of the level below")?;
        }
    }
    if frontier.root() != checkpoint.tree().1 {
        return Err(LogError::Root { size });
    }
    Ok(Copied { checkpoint, frontier })
}

/// Whether the tile is made of these hashes.
fn agrees(source: &dyn Source, tile: Tile, hashes: &[Hash], with: &str) -> Result<(), LogError> {
    let path = tile.path();
    let right = hashes.iter().flat_map(|hash| hash.0);
    if source.read(&path)?.into_iter().eq(right) {
        return Ok(());
    }
    Err(LogError::Disagrees { path, with: with.to_owned() })
}

fn leaf(bundle: Tile, entry: &[u8]) -> Result<Leaf, LogError> {
    Leaf::from_bytes(entry).map_err(|error| match error {
        LogError::Format { what, why } => LogError::Format { what: format!("{what} in {bundle}"), why },
        other => other,
    })
}

/// Reads what has been added since `known`, and checks that the signed checkpoint is made of both: that it continues
/// what was known needs no further proof then. `each` is given the leaves as they are read: on an error they count for
/// nothing.
pub fn follow(
    source: &dyn Source,
    key: &LogKey,
    known: &Frontier,
    each: &mut dyn FnMut(u64, &Leaf),
) -> Result<Copied, LogError> {
    let checkpoint = SignedCheckpoint::open_bytes(&source.read(CHECKPOINT)?, key)?;
    let (size, root) = checkpoint.tree();
    let old = known.size();
    if size < old {
        return Err(LogError::Shrunk { old, new: size });
    }
    let mut frontier = known.clone();
    let (begun, skipped) =
        (old / u64::from(FULL), usize::try_from(old % u64::from(FULL)).expect("below 256"));
    let begun = usize::try_from(begun)
        .map_err(|_| LogError::format("the log", "it is too large for this machine"))?;
    let bundles = Tile::of_level(None, size).skip(begun);
    for (bundle, skipped) in bundles.zip(std::iter::once(skipped).chain(std::iter::repeat(0))) {
        if frontier.size() == size {
            break;
        }
        for entry in read_bundle(bundle, &source.read(&bundle.path())?)?.iter().skip(skipped) {
            each(frontier.size(), &leaf(bundle, entry)?);
            frontier.push(Hash::of_leaf(entry), |_, _, _| {});
        }
    }
    if frontier.root() != root {
        return Err(LogError::Fork { old, new: size });
    }
    Ok(Copied { checkpoint, frontier })
}
