//! Withdrawing: always in the transaction of its cause.

use credential::DeviceKey;
use domain::id::kind::{DeviceSessionId, GrantId, HolderId};
use store::rows::pass::{PassKind, WithdrawnFor};
use store::{StoreError, Tx, call, transact};

use crate::App;
use crate::http::session::Device;

/// Withdraws every pass of `holder` that has not ended, live and printed: their colour is another one, their
/// code was closed, or it moved to another phone. Call it in the transaction of its cause.
pub async fn withdraw_for_holder(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    why: WithdrawnFor,
) -> Result<(), StoreError> {
    call!(tx, holder::lock(holder))?;
    withdraw_kind(tx, app, holder, PassKind::Live, why).await?;
    withdraw_kind(tx, app, holder, PassKind::Printed, why).await
}

/// Withdraws the live passes of `holder`, whose code moves to another phone of theirs; paper stays good. Call it in
/// the transaction of its cause.
pub async fn withdraw_live(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    why: WithdrawnFor,
) -> Result<(), StoreError> {
    call!(tx, holder::lock(holder))?;
    withdraw_kind(tx, app, holder, PassKind::Live, why).await
}

/// Withdraws the passes of one kind. The caller holds the holder's lock.
pub(super) async fn withdraw_kind(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    kind: PassKind,
    why: WithdrawnFor,
) -> Result<(), StoreError> {
    let now = app.now();
    let lists = call!(tx, pass::withdraw(holder, kind, why, now))?;
    mark(app, &lists);
    Ok(())
}

/// Withdraws the live passes of one session. The caller holds the holder's lock.
pub(super) async fn withdraw_phone(
    tx: &mut Tx,
    app: &App,
    device: DeviceSessionId,
    why: WithdrawnFor,
) -> Result<(), StoreError> {
    let now = app.now();
    let lists = call!(tx, pass::withdraw_of_device(device, why, now))?;
    mark(app, &lists);
    Ok(())
}

/// Withdraws the live pass that a partner was given. Call it in the transaction of its cause, under the holder's lock
/// where there is a holder.
pub async fn withdraw_of_grant(
    tx: &mut Tx,
    app: &App,
    grant: GrantId,
    why: WithdrawnFor,
) -> Result<(), StoreError> {
    withdraw_phone(tx, app, super::issue::session_of(grant), why).await
}

/// Withdraws the live passes of one phone that are bound to another key than this one. The caller holds the
/// holder's lock.
pub(super) async fn withdraw_other_keys(
    tx: &mut Tx,
    app: &App,
    device: &Device,
    key: &DeviceKey,
) -> Result<(), StoreError> {
    let (now, key) = (app.now(), key.compressed());
    let lists = call!(tx, pass::withdraw_other_keys(device.id, &key, now))?;
    mark(app, &lists);
    Ok(())
}

/// Withdraws the passes that one phone fetched ahead. The caller holds the holder's lock.
pub(super) async fn withdraw_ahead(tx: &mut Tx, app: &App, device: &Device) -> Result<(), StoreError> {
    let lists = call!(tx, pass::withdraw_ahead(device.id, app.now()))?;
    mark(app, &lists);
    Ok(())
}

fn mark(app: &App, lists: &[i64]) {
    for list in lists {
        app.signers.lists.mark(*list, app.now());
    }
}

/// Removes code and application of the person whom a phone shows: their live pass is withdrawn, their session ends. A
/// printed pass stays good. A phone whose owner leaves it keeps nobody: its companions leave with them.
pub async fn leave(app: &App, device: &Device) -> Result<(), StoreError> {
    transact!(app.store, "pass.leave", StoreError, |tx| { leave_in(tx, app, device).await })
}

/// The same in the transaction of its cause.
pub async fn leave_in(tx: &mut Tx, app: &App, device: &Device) -> Result<(), StoreError> {
    for person in call!(tx, companion::people(device.phone))? {
        if device.is_companion() && person.id != device.id {
            continue;
        }
        if let Some(holder) = person.holder {
            call!(tx, holder::lock(holder))?;
            withdraw_phone(tx, app, person.id, WithdrawnFor::Left).await?;
        }
        crate::partner::grant::end_of_device(tx, app, person.id).await?;
        call!(tx, session::end_device(person.id))?;
    }
    Ok(())
}
