//! What applicants do with an application that they have sent: look, withdraw it, answer a question.

use domain::application::Stage;
use domain::id::kind::{ApplicationId, DeviceSessionId};
use store::rows::application::{ApplicationEvent, ApplicationRow, Asked, DeviceState, EventKind};
use store::{StoreError, Tx, call, transact};

use super::submit::staff;
use super::{ApplicationError, transition};
use crate::http::session::AtDesk;
use crate::{App, access};

/// The application of a phone and what happened to it.
pub async fn open(
    app: &App,
    device: DeviceSessionId,
    id: ApplicationId,
) -> Result<(ApplicationRow, Vec<ApplicationEvent>), ApplicationError> {
    store::read!(app.store, "application.open", ApplicationError, |tx| {
        let row = own(tx, device, id).await?;
        let events = call!(tx, application::events(id))?;
        Ok((row, events))
    })
}

/// The application, if it is this phone's.
async fn own(
    tx: &mut Tx,
    device: DeviceSessionId,
    id: ApplicationId,
) -> Result<ApplicationRow, ApplicationError> {
    let row = call!(tx, application::by_id(id))?;
    row.filter(|row| row.device == device).ok_or(ApplicationError::NotFound)
}

/// The application of a phone that another one must not push aside: one that has not ended in nothing.
pub async fn under_way(
    tx: &mut Tx,
    device: DeviceSessionId,
    state: &DeviceState,
) -> Result<Option<ApplicationId>, ApplicationError> {
    let Some(id) = state.application else { return Ok(None) };
    match own(tx, device, id).await {
        Ok(row) => Ok(Some(id).filter(|_| !row.stage.is_final() || row.holder.is_some())),
        Err(ApplicationError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Withdraws the application of a phone, or of a person at a service desk.
pub async fn withdraw(
    app: &App,
    device: DeviceSessionId,
    desk: Option<AtDesk>,
    id: ApplicationId,
) -> Result<(), ApplicationError> {
    transact!(app.store, "application.withdraw", ApplicationError, |tx| {
        let mut row = own(tx, device, id).await?;
        if row.stage == Stage::Withdrawn {
            // Pressed twice.
            return Ok(());
        }
        access::record_at_desk(tx, app, desk, "desk_withdraw", "application", id).await?;
        let by = staff(desk);
        transition::advance(tx, app, &mut row, Stage::Withdrawn, EventKind::Withdrawn, by).await
    })
}

/// Keeps the photo that a reviewer asked for, as JPEG without metadata, and gives the application back to the
/// reviewers with its clock running on.
pub async fn answer_with_photo(
    app: &App,
    device: DeviceSessionId,
    desk: Option<AtDesk>,
    id: ApplicationId,
    jpeg: &[u8],
) -> Result<(), ApplicationError> {
    transact!(app.store, "application.photo", ApplicationError, |tx| {
        let mut row = own(tx, device, id).await?;
        if row.stage != Stage::NeedsInformation || row.asked != Some(Asked::Photo) {
            return Err(ApplicationError::NotAsked);
        }
        call!(tx, application::keep_photo(app.new_id(), id, jpeg, app.now()))?;
        row.asked = None;
        access::record_at_desk(tx, app, desk, "desk_enter", "application", id).await?;
        transition::advance(tx, app, &mut row, Stage::Review, EventKind::PhotoSent, staff(desk)).await?;
        // What was filed, corrected or withdrawn meanwhile was not looked at while we waited for the applicant.
        Ok(call!(tx, rematch::plan(id, app.now()))?)
    })
}

/// The owner of a phone has noted the recovery code.
pub async fn noted_recovery_code(app: &App, device: DeviceSessionId) -> Result<(), StoreError> {
    transact!(app.store, "application.noted", StoreError, |tx| { call!(tx, device::noted_recovery(device)) })
}
