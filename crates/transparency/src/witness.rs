//! A witness: it cosigns a checkpoint only if that continues the last one that it cosigned.

use crate::checkpoint::SignedCheckpoint;
use crate::cosignature::{Cosignature, WitnessKey};
use crate::error::LogError;
use crate::note_key::LogKey;
use crate::proof::verify_consistency;
use crate::source::Source;
use crate::tree::{TileNodes, consistency};

/// Why nothing was cosigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not a checkpoint of this log, or files that could not be had.
    #[error(transparent)]
    Unusable(#[from] LogError),
    /// It does not continue what was cosigned.
    #[error(
        "fork: the checkpoint of {new} leaves does not continue that of {old} leaves, which was cosigned: keep both"
    )]
    Fork {
        /// The size that was cosigned.
        old: u64,
        /// The size that was offered.
        new: u64,
    },
    /// It is older than what was cosigned: perhaps a cache, perhaps a log that was put back.
    #[error(
        "the checkpoint has {new} leaves, and one of {old} leaves was cosigned before: an older state is served, or the log was put back"
    )]
    Older {
        /// The size that was cosigned.
        old: u64,
        /// The size that was offered.
        new: u64,
    },
}

/// Who cosigns, and for which log.
#[derive(Debug, Clone, Copy)]
pub struct Witness<'a> {
    /// The witness's key.
    pub key: &'a WitnessKey,
    /// The log's key.
    pub log: &'a LogKey,
}

impl Witness<'_> {
    /// Cosigns the checkpoint that `source` serves, at this time (seconds since 1970), if it continues `last`. What comes
    /// back carries the log's signature and this witness's, and has been read back with both keys.
    ///
    /// The caller keeps what comes back, durably, before it hands it to anybody, and gives it as `last` the next
    /// time: a witness that forgot could be led to cosign a fork.
    pub fn cosign(
        &self,
        last: Option<&SignedCheckpoint>,
        source: &dyn Source,
        time: u64,
    ) -> Result<Cosignature, Refused> {
        let offered = source.read("checkpoint").map_err(LogError::from)?;
        let offered = SignedCheckpoint::open_bytes(&offered, self.log)?;
        if let Some(last) = last {
            continues(last, &offered, source)?;
        }
        self.key.cosign(self.log, &offered, time).map_err(Refused::Unusable)
    }
}

fn continues(
    last: &SignedCheckpoint,
    offered: &SignedCheckpoint,
    source: &dyn Source,
) -> Result<(), Refused> {
    let (old, new) = (last.tree().0, offered.tree().0);
    if new < old {
        return Err(Refused::Older { old, new });
    }
    let path = consistency(&TileNodes::new(source, new), old, new)?;
    verify_consistency(last.tree(), offered.tree(), &path).map_err(|_| Refused::Fork { old, new })
}
