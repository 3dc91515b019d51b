//! Why a reviewer cannot do something now.

use domain::Timestamp;
use store::StoreError;

use crate::application::ApplicationError;
use crate::http::{Kind, Problem};

/// What stands between a reviewer and an application. None of it is anybody's mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// They have not claimed it.
    Unclaimed,
    /// Somebody else works on it.
    Theirs {
        /// The other's name.
        name: String,
        /// Until when, unless they prolong it.
        until: Timestamp,
    },
    /// Their own claim ran out, and nobody has taken it since.
    Lapsed,
    /// They entered something of it at a service desk: nobody decides what they entered.
    Entered,
    /// The applicant or a job changed it since the page was shown.
    Changed,
    /// It no longer waits for a reviewer: decided, withdrawn, or with the applicant.
    Ended,
}

impl Hindrance {
    /// The name that locale keys use.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Unclaimed => "unclaimed",
            Self::Theirs { .. } => "theirs",
            Self::Lapsed => "lapsed",
            Self::Entered => "entered",
            Self::Changed => "changed",
            Self::Ended => "ended",
        }
    }

    /// Whether claiming it may help.
    pub const fn may_claim(&self) -> bool {
        matches!(self, Self::Unclaimed | Self::Lapsed | Self::Changed)
    }
}

/// Why something at the review desk was not done.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// There is no such application, or no such photo of it.
    #[error("no such application")]
    NotFound,
    /// The application of this reference cannot be worked on now.
    #[error("the application cannot be worked on now: {}", .0.as_str())]
    Hindered(Hindrance, String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The application itself refused: it cannot take that step.
    #[error(transparent)]
    Application(#[from] ApplicationError),
}

impl Problem for ReviewError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NOT_FOUND,
            Self::Hindered(..) => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
            Self::Application(error) => error.kind(),
        }
    }
}
