//! What a holder takes away of a leaf: the leaf, what it says, and the way from it to a signed root.

use std::collections::BTreeMap;

use ::transparency::{InclusionFile, LogError, Source, SourceError, Tile, TileNodes, inclusion};
use domain::id::kind::LogLeafId;
use store::{Tx, call};

use super::{Parts, TransparencyError, files, opened};

/// The proof that a leaf with this salt and content is in the log; nothing while it waits for its place and checkpoint.
/// Where the log has no key there is none, now or later: no such file.
pub async fn of(
    tx: &mut Tx,
    parts: &Parts,
    leaf: LogLeafId,
    (salt, content): ([u8; 16], &str),
) -> Result<Option<InclusionFile>, TransparencyError> {
    let key = parts.public().ok_or(TransparencyError::NoFile)?;
    let Some((place, leaf)) = call!(tx, log_tree::place(leaf))? else { return Ok(None) };
    let Some(note) = call!(tx, log_tree::current())?.and_then(|head| head.checkpoint) else {
        return Ok(None);
    };
    let checkpoint = opened(&note, &key)?;
    let size = checkpoint.tree().0;
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
    let file = InclusionFile::new(&leaf, place, &path, &checkpoint).opened(salt, content);
    // What is handed out holds: a row that was changed in the database is found here and not by the holder.
    file.verify(&key)?;
    Ok(Some(file))
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
