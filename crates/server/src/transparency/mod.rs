//! The public log as the service keeps it: leaves get their places, checkpoints are signed, files are served.
//!
//! Used by the server beside its other jobs ([`sequence::forever`]), by anybody under `/log`, and by the holder's own
//! page ([`proof`]). The decision that matters (decision 0036): **the files are computed from the rows**, and nothing
//! of them is kept but the roots of full tiles and the last checkpoint, which are written in the transaction that
//! gives the places. So no file can be half written, and a file that disagrees with its leaves cannot be there.
//!
//! Architecture invariants: a place once given is never given again or moved; a checkpoint is durable before it is
//! shown; a checkpoint of another key is never signed over; a leaf's row and what it records are one transaction, which
//! is not this folder's work.

pub mod api;
pub mod files;
pub mod proof;
pub mod sequence;
#[cfg(test)]
pub(crate) mod tests;

use ::transparency::{Checkpoint, Frontier, LogError, LogKey, Note, SignedCheckpoint, SigningKey};
use store::StoreError;
use store::rows::log::LogHead;

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

    /// The note of this state. What was stored stays where there is no key here, and where another key signed it: that
    /// is another log, and whoever follows it would see it end. One without leaves nobody misses.
    fn sign(&self, frontier: &Frontier, stored: Option<String>) -> Option<String> {
        let Some(key) = &self.key else { return stored };
        let other = stored.as_deref().is_some_and(|note| opened(note, &key.public()).is_err());
        if other && !is_of_no_leaf(stored.as_deref()) {
            return stored;
        }
        Some(Checkpoint::sign(frontier.size(), frontier.root(), key).to_string())
    }

    /// Whether the log stands where this key has not signed it; an error where another key did.
    fn is_to_sign(&self, head: &LogHead) -> Result<bool, TransparencyError> {
        let (Some(key), Some(note)) = (&self.key, &head.checkpoint) else { return Ok(self.key.is_some()) };
        let signed = match opened(note, &key.public()) {
            Err(_) if is_of_no_leaf(Some(note)) => return Ok(true),
            signed => signed?,
        };
        Ok(signed.tree() != (head.frontier.size(), head.frontier.root()))
    }
}

/// Whether the text of a note is that of an empty log, whoever signed it.
fn is_of_no_leaf(note: Option<&str>) -> bool {
    note.and_then(|note| note.lines().nth(1)) == Some("0")
}

/// A stored note, if the key here signed it.
fn opened(note: &str, key: &LogKey) -> Result<SignedCheckpoint, TransparencyError> {
    SignedCheckpoint::open(note, key).map_err(|why| TransparencyError::OtherKey {
        here: key.to_string(),
        stored: Note::parse(note).map_or_else(|_| "nobody".to_owned(), |note| note.signers().join(", ")),
        why,
    })
}

/// Why nothing of the log can be had.
#[derive(Debug, thiserror::Error)]
pub enum TransparencyError {
    /// Nothing has this path now, or nothing is signed here.
    #[error("the log has no such file, or not yet")]
    NoFile,
    /// The stored checkpoint is another log's: this one signs nothing over it.
    #[error(
        "the key of the public log here is {here}, and the stored checkpoint is signed by {stored} ({why}): it is \
         left as it is, and nothing is signed; restore log-key.json from its backup, and start the server again"
    )]
    OtherKey {
        /// The key that this server has.
        here: String,
        /// Those that signed what is stored.
        stored: String,
        /// Why it does not open.
        why: LogError,
    },
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
            Self::NoFile => Kind::NOT_FOUND,
            Self::OtherKey { .. } | Self::Log(_) => Kind::INTERNAL,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        matches!(self, Self::NoFile).then(|| self.to_string())
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
