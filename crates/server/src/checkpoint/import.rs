//! Takes in the file that a device wrote because it could not send: an administrator hands it in on
//! `/staff/devices/import` (docs/checkpoint-protocol.md, section 5).
//!
//! The decision that matters: each item is judged by itself, by what the device signed; who hands the file in adds
//! nothing and vouches for nothing. So a file may be handed in again, cut off or changed, and what is sound in it counts
//! once.

use store::{call, transact};

use super::admin::{By, Tools};
use super::envelope::Export;
use super::outbox::{self, Item, MOST_ITEMS, OutboxError, Outcome, Sender};
use crate::{App, access};

/// The largest file, in bytes: a full outbox of 5,000 items, each with all that it may say, is half of it.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;
/// The most items of a file: the refused ones stay on the device beside the 5,000 that it holds.
pub const MOST: usize = 10_000;

/// What became of a file.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The name of its device.
    pub device: String,
    /// Whether that device is withdrawn: then the reports are marked.
    pub withdrawn: bool,
    /// What became of each item, in the file's order; `None` is what is no item at all.
    pub items: Vec<Option<Outcome>>,
}

/// Why nothing of a file was taken, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Not a file as devices write it, or one that is cut off.
    #[error("the file is none that a device wrote, or is cut off")]
    NoFile,
    /// More items than any device holds.
    #[error("the file has more than {MOST} items")]
    TooMany,
    /// No such device, or none that was ever enrolled.
    #[error("the file is of a device that is not known here")]
    Device,
    /// What was written before stays; the file may be handed in again.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

impl From<store::StoreError> for ImportError {
    fn from(error: store::StoreError) -> Self {
        Self::Outbox(error.into())
    }
}

/// Takes in a file. It is recorded who did.
pub async fn import(app: &App, by: By, text: &[u8]) -> Result<Imported, ImportError> {
    let file = Export::read(text).ok_or(ImportError::NoFile)?;
    let device = file.device;
    if file.count() > MOST {
        return Err(ImportError::TooMany);
    }
    let row = transact!(app.store, "checkpoint.import", ImportError, |tx| {
        let row = call!(tx, checkpoint::device(device))?.ok_or(ImportError::Device)?;
        access::record_by(tx, Tools::of(app), by, "import", "inspector-device", device).await?;
        Ok(row)
    })?;
    let public_key = row.public_key.ok_or(ImportError::Device)?;
    let withdrawn = row.withdrawn_at.is_some();
    let sender = Sender { device, public_key, exported: withdrawn, seen: None };
    let read: Vec<Option<Item>> = file.items().collect();
    let sound: Vec<Item> = read.iter().flatten().cloned().collect();
    let mut outcomes = Vec::with_capacity(sound.len());
    for items in sound.chunks(MOST_ITEMS) {
        outcomes.extend(outbox::take(app, sender.clone(), items.to_vec()).await?);
    }
    let mut outcomes = outcomes.into_iter();
    let items = read.iter().map(|item| item.as_ref().and_then(|_| outcomes.next())).collect();
    Ok(Imported { device: row.name, withdrawn, items })
}
