//! The record of who opened whose data when. Written in the transaction that reads the data, so that nothing
//! is shown that is not recorded. Auditors read it at `/audit/accesses`.

use domain::Id;
use domain::id::kind::AccessId;
use store::rows::access::Access;
use store::rows::audit::{NamedAccess, Which};
use store::{StoreError, Tx, call};

use crate::App;
use crate::http::session::{AtDesk, Staff};
use crate::staff::{By, Tools};

/// Records that `staff` did `action` (such as `open`) to the object `object_kind` (such as `application`).
/// Every action has its words as `access-action-…` in `locales/*/staff.ftl`, every kind as `access-object-…`.
pub async fn record<T>(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    action: &'static str,
    object_kind: &'static str,
    object: Id<T>,
) -> Result<(), StoreError> {
    record_by(tx, Tools::of(app), By::from(staff), action, object_kind, object).await
}

/// The same where there is no request: for use cases that the command line calls too.
pub async fn record_by<T>(
    tx: &mut Tx,
    tools: Tools<'_>,
    by: By,
    action: &'static str,
    object_kind: &'static str,
    object: Id<T>,
) -> Result<(), StoreError> {
    let id: AccessId = tools.ids.next(tools.now, tools.entropy);
    let entry = Access {
        id,
        staff: by.staff,
        unit: by.unit,
        at: tools.now,
        action: action.to_owned(),
        object_kind: object_kind.to_owned(),
        object: object.as_i64(),
    };
    call!(tx, access::append(&entry))
}

/// The same for what a service desk does for a person. Nothing is recorded of what people do on their own phones.
pub async fn record_at_desk<T>(
    tx: &mut Tx,
    app: &App,
    desk: Option<AtDesk>,
    action: &'static str,
    object_kind: &'static str,
    object: Id<T>,
) -> Result<(), StoreError> {
    let Some(desk) = desk else { return Ok(()) };
    record_by(tx, Tools::of(app), desk.by, action, object_kind, object).await
}

/// Entries on one page.
pub const PAGE: usize = 50;

/// One page of the record, newest first, and the entry after which the next, older page begins.
pub async fn list(
    tools: Tools<'_>,
    which: &Which,
    before: Option<AccessId>,
) -> Result<(Vec<NamedAccess>, Option<AccessId>), StoreError> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut entries = store::read!(tools.store, "access.list", StoreError, |tx| {
        call!(tx, audit::list(which, before, limit))
    })?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let next = entries.last().filter(|_| more).map(|entry| entry.access.id);
    Ok((entries, next))
}
