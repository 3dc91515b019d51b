//! Why an officer cannot do something now.

use store::StoreError;

use crate::http::hindered::hindrances;
use crate::http::{Kind, Problem};

hindrances! {
    "case-hindered-{}";
    /// Whoever asked, and everybody of their unit, cannot decide.
    OwnUnit = "own-unit",
    /// Somebody decided already.
    Decided = "decided",
    /// Nobody of another unit has approved it.
    NotApproved = "not-approved",
    /// The case is closed.
    Closed = "closed",
    /// The opening is done.
    Opened = "opened",
    /// The shares are those of other units.
    OtherUnits = "other-units",
    /// The other unit has opened no shares yet.
    OtherFirst = "other-first",
    /// The other half is to be opened by somebody else than whoever opened the first.
    SamePerson = "same-person",
    /// Within the window one of the halves goes over from one unit to another.
    UnitsChange = "units-change",
    /// The file has no line that could be used.
    NothingUsable = "nothing-usable",
    /// The shares are of another opening, or were changed.
    ForeignShares = "foreign-shares",
    /// The visits are of another opening, or stand in the file twice.
    ForeignVisits = "foreign-visits",
    /// Somebody else works on it, or nobody.
    NotYours = "not-yours",
    /// It is done.
    Done = "done",
    /// Whoever handed in a list does not confirm it.
    OwnList = "own-list",
    /// The list is confirmed or withdrawn already.
    ListDecided = "list-decided",
    /// The unit's other list counts for the other half.
    ListSameUnit = "list-same-unit",
}

/// Why something about cases was not done.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// There is no such thing, or it is not this unit's.
    #[error("no such case, opening, list or task")]
    NotFound,
    /// It cannot be done now.
    #[error("it cannot be done now: {}", .0.as_str())]
    Hindered(Hindrance),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for CaseError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NOT_FOUND,
            Self::Hindered(_) => Kind::CONFLICT,
            Self::Store(error) => error.kind(),
        }
    }
}

/// Shorthand for use cases.
pub(super) const fn hindered<T>(why: Hindrance) -> Result<T, CaseError> {
    Err(CaseError::Hindered(why))
}
