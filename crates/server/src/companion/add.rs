//! Adding a companion: a place on the phone for one more person, with a draft to begin with.

use domain::id::kind::DeviceSessionId;
use store::rows::companion::Companion;
use store::{call, transact};
use zeroize::Zeroizing;

use super::CompanionError;
use crate::App;
use crate::application::draft::Draft;

/// Adds a companion to a phone and shows them from now on. Two tabs that add at once never exceed the number that
/// a phone may have.
pub async fn add(
    app: &App,
    phone: DeviceSessionId,
    companion: &Companion,
) -> Result<DeviceSessionId, CompanionError> {
    let (id, now): (DeviceSessionId, _) = (app.new_id(), app.now());
    let nobodys: [u8; 32] = app.entropy.bytes();
    let draft: Zeroizing<Vec<u8>> = Draft::default().plain();
    transact!(app.store, "companion.add", CompanionError, |tx| {
        let there = call!(tx, companion::lock(phone, now))?.ok_or(CompanionError::NotFound)?;
        if there >= u64::from(app.settings.companions) {
            return Err(CompanionError::Full);
        }
        call!(tx, companion::add(id, phone, companion, &nobodys, now))?;
        call!(tx, device::save_draft(id, Some(&draft), now))?;
        call!(tx, companion::show(phone, Some(id)))?;
        Ok(id)
    })
}
