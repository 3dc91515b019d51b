//! Why an appeal is not filed or answered now.

use store::StoreError;

use crate::evidence::EvidenceError;
use crate::http::hindered::hindrances;
use crate::http::{Kind, Problem};

hindrances! {
    "appeal-hindered-{}";
    /// The colour is green: there is nothing to appeal against.
    Green = "green",
    /// The colour was appealed against, and answered.
    Answered = "answered",
    /// It is answered, or withdrawn.
    Ended = "ended",
    /// The city is asked after the county has answered, within [`super::CITY_WITHIN`].
    NoCity = "no-city",
    /// There are as many photos as an appeal takes.
    Photos = "photos",
    /// This officer, or their unit, stated, confirmed or answered before what this is about.
    Involved = "involved",
    /// A city's office answers this one.
    NotCity = "not-city",
    /// The colour is no better than the one that is appealed against.
    NotBetter = "not-better",
    /// What is said to be wrong counts no more, or is none of what the colour rests on.
    NotWrong = "not-wrong",
}

/// Why something about an appeal was not done.
#[derive(Debug, thiserror::Error)]
pub enum AppealError {
    /// There is no such appeal, or it is somebody else's.
    #[error("no such appeal")]
    NotFound,
    /// It cannot be done now.
    #[error("it cannot be done now: {}", .0.as_str())]
    Hindered(Hindrance),
    /// Taking evidence back failed.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for AppealError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NOT_FOUND,
            Self::Hindered(_) => Kind::CONFLICT,
            Self::Evidence(error) => error.kind(),
            Self::Store(error) => error.kind(),
        }
    }
}

/// Shorthand for use cases.
pub(super) const fn hindered<T>(why: Hindrance) -> Result<T, AppealError> {
    Err(AppealError::Hindered(why))
}
