//! The files of the log, computed from the rows (C2SP tlog-tiles).

use ::transparency::{Tile, bundle};
use store::{Tx, call, read};

use super::TransparencyError;
use crate::App;

/// The signed note of the last checkpoint; nothing before the first.
pub async fn checkpoint(app: &App) -> Result<String, TransparencyError> {
    let head = read!(app.store, "log.checkpoint", TransparencyError, |tx| {
        Ok(call!(tx, log_tree::current())?.unwrap_or_default())
    })?;
    head.checkpoint.ok_or(TransparencyError::NoFile)
}

/// The bytes of a tile or bundle; nothing of one that is not as wide yet as its path says.
pub async fn tile(app: &App, path: &str) -> Result<Vec<u8>, TransparencyError> {
    // Whoever asks for what is no path is told the same as whoever asks for what is not there.
    let tile = Tile::parse(path).map_err(|_| TransparencyError::NoFile)?;
    read!(app.store, "log.tile", TransparencyError, |tx| { bytes(tx, tile).await })
}

/// The same inside a transaction.
pub(super) async fn bytes(tx: &mut Tx, tile: Tile) -> Result<Vec<u8>, TransparencyError> {
    let first = tile.index.checked_mul(256).ok_or(TransparencyError::NoFile)?;
    let end = first.checked_add(tile.width.into()).ok_or(TransparencyError::NoFile)?;
    let (bytes, found) = match tile.level {
        Some(above @ 1..) => {
            let roots = call!(tx, log_tree::roots(above - 1, first, end))?;
            (roots.iter().flat_map(|root| root.0).collect(), roots.len())
        }
        level => {
            let leaves = call!(tx, log_tree::leaves(first, end))?;
            let entries = leaves.iter().map(::transparency::Leaf::to_bytes).collect::<Result<Vec<_>, _>>()?;
            let bytes = match level {
                None => bundle(entries.iter().map(Vec::as_slice)),
                Some(_) => entries.iter().flat_map(|entry| ::transparency::Hash::of_leaf(entry).0).collect(),
            };
            (bytes, entries.len())
        }
    };
    if found == usize::from(tile.width) { Ok(bytes) } else { Err(TransparencyError::NoFile) }
}
