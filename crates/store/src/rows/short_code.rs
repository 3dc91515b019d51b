//! Rows of short codes.

use domain::Timestamp;
use domain::id::kind::{DeviceSessionId, PassId, ShortCodeId};

use crate::seal::Sealer;

/// What the database keeps of a code: keyed, so that who copies it cannot try all codes out.
pub fn short_index(sealer: &Sealer, code: &[u8; 8]) -> [u8; 16] {
    sealer.index().exact("short code", &[code])
}

/// A code that is given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShortCode {
    /// Its row.
    pub id: ShortCodeId,
    /// The phone that shows it.
    pub device: DeviceSessionId,
    /// The pass that it stands for.
    pub pass: PassId,
    /// What the database keeps of it ([`short_index`]).
    pub lookup: [u8; 16],
    /// When it was made.
    pub made_at: Timestamp,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}

/// The pass that a code stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct ShortPass {
    /// Its signed bytes.
    pub signed: Vec<u8>,
    /// Whether it has been withdrawn.
    pub withdrawn: bool,
}
