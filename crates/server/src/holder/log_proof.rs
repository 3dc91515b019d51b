//! What a holder takes away to show that a decision about them stands in the public log.

use ::transparency::InclusionFile;
use domain::id::kind::LogLeafId;
use store::{call, read};

use crate::http::session::Device;
use crate::transparency::{TransparencyError, proof};
use crate::{App, decision};

/// What proves in the public log one decision about the holder behind `device`: leaf, salt, content and the way to a
/// signed root. Nothing while the leaf waits for its place.
pub async fn of(
    app: &App,
    device: &Device,
    leaf: LogLeafId,
) -> Result<Option<InclusionFile>, TransparencyError> {
    let holder = device.holder.ok_or(TransparencyError::NoFile)?;
    read!(app.store, "holder.log_proof", TransparencyError, |tx| {
        // Only a leaf of a decision about this holder: any other is not there for them.
        let own = call!(tx, held::decisions(holder))?.into_iter().find(|row| row.leaf == leaf);
        let row = own.ok_or(TransparencyError::NoFile)?;
        let salt = call!(tx, held::leaf(leaf))?.and_then(|leaf| leaf.salt?.try_into().ok());
        let salt = salt.ok_or(TransparencyError::NoFile)?;
        proof::of(tx, &app.transparency, leaf, (salt, &decision::leaf_content(&row))).await
    })
}
