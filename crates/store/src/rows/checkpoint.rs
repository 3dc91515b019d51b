//! Rows of checkpoints, the devices that inspectors use there, and their shifts.

use domain::Timestamp;
use domain::checkpoint::{CheckpointKind, ClientId};
use domain::id::kind::{
    CheckpointFlagId, CheckpointId, InspectorDeviceId, OutboxConflictId, StaffId, TemperatureReportId, UnitId,
};

use super::named;
use crate::seal::Place;

/// A checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// Which.
    pub id: CheckpointId,
    /// What people call it.
    pub name: String,
    /// Where it is, in words.
    pub place: String,
    /// What kind of place.
    pub kind: CheckpointKind,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// A device that an administrator has named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInspectorDevice {
    /// Which.
    pub id: InspectorDeviceId,
    /// What is written on it.
    pub name: String,
    /// SHA-256 of the enrolment code.
    pub code_hash: [u8; 32],
    /// Until when the code counts.
    pub code_until: Timestamp,
    /// Who made it.
    pub by: StaffId,
}

/// A device that inspectors use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectorDeviceRow {
    /// Which.
    pub id: InspectorDeviceId,
    /// What is written on it.
    pub name: String,
    /// Until when its enrolment code counts, while it is not used.
    pub code_until: Option<Timestamp>,
    /// P-256, uncompressed point; none before it is enrolled.
    pub public_key: Option<Vec<u8>>,
    /// When it was named.
    pub made_at: Timestamp,
    /// When it was enrolled.
    pub enrolled_at: Option<Timestamp>,
    /// Who enrolled it.
    pub enrolled_by: Option<StaffId>,
    /// When it was last heard of.
    pub seen_at: Option<Timestamp>,
    /// Number of the application that it last spoke with.
    pub app: Option<i64>,
    /// How many items it then still had to send.
    pub waiting: Option<i64>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

/// What one shift counts so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Verdicts PASS.
    pub passes: i64,
    /// Verdicts CHECK.
    pub checks: i64,
    /// Verdicts STOP.
    pub stops: i64,
    /// Normal temperatures.
    pub normal: i64,
    /// Abnormal ones.
    pub abnormal: i64,
}

/// A shift: one inspector at one checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftRow {
    /// Which.
    pub id: ClientId,
    /// On which device; none on the page that needs no script.
    pub device: Option<InspectorDeviceId>,
    /// The inspector.
    pub staff: StaffId,
    /// Their unit, then.
    pub unit: UnitId,
    /// Where.
    pub checkpoint: CheckpointId,
    /// The shift after which this one began without a network.
    pub parent: Option<ClientId>,
    /// When its inspector last signed in: that of the parent where there is one.
    pub signed_in_at: Timestamp,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it is over at the latest.
    pub until: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What it counts so far.
    pub counts: Counts,
    /// Whether its beginning has not arrived: whose it is, and where, is only supposed.
    pub guessed: bool,
}

impl ShiftRow {
    /// Whether it goes on at `now`.
    pub fn is_running(&self, now: Timestamp) -> bool {
        now < self.until && self.ended_at.is_none()
    }
}

/// An item that a device sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivedItem {
    /// By which device.
    pub device: InspectorDeviceId,
    /// The device's id for it.
    pub item: ClientId,
    /// Keyed, of the content.
    pub digest: [u8; 16],
    /// Its kind.
    pub kind: &'static str,
    /// The report that it becomes, if it is one.
    pub report: Option<TemperatureReportId>,
}

/// An item whose id came before with other content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRow {
    /// Which.
    pub id: OutboxConflictId,
    /// Of which device.
    pub device: InspectorDeviceId,
    /// The id that came twice.
    pub item: ClientId,
    /// Keyed, of the content that came later.
    pub digest: [u8; 16],
    /// The content that came later.
    pub content: Vec<u8>,
    /// When it came.
    pub received_at: Timestamp,
    /// When an administrator looked at it.
    pub seen_at: Option<Timestamp>,
    /// The report that came first under the id, if it was one. Read with it; not written.
    pub report: Option<TemperatureReportId>,
}

named! {
    /// What an administrator should look at.
    FlagKind {
        /// More codes in a minute than anybody can check.
        Minute = "minute",
        /// The same in ten minutes.
        TenMinutes = "ten_minutes",
        /// One code at two checkpoints that are too far apart.
        TwoPlaces = "two_places",
    }
}

/// What an administrator should look at. Never about a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagRow {
    /// Which.
    pub id: CheckpointFlagId,
    /// What.
    pub kind: FlagKind,
    /// By which device.
    pub device: InspectorDeviceId,
    /// On the page that needs no device: of which unit the inspector was.
    pub unit: Option<UnitId>,
    /// Where.
    pub checkpoint: CheckpointId,
    /// Where else.
    pub other_checkpoint: Option<CheckpointId>,
    /// In which minute, since 1970.
    pub minute: i64,
    /// How many codes.
    pub scans: Option<i64>,
    /// When it was noticed.
    pub made_at: Timestamp,
    /// When an administrator looked at it.
    pub seen_at: Option<Timestamp>,
}

pub(crate) const CONFLICT: fn(i64) -> Place =
    |row| Place { table: "outbox_conflict", column: "content", row };
