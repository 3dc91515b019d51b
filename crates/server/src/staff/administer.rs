//! What administrators do with accounts, from pages or from the command line. All of it is recorded.

use domain::Role;
use domain::id::kind::{StaffId, UnitId};
use store::rows::staff::{Account, AccountChange, NewStaff};
use store::{Tx, call, transact};

use super::one_time::{self, SetUp};
use super::sign_in::canonical_login;
use super::{By, StaffError, Tools, password};
use crate::access;

/// An account to add.
#[derive(Clone)]
pub struct NewAccount {
    /// What they will type to sign in: 3 to 40 of `a-z 0-9 . _ -`; capitals become small.
    pub login: String,
    /// The name that pages show.
    pub name: String,
    /// The name of their unit; made if there is none.
    pub unit: String,
    /// What they may do: at least one.
    pub roles: Vec<Role>,
    /// The password to begin with; generated if `None`. One that is given is held to the rules.
    pub password: Option<String>,
}

/// An added account: what its owner needs to sign in. Kept nowhere, to be shown once.
#[derive(Clone)]
pub struct Added {
    /// The account.
    pub id: StaffId,
    /// The login as stored.
    pub login: String,
    /// The password.
    pub password: String,
    /// What the authenticator app is set up with.
    pub codes: SetUp,
    /// The secret of the codes, for a program that must make them itself (the demonstration, tests).
    pub totp_secret: Vec<u8>,
}

/// Adds an account.
pub async fn add(tools: Tools<'_>, by: By, new: NewAccount) -> Result<Added, StaffError> {
    add_by(tools, Some(by), new).await
}

/// Adds an account that somebody makes for themselves: it stands in the record as its own.
pub async fn join(tools: Tools<'_>, new: NewAccount) -> Result<Added, StaffError> {
    add_by(tools, None, new).await
}

async fn add_by(tools: Tools<'_>, by: Option<By>, new: NewAccount) -> Result<Added, StaffError> {
    let login = checked_login(&new.login)?;
    let (name, unit) = (checked_name(&new.name)?, checked_name(&new.unit)?);
    if new.roles.is_empty() {
        return Err(StaffError::NoRole);
    }
    let password = match new.password {
        Some(password) => password::check(&password, &[&login, name]).map(|()| password)?,
        None => password::generate(tools.entropy),
    };
    let (id, unit_id): (StaffId, UnitId) = (tools.id(), tools.id());
    let mut row = NewStaff {
        id,
        login: login.clone(),
        name: name.to_owned(),
        unit_id,
        roles: ordered(&new.roles),
        password_hash: password::hash(&password, tools.entropy).await?,
        totp_secret: one_time::new_secret(tools.entropy),
    };
    let codes = SetUp::of(&row.totp_secret, &login);
    let added = transact!(tools.store, "staff.add", StaffError, |tx| {
        row.unit_id = call!(tx, staff::unit(unit_id, unit))?;
        call!(tx, staff::insert(&row, tools.now))?;
        let by = by.unwrap_or(By { staff: id, unit: row.unit_id });
        access::record_by(tx, tools, by, "add", "staff", id).await?;
        Ok(())
    });
    match added {
        Err(StaffError::Store(error)) if error.is_unique() => Err(StaffError::LoginTaken),
        Err(error) => Err(error),
        Ok(()) => Ok(Added { id, login, password, codes, totp_secret: row.totp_secret }),
    }
}

/// Every account, by login, and the names of all units.
pub async fn list(tools: Tools<'_>) -> Result<(Vec<Account>, Vec<String>), StaffError> {
    store::read!(tools.store, "staff.list", StaffError, |tx| {
        Ok((call!(tx, staff::list())?, call!(tx, staff::unit_names())?))
    })
}

/// One account.
pub async fn one(tools: Tools<'_>, id: StaffId) -> Result<Account, StaffError> {
    store::read!(tools.store, "staff.one", StaffError, |tx| {
        call!(tx, staff::one(id))?.ok_or(StaffError::Unknown)
    })
}

/// The account with this login: the command line names people so.
pub async fn by_login(tools: Tools<'_>, login: &str) -> Result<Account, StaffError> {
    let login = canonical_login(login);
    let (accounts, _) = list(tools).await?;
    accounts.into_iter().find(|account| account.login == login).ok_or(StaffError::Unknown)
}

/// Changes name, unit and roles. New roles hold from the next request on.
pub async fn change(
    tools: Tools<'_>,
    by: By,
    id: StaffId,
    name: &str,
    unit: &str,
    roles: &[Role],
) -> Result<(), StaffError> {
    let (name, unit) = (checked_name(name)?, checked_name(unit)?);
    if roles.is_empty() {
        return Err(StaffError::NoRole);
    }
    let unit_id: UnitId = tools.id();
    transact!(tools.store, "staff.change", StaffError, |tx| {
        call!(tx, staff::one(id))?.ok_or(StaffError::Unknown)?;
        if !roles.contains(&Role::Administrator) {
            keep_an_administrator(tx, by, id).await?;
        }
        let unit_id = call!(tx, staff::unit(unit_id, unit))?;
        let change = AccountChange { name: name.to_owned(), unit_id, roles: ordered(roles) };
        call!(tx, staff::change(id, &change))?;
        access::record_by(tx, tools, by, "change", "staff", id).await?;
        Ok(())
    })
}

/// Disables an account: its sessions end at once.
pub async fn disable(tools: Tools<'_>, by: By, id: StaffId) -> Result<(), StaffError> {
    transact!(tools.store, "staff.disable", StaffError, |tx| {
        call!(tx, staff::one(id))?.ok_or(StaffError::Unknown)?;
        if by.staff == id {
            return Err(StaffError::Yourself);
        }
        keep_an_administrator(tx, by, id).await?;
        call!(tx, staff::disable(id, tools.now))?;
        call!(tx, session::end_staff_sessions(id))?;
        access::record_by(tx, tools, by, "disable", "staff", id).await?;
        Ok(())
    })
}

/// Enables an account again, with its password and codes as they were.
pub async fn enable(tools: Tools<'_>, by: By, id: StaffId) -> Result<(), StaffError> {
    transact!(tools.store, "staff.enable", StaffError, |tx| {
        call!(tx, staff::one(id))?.ok_or(StaffError::Unknown)?;
        call!(tx, staff::enable(id))?;
        access::record_by(tx, tools, by, "enable", "staff", id).await?;
        Ok(())
    })
}

/// Gives an account a new, generated password, ends its sessions, and lifts a lock of its login. Not one's own:
/// that asks for the current password (see [`super::change_password`]), or an unattended screen gives it away.
pub async fn reset_password(tools: Tools<'_>, by: By, id: StaffId) -> Result<String, StaffError> {
    if by.staff == id {
        return Err(StaffError::OwnPassword);
    }
    let password = password::generate(tools.entropy);
    let hash = password::hash(&password, tools.entropy).await?;
    transact!(tools.store, "staff.reset_password", StaffError, |tx| {
        let account = call!(tx, staff::one(id))?.ok_or(StaffError::Unknown)?;
        call!(tx, staff::set_password(id, &hash))?;
        call!(tx, session::end_staff_sessions(id))?;
        call!(tx, attempt::forget(&account.login))?;
        access::record_by(tx, tools, by, "reset-password", "staff", id).await?;
        Ok(())
    })?;
    Ok(password)
}

/// Gives an account a new secret for its one-time codes, and ends its sessions.
pub async fn reset_codes(tools: Tools<'_>, by: By, id: StaffId) -> Result<SetUp, StaffError> {
    let secret = one_time::new_secret(tools.entropy);
    let login = transact!(tools.store, "staff.reset_codes", StaffError, |tx| {
        let account = call!(tx, staff::one(id))?.ok_or(StaffError::Unknown)?;
        call!(tx, staff::set_totp(id, &secret))?;
        call!(tx, session::end_staff_sessions(id))?;
        access::record_by(tx, tools, by, "reset-codes", "staff", id).await?;
        Ok(account.login)
    })?;
    Ok(SetUp::of(&secret, &login))
}

/// Refuses to take from `id` what it does for everybody: to be an administrator who can undo mistakes.
async fn keep_an_administrator(tx: &mut Tx, by: By, id: StaffId) -> Result<(), StaffError> {
    let administrators = call!(tx, staff::administrators())?;
    if !administrators.contains(&id) {
        return Ok(());
    }
    if by.staff == id {
        return Err(StaffError::Yourself);
    }
    if administrators.len() == 1 { Err(StaffError::LastAdministrator) } else { Ok(()) }
}

fn checked_login(typed: &str) -> Result<String, StaffError> {
    let login = canonical_login(typed);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
    if (3..=40).contains(&login.len()) && login.chars().all(plain) {
        Ok(login)
    } else {
        Err(StaffError::BadLogin)
    }
}

/// Trims a name of a person, a unit or a client, and holds it to 1 to 100 printable characters.
pub(super) fn checked_name(typed: &str) -> Result<&str, StaffError> {
    let name = typed.trim();
    let fits = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name) } else { Err(StaffError::BadName) }
}

fn ordered(roles: &[Role]) -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| roles.contains(role)).collect()
}
