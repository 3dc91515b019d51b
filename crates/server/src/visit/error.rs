//! Why a visit was not registered.

use std::time::Duration;

use domain::Timestamp;
use store::StoreError;

use super::MOST_PEOPLE;
use super::keys::NoKeys;
use crate::batch::NotWritten;
use crate::http::{Failure, Kind, Problem};

/// Why a visit was not registered. Nothing of it names a person or a place.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// Nobody, or more than a phone has.
    #[error("people: 1 to {MOST_PEOPLE}")]
    People,
    /// Two people with one id: only one of them would be there.
    #[error("people[{0}].visit: the same id as another's; each needs 16 random bytes of its own")]
    SameId(usize),
    /// The clock of the phone is wrong, or what it sends is too old.
    #[error(
        "at: an entry within 10 minutes of the server's clock, an exit at most 24 hours ago and not before its entry"
    )]
    Time,
    /// As often as anybody enters in a day.
    #[error("as many visits as one person may register in a day")]
    Quota {
        /// From when on it may be tried again.
        again: Timestamp,
    },
    /// The ticket is of another phone, changed or over.
    #[error("the ticket does not open: it is of another phone, changed, or over")]
    Ticket,
    /// The location lets only those in whose colour is green.
    #[error("the entry rule of the location does not let everybody of the request in")]
    Rule,
    /// The units have given no keys for today.
    #[error(transparent)]
    NoKeys(#[from] NoKeys),
    /// Too much waits, or the writer was interrupted.
    #[error(transparent)]
    NotWritten(#[from] NotWritten),
    /// The database failed for all that were written together.
    #[error("{0}")]
    Together(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for VisitError {
    fn kind(&self) -> Kind {
        match self {
            Self::People | Self::SameId(_) | Self::Time => Kind::INVALID,
            Self::Quota { .. } => Kind::VISIT_QUOTA,
            Self::Ticket => Kind::TICKET,
            Self::Rule => Kind::ENTRY_RULE,
            Self::NoKeys(_) => Kind::NO_VISIT_KEYS,
            Self::NotWritten(_) | Self::Together(_) => Kind::BUSY,
            Self::Store(error) => error.kind(),
        }
    }

    fn detail(&self) -> Option<String> {
        matches!(self, Self::People | Self::SameId(_) | Self::Time).then(|| self.to_string())
    }
}

impl VisitError {
    /// The same as an answer, which says when to come back.
    pub fn failure(self, now: Timestamp) -> Failure {
        let wait = match &self {
            Self::Quota { again } => Some(again.since(now) + Duration::from_secs(1)),
            Self::NoKeys(_) => Some(Duration::from_mins(5)),
            Self::NotWritten(NotWritten::Full) => Some(Duration::from_secs(2)),
            _ => None,
        };
        let failure = Failure::from(self);
        match wait {
            Some(wait) => failure.retry_after(wait.as_secs()),
            None => failure,
        }
    }
}
