//! What can stand in the way of an application.

use domain::Timestamp;
use domain::application::Stage;
use store::StoreError;

use crate::http::{Kind, Problem};

/// Why a use case of this folder did nothing.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such application, or it is not this phone's.
    #[error("no such application")]
    NotFound,
    /// Somebody else changed it since it was read.
    #[error("the application was changed by somebody else")]
    Changed,
    /// It cannot go from where it stands to there.
    #[error("an application that is {} cannot become {}", from.as_str(), to.as_str())]
    Transition {
        /// Where it stands.
        from: Stage,
        /// Where it was to go.
        to: Stage,
    },
    /// The phone holds no draft that is complete.
    #[error("the draft is not complete")]
    Incomplete,
    /// The document was applied for too often today.
    #[error("too many attempts with one document today")]
    TooManyAttempts {
        /// When the next attempt counts again: the next midnight in Shanghai.
        again_at: Timestamp,
    },
    /// Nobody asked for it, or not any more.
    #[error("nothing was asked for that this would answer")]
    NotAsked,
    /// The document already leads to another holder.
    #[error("the document leads to another holder")]
    OtherHolder,
    /// An application without a declaration, which nothing of ours writes.
    #[error("the application has no declaration")]
    NoDeclaration,
    /// The text is not a recovery code, or the code was used or replaced.
    #[error("not a recovery code that opens anything")]
    RecoveryCode,
    /// The phone holds another application, or a code, which the one to be opened would push aside.
    #[error("the phone holds something else")]
    Occupied,
    /// The person is under 14, and no parent or guardian has consented yet.
    #[error("the consent of a parent or guardian is missing")]
    NoConsent,
    /// The picture cannot be used.
    #[error("the picture cannot be read")]
    Picture,
}

impl Problem for ApplicationError {
    fn kind(&self) -> Kind {
        match self {
            Self::Store(error) => error.kind(),
            Self::NotFound => Kind::NOT_FOUND,
            Self::Changed | Self::Transition { .. } | Self::NotAsked | Self::OtherHolder | Self::Occupied => {
                Kind::CONFLICT
            }
            Self::Incomplete | Self::RecoveryCode | Self::NoConsent => Kind::INVALID,
            Self::TooManyAttempts { .. } => Kind::TOO_MANY,
            Self::NoDeclaration => Kind::INTERNAL,
            Self::Picture => Kind::FILE_TYPE,
        }
    }
}
