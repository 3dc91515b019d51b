//! The public log as the service keeps it: leaves get their places, checkpoints are signed, files are served.
//!
//! Used by the server beside its other jobs ([`sequence::forever`]), by anybody under `/log`, and by the holder's own
//! page ([`proof`]). The decision that matters (decision 0036): **the files are computed from the rows**, and nothing
//! of them is kept but the roots of full tiles and the last checkpoint, which are written in the transaction that
//! gives the places. So no file can be half written, and a file that disagrees with its leaves cannot be there.
//!
//! Architecture invariants: a place once given is never given again or moved; a checkpoint is durable before it is
//! shown; a leaf's row and what it records are one transaction, which is not this folder's work.

pub mod api;
pub mod files;
pub mod proof;
pub mod sequence;
#[cfg(test)]
mod tests;

use ::transparency::{Checkpoint, Frontier, LogError, LogKey, SignedCheckpoint, SigningKey};
use store::StoreError;

use crate::http::{Access, Endpoint, Kind, Problem, Route};

/// What the service holds of the log beside the database.
#[derive(Debug, Default)]
pub struct Parts {
    key: Option<SigningKey>,
}

impl Parts {
    /// With the log's key; without one leaves get their places and no checkpoint is signed.
    pub fn new(key: Option<SigningKey>) -> Self {
        Self { key }
    }

    /// The public half of the log's key.
    pub fn public(&self) -> Option<LogKey> {
        self.key.as_ref().map(SigningKey::public)
    }

    /// The signed checkpoint of this state.
    fn sign(&self, frontier: &Frontier) -> Option<SignedCheckpoint> {
        self.key.as_ref().map(|key| Checkpoint::sign(frontier.size(), frontier.root(), key))
    }

    /// Whether this note is what this key would sign of this state.
    fn is_signed(&self, frontier: &Frontier, note: Option<&str>) -> bool {
        let Some(key) = &self.key else { return true };
        let tree = (frontier.size(), frontier.root());
        note.is_some_and(|note| {
            SignedCheckpoint::open(note, &key.public()).is_ok_and(|open| open.tree() == tree)
        })
    }
}

/// Why nothing of the log can be had.
#[derive(Debug, thiserror::Error)]
pub enum TransparencyError {
    /// No key has been made: see docs/keys.md.
    #[error("this log has no key yet: make it with `tongxing log key`, and start the server again")]
    NoKey,
    /// No file has this path now.
    #[error("the log has no such file, or not yet: read /log/checkpoint for its size")]
    NoFile,
    /// A leaf or checkpoint in the database is not one.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for TransparencyError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoKey | Self::NoFile => Kind::NOT_FOUND,
            Self::Log(_) => Kind::INTERNAL,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        matches!(self, Self::NoKey | Self::NoFile).then(|| self.to_string())
    }
}

/// The routes of this folder: files for anybody.
pub fn endpoints() -> Vec<Endpoint> {
    let get = |path| Route::get(path, Access::Everyone);
    vec![
        Endpoint::new(get("/log/checkpoint"), api::checkpoint),
        Endpoint::new(get("/log/key"), api::key),
        Endpoint::new(get("/log/tile/{*path}"), api::tile),
    ]
}
