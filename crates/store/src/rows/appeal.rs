//! Rows of appeals against colours.

use domain::Timestamp;
use domain::id::kind::{AppealId, AppealPhotoId, DecisionId, HolderId, LogLeafId};
use zeroize::Zeroizing;

use super::named;
use super::visit_case::Did;
use crate::seal::Place;

named! {
    /// Whose turn it is to answer, and what level a unit has.
    AppealLevel {
        /// First: an office of a county, or of a city.
        County = "county",
        /// Then, if the person asks for it: an office of a city.
        City = "city",
    }
}

named! {
    /// Where an appeal stands.
    AppealStage {
        /// Nobody has answered.
        Waiting = "waiting",
        /// Answered: nothing was wrong.
        Stands = "stands",
        /// Answered: what the colour rested on was wrong, and is taken back.
        Corrected = "corrected",
        /// Answered: nothing was wrong then, and something new has made the colour better.
        Changed = "changed",
        /// The person took it back, or nothing is left to appeal against.
        Withdrawn = "withdrawn",
    }
}

/// An appeal to be filed. Personal: never printed.
#[derive(Clone)]
pub struct NewAppeal {
    /// Its row.
    pub id: AppealId,
    /// Whose colour it is about.
    pub holder: HolderId,
    /// The decision that is appealed against.
    pub decision: DecisionId,
    /// The county's answer, where the city is asked.
    pub former: Option<AppealId>,
    /// Who is to answer.
    pub level: AppealLevel,
    /// What the person says.
    pub statement: String,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// Until when it is to be answered.
    pub due_at: Timestamp,
}

/// How an appeal was answered. Personal: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// `Stands`, `Corrected` or `Changed`.
    pub stage: AppealStage,
    /// Why, in words for the person.
    pub why: String,
    /// The leaf of the log that records it.
    pub leaf: LogLeafId,
}

/// An appeal. Personal: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct AppealRow {
    /// Its row.
    pub id: AppealId,
    /// Whose colour it is about.
    pub holder: HolderId,
    /// The decision that is appealed against.
    pub decision: DecisionId,
    /// The county's answer, where the city is asked.
    pub former: Option<AppealId>,
    /// Who is to answer.
    pub level: AppealLevel,
    /// What the person says.
    pub statement: String,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// Until when it is to be answered.
    pub due_at: Timestamp,
    /// Where it stands.
    pub stage: AppealStage,
    /// Why it was answered so.
    pub answer: Option<String>,
    /// When it was answered or withdrawn.
    pub ended_at: Option<Timestamp>,
    /// Who answered.
    pub by: Option<Did>,
}

/// An appeal in the list of those that wait. It holds nothing of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuedAppeal {
    /// Its row.
    pub id: AppealId,
    /// Who is to answer.
    pub level: AppealLevel,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// Until when it is to be answered.
    pub due_at: Timestamp,
}

/// A photo that came with an appeal: JPEG without metadata. Personal: never printed.
#[derive(Clone)]
pub struct AppealPhoto {
    /// Its row.
    pub id: AppealPhotoId,
    /// The picture.
    pub image: Zeroizing<Vec<u8>>,
    /// When it was sent.
    pub at: Timestamp,
}

pub(crate) const STATEMENT: fn(i64) -> Place = |row| Place { table: "appeal", column: "statement", row };
pub(crate) const ANSWER: fn(i64) -> Place = |row| Place { table: "appeal", column: "answer", row };
pub(crate) const IMAGE: fn(i64) -> Place = |row| Place { table: "appeal_photo", column: "image", row };
