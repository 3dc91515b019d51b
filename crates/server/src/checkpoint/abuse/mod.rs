//! Scanning that is no checking: more codes than anybody can compare with documents, and one code at two checkpoints.
//!
//! Administrators read what comes of it at `/staff/checkpoints/flags`. The decision that matters: **a flag is about a
//! device and a checkpoint, never about a holder.** Which code was where is in this process's memory alone, for ten
//! minutes, under a key that nothing else knows; of a scan that raises no flag nothing is left, and a flag does not
//! say whose code it was. More than one server each watch what reaches them.

mod memory;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use domain::id::kind::{CheckpointId, InspectorDeviceId, UnitId};
use store::rows::checkpoint::{FlagKind, FlagRow};
use store::{StoreError, Tx, call, read, transact};

use super::inspect::Finding;
use crate::App;
use crate::http::session::Staff;

pub use memory::Watch;

/// Nobody compares more people with their documents in a minute.
pub const MOST_A_MINUTE: i64 = 20;
/// Nor in ten.
pub const MOST_IN_TEN_MINUTES: i64 = 300;
/// Nobody goes from one checkpoint to another within so many minutes.
pub const APART: i64 = 5;
/// What stands for the page that needs no device.
pub const PAGE: InspectorDeviceId = InspectorDeviceId::from_i64(0);
/// What stands for no checkpoint: none was chosen on the page.
pub const NOWHERE: CheckpointId = CheckpointId::from_i64(0);

const WINDOW: i64 = 10;
/// Nobody at a gate waits longer for a database that is busy or gone.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where and when something was scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scanned {
    /// By which device.
    pub device: InspectorDeviceId,
    /// On the page that needs no device: of which unit the inspector is.
    pub unit: Option<UnitId>,
    /// At which checkpoint.
    pub checkpoint: CheckpointId,
    /// In which minute since 1970, by the time of the scan.
    pub minute: i64,
}

/// Something to look at, before it has a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flag {
    kind: FlagKind,
    at: Scanned,
    other: Option<CheckpointId>,
    scans: Option<i64>,
}

/// Looks at the scans of one minute that a device has sent, after they were counted in `scan_minute`. Whichever of a
/// device's minutes comes last, the flag is the same, and is made once. `marks` are those of the protocol, section 4.
pub async fn noticed(
    app: &App,
    device: InspectorDeviceId,
    checkpoint: CheckpointId,
    minute: i64,
    count: u32,
    marks: &[[u8; 8]],
) -> Result<(), StoreError> {
    let at = Scanned { device, unit: None, checkpoint, minute };
    let mut found = app.watch.meet(app, at, marks);
    found.extend(too_many(app, at, i64::from(count)).await?);
    raise(app, &found).await
}

/// The minute alone, and each ten minutes that it is part of.
async fn too_many(app: &App, at: Scanned, count: i64) -> Result<Vec<Flag>, StoreError> {
    read!(app.store, "checkpoint.scans", StoreError, |tx| {
        let counted = scanned(tx, at, at.minute, at.minute).await?;
        let own = counted.max(count);
        let mut found = Vec::new();
        if own > MOST_A_MINUTE {
            found.push(Flag { kind: FlagKind::Minute, at, other: None, scans: Some(own) });
        }
        let more = own - counted;
        let around = scanned(tx, at, at.minute - WINDOW + 1, at.minute + WINDOW - 1).await? + more;
        if around <= MOST_IN_TEN_MINUTES {
            return Ok(found);
        }
        let mut busiest = BTreeMap::<i64, i64>::new();
        for first in at.minute - WINDOW + 1..=at.minute {
            let scans = scanned(tx, at, first, first + WINDOW - 1).await? + more;
            if scans > MOST_IN_TEN_MINUTES {
                let most = busiest.entry(ten_of(first)).or_default();
                *most = scans.max(*most);
            }
        }
        found.extend(busiest.into_iter().map(|(minute, scans)| Flag::of_ten(at, minute, scans)));
        Ok(found)
    })
}

/// Windows overlap: what began in the same ten minutes of the clock is one flag, in whatever order its minutes came.
const fn ten_of(first: i64) -> i64 {
    first.div_euclid(WINDOW) * WINDOW
}

async fn scanned(tx: &mut Tx, at: Scanned, first: i64, last: i64) -> Result<i64, StoreError> {
    call!(tx, flag::scanned(at.device, first, last))
}

impl Flag {
    const fn of_ten(at: Scanned, minute: i64, scans: i64) -> Self {
        Self { kind: FlagKind::TenMinutes, at: Scanned { minute, ..at }, other: None, scans: Some(scans) }
    }
}

async fn raise(app: &App, found: &[Flag]) -> Result<(), StoreError> {
    if found.is_empty() {
        return Ok(());
    }
    let made_at = app.now();
    let row = |flag: &Flag| FlagRow {
        id: app.new_id(),
        kind: flag.kind,
        device: flag.at.device,
        unit: flag.at.unit,
        checkpoint: flag.at.checkpoint,
        other_checkpoint: flag.other,
        minute: flag.at.minute,
        scans: flag.scans,
        made_at,
        seen_at: None,
    };
    let rows: Vec<FlagRow> = found.iter().map(row).collect();
    let made = transact!(app.store, "checkpoint.flag", StoreError, |tx| {
        let mut made = 0;
        for row in &rows {
            made += i32::from(call!(tx, flag::raise(row))?);
        }
        Ok(made)
    })?;
    if made > 0 {
        tracing::warn!(flags = made, "scanning that an administrator should look at");
    }
    Ok(())
}

/// Counts a scan on the page that needs no device, by the session of whoever scans. It never fails: checking does not
/// wait for the database.
pub async fn at_page(app: &App, staff: &Staff, checkpoint: Option<CheckpointId>, mark: [u8; 8]) {
    let minute = app.now().seconds() / 60;
    let checkpoint_id = checkpoint.unwrap_or(NOWHERE);
    let at = Scanned { device: PAGE, unit: Some(staff.unit), checkpoint: checkpoint_id, minute };
    // Two pages without a checkpoint are not two places.
    let mut found = checkpoint.map(|_| app.watch.meet(app, at, &[mark])).unwrap_or_default();
    let (own, ten) = app.watch.count(app, &staff.session, minute);
    // At each number once: further scans of the same minute do not write again.
    if own == MOST_A_MINUTE + 1 {
        found.push(Flag { kind: FlagKind::Minute, at, other: None, scans: Some(own) });
    }
    if ten == MOST_IN_TEN_MINUTES + 1 {
        found.push(Flag::of_ten(at, ten_of(minute - WINDOW + 1), ten));
    }
    match tokio::time::timeout(PATIENCE, raise(app, &found)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "a flag could not be kept"),
        Err(_) => tracing::error!("a flag could not be kept in time"),
    }
}

/// The mark of what was scanned (docs/checkpoint-protocol.md, section 4).
pub fn mark(finding: &Finding, text: &str) -> [u8; 8] {
    let mut digest = Context::new(&SHA256);
    digest.update(b"tongxing mark v1\0");
    match &finding.pass {
        Some(pass) => digest.update(&pass.id),
        None => digest.update(text.as_bytes()),
    }
    let mut mark = [0; 8];
    mark.copy_from_slice(&digest.finish().as_ref()[..8]);
    mark
}
