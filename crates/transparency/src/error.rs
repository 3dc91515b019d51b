//! Why something of a log is not what it should be, in words for whoever checks it.

use crate::source::SourceError;

/// What does not hold. Nothing here carries personal data: a log has none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// A text or file that is not in its format.
    #[error("{what} is not what it should be: {why}")]
    Format {
        /// What was read: a checkpoint, a path, a key, an entry.
        what: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No signature of the key that was asked for.
    #[error(
        "the checkpoint carries no signature of {0}: it is of another log, or of another key of this log"
    )]
    Unsigned(String),
    /// A signature of that key that does not hold.
    #[error("the signature of {0} does not hold: the checkpoint was changed")]
    Signature(String),
    /// The origin is another log's.
    #[error("the checkpoint is of the log {found}, expected {expected}")]
    Origin {
        /// Whose it should be.
        expected: String,
        /// Whose it is.
        found: String,
    },
    /// A file that is needed could not be had.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A file that does not agree with the rest.
    #[error("{path} does not agree with {with}: one of both was changed")]
    Disagrees {
        /// The file.
        path: String,
        /// What it was compared with.
        with: String,
    },
    /// The leaves do not make the root that was signed.
    #[error(
        "the {size} leaves do not make the root that the checkpoint signs: a leaf or the checkpoint was changed"
    )]
    Root {
        /// How many leaves there are.
        size: u64,
    },
    /// A leaf is not in the tree.
    #[error(
        "the proof does not lead from the leaf to the root of the checkpoint: the leaf is not proven to be in the log"
    )]
    Inclusion,
    /// One checkpoint does not continue the other.
    #[error(
        "fork: the log of {new} leaves does not continue the log of {old} leaves: something was unwritten"
    )]
    Fork {
        /// The size of the older one.
        old: u64,
        /// The size of the newer one.
        new: u64,
    },
    /// The log is shorter than it was.
    #[error(
        "the log shows {new} leaves, and showed {old} before: an older state is served, or it was put back"
    )]
    Shrunk {
        /// The size that was seen.
        old: u64,
        /// The size that is shown.
        new: u64,
    },
    /// What a holder holds does not make the commitment in the leaf.
    #[error("salt and content do not make the commitment of the leaf: the file or the record was changed")]
    Commitment,
}

impl LogError {
    pub(crate) fn format(what: impl Into<String>, why: &'static str) -> Self {
        Self::Format { what: what.into(), why }
    }
}
