//! Signing in: login, password and one-time code, judged together.

use std::time::Duration;

use domain::Role;
use domain::id::kind::StaffId;
use store::rows::staff::{Attempts, Credentials};
use store::{StoreError, call, transact};

use super::{By, StaffError, Tools, one_time, password};
use crate::access;
use crate::checkpoint::plain::shift;
use crate::http::session::{Staff, new_token};

/// So many wrong attempts in a row lock a login …
pub const MOST_FAILURES: i64 = 10;
/// … for so long.
pub const LOCK: Duration = Duration::from_mins(15);
/// Wrong attempts are forgotten after this long without another.
const FORGET: Duration = Duration::from_hours(24);

/// Compared with when there is no account: the work is the same.
const NO_SECRET: [u8; 20] = [0; 20];

/// A session that began.
pub struct SignedIn {
    /// The cookie's value.
    pub token: String,
    /// Whose.
    pub id: StaffId,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// What was typed.
#[derive(Clone, Copy)]
pub struct Typed<'a> {
    /// Who they say they are.
    pub login: &'a str,
    /// Their password.
    pub password: &'a str,
    /// The six digits of their app.
    pub code: &'a str,
}

/// The form under which logins are stored.
pub fn canonical_login(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Begins a session if login, password and code are right, the account is not disabled and the login is not
/// locked. `previous` is the session that this browser had: it ends.
pub async fn sign_in(
    tools: Tools<'_>,
    typed: Typed<'_>,
    previous: Option<[u8; 32]>,
) -> Result<SignedIn, StaffError> {
    let login = canonical_login(typed.login);
    let (attempts, found) = store::read!(tools.store, "staff.credentials", StoreError, |tx| {
        Ok((call!(tx, attempt::read(&login))?, call!(tx, staff::credentials(&login))?))
    })?;
    refuse_locked(&attempts, tools)?;
    let hash = found.as_ref().map(|c| c.password_hash.as_str());
    let right_password = password::verify(typed.password, hash).await?;
    let (secret, used) = match &found {
        Some(credentials) => (credentials.totp_secret.as_slice(), credentials.totp_used_step),
        None => (&NO_SECRET[..], 0),
    };
    let step = one_time::step_of(secret, typed.code, tools.now, used)?;
    let enabled = found.filter(|credentials| credentials.disabled_at.is_none());
    match (enabled, step) {
        (Some(credentials), Some(step)) if right_password => {
            begin(tools, &login, &credentials, step, previous).await
        }
        _ => Err(note_failure(tools, &login, StaffError::Refused).await),
    }
}

/// The code is taken and the session begun in one transaction: of two requests with the same code one wins.
async fn begin(
    tools: Tools<'_>,
    login: &str,
    credentials: &Credentials,
    step: i64,
    previous: Option<[u8; 32]>,
) -> Result<SignedIn, StaffError> {
    let (token, hash) = new_token(tools.entropy);
    let by = By { staff: credentials.id, unit: credentials.unit_id };
    let outcome = transact!(tools.store, "staff.sign_in", StaffError, |tx| {
        // Attempts made while the password was being hashed count.
        refuse_locked(&call!(tx, attempt::read(login))?, tools)?;
        if !call!(tx, staff::take_code(credentials, step))? {
            return Err(StaffError::Refused);
        }
        if let Some(previous) = &previous {
            call!(tx, session::end_staff(previous))?;
        }
        call!(tx, session::begin_staff(&hash, credentials.id, tools.now))?;
        call!(tx, attempt::forget(login))?;
        access::record_by(tx, tools, by, "sign-in", "staff", credentials.id).await?;
        Ok(())
    });
    match outcome {
        Ok(()) => Ok(SignedIn { token, id: credentials.id, roles: credentials.roles.clone() }),
        // Everything was right, and the same form came twice at once: nothing to count towards the lock.
        Err(error) => Err(error),
    }
}

/// Refuses while the login is locked.
pub(super) fn refuse_locked(attempts: &Attempts, tools: Tools<'_>) -> Result<(), StaffError> {
    match attempts.locked_until {
        Some(until) if until > tools.now => Err(StaffError::Locked(until)),
        _ => Ok(()),
    }
}

/// Counts a wrong attempt; the one that fills the measure locks. Gives what to answer: `refusal`, or the lock.
pub(super) async fn note_failure(tools: Tools<'_>, login: &str, refusal: StaffError) -> StaffError {
    let locked_until = tools.now.plus(LOCK);
    let noted = transact!(tools.store, "staff.wrong_sign_in", StaffError, |tx| {
        let before = call!(tx, attempt::read(login))?;
        refuse_locked(&before, tools)?;
        let mut after = Attempts { failures: before.failures + 1, locked_until: None };
        if after.failures >= MOST_FAILURES {
            after = Attempts { failures: 0, locked_until: Some(locked_until) };
        }
        call!(tx, attempt::note(login, &after, tools.now, tools.now.minus(FORGET)))?;
        Ok(after)
    });
    match noted {
        Ok(Attempts { locked_until: Some(until), .. }) => StaffError::Locked(until),
        Ok(_) => refusal,
        Err(error) => error,
    }
}

/// Ends one session on the server, and the shift that goes on without a device.
pub async fn sign_out(tools: Tools<'_>, staff: &Staff) -> Result<(), StaffError> {
    transact!(tools.store, "staff.sign_out", StaffError, |tx| {
        shift::end_in(tx, staff.id, tools.now).await?;
        call!(tx, session::end_staff(&staff.session))?;
        Ok(())
    })
}
