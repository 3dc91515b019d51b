//! Rows of cases, of the openings of visits that they ask for, of the people who were there, and of what was given.

use domain::Timestamp;
use domain::id::kind::{
    HolderId, LocationId, StaffId, UnitId, VisitCaseId, VisitDonationId, VisitOpeningId, VisitTaskId,
};
use domain::location::Slot;
use serde::{Deserialize, Serialize};

use super::named;
use super::review::ClaimedBy;
use super::visit::VisitKeyListRow;
use crate::Place;

/// A list of public day keys with what it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitKeyList {
    /// The list.
    pub row: VisitKeyListRow,
    /// The unit's name.
    pub unit_name: String,
    /// Its first day, since 1970.
    pub first: i64,
    /// Its last day.
    pub last: i64,
    /// How many days it has.
    pub days: i64,
}

/// Who did something, when, and of which unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Did {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: StaffId,
    /// Their name.
    pub name: String,
    /// Their unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
}

/// A case. Personal: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Which.
    pub id: VisitCaseId,
    /// What it rests on, as the officer wrote it.
    pub reference: String,
    /// Who registered it.
    pub made: Did,
    /// Since when nothing is opened for it any more.
    pub closed_at: Option<Timestamp>,
}

/// An opening to be asked for.
#[derive(Clone)]
pub struct NewOpening {
    /// Its row.
    pub id: VisitOpeningId,
    /// For which case.
    pub case: VisitCaseId,
    /// Where.
    pub location: LocationId,
    /// The first slot.
    pub first: Slot,
    /// The last one.
    pub last: Slot,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// By whom, and of which unit.
    pub by: (StaffId, UnitId),
}

/// The shares that one unit has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstOpened {
    /// 1 or 2.
    pub half: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: StaffId,
}

/// A unit that holds one half of the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Which.
    pub unit: UnitId,
    /// Its name, as the shares have it.
    pub name: String,
}

/// What came of an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// When.
    pub at: Timestamp,
    /// By whom; none where there was nothing to open.
    pub by: Option<StaffId>,
    /// How many visits were opened.
    pub visits: i64,
    /// Of how many.
    pub records: i64,
}

/// An opening of the visits of one location and window. Personal: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct OpeningRow {
    /// Which.
    pub id: VisitOpeningId,
    /// For which case.
    pub case: VisitCaseId,
    /// Which unit has the case.
    pub case_unit: UnitId,
    /// Whether the case is closed.
    pub case_closed: bool,
    /// Where.
    pub location: LocationId,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in another language.
    pub name_other: Option<String>,
    /// Street and number.
    pub address: String,
    /// The first slot.
    pub first: Slot,
    /// The last one.
    pub last: Slot,
    /// Why it was asked for.
    pub reason: String,
    /// Who asked.
    pub asked: Did,
    /// Who decided, and whether they approved.
    pub decided: Option<(Did, bool)>,
    /// Once approved, who holds the two halves of the window's keys; none where there was nothing to open.
    pub parties: Option<[Party; 2]>,
    /// Which unit's shares are opened already.
    pub opened_first: Option<FirstOpened>,
    /// What came of it.
    pub opened: Option<Opened>,
}

/// A location as the officers choose among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLocation {
    /// Which.
    pub id: LocationId,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in another language.
    pub name_other: Option<String>,
    /// Street and number: of two with one name, it tells which.
    pub address: String,
}

named! {
    /// What became of a person who was there.
    TaskOutcome {
        /// They were reached and know what to do.
        Reached = "reached",
        /// They were reached, and were not there.
        NotThere = "not_there",
        /// Nobody could be reached.
        Unreached = "unreached",
        /// Somebody else follows them up.
        HandedOver = "handed_over",
    }
}

/// One of a person's visits that were opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The slot, five minutes since 1970.
    pub slot: i64,
    /// Whether they came; else they went.
    pub entry: bool,
}

/// A person to be contacted.
#[derive(Clone)]
pub struct NewTask {
    /// Its row.
    pub id: VisitTaskId,
    /// Because of which opening.
    pub opening: VisitOpeningId,
    /// Who.
    pub holder: HolderId,
    /// When they came and went.
    pub seen: Vec<Seen>,
    /// When it was made.
    pub at: Timestamp,
}

/// A task, with the place that it is about. Personal: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Which.
    pub id: VisitTaskId,
    /// Because of which opening.
    pub opening: VisitOpeningId,
    /// For which case.
    pub case: VisitCaseId,
    /// Which unit has the case.
    pub case_unit: UnitId,
    /// The location's name in Chinese.
    pub location: String,
    /// Its name in another language.
    pub location_other: Option<String>,
    /// Whom to contact.
    pub holder: HolderId,
    /// When they came and went.
    pub seen: Vec<Seen>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Who works on it.
    pub claimed: Option<ClaimedBy>,
    /// When it was done, and what became of it.
    pub done: Option<(Timestamp, TaskOutcome)>,
    /// What the officer wrote.
    pub note: Option<String>,
    /// When the person was told.
    pub told_at: Option<Timestamp>,
}

/// That a visit of a holder was opened, as they are told it: no place, no case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldOpening {
    /// When.
    pub at: Timestamp,
    /// The unit that asked for it.
    pub unit: String,
    /// When they were told.
    pub told_at: Option<Timestamp>,
    /// What became of it, once somebody tried to reach them.
    pub outcome: Option<TaskOutcome>,
}

/// One place that a person remembers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The location, where the phone knows it.
    pub location: Option<String>,
    /// What they call it.
    pub place: String,
    /// Seconds since 1970.
    pub entered: Option<i64>,
    /// Seconds since 1970.
    pub left: Option<i64>,
    /// What they wrote with it.
    pub note: String,
}

/// What a person gave. Personal: never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct DonationRow {
    /// Which.
    pub id: VisitDonationId,
    /// Until when its code counts.
    pub until: Timestamp,
    /// When it was given, and what.
    pub given: Option<(Timestamp, Vec<Remembered>)>,
}

pub(crate) const REFERENCE: fn(i64) -> Place = |row| Place { table: "visit_case", column: "reference", row };
pub(crate) const REASON: fn(i64) -> Place = |row| Place { table: "visit_opening", column: "reason", row };
pub(crate) const FIRST_OPENED: fn(i64) -> Place =
    |row| Place { table: "visit_opening", column: "first_opened", row };
pub(crate) const SEEN: fn(i64) -> Place = |row| Place { table: "visit_task", column: "seen", row };
pub(crate) const TASK_NOTE: fn(i64) -> Place = |row| Place { table: "visit_task", column: "note", row };
pub(crate) const GIVEN: fn(i64) -> Place = |row| Place { table: "visit_donation", column: "content", row };
