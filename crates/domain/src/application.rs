//! Where an application stands: what we know ([`Stage`]) and what its applicant is told ([`Shown`]).
//!
//! The two differ on purpose. *Near*, *not on file* and *wrong birth date* are different work for us and
//! must look the same to whoever typed a document number, in words and in time (design section 4): else
//! the page would tell strangers whose passport is filed.

use std::time::Duration;

use documents::Kind;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// An application is decided within this time of our having all we need.
pub const DUE: Duration = Duration::from_secs(24 * 3600);
/// An undecided application is escalated when this much of its time has run.
pub const ESCALATE: Duration = Duration::from_secs(20 * 3600);
/// Until this long after submitting, every application that is not issued shows *submitted*: the outcome
/// of the match cannot be told from how long the page took.
pub const MATCH_SHOWN_AFTER: Duration = Duration::from_secs(5);
/// A claim of a reviewer lasts this long unless renewed: two never work on the same application.
pub const CLAIM: Duration = Duration::from_secs(15 * 60);
/// How often one document may be applied for in a day (Asia/Shanghai).
pub const ATTEMPTS_PER_DAY: u32 = 5;

/// Where an application stands for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Stored; the match has not run yet.
    Submitted,
    /// Nothing like it is on file: a filing that arrives starts the match again. The clock stands.
    Waiting,
    /// A reviewer decides. The clock runs.
    Review,
    /// A reviewer asked the applicant for something. The clock stands.
    NeedsInformation,
    /// The holder has a code.
    Issued,
    /// Not approved, with a reason.
    Refused,
    /// The applicant withdrew it.
    Withdrawn,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 7] = [
        Self::Submitted,
        Self::Waiting,
        Self::Review,
        Self::NeedsInformation,
        Self::Issued,
        Self::Refused,
        Self::Withdrawn,
    ];

    /// The name that the database uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Waiting => "waiting",
            Self::Review => "review",
            Self::NeedsInformation => "needs_information",
            Self::Issued => "issued",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The stage of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name)
    }

    /// Whether the 24-hour clock runs: not while we wait for the applicant or for a filing.
    pub const fn clock_runs(self) -> bool {
        matches!(self, Self::Submitted | Self::Review)
    }

    /// Whether the application has ended.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Issued | Self::Refused | Self::Withdrawn)
    }

    /// Whether `next` may follow. Nothing follows an end.
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Submitted | Self::Waiting => {
                matches!(next, Self::Waiting | Self::Review | Self::Issued | Self::Withdrawn)
            }
            Self::Review => matches!(
                next,
                Self::Waiting | Self::NeedsInformation | Self::Issued | Self::Refused | Self::Withdrawn
            ),
            Self::NeedsInformation => matches!(next, Self::Submitted | Self::Review | Self::Withdrawn),
            Self::Issued | Self::Refused | Self::Withdrawn => false,
        }
    }
}

/// What an application's own page says; each has its words and its next step (`ux.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shown {
    /// Received, being matched.
    Submitted,
    /// A person checks it, by the time shown.
    Checking,
    /// We are late.
    Overdue,
    /// The applicant has to send something.
    NeedsInformation,
    /// The details could not be confirmed yet.
    NotConfirmed,
    /// The code is there.
    Issued,
    /// Not approved, with a reason.
    NotApproved,
    /// Withdrawn by the applicant.
    Withdrawn,
}

impl Shown {
    /// The name that locale keys use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Checking => "checking",
            Self::Overdue => "overdue",
            Self::NeedsInformation => "needs-information",
            Self::NotConfirmed => "not-confirmed",
            Self::Issued => "issued",
            Self::NotApproved => "not-approved",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What the applicant sees. A passport that is not issued shows *not confirmed* whether it waits for a
/// filing or for a reviewer; a permit, which needs no filing, shows that a person checks it.
pub fn shown(
    stage: Stage,
    kind: Kind,
    submitted_at: Timestamp,
    due_at: Option<Timestamp>,
    now: Timestamp,
) -> Shown {
    match stage {
        Stage::Issued => Shown::Issued,
        Stage::Refused => Shown::NotApproved,
        Stage::Withdrawn => Shown::Withdrawn,
        Stage::NeedsInformation => Shown::NeedsInformation,
        Stage::Submitted | Stage::Waiting | Stage::Review => {
            if now.since(submitted_at) < MATCH_SHOWN_AFTER {
                Shown::Submitted
            } else if kind == Kind::Passport {
                Shown::NotConfirmed
            } else if due_at.is_some_and(|due| due <= now) {
                Shown::Overdue
            } else {
                Shown::Checking
            }
        }
    }
}
