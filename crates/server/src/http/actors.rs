//! Finds the actor behind a session's token in the database, and ends sessions that are too old.

use domain::Role;
use domain::id::kind::StaffId;
use store::{StoreError, call, transact};

use super::route::Scope;
use super::session::{Client, Device, SEEN_GRAIN, STAFF_ABSOLUTE, STAFF_IDLE, Staff};
use super::{Kind, Problem};
use crate::App;

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
    let row = store::read!(app.store, "device.session", StoreError, |tx| {
        call!(tx, session::device(token_hash))
    })?;
    Ok(row.map(|row| Device { id: row.id, application: row.application_id, holder: row.holder_id }))
}

/// The machine client behind this token, if its token has this scope and is not disabled.
pub async fn client(app: &App, token_hash: &[u8; 32], scope: Scope) -> Result<Option<Client>, StoreError> {
    let row =
        store::read!(app.store, "api.client", StoreError, |tx| { call!(tx, session::client(token_hash)) })?;
    Ok(row.filter(|row| row.scope == scope.as_str()).map(|row| Client { id: row.id, unit: row.unit_id }))
}
