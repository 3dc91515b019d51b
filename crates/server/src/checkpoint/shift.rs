//! Beginning a shift with a network: a signed-in inspector, an enrolled device, an open checkpoint.

use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::{CheckpointId, InspectorDeviceId};
use store::rows::checkpoint::{Counts, ShiftRow};
use store::{StoreError, call, transact};

use crate::App;
use crate::http::session::Staff;
use crate::http::{Kind, Problem};

/// The longest shift that an installation may allow.
pub const LONGEST: Duration = Duration::from_hours(12);
/// The longest time after the last sign-in in which it may let a new shift begin without a network.
pub const APART: Duration = Duration::from_hours(72);
/// How far a device's clock may be from ours.
pub const SKEW: Duration = Duration::from_mins(5);

/// What a device asks for.
pub struct Wanted {
    /// The shift's id.
    pub shift: ClientId,
    /// The device.
    pub device: InspectorDeviceId,
    /// Where.
    pub checkpoint: CheckpointId,
    /// When, in seconds since 1970.
    pub at: i64,
    /// By the device's key.
    pub signature: Vec<u8>,
}

/// Why no shift begins.
#[derive(Debug, thiserror::Error)]
pub enum ShiftError {
    /// Not an enrolled device, or not signed by it.
    #[error("signature: not that of this device's key over this shift")]
    Signature,
    /// The device was withdrawn.
    #[error("the device was withdrawn")]
    Withdrawn,
    /// No such checkpoint, or it was closed.
    #[error("checkpoint: there is no open checkpoint of this id")]
    Checkpoint,
    /// The clock of the device is wrong.
    #[error("at: more than five minutes from the server's time")]
    Time,
    /// The id is another shift's.
    #[error("shift: this id is another shift's")]
    Taken,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for ShiftError {
    fn kind(&self) -> Kind {
        match self {
            Self::Withdrawn => Kind::DEVICE_WITHDRAWN,
            Self::Signature | Self::Checkpoint | Self::Time => Kind::INVALID,
            Self::Taken => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        (!matches!(self, Self::Store(_) | Self::Withdrawn)).then(|| self.to_string())
    }
}

impl Wanted {
    /// What the device signs.
    pub fn message(&self) -> Vec<u8> {
        [
            b"tongxing shift v1\0".as_slice(),
            &self.device.as_i64().to_be_bytes(),
            &self.shift.0,
            &self.checkpoint.as_i64().to_be_bytes(),
            &self.at.to_be_bytes(),
        ]
        .concat()
    }
}

/// Begins a shift. Gives when it is over at the latest; sent again, the same answer.
pub async fn begin(app: &App, staff: &Staff, wanted: &Wanted) -> Result<Timestamp, ShiftError> {
    let now = app.now();
    transact!(app.store, "checkpoint.shift", ShiftError, |tx| {
        let device = call!(tx, checkpoint::device(wanted.device))?.ok_or(ShiftError::Signature)?;
        let key = device.public_key.ok_or(ShiftError::Signature)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
            .verify(&wanted.message(), &wanted.signature)
            .map_err(|_| ShiftError::Signature)?;
        if device.withdrawn_at.is_some() {
            return Err(ShiftError::Withdrawn);
        }
        if let Some(row) = call!(tx, shift::one(wanted.shift))? {
            let same = row.device == Some(wanted.device)
                && row.staff == staff.id
                && row.checkpoint == wanted.checkpoint
                && row.begun_at.seconds() == wanted.at;
            return if same { Ok(row.until) } else { Err(ShiftError::Taken) };
        }
        if wanted.at.abs_diff(now.seconds()) > SKEW.as_secs() {
            return Err(ShiftError::Time);
        }
        let checkpoint = call!(tx, checkpoint::one(wanted.checkpoint))?;
        if checkpoint.is_none_or(|row| row.closed_at.is_some()) {
            return Err(ShiftError::Checkpoint);
        }
        let begun_at = Timestamp::from_seconds(wanted.at);
        let row = ShiftRow {
            id: wanted.shift,
            device: Some(wanted.device),
            staff: staff.id,
            unit: staff.unit,
            checkpoint: wanted.checkpoint,
            parent: None,
            signed_in_at: now,
            begun_at,
            until: begun_at.plus(app.settings.devices.shift),
            ended_at: None,
            counts: Counts::default(),
            guessed: false,
        };
        call!(tx, shift::begin(&row, now))?;
        Ok(row.until)
    })
}
