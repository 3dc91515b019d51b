//! Staff accounts and the units that they belong to.

use domain::id::kind::{StaffId, UnitId};
use domain::{Id, Role, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::staff::{Account, AccountChange, Credentials, NewStaff};
use crate::seal::Place;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    UNIT_BY_NAME,
    UNIT_INSERT,
    UNITS,
    INSERT,
    CREDENTIALS,
    CREDENTIALS_OF,
    TAKE_CODE,
    LIST,
    ONE,
    CHANGE,
    DISABLE,
    ENABLE,
    SET_PASSWORD,
    SET_TOTP,
    ADMINISTRATORS,
];

/// The unit of a name.
pub const UNIT_BY_NAME: &str = "SELECT id FROM unit WHERE name = $1";

/// A new unit.
pub const UNIT_INSERT: &str = "INSERT INTO unit (id, name) VALUES ($1, $2)";

/// Every unit.
pub const UNITS: &str =
    "SELECT id, name FROM unit WHERE id NOT IN (SELECT unit_id FROM partner) ORDER BY name";

/// A new account.
pub const INSERT: &str = "\
    INSERT INTO staff (id, login, name, unit_id, roles, password_hash, totp_secret, totp_used_step, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)";

/// What signing in is judged by.
pub const CREDENTIALS: &str = "\
    SELECT id, unit_id, roles, password_hash, totp_secret, totp_used_step, disabled_at FROM staff \
    WHERE login = $1";

/// The same, of an account that is signed in.
pub const CREDENTIALS_OF: &str = "\
    SELECT id, unit_id, roles, password_hash, totp_secret, totp_used_step, disabled_at FROM staff WHERE id = $1";

/// Takes a one-time code, if neither it nor a later one was taken, and the account is still what was judged.
pub const TAKE_CODE: &str = "\
    UPDATE staff SET totp_used_step = $2 \
    WHERE id = $1 AND totp_used_step < $2 AND password_hash = $3 AND disabled_at IS NULL";

/// Every account.
pub const LIST: &str = "\
    SELECT staff.id, staff.login, staff.name, staff.unit_id, unit.name, staff.roles, staff.disabled_at, \
    staff.created_at FROM staff JOIN unit ON unit.id = staff.unit_id ORDER BY staff.login";

/// One account.
pub const ONE: &str = "\
    SELECT staff.id, staff.login, staff.name, staff.unit_id, unit.name, staff.roles, staff.disabled_at, \
    staff.created_at FROM staff JOIN unit ON unit.id = staff.unit_id WHERE staff.id = $1";

/// Changes what an administrator may change.
pub const CHANGE: &str = "UPDATE staff SET name = $2, unit_id = $3, roles = $4 WHERE id = $1";

/// Disables an account.
pub const DISABLE: &str = "UPDATE staff SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";

/// Enables an account again.
pub const ENABLE: &str = "UPDATE staff SET disabled_at = NULL WHERE id = $1";

/// A new password.
pub const SET_PASSWORD: &str = "UPDATE staff SET password_hash = $2 WHERE id = $1";

/// A new secret for one-time codes: no code of it was taken yet.
pub const SET_TOTP: &str = "UPDATE staff SET totp_secret = $2, totp_used_step = 0 WHERE id = $1";

/// Touches every active administrator, so that two transactions that each take one away cannot both commit.
pub const ADMINISTRATORS: &str = "\
    UPDATE staff SET created_at = created_at \
    WHERE disabled_at IS NULL AND ',' || roles || ',' LIKE '%,administrator,%' RETURNING id";

/// The unit of this name, made under `id` if there is none.
pub async fn unit(c: &mut Conn, id: UnitId, name: &str) -> Result<UnitId, StoreError> {
    let found: Option<i64> = sqlx::query_scalar(UNIT_BY_NAME).bind(name).fetch_optional(c.raw()).await?;
    if let Some(found) = found {
        return Ok(UnitId::from_i64(found));
    }
    sqlx::query(UNIT_INSERT).bind(id.as_i64()).bind(name).execute(c.raw()).await?;
    Ok(id)
}

/// All units, by name.
pub async fn units(c: &mut Conn) -> Result<Vec<(UnitId, String)>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(UNITS).fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(|(id, name)| (UnitId::from_i64(id), name)).collect())
}

/// The names of all units, for choosing one.
pub async fn unit_names(c: &mut Conn) -> Result<Vec<String>, StoreError> {
    Ok(units(c).await?.into_iter().map(|(_, name)| name).collect())
}

/// Where the secret of an account's one-time codes stands.
pub(crate) fn totp_place(id: i64) -> Place {
    Place { table: "staff", column: "totp_secret", row: id }
}

/// Adds an account. A login that exists already is refused as [`crate::Failure::Unique`].
pub async fn insert(c: &mut Conn, new: &NewStaff, now: Timestamp) -> Result<(), StoreError> {
    let secret = c.sealer().seal(totp_place(new.id.as_i64()), &new.totp_secret);
    sqlx::query(INSERT)
        .bind(new.id.as_i64())
        .bind(&new.login)
        .bind(&new.name)
        .bind(new.unit_id.as_i64())
        .bind(joined(&new.roles))
        .bind(&new.password_hash)
        .bind(secret)
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// What signing in with `login` is judged by.
pub async fn credentials(c: &mut Conn, login: &str) -> Result<Option<Credentials>, StoreError> {
    let row = sqlx::query(CREDENTIALS).bind(login).fetch_optional(c.raw()).await?;
    row.map(|row| opened(c, &row)).transpose()
}

/// What a signed-in member of staff is judged by when they show their password again.
pub async fn credentials_of(c: &mut Conn, id: StaffId) -> Result<Option<Credentials>, StoreError> {
    let row = sqlx::query(CREDENTIALS_OF).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| opened(c, &row)).transpose()
}

fn opened(c: &Conn, row: &Row) -> Result<Credentials, StoreError> {
    let id: i64 = row.try_get(0)?;
    let sealed: Vec<u8> = row.try_get(4)?;
    let secret: Vec<u8> = c.sealer().open(totp_place(id), &sealed)?;
    Ok(Credentials {
        id: Id::from_i64(id),
        unit_id: Id::from_i64(row.try_get(1)?),
        roles: parted(&row.try_get::<String, _>(2)?),
        password_hash: row.try_get(3)?,
        totp_secret: secret.into(),
        totp_used_step: row.try_get(5)?,
        disabled_at: row.try_get::<Option<i64>, _>(6)?.map(Timestamp::from_micros),
    })
}

/// Takes the code of `step`. False if it, or a later one, was taken before, or if the account was disabled or
/// got another password since `credentials` were read.
pub async fn take_code(c: &mut Conn, credentials: &Credentials, step: i64) -> Result<bool, StoreError> {
    let query = sqlx::query(TAKE_CODE).bind(credentials.id.as_i64()).bind(step);
    let done = query.bind(&credentials.password_hash).execute(c.raw()).await?;
    Ok(done.rows_affected() > 0)
}

/// Every account, by login.
pub async fn list(c: &mut Conn) -> Result<Vec<Account>, StoreError> {
    sqlx::query(LIST).fetch_all(c.raw()).await?.iter().map(account).collect()
}

/// One account.
pub async fn one(c: &mut Conn, id: StaffId) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.as_ref().map(account).transpose()
}

fn account(row: &Row) -> Result<Account, StoreError> {
    Ok(Account {
        id: Id::from_i64(row.try_get(0)?),
        login: row.try_get(1)?,
        name: row.try_get(2)?,
        unit_id: Id::from_i64(row.try_get(3)?),
        unit: row.try_get(4)?,
        roles: parted(&row.try_get::<String, _>(5)?),
        disabled_at: row.try_get::<Option<i64>, _>(6)?.map(Timestamp::from_micros),
        created_at: Timestamp::from_micros(row.try_get(7)?),
    })
}

/// Changes name, unit and roles.
pub async fn change(c: &mut Conn, id: StaffId, to: &AccountChange) -> Result<(), StoreError> {
    let query = sqlx::query(CHANGE).bind(id.as_i64()).bind(&to.name).bind(to.unit_id.as_i64());
    query.bind(joined(&to.roles)).execute(c.raw()).await?;
    Ok(())
}

/// Disables an account. Its sessions are ended by whoever calls this.
pub async fn disable(c: &mut Conn, id: StaffId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(DISABLE).bind(id.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Enables an account again.
pub async fn enable(c: &mut Conn, id: StaffId) -> Result<(), StoreError> {
    sqlx::query(ENABLE).bind(id.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Sets the password (argon2id, PHC string).
pub async fn set_password(c: &mut Conn, id: StaffId, password_hash: &str) -> Result<(), StoreError> {
    sqlx::query(SET_PASSWORD).bind(id.as_i64()).bind(password_hash).execute(c.raw()).await?;
    Ok(())
}

/// Sets the secret of the one-time codes.
pub async fn set_totp(c: &mut Conn, id: StaffId, secret: &[u8]) -> Result<(), StoreError> {
    let sealed = c.sealer().seal(totp_place(id.as_i64()), &secret.to_vec());
    sqlx::query(SET_TOTP).bind(id.as_i64()).bind(sealed).execute(c.raw()).await?;
    Ok(())
}

/// Every active administrator, held until the transaction ends.
pub async fn administrators(c: &mut Conn) -> Result<Vec<StaffId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(ADMINISTRATORS).fetch_all(c.raw()).await?;
    Ok(ids.into_iter().map(Id::from_i64).collect())
}

fn joined(roles: &[Role]) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    names.join(",")
}

/// A role that this program does not know gives nothing.
fn parted(roles: &str) -> Vec<Role> {
    roles.split(',').filter_map(|name| name.parse().ok()).collect()
}
