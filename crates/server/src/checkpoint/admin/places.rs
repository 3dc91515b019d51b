//! Checkpoints: adding one, closing it, opening it again.

use std::collections::HashMap;

use domain::Timestamp;
use domain::checkpoint::CheckpointKind;
use domain::id::kind::CheckpointId;
use domain::location::Name;
use store::rows::checkpoint::{CheckpointRow, Counts};
use store::{call, read, transact};

use super::{AdminError, By, Tools, same};
use crate::access;
use crate::location::{self, checkpoint::Registered};

/// A checkpoint as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The checkpoint.
    pub checkpoint: CheckpointRow,
    /// How many shifts go on there.
    pub running: i64,
    /// What the shifts counted that began today.
    pub today: Counts,
    /// Where people register there by themselves, and how many did today.
    pub registered: Option<Registered>,
}

/// Every checkpoint, the open ones first.
pub async fn list(tools: Tools<'_>) -> Result<Vec<Standing>, AdminError> {
    let morning = Timestamp::of_day(tools.now.day());
    read!(tools.store, "checkpoint.list", AdminError, |tx| {
        let running: HashMap<_, _> = call!(tx, checkpoint_desk::running(tools.now))?.into_iter().collect();
        let today: HashMap<_, _> = call!(tx, checkpoint_desk::counted(morning))?.into_iter().collect();
        let registered = location::checkpoint::today(tx, tools.now).await?;
        let standing = |checkpoint: CheckpointRow| Standing {
            registered: registered.get(&checkpoint.id).copied(),
            running: running.get(&checkpoint.id).copied().unwrap_or(0),
            today: today.get(&checkpoint.id).copied().unwrap_or_default(),
            checkpoint,
        };
        Ok(call!(tx, checkpoint::all())?.into_iter().map(standing).collect())
    })
}

/// Adds a checkpoint, open from now on.
pub async fn add(
    tools: Tools<'_>,
    by: By,
    typed: &str,
    place: &str,
    kind: Option<CheckpointKind>,
) -> Result<CheckpointId, AdminError> {
    let (name, place) = (super::name(typed)?, super::place(place)?);
    let kind = kind.ok_or(AdminError::NoKind)?;
    let id: CheckpointId = tools.id();
    transact!(tools.store, "checkpoint.add", AdminError, |tx| {
        free(&name, &call!(tx, checkpoint::all())?)?;
        call!(tx, checkpoint::add(id, name.as_str(), place.as_str(), kind, tools.now))?;
        Ok(access::record_by(tx, tools, by, "add", "checkpoint", id).await?)
    })?;
    Ok(id)
}

/// Closes a checkpoint: nobody begins a shift there any more. Shifts that go on are finished.
pub async fn close(tools: Tools<'_>, by: By, id: CheckpointId) -> Result<(), AdminError> {
    transact!(tools.store, "checkpoint.close", AdminError, |tx| {
        if !call!(tx, checkpoint::close(id, tools.now))? {
            return Err(AdminError::Unknown);
        }
        location::checkpoint::follow(tx, id, false).await?;
        Ok(access::record_by(tx, tools, by, "disable", "checkpoint", id).await?)
    })
}

/// Inspectors choose by name: no two open checkpoints have names that are read as one.
fn free(name: &Name, all: &[CheckpointRow]) -> Result<(), AdminError> {
    let taken = all.iter().any(|one| one.closed_at.is_none() && same(&one.name, name));
    if taken { Err(AdminError::NameTaken) } else { Ok(()) }
}

/// Opens a checkpoint again, unless another one has its name by now.
pub async fn reopen(tools: Tools<'_>, by: By, id: CheckpointId) -> Result<(), AdminError> {
    transact!(tools.store, "checkpoint.reopen", AdminError, |tx| {
        let (closed, all) = (call!(tx, checkpoint::one(id))?, call!(tx, checkpoint::all())?);
        if let Some(closed) = closed.filter(|one| one.closed_at.is_some()) {
            // A name from before there were rules does not keep its checkpoint closed.
            super::name(&closed.name).map_or(Ok(()), |name| free(&name, &all))?;
        }
        if !call!(tx, checkpoint_desk::reopen(id))? {
            return Err(AdminError::Unknown);
        }
        location::checkpoint::follow(tx, id, true).await?;
        Ok(access::record_by(tx, tools, by, "enable", "checkpoint", id).await?)
    })
}
