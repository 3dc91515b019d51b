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
pub const DUE: Duration = Duration::from_hours(24);
/// An undecided application is escalated when this much of its time has run.
pub const ESCALATE: Duration = Duration::from_hours(20);
/// What is then left of it.
pub const ESCALATE_BEFORE: Duration = Duration::from_hours(4);
/// Until this long after submitting, every application that is not issued shows *submitted*: the outcome
/// of the match cannot be told from how long the page took.
pub const MATCH_SHOWN_AFTER: Duration = Duration::from_secs(5);
/// A claim of a reviewer lasts this long unless renewed: two never work on the same application.
pub const CLAIM: Duration = Duration::from_mins(15);
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
            Self::Submitted => {
                matches!(next, Self::Waiting | Self::Review | Self::Issued | Self::Withdrawn)
            }
            // Back to *submitted*: the applicant corrected the details, so they are matched anew.
            Self::Waiting => {
                matches!(next, Self::Submitted | Self::Review | Self::Issued | Self::Withdrawn)
            }
            Self::Review => matches!(
                next,
                Self::Submitted
                    | Self::Waiting
                    | Self::NeedsInformation
                    | Self::Issued
                    | Self::Refused
                    | Self::Withdrawn
            ),
            Self::NeedsInformation => matches!(next, Self::Submitted | Self::Review | Self::Withdrawn),
            Self::Issued | Self::Refused | Self::Withdrawn => false,
        }
    }
}

/// The 24-hour clock of one application: either running towards a due time, or stopped with what is left, or
/// (in an ended application) as it stood at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueClock {
    /// When the application is due, while the clock runs.
    pub due_at: Option<Timestamp>,
    /// What was left when the clock was stopped.
    pub left: Option<Duration>,
}

impl DueClock {
    /// A clock that starts at `now`.
    pub fn started(now: Timestamp) -> Self {
        Self { due_at: Some(now.plus(DUE)), left: None }
    }

    /// The clock once the application stands at `stage`, at `now`. Runs or stops as [`Stage::clock_runs`]
    /// says; an ended application keeps its due time, by which one sees whether it was decided in time.
    #[must_use]
    pub fn at_stage(self, stage: Stage, now: Timestamp) -> Self {
        if stage.is_final() {
            self
        } else if stage.clock_runs() {
            let due = self.due_at.unwrap_or_else(|| now.plus(self.left.unwrap_or(DUE)));
            Self { due_at: Some(due), left: None }
        } else {
            let left = self.due_at.map_or(self.left.unwrap_or(DUE), |due| due.since(now));
            Self { due_at: None, left: Some(left) }
        }
    }

    /// Whether so much of the time has run that somebody else should know.
    pub fn is_to_escalate(self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| due.since(now) <= ESCALATE_BEFORE)
    }

    /// Whether we are late.
    pub fn is_overdue(self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| due <= now)
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
/// filing or for a reviewer; a permit, which needs no filing, shows that a person checks it. `sent_at` is when
/// the details were last sent: at submitting, or by a correction.
pub fn shown(
    stage: Stage,
    kind: Kind,
    sent_at: Timestamp,
    due_at: Option<Timestamp>,
    now: Timestamp,
) -> Shown {
    match stage {
        Stage::Issued => Shown::Issued,
        Stage::Refused => Shown::NotApproved,
        Stage::Withdrawn => Shown::Withdrawn,
        Stage::NeedsInformation => Shown::NeedsInformation,
        Stage::Submitted | Stage::Waiting | Stage::Review => {
            if now.since(sent_at) < MATCH_SHOWN_AFTER {
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

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_795_435_200);
    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn the_clock_stands_while_we_wait_and_goes_on_with_what_was_left() {
        let clock = DueClock::started(START);
        assert_eq!(clock.due_at, Some(START.plus(DUE)));
        let stopped = clock.at_stage(Stage::Waiting, START.plus(2 * HOUR));
        assert_eq!(stopped, DueClock { due_at: None, left: Some(22 * HOUR) });
        assert!(!stopped.is_overdue(START.plus(1000 * HOUR)));
        let still = stopped.at_stage(Stage::NeedsInformation, START.plus(50 * HOUR));
        assert_eq!(still, stopped, "a clock that stands does not lose time");
        let running = still.at_stage(Stage::Review, START.plus(100 * HOUR));
        assert_eq!(running, DueClock { due_at: Some(START.plus(122 * HOUR)), left: None });
        assert_eq!(running.at_stage(Stage::Submitted, START.plus(101 * HOUR)), running, "nor start anew");
        assert_eq!(running.at_stage(Stage::Issued, START.plus(110 * HOUR)), running);
    }

    #[test]
    fn escalated_at_20_hours_and_overdue_at_24() {
        let clock = DueClock::started(START);
        assert_eq!(ESCALATE + ESCALATE_BEFORE, DUE);
        let minute = Duration::from_mins(1);
        for (ran, escalate, overdue) in [
            (19 * HOUR + 59 * minute, false, false),
            (20 * HOUR, true, false),
            (23 * HOUR + 59 * minute, true, false),
            (24 * HOUR, true, true),
        ] {
            let now = START.plus(ran);
            assert_eq!((clock.is_to_escalate(now), clock.is_overdue(now)), (escalate, overdue), "{ran:?}");
        }
    }

    #[test]
    fn nothing_follows_an_end_and_nobody_decides_before_the_match() {
        for end in Stage::ALL.into_iter().filter(|stage| stage.is_final()) {
            assert!(Stage::ALL.into_iter().all(|next| !end.may_become(next)), "{end:?}");
        }
        assert!(!Stage::Submitted.may_become(Stage::Refused));
        assert!(!Stage::Waiting.may_become(Stage::Refused));
        assert!(!Stage::NeedsInformation.may_become(Stage::Issued));
        for open in Stage::ALL.into_iter().filter(|stage| !stage.is_final()) {
            assert!(open.may_become(Stage::Withdrawn), "{open:?} can be withdrawn");
            assert!(Stage::ALL.into_iter().any(|next| open.may_become(next)));
        }
    }

    #[test]
    fn near_and_not_on_file_are_shown_alike_and_not_before_five_seconds() {
        for after in [0, 4_999, 5_000, 90_000_000] {
            let now = START.plus(Duration::from_millis(after));
            let waiting = shown(Stage::Waiting, Kind::Passport, START, None, now);
            let near = shown(Stage::Review, Kind::Passport, START, Some(START.plus(DUE)), now);
            let unmatched = shown(Stage::Submitted, Kind::Passport, START, Some(START.plus(DUE)), now);
            assert_eq!((waiting, waiting), (near, unmatched));
            assert_eq!(waiting == Shown::Submitted, after < 5_000);
        }
        let late =
            shown(Stage::Review, Kind::TaiwanPermit, START, Some(START.plus(DUE)), START.plus(25 * HOUR));
        assert_eq!(late, Shown::Overdue);
    }
}
