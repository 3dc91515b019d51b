//! An item as it is sent: signed by its device and sealed to the server (docs/checkpoint-protocol.md, section 4), and the
//! file in which a device hands over what it could not send (section 5).
//!
//! Reads bytes of strangers, so it knows neither database nor clock: hostile bytes are given to it as it stands (`fuzz`).

use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::InspectorDeviceId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::content::{Content, Name};
use super::seal::{self, SealKey};

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

/// What a device signs of an item.
pub fn signed_message(associated: &[u8; 24], kid: &[u8], enc: &[u8], sealed: &[u8]) -> Vec<u8> {
    [b"tongxing outbox v1\0".as_slice(), associated, kid, enc, sealed].concat()
}

impl Item {
    /// Checks that `device` signed this item of that id, opens it, and reads it: as it was sealed, without what it was
    /// filled up with, and what it says.
    pub fn open(
        &self,
        keys: &[SealKey],
        public_key: &[u8],
        device: InspectorDeviceId,
        id: ClientId,
        now: Timestamp,
    ) -> Result<(Vec<u8>, Content), Reason> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Reason::Signature);
        let (kid, enc, sealed) = (bytes(&self.key)?, bytes(&self.enc)?, bytes(&self.sealed)?);
        if (kid.len(), enc.len()) != (8, 65) {
            return Err(Reason::Signature);
        }
        let associated = seal::associated(device, id);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key)
            .verify(&signed_message(&associated, &kid, &enc, &sealed), &bytes(&self.signature)?)
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
        Ok((plain, content))
    }
}

/// A file that a device wrote because it could not send. What else is in it is for whoever reads it, and does not count.
#[derive(Debug, Deserialize)]
pub struct Export {
    /// Which device.
    pub device: InspectorDeviceId,
    /// What it could not send: each may be an item.
    items: Vec<Value>,
}

impl Export {
    /// The file of this text, if it is one.
    pub fn read(text: &[u8]) -> Option<Self> {
        // Some editors put this mark before what they save.
        serde_json::from_slice(text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)).ok()
    }

    /// How many items it says it has.
    pub const fn count(&self) -> usize {
        self.items.len()
    }

    /// Its items; `None` for what has not the form of one.
    pub fn items(self) -> impl Iterator<Item = Option<Item>> {
        let item = |value| serde_json::from_value(value).ok();
        self.items
            .into_iter()
            .map(move |value| item(value).filter(|item: &Item| Name::read(&item.id).is_some()))
    }
}
