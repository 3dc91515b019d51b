//! The file of an order: what a unit left in the log on some days, opened.

use ::transparency::{OpenedHead, OpenedLeaf};
use domain::Timestamp;
use domain::id::kind::{AuditOrderId, UnitId};
use store::rows::audit_order::{NewDownload, OrderRow, SaltedLeaf};
use store::rows::log::commitment;
use store::{StoreError, Tx, call, read, transact};

use super::AuditError;
use super::order::{LEAF_KIND, own_usable};
use crate::App;
use crate::casework::leaf;
use crate::decision::leaf_content;
use crate::evidence::bulk;
use crate::figures::current::date;
use crate::http::session::Staff;

/// The file, handed out to the auditor who asked, as JSON lines (docs/transparency-log.md). It is recorded before it is
/// given; what it takes to read it holds up nobody who writes.
pub async fn hand_out(app: &App, staff: &Staff, id: AuditOrderId) -> Result<String, AuditError> {
    let (head, leaves) = read!(app.store, "audit.open", AuditError, |tx| {
        let row = own_usable(tx, app, staff, id).await?;
        Ok(opened(tx, &row).await?)
    })?;
    let count = i64::try_from(leaves.len()).unwrap_or(i64::MAX);
    transact!(app.store, "audit.hand_out", AuditError, |tx| {
        own_usable(tx, app, staff, id).await?;
        let (by, many) = ((staff.id, staff.unit), count.to_string());
        let new = NewDownload { id: app.new_id(), order: id, at: app.now(), by, leaves: count };
        call!(tx, audit_order::downloaded(&new))?;
        crate::access::record(tx, app, staff, "hand-out", "audit-order", id).await?;
        Ok(leaf::add(tx, app, staff, LEAF_KIND, (id, "handed_out", many.as_str())).await?)
    })?;
    let json = |line: &OpenedLeaf| serde_json::to_string(line).expect("numbers and texts are JSON") + "\n";
    let head = serde_json::to_string(&head).expect("numbers and texts are JSON") + "\n";
    Ok(std::iter::once(head).chain(leaves.iter().map(json)).collect())
}

/// What there is to open, in the order of the log, and the line that says how much.
async fn opened(tx: &mut Tx, row: &OrderRow) -> Result<(OpenedHead, Vec<OpenedLeaf>), StoreError> {
    let days = [row.days[0], row.days[1] + 1].map(Timestamp::of_day);
    let decisions = call!(tx, audit_order::decisions(row.unit, days))?;
    let mut leaves: Vec<OpenedLeaf> =
        decisions.into_iter().map(|one| open(one.leaf, leaf_content(&one.decision))).collect();
    leaves.extend(stops(tx, row.unit, days).await?);
    leaves.sort_unstable_by_key(|leaf| leaf.index);
    let without = u64::try_from(call!(tx, audit_order::without_salt(days))?).unwrap_or(0);
    let (order, unit, count) = (row.id.to_string(), row.unit.to_string(), leaves.len() as u64);
    Ok((OpenedHead::new(order, unit, row.days.map(date), count, without), leaves))
}

fn open(leaf: SaltedLeaf, content: String) -> OpenedLeaf {
    OpenedLeaf::new(leaf.place, leaf.leaf, leaf.salt, content)
}

/// The leaves of a unit's stops. A stop does not name its leaves: they are those that commit to it.
async fn stops(tx: &mut Tx, unit: UnitId, days: [Timestamp; 2]) -> Result<Vec<OpenedLeaf>, StoreError> {
    let stops = call!(tx, evidence_stop::all_of_unit(unit))?;
    let contents: Vec<String> = stops.iter().flat_map(bulk::leaf_contents).collect();
    let of_unit = |leaf: SaltedLeaf| {
        let made = |content: &&String| {
            commitment(bulk::LEAF_KIND, leaf.salt, content.as_bytes()) == leaf.leaf.commitment
        };
        let content = contents.iter().find(made)?.clone();
        Some(open(leaf, content))
    };
    Ok(call!(tx, audit_order::stops(days))?.into_iter().filter_map(of_unit).collect())
}
