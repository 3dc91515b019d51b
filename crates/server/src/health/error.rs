//! Why a health officer cannot do something now.

use domain::Timestamp;
use store::StoreError;

use crate::http::{Kind, Problem};

/// What stands between an officer and a report. None of it is anybody's mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// They have not taken it.
    Untaken,
    /// Somebody else has it.
    Theirs {
        /// The other's name.
        name: String,
        /// Until when, unless they prolong it.
        until: Timestamp,
    },
    /// Their own time for it ran out, and nobody has taken it since.
    Lapsed,
    /// It changed since the page was shown.
    Changed,
    /// It has its outcome.
    Done,
    /// It leads to no holder, so it cannot be evidence about one.
    NoHolder,
}

impl Hindrance {
    /// The name that locale keys use.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Untaken => "untaken",
            Self::Theirs { .. } => "theirs",
            Self::Lapsed => "lapsed",
            Self::Changed => "changed",
            Self::Done => "done",
            Self::NoHolder => "no-holder",
        }
    }

    /// Whether taking it may help.
    pub const fn may_take(&self) -> bool {
        matches!(self, Self::Untaken | Self::Lapsed)
    }
}

/// Why something at the health officers' desk was not done.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no such report.
    #[error("no such report")]
    NotFound,
    /// It cannot be worked on now.
    #[error("the report cannot be worked on now: {}", .0.as_str())]
    Hindered(Hindrance),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for ReportError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NOT_FOUND,
            Self::Hindered(_) => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
        }
    }
}
