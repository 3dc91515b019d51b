//! What a person has allowed a partner: used, shown to them, and ended.
//!
//! The decision that matters: a grant hangs on the phone on which it was given. It ends with that phone's session, when
//! the code moves to another phone, when the code is closed, and whenever the holder says so; the pass that the partner
//! was given ends with it.

use domain::id::kind::{ApplicationId, DeviceSessionId, GrantId, HolderId};
use domain::partner::Function;
use store::rows::partner::{HeldGrant, lookup_of};
use store::rows::pass::WithdrawnFor;
use store::{StoreError, Tx, call, read, transact};

use super::PartnerError;
use crate::http::session::{Device, Partner};
use crate::pass::withdraw_of_grant;
use crate::staff::{By, Tools};
use crate::{App, access};

/// A grant in force, and the phone that it hangs on.
#[derive(Debug, Clone)]
pub struct Granted {
    /// Which.
    pub id: GrantId,
    /// The person of the phone, with their holder where the grant is about that holder.
    pub device: Device,
}

/// Opens a grant for one use, which is recorded: the holder sees it under "who opened my data".
pub async fn open(
    app: &App,
    partner: &Partner,
    id: GrantId,
    function: Function,
) -> Result<Granted, PartnerError> {
    transact!(app.store, "partner.use", PartnerError, |tx| { open_in(tx, app, partner, id, function).await })
}

/// The same in the transaction of the use.
pub async fn open_in(
    tx: &mut Tx,
    app: &App,
    partner: &Partner,
    id: GrantId,
    function: Function,
) -> Result<Granted, PartnerError> {
    let row = call!(tx, grant::in_force(id, partner.id, app.now()))?
        .filter(|row| row.functions.has(function))
        .ok_or(PartnerError::NoGrant)?;
    let holder = match (row.holder, row.shown) {
        (None, None) => None,
        (None, Some(shown)) => {
            if !call!(tx, grant::bind(id, shown))? {
                return Err(PartnerError::NoGrant);
            }
            Some(shown)
        }
        (Some(holder), Some(shown)) if holder == shown => Some(holder),
        (Some(_), _) => return Err(PartnerError::NoGrant),
    };
    let application = match row.application {
        Some(id) if holder.is_none() => of_the_document(tx, app, id, &row.lookup).await?,
        other => other,
    };
    access::record_by(tx, Tools::of(app), By::partner(partner.unit), function.as_str(), "grant", id).await?;
    let device = Device { id: row.device, phone: row.device, application, holder, desk: None };
    Ok(Granted { id, device })
}

/// The phone's application, if it is with the document that was passed on. With another one the grant does not count;
/// one that ended before is somebody else's, and as good as none.
async fn of_the_document(
    tx: &mut Tx,
    app: &App,
    id: ApplicationId,
    lookup: &[u8],
) -> Result<Option<ApplicationId>, PartnerError> {
    let Some(made) = call!(tx, application::by_id(id))? else { return Ok(None) };
    if lookup_of(app.store.sealer(), made.details.issuing_state, &made.details.number)[..] == *lookup {
        return Ok(Some(id));
    }
    if made.stage.is_final() { Ok(None) } else { Err(PartnerError::NoGrant) }
}

/// What was allowed on this phone, and about its holder.
pub async fn of(app: &App, device: &Device) -> Result<Vec<HeldGrant>, StoreError> {
    read!(app.store, "partner.grants", StoreError, |tx| { call!(tx, grant::held(device.id, device.holder)) })
}

/// The holder ends a grant of theirs.
pub async fn end(app: &App, device: &Device, id: GrantId) -> Result<(), PartnerError> {
    transact!(app.store, "partner.end", PartnerError, |tx| {
        if let Some(holder) = device.holder {
            call!(tx, holder::lock(holder))?;
        }
        if !call!(tx, grant::end(id, device.id, device.holder, app.now()))? {
            return Err(PartnerError::Unknown);
        }
        Ok(withdraw_of_grant(tx, app, id, WithdrawnFor::Revoked).await?)
    })
}

/// Ends what was allowed on a phone, whose session ends or whose application was withdrawn.
pub async fn end_of_device(tx: &mut Tx, app: &App, device: DeviceSessionId) -> Result<(), StoreError> {
    for id in call!(tx, grant::of_device(device))? {
        call!(tx, grant::end(id, device, None, app.now()))?;
        withdraw_of_grant(tx, app, id, WithdrawnFor::Revoked).await?;
    }
    Ok(())
}

/// Ends what was allowed about `holder` on other phones than `device`, to which the code moves.
pub async fn end_elsewhere(
    tx: &mut Tx,
    app: &App,
    holder: HolderId,
    device: DeviceSessionId,
) -> Result<(), StoreError> {
    for (id, former) in call!(tx, grant::of_moved(holder, device))? {
        call!(tx, grant::end(id, former, Some(holder), app.now()))?;
        withdraw_of_grant(tx, app, id, WithdrawnFor::AnotherDevice).await?;
    }
    Ok(())
}

/// How many grants that are over are ended in one round.
const BATCH: i64 = 200;

/// Ends the grants whose time is over: the pass that was given under one lives no longer than it.
pub async fn end_over(app: &App) -> Result<(), StoreError> {
    let over =
        read!(app.store, "partner.over", StoreError, |tx| { call!(tx, grant::over(app.now(), BATCH)) })?;
    for (id, device, holder) in over {
        transact!(app.store, "partner.end_over", StoreError, |tx| {
            if let Some(holder) = holder {
                call!(tx, holder::lock(holder))?;
            }
            call!(tx, grant::end(id, device, holder, app.now()))?;
            withdraw_of_grant(tx, app, id, WithdrawnFor::Revoked).await
        })?;
    }
    Ok(())
}
