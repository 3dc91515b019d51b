//! The public transparency log (docs/transparency-log.md): leaves, Merkle tree, tiles, signed checkpoints, proofs.
//!
//! Used by the server, which sequences leaves and serves them, and by `tongxing log`, with which outsiders check
//! that nothing was unwritten. The decision that matters: **whoever checks computes everything again from the
//! leaves**. A tile is believed once it agrees with a root, and a root once the log's key signed it; a proof is
//! computed by whoever wants it, from tiles (C2SP tlog-tiles), and is never asked of the log.
//!
//! Never: a leaf that shows more than kind, rule set and time; two texts that are read as the same leaf, path or
//! checkpoint; a witness's signature on two checkpoints of which one does not continue the other.
//!
//! Nothing here does I/O, reads a clock or owns randomness: files come through [`Source`], seeds and times are
//! arguments.

mod checkpoint;
mod commitment;
mod copy;
mod cosignature;
mod error;
mod frontier;
mod hash;
mod inclusion_file;
mod leaf;
mod note;
mod note_key;
mod opened;
mod proof;
mod source;
mod tile;
mod tree;
mod witness;

pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use commitment::commitment;
pub use copy::{Copied, check_copy, follow};
pub use cosignature::{Cosignature, CosignerKey, WitnessKey};
pub use error::LogError;
pub use frontier::Frontier;
pub use hash::Hash;
pub use inclusion_file::InclusionFile;
pub use leaf::Leaf;
pub use note::Note;
pub use note_key::{LogKey, SigningKey};
pub use opened::{OpenedHead, OpenedLeaf, read_opened};
pub use proof::{verify_consistency, verify_inclusion};
pub use source::{Source, SourceError};
pub use tile::{Tile, bundle, read_bundle};
pub use tree::{Nodes, TileNodes, consistency, inclusion, range};
pub use witness::{Refused, Witness};
