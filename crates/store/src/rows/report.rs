//! Rows of reports of abnormal temperatures, and of the evidence that they become.

use domain::Timestamp;
use domain::checkpoint::{CheckpointKind, ClientId};
use domain::id::kind::{
    CheckpointId, HolderId, InspectorDeviceId, ReportEventId, StaffId, TemperatureReportId, UnitId,
};
use domain::report::{Report, ReportOutcome};

use super::named;
use super::review::ClaimedBy;
use crate::Place;

/// A report that has come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// Its row.
    pub id: TemperatureReportId,
    /// The holder, where the pass led to one.
    pub holder: Option<HolderId>,
    /// Where.
    pub checkpoint: CheckpointId,
    /// In which shift.
    pub shift: Option<ClientId>,
    /// By which device; none from the page that needs no script.
    pub device: Option<InspectorDeviceId>,
    /// The inspector.
    pub staff: StaffId,
    /// Their unit.
    pub unit: UnitId,
    /// Whether it came in a file, from a device that is withdrawn.
    pub exported: bool,
    /// What it says.
    pub report: Report,
    /// When the last reading was taken.
    pub taken_at: Timestamp,
    /// When it is to be acknowledged.
    pub due_at: Timestamp,
}

named! {
    /// How far a report is.
    ReportStage {
        /// Nobody has looked at it.
        Open = "open",
        /// A health officer has it.
        Taken = "taken",
        /// A health officer knows of it, and works on it.
        Acknowledged = "acknowledged",
        /// It has its outcome.
        Done = "done",
    }
}

named! {
    /// What happened to a report.
    ReportEventKind {
        /// It came in.
        Received = "received",
        /// A health officer took it.
        Taken = "taken",
        /// They gave it back.
        Released = "released",
        /// They acknowledged it.
        Acknowledged = "acknowledged",
        /// Nobody acknowledged it in time.
        Escalated = "escalated",
        /// It was confirmed, and is evidence.
        Confirmed = "confirmed",
        /// Done: nothing more to do.
        Closed = "closed",
        /// Done: the person was reached, and is looked after.
        FollowedUp = "followed_up",
        /// Done: it became a case.
        Case = "case",
        /// It was done, and is worked on again.
        Reopened = "reopened",
    }
}

impl From<ReportOutcome> for ReportEventKind {
    fn from(outcome: ReportOutcome) -> Self {
        match outcome {
            ReportOutcome::Closed => Self::Closed,
            ReportOutcome::FollowedUp => Self::FollowedUp,
            ReportOutcome::Case => Self::Case,
        }
    }
}

/// Something that happens to a report.
#[derive(Clone, PartialEq, Eq)]
pub struct ReportEvent {
    /// Its row.
    pub id: ReportEventId,
    /// Of which report.
    pub report: TemperatureReportId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: ReportEventKind,
    /// Who did it, and of which unit; nobody where it happened by itself.
    pub by: Option<(StaffId, UnitId)>,
    /// What was written with it.
    pub note: Option<String>,
}

/// An event, read with names.
#[derive(Clone, PartialEq, Eq)]
pub struct ReportHappened {
    /// What.
    pub kind: ReportEventKind,
    /// When.
    pub at: Timestamp,
    /// Who did it; for `received`, the inspector.
    pub staff: Option<String>,
    /// Their unit, then.
    pub unit: Option<String>,
    /// What was written with it.
    pub note: Option<String>,
}

/// Where a report was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPlace {
    /// The checkpoint.
    pub checkpoint: CheckpointId,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: String,
    /// What it is.
    pub kind: CheckpointKind,
}

/// A report, opened. Personal: it has nothing to print.
#[derive(Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its row.
    pub id: TemperatureReportId,
    /// The holder, where the pass led to one that is still there.
    pub holder: Option<HolderId>,
    /// Where.
    pub place: ReportPlace,
    /// The unit of the inspector.
    pub unit: String,
    /// Whether it came in a file, from a device that is withdrawn.
    pub exported: bool,
    /// What it says.
    pub report: Report,
    /// When the last reading was taken.
    pub taken_at: Timestamp,
    /// When it came in.
    pub received_at: Timestamp,
    /// When it is to be acknowledged.
    pub due_at: Timestamp,
    /// When it was found that nobody had acknowledged it in time.
    pub escalated_at: Option<Timestamp>,
    /// How far it is.
    pub stage: ReportStage,
    /// Who has it; the lease may have ended.
    pub claimed: Option<ClaimedBy>,
    /// When it was acknowledged.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was done, and what became of it.
    pub done: Option<(Timestamp, ReportOutcome)>,
    /// When it became evidence.
    pub confirmed_at: Option<Timestamp>,
    /// Rises with each change.
    pub version: i64,
}

impl std::fmt::Debug for ReportRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReportRow").field("id", &self.id).field("stage", &self.stage).finish_non_exhaustive()
    }
}

/// A report in the export, with its place among the changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FedReport {
    /// Its place: a client asks for what comes after it.
    pub feed: i64,
    /// The report.
    pub row: ReportRow,
}

/// How much there is to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportFigures {
    /// Not done.
    pub open: i64,
    /// Not acknowledged although it is due.
    pub overdue: i64,
    /// The newest that is not done.
    pub newest: Option<TemperatureReportId>,
    /// Acknowledged since a time.
    pub acknowledged: i64,
    /// Of those, the middle one's time from coming in to the acknowledgement, in microseconds.
    pub median: Option<i64>,
}

/// What changes whenever the queue does: which is newest, how many there are, and how often they were changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueStamp {
    /// Not done.
    pub open: i64,
    /// Their versions together.
    pub versions: i64,
    /// The newest of them.
    pub newest: i64,
}

pub(crate) const REPORT: fn(i64) -> Place =
    |row| Place { table: "temperature_report", column: "report", row };
pub(crate) const NOTE: fn(i64) -> Place = |row| Place { table: "report_event", column: "note", row };
