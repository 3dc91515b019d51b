//! Finds the actor behind a session's token in the database, and ends sessions that are too old.

use domain::Role;
use domain::id::kind::{DeviceSessionId, StaffId};
use store::{StoreError, call, transact};

use super::person::{PersonTag, Whose};
use super::route::Scope;
use super::session::{AtDesk, Client, Device, SEEN_GRAIN, STAFF_ABSOLUTE, STAFF_IDLE, Staff, VISIT_IDLE};
use super::{Kind, Problem};
use crate::App;
use crate::staff::By;

/// The database being away is never the asker's fault.
impl Problem for StoreError {
    fn kind(&self) -> Kind {
        if matches!(self.failure, store::Failure::Contention(_) | store::Failure::Unavailable(_)) {
            Kind::BUSY
        } else {
            Kind::INTERNAL
        }
    }
}

/// The member of staff whose session this is: not disabled, session neither older than 12 hours nor idle
/// for 30 minutes.
pub async fn staff(app: &App, token_hash: &[u8; 32]) -> Result<Option<Staff>, StoreError> {
    let now = app.now();
    let (born_after, seen_after) = (now.minus(STAFF_ABSOLUTE), now.minus(STAFF_IDLE));
    let row = store::read!(app.store, "staff.session", StoreError, |tx| {
        call!(tx, session::staff(token_hash, born_after, seen_after))
    })?;
    let Some(row) = row else { return Ok(None) };
    if now.since(row.seen_at) >= SEEN_GRAIN {
        transact!(app.store, "staff.seen", StoreError, |tx| {
            call!(tx, session::staff_seen(token_hash, now))
        })?;
    }
    let roles = row.roles.split(',').filter_map(|name| name.parse::<Role>().ok()).collect();
    Ok(Some(Staff { id: row.id, name: row.name, unit: row.unit_id, roles, session: *token_hash }))
}

/// Ends every session of a member of staff: signed out, disabled, or password changed.
pub async fn end_all(app: &App, id: StaffId) -> Result<(), StoreError> {
    transact!(app.store, "staff.end_sessions", StoreError, |tx| {
        call!(tx, session::end_staff_sessions(id))
    })
}

/// The phone behind this token.
pub async fn device(app: &App, token_hash: &[u8; 32]) -> Result<Option<Device>, StoreError> {
    Ok(phone(app, token_hash).await?.map(|(device, _)| device))
}

/// The phone behind this token, and whom it shows.
pub async fn phone(app: &App, token_hash: &[u8; 32]) -> Result<Option<(Device, Whose)>, StoreError> {
    let row = store::read!(app.store, "device.session", StoreError, |tx| {
        call!(tx, session::device(token_hash))
    })?;
    Ok(row.map(|row| {
        let device = Device {
            id: row.id,
            phone: row.phone,
            application: row.application_id,
            holder: row.holder_id,
            desk: None,
        };
        let tag = if device.is_companion() { PersonTag::companion(row.id) } else { PersonTag::OWNER };
        let name = row.companion.map(|companion| companion.name);
        (device, Whose { tag, name, shared: row.companions > 0 })
    }))
}

/// A person of this phone, shown or not; `None` where the phone has nobody of that name.
pub async fn person(
    app: &App,
    phone: DeviceSessionId,
    tag: &PersonTag,
) -> Result<Option<(Device, Whose)>, StoreError> {
    let people =
        store::read!(app.store, "device.people", StoreError, |tx| { call!(tx, companion::people(phone)) })?;
    let shared = people.len() > 1;
    Ok(people.into_iter().find_map(|row| {
        let own = if row.id == phone { PersonTag::OWNER } else { PersonTag::companion(row.id) };
        let device =
            Device { id: row.id, phone, application: row.application, holder: row.holder, desk: None };
        let name = row.companion.map(|companion| companion.name);
        (own == *tag).then_some((device, Whose { tag: own, name, shared }))
    }))
}

/// The person for whom this member of staff does something at their desk: of the visit that was begun in the same
/// staff session, and that was used within the last ten minutes.
pub async fn visit(app: &App, staff: &Staff) -> Result<Option<(Device, Whose)>, StoreError> {
    let now = app.now();
    let open = store::read!(app.store, "desk.visit", StoreError, |tx| {
        call!(tx, desk::open(&staff.session, now.minus(VISIT_IDLE)))
    })?;
    let Some(open) = open else { return Ok(None) };
    if now.since(open.seen_at) >= SEEN_GRAIN {
        transact!(app.store, "desk.seen", StoreError, |tx| { call!(tx, desk::seen(open.id, now)) })?;
    }
    let device = Device {
        id: open.device,
        phone: open.device,
        application: open.application,
        holder: open.holder,
        desk: Some(AtDesk { visit: open.id, by: By::from(staff) }),
    };
    Ok(Some((device, Whose { tag: PersonTag::visitor(open.id), ..Whose::default() })))
}

/// The machine client behind this token, if its token has this scope and is not disabled.
pub async fn client(app: &App, token_hash: &[u8; 32], scope: Scope) -> Result<Option<Client>, StoreError> {
    let row =
        store::read!(app.store, "api.client", StoreError, |tx| { call!(tx, session::client(token_hash)) })?;
    Ok(row.filter(|row| row.scope == scope.as_str()).map(|row| Client { id: row.id, unit: row.unit_id }))
}
