//! Why nothing is granted or opened now.

use store::StoreError;

use crate::http::hindered::hindrances;
use crate::http::{Kind, Problem};

hindrances! {
    "audit-hindered-{}";
    /// Nobody grants what is asked about their own unit.
    OwnUnit = "own-unit",
    /// Nobody grants what they asked for.
    Yourself = "yourself",
    /// Somebody decided already.
    Decided = "decided",
    /// Nobody has granted it.
    NotGranted = "not-granted",
    /// It was granted, and its time is over.
    Ended = "ended",
}

/// Why something about orders was not done.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// There is no such thing, or it is not theirs.
    #[error("no such order or unit")]
    NotFound,
    /// It cannot be done now.
    #[error("it cannot be done now: {}", .0.as_str())]
    Hindered(Hindrance),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for AuditError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NOT_FOUND,
            Self::Hindered(_) => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
        }
    }
}
