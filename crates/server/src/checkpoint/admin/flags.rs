//! What was noticed at checkpoints, and what devices sent twice with other content.

use std::collections::HashMap;

use domain::id::kind::{CheckpointFlagId, CheckpointId, InspectorDeviceId, OutboxConflictId, UnitId};
use store::rows::checkpoint::{ConflictRow, FlagRow};
use store::{call, read, transact};

use super::{AdminError, By, Tools};
use crate::access;

/// As many as anybody reads; what is older is found in the log.
const MOST: i64 = 200;

/// What was noticed, with the names that it is about.
#[derive(Debug, Clone, Default)]
pub struct Noticed {
    /// The newest first.
    pub flags: Vec<FlagRow>,
    /// The newest first.
    pub conflicts: Vec<ConflictRow>,
    /// Names of devices.
    pub devices: HashMap<InspectorDeviceId, String>,
    /// Names of units, of inspectors who worked without a device.
    pub units: HashMap<UnitId, String>,
    /// Names of checkpoints.
    pub checkpoints: HashMap<CheckpointId, String>,
}

/// What was noticed last.
pub async fn list(tools: Tools<'_>) -> Result<Noticed, AdminError> {
    read!(tools.store, "checkpoint.flags", AdminError, |tx| {
        Ok(Noticed {
            flags: call!(tx, flag::latest(MOST))?,
            conflicts: call!(tx, arrival::conflicts(MOST))?,
            devices: call!(tx, checkpoint::devices())?.into_iter().map(|one| (one.id, one.name)).collect(),
            units: call!(tx, flag::units())?.into_iter().collect(),
            checkpoints: call!(tx, checkpoint::all())?.into_iter().map(|one| (one.id, one.name)).collect(),
        })
    })
}

/// Marks a flag as looked at. Whoever presses twice has done it once.
pub async fn seen(tools: Tools<'_>, by: By, id: CheckpointFlagId) -> Result<(), AdminError> {
    transact!(tools.store, "checkpoint.flag_seen", AdminError, |tx| {
        if call!(tx, flag::seen(id, by.staff, tools.now))? {
            access::record_by(tx, tools, by, "seen", "checkpoint-flag", id).await?;
        }
        Ok(())
    })
}

/// Marks a conflict as looked at.
pub async fn conflict_seen(tools: Tools<'_>, by: By, id: OutboxConflictId) -> Result<(), AdminError> {
    transact!(tools.store, "checkpoint.conflict_seen", AdminError, |tx| {
        if call!(tx, arrival::conflict_seen(id, by.staff, tools.now))? {
            access::record_by(tx, tools, by, "seen", "outbox-conflict", id).await?;
        }
        Ok(())
    })
}
