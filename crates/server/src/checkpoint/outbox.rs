//! What a device sends, item by item: opened, checked, taken once.

use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::InspectorDeviceId;
use store::StoreError;

use super::arrive::{self, Arrival, Opened, Seen};
use super::content::Name;
pub use super::envelope::{Item, OLDEST, Reason, signed_message};
use super::seal::{self, SealKey};
use super::seal_keys;
use crate::App;
use crate::batch::NotWritten;
use crate::http::{Kind, Problem};

/// The most items of one request.
pub const MOST_ITEMS: usize = 100;

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Stored now.
    Stored,
    /// This very item was stored before.
    Known,
    /// The id came before with other content: both are kept.
    Conflict,
    /// Not taken.
    Refused(Reason),
}

/// Why nothing was taken.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// Too many items at once.
    #[error("items: at most {MOST_ITEMS} at once")]
    TooMany,
    /// An id that is none, so that no answer could name it.
    #[error("items[{0}].id: expected 16 bytes in base64url")]
    Id(usize),
    /// Too much waits, or the writer was interrupted.
    #[error(transparent)]
    NotWritten(#[from] NotWritten),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database failed for all that were written together.
    #[error("{0}")]
    Together(String),
}

impl Problem for OutboxError {
    fn kind(&self) -> Kind {
        match self {
            Self::TooMany | Self::Id(_) => Kind::INVALID,
            Self::NotWritten(_) | Self::Together(_) => Kind::BUSY,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        matches!(self, Self::TooMany | Self::Id(_)).then(|| self.to_string())
    }
}

/// Whose items they are.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Which device.
    pub device: InspectorDeviceId,
    /// Its public key.
    pub public_key: Vec<u8>,
    /// Whether they came in a file from a device that is withdrawn.
    pub exported: bool,
    /// What to note of the device.
    pub seen: Option<Seen>,
}

/// Takes the items of a device; the answers are in their order, and durable.
pub async fn take(app: &App, sender: Sender, items: Vec<Item>) -> Result<Vec<Outcome>, OutboxError> {
    if items.len() > MOST_ITEMS {
        return Err(OutboxError::TooMany);
    }
    let name =
        |(at, item): (usize, &Item)| Name::read(&item.id).map(|name| name.0).ok_or(OutboxError::Id(at));
    let names = items.iter().enumerate().map(name).collect::<Result<Vec<ClientId>, _>>()?;
    let seen = sender.seen;
    let (opener, now) = (app.clone(), app.now());
    let all = move || {
        let keys = seal_keys::kept(&opener);
        let one = |(item, name): (&Item, &ClientId)| open(&opener, keys, &sender, item, *name, now);
        items.iter().zip(&names).map(one).collect::<Vec<_>>()
    };
    // Opening is arithmetic, and much of it for a full request.
    let items_read = tokio::task::spawn_blocking(all).await.map_err(|_| NotWritten::Interrupted)?;
    if items_read.is_empty() && seen.is_none() {
        return Ok(Vec::new());
    }
    let (mut sound, mut outcomes) = (Vec::new(), Vec::with_capacity(items_read.len()));
    for item in items_read {
        outcomes.push(item.as_ref().err().copied().map(Outcome::Refused));
        sound.extend(item.ok());
    }
    let arrival = Arrival { items: sound, seen };
    let mut written = arrive::write(app, arrival).await?.into_iter();
    let filled = outcomes.into_iter().map(|refused| refused.or_else(|| written.next()));
    Ok(filled.map(|outcome| outcome.expect("the writer answers for each item")).collect())
}

fn open(
    app: &App,
    keys: &[SealKey],
    sender: &Sender,
    item: &Item,
    name: ClientId,
    now: Timestamp,
) -> Result<Opened, Reason> {
    let (plain, content) = item.open(keys, &sender.public_key, sender.device, name, now)?;
    let associated = seal::associated(sender.device, name);
    let digest = app.store.sealer().index().exact("outbox_item", &[&associated, &plain]);
    Ok(Opened {
        device: sender.device,
        exported: sender.exported,
        item: name,
        digest,
        content,
        plain,
        row: app.new_id::<()>().as_i64(),
    })
}
