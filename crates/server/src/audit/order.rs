//! Asking for an order, and deciding on it. Who decides is somebody else, and not of the unit that it is about.

use std::time::Duration;

use domain::Timestamp;
use domain::id::kind::{AuditOrderId, UnitId};
use store::rows::audit_order::{NewOrder, OrderRow, OrderWords};
use store::rows::visit_case::Did;
use store::{StoreError, Tx, call, read, transact};

use super::{AuditError, Hindrance};
use crate::App;
use crate::casework::leaf;
use crate::http::session::Staff;

/// The most days of one order.
pub const MOST_DAYS: i64 = 31;
/// An order ends so long after it was granted.
pub const LASTS: Duration = Duration::from_hours(14 * 24);
/// So long orders are kept, with to whom their files were handed out: two years.
pub const KEPT: Duration = Duration::from_hours(2 * 366 * 24);
/// The kind of the log's leaves that record steps of orders.
pub const LEAF_KIND: &str = "audit_order";
/// The most rows of a list.
const SHOWN: i64 = 200;

/// The units that an order can be about, by name.
pub async fn units(app: &App) -> Result<Vec<(UnitId, String)>, StoreError> {
    read!(app.store, "audit.units", StoreError, |tx| { call!(tx, staff::units()) })
}

/// The orders, those that nobody has decided on first, then the newest.
pub async fn list(app: &App) -> Result<Vec<OrderRow>, StoreError> {
    read!(app.store, "audit.orders", StoreError, |tx| { call!(tx, audit_order::all(SHOWN)) })
}

/// Asks for what a unit left in the log on some days, both of which belong to it.
pub async fn ask(
    app: &App,
    staff: &Staff,
    (unit, days): (UnitId, [i64; 2]),
    words: OrderWords,
) -> Result<AuditOrderId, AuditError> {
    let new = NewOrder { id: app.new_id(), unit, days, words, at: app.now(), by: (staff.id, staff.unit) };
    transact!(app.store, "audit.ask", AuditError, |tx| {
        if !call!(tx, staff::units())?.iter().any(|(id, _)| *id == unit) {
            return Err(AuditError::NotFound);
        }
        call!(tx, audit_order::add(&new))?;
        crate::access::record(tx, app, staff, "ask", "audit-order", new.id).await?;
        let about = unit.to_string();
        leaf::add(tx, app, staff, LEAF_KIND, (new.id, "asked", about.as_str())).await?;
        Ok(new.id)
    })
}

/// What keeps this administrator from deciding on an order.
pub fn hinders(row: &OrderRow, staff: &Staff) -> Option<Hindrance> {
    if row.decided.is_some() {
        Some(Hindrance::Decided)
    } else if row.unit == staff.unit {
        Some(Hindrance::OwnUnit)
    } else {
        (row.asked.by == staff.id).then_some(Hindrance::Yourself)
    }
}

/// Grants or refuses.
pub async fn decide(app: &App, staff: &Staff, id: AuditOrderId, grant: bool) -> Result<(), AuditError> {
    let now = app.now();
    transact!(app.store, "audit.decide", AuditError, |tx| {
        let row = call!(tx, audit_order::one(id))?.ok_or(AuditError::NotFound)?;
        if let Some(hindrance) = hinders(&row, staff) {
            return Err(AuditError::Hindered(hindrance));
        }
        if !call!(tx, audit_order::decide(id, (staff.id, staff.unit), grant, now))? {
            return Err(AuditError::Hindered(Hindrance::Decided));
        }
        if grant {
            crate::access::record(tx, app, staff, "approve", "audit-order", id).await?;
        } else {
            crate::access::record(tx, app, staff, "refuse", "audit-order", id).await?;
        }
        let step = if grant { "granted" } else { "refused" };
        Ok(leaf::add(tx, app, staff, LEAF_KIND, (id, step, "")).await?)
    })
}

/// When an order that was granted ends.
pub fn ends(row: &OrderRow) -> Option<Timestamp> {
    let (decided, granted) = row.decided.as_ref()?;
    granted.then(|| decided.at.plus(LASTS))
}

/// An order with its steps.
#[derive(Clone)]
pub struct View {
    /// The order.
    pub row: OrderRow,
    /// To whom its file was handed out and how many leaves, the newest first.
    pub downloads: Vec<(Did, i64)>,
    /// Whether this auditor may have the file now.
    pub may_download: bool,
}

/// An order, for any auditor.
pub async fn view(app: &App, staff: &Staff, id: AuditOrderId) -> Result<View, AuditError> {
    read!(app.store, "audit.order", AuditError, |tx| {
        let row = call!(tx, audit_order::one(id))?.ok_or(AuditError::NotFound)?;
        let downloads = call!(tx, audit_order::downloads(id))?;
        let may_download = row.asked.by == staff.id && usable(&row, app.now()).is_ok();
        Ok(View { row, downloads, may_download })
    })
}

/// The order of this auditor, if it is granted and has not ended.
pub(super) async fn own_usable(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    id: AuditOrderId,
) -> Result<OrderRow, AuditError> {
    let row = call!(tx, audit_order::one(id))?.filter(|row| row.asked.by == staff.id);
    let row = row.ok_or(AuditError::NotFound)?;
    usable(&row, app.now()).map_err(AuditError::Hindered)?;
    Ok(row)
}

fn usable(row: &OrderRow, now: Timestamp) -> Result<(), Hindrance> {
    let ends = ends(row).ok_or(Hindrance::NotGranted)?;
    if now < ends { Ok(()) } else { Err(Hindrance::Ended) }
}
