//! The shift of an inspector who works without a device.

use std::time::Duration;

use credential::Verdict;
use domain::Timestamp;
use domain::checkpoint::ClientId;
use domain::id::kind::{CheckpointId, StaffId};
use store::rows::checkpoint::{CheckpointRow, Counts, ShiftRow};
use store::{StoreError, Tx, call, read, transact};

use crate::App;
use crate::http::session::Staff;
use crate::http::{Kind, Problem};
use crate::location;

/// Nobody at a gate waits longer for a database that is busy or gone.
const PATIENCE: Duration = Duration::from_secs(1);

/// A shift that goes on, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Working {
    /// The shift.
    pub shift: ShiftRow,
    /// The checkpoint.
    pub checkpoint: CheckpointRow,
    /// How many registered there by themselves today; none where nobody can.
    pub registered: Option<i64>,
}

/// Why no shift began.
#[derive(Debug, thiserror::Error)]
pub enum ShiftError {
    /// None was chosen, or it is closed by now.
    #[error("there is no such checkpoint, or it is closed")]
    NoCheckpoint,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for ShiftError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoCheckpoint => Kind::INVALID,
            Self::Store(error) => error.kind(),
        }
    }
}

/// The shift in which the inspector works, and where a further one could begin.
pub async fn standing(app: &App, staff: &Staff) -> Result<(Option<Working>, Vec<CheckpointRow>), StoreError> {
    let now = app.now();
    read!(app.store, "checkpoint.standing", StoreError, |tx| {
        let working = running(tx, staff.id, now).await?;
        let mut open = call!(tx, checkpoint::all())?;
        open.retain(|one| one.closed_at.is_none());
        Ok((working, open))
    })
}

async fn running(tx: &mut Tx, staff: StaffId, now: Timestamp) -> Result<Option<Working>, StoreError> {
    let Some(shift) = call!(tx, shift::of_staff(staff, now))? else { return Ok(None) };
    let Some(checkpoint) = call!(tx, checkpoint::one(shift.checkpoint))? else { return Ok(None) };
    let registered = registered(tx, checkpoint.id, now).await?;
    Ok(Some(Working { shift, checkpoint, registered }))
}

/// How many registered at a checkpoint by themselves today; none where nobody can.
async fn registered(tx: &mut Tx, at: CheckpointId, now: Timestamp) -> Result<Option<i64>, StoreError> {
    Ok(location::checkpoint::today(tx, now).await?.get(&at).map(|all| all.today))
}

/// Begins a shift at a checkpoint that is open; the one before ends. At the same checkpoint it is the same shift.
pub async fn begin(app: &App, staff: &Staff, chosen: CheckpointId) -> Result<Working, ShiftError> {
    let (id, now) = (ClientId(app.entropy.bytes::<16>()), app.now());
    transact!(app.store, "checkpoint.begin_shift", ShiftError, |tx| {
        let checkpoint = call!(tx, checkpoint::one(chosen))?.filter(|one| one.closed_at.is_none());
        let checkpoint = checkpoint.ok_or(ShiftError::NoCheckpoint)?;
        if let Some(before) = running(tx, staff.id, now).await? {
            if before.checkpoint.id == checkpoint.id {
                return Ok(before);
            }
            call!(tx, shift::end(before.shift.id, now))?;
        }
        let shift = ShiftRow {
            id,
            device: None,
            staff: staff.id,
            unit: staff.unit,
            checkpoint: checkpoint.id,
            parent: None,
            signed_in_at: now,
            begun_at: now,
            until: now.plus(app.settings.devices.shift),
            ended_at: None,
            counts: Counts::default(),
            guessed: false,
        };
        call!(tx, shift::begin(&shift, now))?;
        let registered = registered(tx, checkpoint.id, now).await?;
        Ok(Working { shift, checkpoint, registered })
    })
}

/// Ends the inspector's shift, if one goes on.
pub async fn end(app: &App, staff: &Staff) -> Result<(), StoreError> {
    let now = app.now();
    transact!(app.store, "checkpoint.end_shift", StoreError, |tx| { end_in(tx, staff.id, now).await })
}

/// The same in the transaction that signs the inspector out.
pub async fn end_in(tx: &mut Tx, staff: StaffId, now: Timestamp) -> Result<(), StoreError> {
    match call!(tx, shift::of_staff(staff, now))? {
        Some(shift) => call!(tx, shift::end(shift.id, now)),
        None => Ok(()),
    }
}

/// What a verdict adds to the shift.
pub fn of_verdict(verdict: Verdict) -> Counts {
    match verdict {
        Verdict::Pass => Counts { passes: 1, ..Counts::default() },
        Verdict::Check => Counts { checks: 1, ..Counts::default() },
        Verdict::Stop => Counts { stops: 1, ..Counts::default() },
    }
}

/// What a temperature adds to it.
pub fn of_reading(abnormal: bool) -> Counts {
    Counts { normal: i64::from(!abnormal), abnormal: i64::from(abnormal), ..Counts::default() }
}

/// Adds to what the shift counts, and gives the sum. Where that cannot be kept in time the verdict is shown all the
/// same: checking never waits for the database.
pub async fn count(app: &App, working: &Working, more: Counts) -> Counts {
    let id = working.shift.id;
    let counted =
        async { transact!(app.store, "checkpoint.count", StoreError, |tx| { add(tx, id, more).await }) };
    match tokio::time::timeout(PATIENCE, counted).await {
        Ok(Ok(counts)) => return counts,
        Ok(Err(error)) => tracing::error!(%error, "a check could not be counted"),
        Err(_) => tracing::error!("a check could not be counted in time"),
    }
    working.shift.counts
}

/// Adds to what a shift counts.
pub async fn add(tx: &mut Tx, id: ClientId, more: Counts) -> Result<Counts, StoreError> {
    let Some(shift) = call!(tx, shift::one(id))? else { return Ok(Counts::default()) };
    let so_far = shift.counts;
    let counts = Counts {
        passes: so_far.passes + more.passes,
        checks: so_far.checks + more.checks,
        stops: so_far.stops + more.stops,
        normal: so_far.normal + more.normal,
        abnormal: so_far.abnormal + more.abnormal,
    };
    call!(tx, shift::count(id, &counts))?;
    Ok(counts)
}
