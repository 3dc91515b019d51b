//! Why something about a location was not done.

use store::StoreError;

use super::print::PrintError;
use crate::http::{Kind, Problem};

/// A use case of this folder that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// There is no such location, entrance, poster or file, or it is somebody else's.
    #[error("no such location")]
    Unknown,
    /// Somebody changed it since the page was shown.
    #[error("the location was changed in between")]
    Changed,
    /// It is not in the state in which this can be done.
    #[error("the location is in another state by now")]
    NotNow,
    /// Whoever manages a location does not decide on it.
    #[error("nobody decides on a location that they manage")]
    Own,
    /// Nobody who may manage locations signs in with this.
    #[error("no location manager has this sign-in name")]
    NoManager,
    /// Somebody has to manage it.
    #[error("the last manager stays")]
    LastManager,
    /// More than anybody needs.
    #[error("a location has at most {} of these", super::people::MOST)]
    TooMany,
    /// An old poster opens for so many days at most.
    #[error(transparent)]
    Grace(#[from] domain::location::GraceError),
    /// It could not be printed.
    #[error(transparent)]
    Print(#[from] PrintError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for LocationError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::NOT_FOUND,
            Self::Changed | Self::NotNow | Self::Own | Self::LastManager | Self::TooMany => Kind::CONFLICT,
            Self::NoManager | Self::Grace(_) => Kind::INVALID,
            Self::Print(error) => error.kind(),
            Self::Store(error) => error.kind(),
        }
    }
}
