//! Why evidence is not added, confirmed or taken back now.

use store::StoreError;

use crate::http::hindered::hindrances;
use crate::http::{Kind, Problem};

hindrances! {
    "evidence-hindered-{}";
    /// Whoever proposed it, and everybody of their unit, cannot confirm or refuse it.
    OwnUnit = "own-unit",
    /// Somebody decided already, or it was recalled.
    Decided = "decided",
    /// The unit is stopped.
    Stopped = "stopped",
    /// The evidence counts no more.
    Superseded = "superseded",
    /// The same is waiting already.
    Waiting = "waiting",
    /// The same counts already.
    There = "there",
    /// The unit that stated it takes it back, and no other.
    OtherUnit = "other-unit",
    /// The rules come to no result with it.
    Undecided = "undecided",
    /// There is as much evidence about this person as rules take.
    Full = "full",
}

/// Why something about evidence was not done.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// There is no such thing.
    #[error("no such person, evidence, proposal or stop")]
    NotFound,
    /// It cannot be done now.
    #[error("it cannot be done now: {}", .0.as_str())]
    Hindered(Hindrance),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for EvidenceError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NOT_FOUND,
            Self::Hindered(_) => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Hindered(Hindrance::Stopped) => Some(
                "the unit is stopped: an administrator of another unit looks before it goes on".to_owned(),
            ),
            Self::Hindered(_) => {
                Some("it cannot be taken now: officers of the unit see why at /evidence".to_owned())
            }
            Self::NotFound | Self::Store(_) => None,
        }
    }
}

/// Shorthand for use cases.
pub(super) const fn hindered<T>(why: Hindrance) -> Result<T, EvidenceError> {
    Err(EvidenceError::Hindered(why))
}
