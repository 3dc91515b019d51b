//! Closing: the person's code is closed and everything about them is deleted, as they could do on a phone.

use store::{StoreError, call, transact};

use crate::holder::erase;
use crate::http::session::Device;
use crate::{App, access};

/// Erases everything about the person of the visit, and ends it. If they have a phone, its session stays, with
/// nothing of them; whoever else is on that phone keeps what is theirs.
pub async fn close(app: &App, device: &Device) -> Result<(), StoreError> {
    transact!(app.store, "desk.close", StoreError, |tx| {
        let made_here = call!(tx, desk::made_here(device.id))?;
        if let Some(id) = device.application {
            access::record_at_desk(tx, app, device.desk, "desk_close", "application", id).await?;
        }
        if let Some(id) = device.holder {
            access::record_at_desk(tx, app, device.desk, "desk_close", "holder", id).await?;
        }
        if let Some(desk) = device.desk {
            call!(tx, desk::end(desk.visit, app.now()))?;
        }
        erase::erase_in(tx, app, device).await?;
        if made_here {
            call!(tx, session::end_device(device.id))?;
        }
        Ok(())
    })
}
