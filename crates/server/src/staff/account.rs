//! What members of staff do with their own account.

use store::{StoreError, call, transact};

use super::sign_in::{note_failure, refuse_locked};
use super::{By, StaffError, Tools, password};
use crate::access;
use crate::checkpoint::plain::shift;
use crate::http::session::{STAFF_ABSOLUTE, STAFF_IDLE, Staff};

/// Own account, as its page shows it.
pub struct Own {
    /// What they sign in with.
    pub login: String,
    /// Their unit's name.
    pub unit: String,
    /// Live sessions, the one that asks included.
    pub sessions: i64,
}

/// The signed-in person's own account.
pub async fn own(tools: Tools<'_>, staff: &Staff) -> Result<Own, StaffError> {
    let (born_after, seen_after) = (tools.now.minus(STAFF_ABSOLUTE), tools.now.minus(STAFF_IDLE));
    store::read!(tools.store, "staff.own", StaffError, |tx| {
        let account = call!(tx, staff::one(staff.id))?.ok_or(StaffError::Unknown)?;
        let sessions = call!(tx, session::count_staff(staff.id, born_after, seen_after))?;
        Ok(Own { login: account.login, unit: account.unit, sessions })
    })
}

/// Changes the own password. The current one is asked for, so that an unattended screen does not give the
/// account away; wrong ones count like wrong sign-ins. Every other session ends.
pub async fn change_password(
    tools: Tools<'_>,
    staff: &Staff,
    current: &str,
    new: &str,
) -> Result<(), StaffError> {
    let (credentials, login) = store::read!(tools.store, "staff.own_credentials", StaffError, |tx| {
        let account = call!(tx, staff::one(staff.id))?.ok_or(StaffError::Unknown)?;
        let credentials = call!(tx, staff::credentials_of(staff.id))?.ok_or(StaffError::Unknown)?;
        Ok((credentials, account.login))
    })?;
    password::check(new, &[&login, &staff.name])?;
    let attempts =
        store::read!(tools.store, "staff.attempts", StoreError, |tx| { call!(tx, attempt::read(&login)) })?;
    refuse_locked(&attempts, tools)?;
    if !password::verify(current, Some(&credentials.password_hash)).await? {
        return Err(note_failure(tools, &login, StaffError::WrongPassword).await);
    }
    let hash = password::hash(new, tools.entropy).await?;
    transact!(tools.store, "staff.change_password", StaffError, |tx| {
        // Wrong ones that were sent while this one was being hashed count: the lock must not be raced.
        refuse_locked(&call!(tx, attempt::read(&login))?, tools)?;
        call!(tx, staff::set_password(staff.id, &hash))?;
        call!(tx, session::end_other_staff_sessions(staff.id, &staff.session))?;
        access::record_by(tx, tools, By::from(staff), "change-password", "staff", staff.id).await?;
        Ok(())
    })
}

/// Ends every own session, this one included.
pub async fn sign_out_everywhere(tools: Tools<'_>, staff: &Staff) -> Result<(), StaffError> {
    transact!(tools.store, "staff.sign_out_everywhere", StaffError, |tx| {
        shift::end_in(tx, staff.id, tools.now).await?;
        call!(tx, session::end_staff_sessions(staff.id))?;
        Ok(())
    })
}
