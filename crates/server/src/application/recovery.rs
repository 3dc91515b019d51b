//! Opening an application on another phone with its recovery code.

use domain::id::kind::{ApplicationId, DeviceSessionId};
use store::rows::application::EventKind;
use store::rows::pass::WithdrawnFor;
use store::{call, transact};

use super::recovery_code::RecoveryCode;
use super::{ApplicationError, submit, transition};
use crate::{App, pass};

/// Moves the application that `code` opens, and its holder's code, to `device`. The code is used up and a new one
/// takes its place; the phone that held the application is told when it is next used, and what it showed counts no
/// more.
pub async fn recover(
    app: &App,
    device: DeviceSessionId,
    code: &RecoveryCode,
) -> Result<ApplicationId, ApplicationError> {
    let hash = code.hash();
    transact!(app.store, "application.recover", ApplicationError, |tx| {
        let id = call!(tx, device::take_recovery(&hash))?.ok_or(ApplicationError::RecoveryCode)?;
        let mut row = call!(tx, application::by_id(id))?.ok_or(ApplicationError::NotFound)?;
        let now = app.now();
        let elsewhere = call!(tx, device::move_to(id, row.holder, device, now))?;
        if let Some(holder) = row.holder.filter(|_| elsewhere) {
            pass::withdraw_live(tx, app, holder, WithdrawnFor::AnotherDevice).await?;
        }
        row.device = device;
        transition::save(tx, &mut row).await?;
        transition::note(tx, app, &row, EventKind::Recovered, None).await?;
        submit::give_recovery_code(tx, app, id, device).await?;
        Ok(id)
    })
}
