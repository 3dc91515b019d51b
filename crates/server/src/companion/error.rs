//! What can stand in the way of a companion.

use store::StoreError;

use crate::http::{Kind, Problem};

/// Why a use case of this folder did nothing.
#[derive(Debug, thiserror::Error)]
pub enum CompanionError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The phone has nobody of that name, or is no phone any more.
    #[error("nobody of that name on this phone")]
    NotFound,
    /// The phone has as many companions as it may have.
    #[error("the phone has as many companions as it may have")]
    Full,
}

impl Problem for CompanionError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::NotFound => Kind::NOT_FOUND,
            Self::Full => Kind::CONFLICT,
        }
    }
}
