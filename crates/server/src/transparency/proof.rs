//! What a holder takes away of a leaf: the leaf, the way from it to a signed root, and, if it is theirs, what it says.

use std::collections::BTreeMap;

use ::transparency::{
    InclusionFile, LogError, SignedCheckpoint, Source, SourceError, Tile, TileNodes, inclusion,
    verify_inclusion,
};
use domain::id::kind::LogLeafId;
use store::{Tx, call};

use super::{TransparencyError, files};
use crate::App;

/// The proof that a leaf is in the log; nothing while it waits for its place or the log has no key. Without salt and
/// content: the caller adds them, for whom they are meant.
pub async fn of(tx: &mut Tx, app: &App, leaf: LogLeafId) -> Result<Option<InclusionFile>, TransparencyError> {
    let Some(key) = app.transparency.public() else { return Ok(None) };
    let Some(head) = call!(tx, log_tree::current())? else { return Ok(None) };
    let Some((place, leaf)) = call!(tx, log_tree::place(leaf))? else { return Ok(None) };
    let Some(note) = head.checkpoint else { return Ok(None) };
    let checkpoint = SignedCheckpoint::open(&note, &key)?;
    let (size, root) = checkpoint.tree();
    if place >= size {
        return Ok(None);
    }
    let mut read = Tiles::default();
    let path = loop {
        let path = inclusion(&TileNodes::new(&read, size), place, size);
        match path {
            Err(LogError::Source(missing)) => {
                let bytes = files::bytes(tx, Tile::parse(&missing.path)?).await?;
                read.0.insert(missing.path, bytes);
            }
            path => break path?,
        }
    };
    // What is handed out holds: a row that was changed in the database is found here and not by the holder.
    verify_inclusion(leaf.hash()?, place, size, &path, root)?;
    Ok(Some(InclusionFile::new(&leaf, place, &path, &checkpoint)))
}

/// The tiles that were read so far: a path needs one or two of each level.
#[derive(Default)]
struct Tiles(BTreeMap<String, Vec<u8>>);

impl Source for Tiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let missing = || SourceError { path: path.to_owned(), why: "it has not been read yet".to_owned() };
        self.0.get(path).cloned().ok_or_else(missing)
    }
}
