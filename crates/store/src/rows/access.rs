//! Rows of the record of who opened whose data when.

use domain::Timestamp;
use domain::id::kind::{AccessId, StaffId, UnitId};

/// One opening of somebody's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Its row.
    pub id: AccessId,
    /// Who.
    pub staff: StaffId,
    /// Of which unit, then.
    pub unit: UnitId,
    /// When.
    pub at: Timestamp,
    /// What they did, such as `open` or `search`.
    pub action: String,
    /// What it was done to, such as `filing`.
    pub object_kind: String,
    /// Which one.
    pub object: i64,
}
