//! What a person takes home: the reference number with which they come back, and the recovery code with which they can
//! move to a phone of their own.

use store::rows::application::ApplicationRow;
use store::{Tx, call, read, transact};

use crate::application::{ApplicationError, submit};
use crate::http::session::Device;
use crate::{App, access};

/// What stands on a slip.
pub struct Slip {
    /// The application.
    pub row: ApplicationRow,
    /// A recovery code that nobody has taken home yet.
    pub recovery_code: Option<String>,
    /// Whether a new recovery code can be had here: not of what stands on a phone, which has one.
    pub may_renew: bool,
}

/// The slip of the person of the visit.
pub async fn of(app: &App, device: &Device) -> Result<Slip, ApplicationError> {
    read!(app.store, "desk.slip", ApplicationError, |tx| {
        let made_here = call!(tx, desk::made_here(device.id))?;
        let state = call!(tx, device::device_state(device.id))?.ok_or(ApplicationError::NotFound)?;
        let row = own(tx, device).await?;
        let recovery_code = state.recovery_code.filter(|_| made_here);
        Ok(Slip { recovery_code, may_renew: made_here && opens_all(&row), row })
    })
}

/// The application of the visit; of a holder whose last one was forgotten, the one before.
async fn own(tx: &mut Tx, device: &Device) -> Result<ApplicationRow, ApplicationError> {
    let row = match (device.application, device.holder) {
        (Some(id), _) => call!(tx, application::by_id(id))?,
        (None, Some(holder)) => call!(tx, held::applications(holder))?.pop(),
        (None, None) => None,
    };
    row.ok_or(ApplicationError::NotFound)
}

/// Whether a recovery code of `row` opens all that the person has: that of a change which is not decided does not.
fn opens_all(row: &ApplicationRow) -> bool {
    row.changes.is_none() || row.holder.is_some()
}

/// A new recovery code; the one before is good no more.
pub async fn renew(app: &App, device: &Device) -> Result<(), ApplicationError> {
    transact!(app.store, "desk.recovery", ApplicationError, |tx| {
        let row = own(tx, device).await?;
        if !call!(tx, desk::made_here(device.id))? || !opens_all(&row) {
            return Err(ApplicationError::NotAsked);
        }
        access::record_at_desk(tx, app, device.desk, "desk_recovery", "application", row.id).await?;
        submit::give_recovery_code(tx, app, row.id, device.id).await
    })
}
