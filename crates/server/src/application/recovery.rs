//! Opening an application on another phone with its recovery code.

use domain::id::kind::{ApplicationId, DeviceSessionId, HolderId};
use store::rows::application::{ApplicationRow, DeviceState, EventKind};
use store::rows::pass::WithdrawnFor;
use store::{Tx, call, transact};

use super::recovery_code::RecoveryCode;
use super::{ApplicationError, own, submit, transition};
use crate::{App, companion, partner, pass};

/// Moves the application that `code` opens, and its holder's code, to `device`. The code is used up and a new one
/// takes its place; the phone that held the application is told when it is next used, and what it showed counts no
/// more. A phone that holds something else is left as it is, and the code stays good: two people's applications
/// never mix.
pub async fn recover(
    app: &App,
    device: DeviceSessionId,
    code: &RecoveryCode,
) -> Result<ApplicationId, ApplicationError> {
    let hash = code.hash();
    transact!(app.store, "application.recover", ApplicationError, |tx| {
        let id = call!(tx, device::take_recovery(&hash))?.ok_or(ApplicationError::RecoveryCode)?;
        take_over(tx, app, device, id).await?;
        Ok(id)
    })
}

/// Moves an application, and its holder's code, to `device`, whose owner has proved that it is theirs: by a recovery
/// code, or by a contact.
pub async fn take_over(
    tx: &mut Tx,
    app: &App,
    device: DeviceSessionId,
    id: ApplicationId,
) -> Result<(), ApplicationError> {
    let mut row = call!(tx, application::by_id(id))?.ok_or(ApplicationError::NotFound)?;
    let state = call!(tx, device::device_state(device))?.ok_or(ApplicationError::NotFound)?;
    if !is_the_same(&state, &row) && is_occupied(tx, device, &state).await? {
        return Err(ApplicationError::Occupied);
    }
    let now = app.now();
    companion::recovered::bring_along(tx, app, row.device, device).await?;
    let elsewhere = call!(tx, device::move_to(id, row.holder, device, now))?;
    if let Some(holder) = row.holder.filter(|_| elsewhere) {
        pass::withdraw_live(tx, app, holder, WithdrawnFor::AnotherDevice).await?;
        partner::grant::end_elsewhere(tx, app, holder, device).await?;
    }
    if row.device != device {
        partner::grant::end_of_device(tx, app, row.device).await?;
    }
    row.device = device;
    transition::save(tx, &mut row).await?;
    transition::note(tx, app, &row, EventKind::Recovered, None).await?;
    if let Some(holder) = row.holder {
        bring_change(tx, app, holder, device).await?;
    }
    submit::give_recovery_code(tx, app, id, device).await
}

/// A change of the holder's document that is not decided comes along, so that its answers and questions are where its
/// owner is, and nowhere else.
async fn bring_change(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    device: DeviceSessionId,
) -> Result<(), ApplicationError> {
    let pending = |row: &ApplicationRow| row.changes.is_some() && !row.stage.is_final();
    for mut change in call!(tx, held::applications(holder))?.into_iter().filter(pending) {
        change.device = device;
        transition::save(tx, &mut change).await?;
        call!(tx, device::sent(device, change.id, app.now()))?;
    }
    Ok(())
}

/// Whether the phone holds this application, or its holder's code, already.
fn is_the_same(state: &DeviceState, row: &ApplicationRow) -> bool {
    match state.holder {
        Some(holder) => row.holder == Some(holder),
        None => state.application == Some(row.id),
    }
}

/// Whether the phone holds a code, or an application that has not ended in nothing.
pub async fn is_occupied(
    tx: &mut Tx,
    device: DeviceSessionId,
    state: &DeviceState,
) -> Result<bool, ApplicationError> {
    Ok(state.holder.is_some() || own::under_way(tx, device, state).await?.is_some())
}
