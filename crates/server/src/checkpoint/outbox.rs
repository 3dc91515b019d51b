//! What a device sends, item by item: opened, checked, taken once.

use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::InspectorDeviceId;
use serde::{Deserialize, Serialize};
use store::StoreError;
use utoipa::ToSchema;

use super::arrive::{self, Arrival, Opened, Seen};
use super::content::{Content, Name};
use super::seal::{self, SealKey};
use crate::App;
use crate::batch::NotWritten;
use crate::http::{Kind, Problem};

/// The most items of one request.
pub const MOST_ITEMS: usize = 100;
/// What happened longer ago is not taken: ids are kept a little longer than this, so that nothing counts twice.
pub const OLDEST: Duration = Duration::from_hours(30 * 24);
/// What is dated further ahead is not taken.
const AHEAD: Duration = Duration::from_hours(24);

/// One item, as it is sent. Bytes are base64url without padding.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OutboxItem)]
pub struct Item {
    /// 16 random bytes of the device.
    pub id: String,
    /// The name of the key that it is sealed to.
    pub key: String,
    /// The encapsulated key (HPKE): 65 bytes.
    pub enc: String,
    /// The sealed content.
    pub sealed: String,
    /// By the device's key: 64 bytes.
    pub signature: String,
}

/// Why an item was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Not signed by this device.
    Signature,
    /// Sealed to a key that is none of ours.
    Key,
    /// Does not open.
    Seal,
    /// Does not say what an item may say.
    Content,
    /// Its shift can never have been.
    Shift,
    /// Too long ago.
    Old,
}

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
        let keys = seal::kept(&opener);
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

/// What a device signs of an item.
pub fn signed_message(associated: &[u8; 24], kid: &[u8], enc: &[u8], sealed: &[u8]) -> Vec<u8> {
    [b"tongxing outbox v1\0".as_slice(), associated, kid, enc, sealed].concat()
}

fn open(
    app: &App,
    keys: &[SealKey],
    sender: &Sender,
    item: &Item,
    name: ClientId,
    now: Timestamp,
) -> Result<Opened, Reason> {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Reason::Signature);
    let (kid, enc, sealed) = (bytes(&item.key)?, bytes(&item.enc)?, bytes(&item.sealed)?);
    if (kid.len(), enc.len()) != (8, 65) {
        return Err(Reason::Signature);
    }
    let associated = seal::associated(sender.device, name);
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &sender.public_key)
        .verify(&signed_message(&associated, &kid, &enc, &sealed), &bytes(&item.signature)?)
        .map_err(|_| Reason::Signature)?;
    let key = keys.iter().find(|key| key.kid[..] == kid[..]).ok_or(Reason::Key)?;
    let plain = key.open(&enc, &sealed, &associated).ok_or(Reason::Seal)?;
    let plain = plain.trim_ascii_end().to_vec();
    let content = Content::read(&plain).ok_or(Reason::Content)?;
    let at = content.at();
    if at < now.minus(OLDEST).seconds() {
        return Err(Reason::Old);
    }
    if at > now.plus(AHEAD).seconds() {
        return Err(Reason::Content);
    }
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
