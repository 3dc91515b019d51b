//! Rows of reports of abnormal temperatures.

use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::{CheckpointId, HolderId, InspectorDeviceId, StaffId, TemperatureReportId, UnitId};
use domain::report::Report;

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

pub(crate) const REPORT: fn(i64) -> Place =
    |row| Place { table: "temperature_report", column: "report", row };
