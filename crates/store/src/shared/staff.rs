//! Staff accounts and the units that they belong to.

use domain::Timestamp;
use domain::id::kind::UnitId;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::staff::NewStaff;
use crate::seal::Place;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[UNIT_BY_NAME, UNIT_INSERT, INSERT];

/// The unit of a name.
pub const UNIT_BY_NAME: &str = "SELECT id FROM unit WHERE name = $1";

/// A new unit.
pub const UNIT_INSERT: &str = "INSERT INTO unit (id, name) VALUES ($1, $2)";

/// A new account.
pub const INSERT: &str = "\
    INSERT INTO staff (id, login, name, unit_id, roles, password_hash, totp_secret, totp_used_step, failures, \
    created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)";

/// The unit of this name, made under `id` if there is none.
pub async fn unit(c: &mut Conn, id: UnitId, name: &str) -> Result<UnitId, StoreError> {
    let found: Option<i64> = sqlx::query_scalar(UNIT_BY_NAME).bind(name).fetch_optional(c.raw()).await?;
    if let Some(found) = found {
        return Ok(UnitId::from_i64(found));
    }
    sqlx::query(UNIT_INSERT).bind(id.as_i64()).bind(name).execute(c.raw()).await?;
    Ok(id)
}

/// Where the secret of an account's one-time codes stands.
pub(crate) fn totp_place(id: i64) -> Place {
    Place { table: "staff", column: "totp_secret", row: id }
}

/// Adds an account. A login that exists already is refused as [`crate::Failure::Unique`].
pub async fn insert(c: &mut Conn, new: &NewStaff, now: Timestamp) -> Result<(), StoreError> {
    let roles: Vec<&str> = new.roles.iter().map(|role| role.as_str()).collect();
    let secret = c.sealer().seal(totp_place(new.id.as_i64()), &new.totp_secret);
    sqlx::query(INSERT)
        .bind(new.id.as_i64())
        .bind(&new.login)
        .bind(&new.name)
        .bind(new.unit_id.as_i64())
        .bind(roles.join(","))
        .bind(&new.password_hash)
        .bind(secret)
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}
