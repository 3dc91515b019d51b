//! Wrong sign-ins, counted by what was typed as login, whether or not such an account exists.

use domain::Timestamp;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::staff::Attempts;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[READ, NOTE, FORGET, FORGET_OLD];

/// The attempts with one login.
pub const READ: &str = "SELECT failures, locked_until FROM sign_in_attempt WHERE login = $1";

/// Sets the attempts with one login.
pub const NOTE: &str = "\
    INSERT INTO sign_in_attempt (login, failures, locked_until, at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (login) DO UPDATE \
    SET failures = excluded.failures, locked_until = excluded.locked_until, at = excluded.at";

/// Forgets the attempts with one login.
pub const FORGET: &str = "DELETE FROM sign_in_attempt WHERE login = $1";

/// Forgets attempts that are long past.
pub const FORGET_OLD: &str = "DELETE FROM sign_in_attempt WHERE at < $1";

/// The wrong sign-ins with `login`.
pub async fn read(c: &mut Conn, login: &str) -> Result<Attempts, StoreError> {
    let login = index(c, login);
    let row: Option<(i64, Option<i64>)> =
        sqlx::query_as(READ).bind(login).fetch_optional(c.raw()).await?;
    let attempts =
        |(failures, until): (i64, Option<i64>)| Attempts { failures, locked_until: until.map(Timestamp::from_micros) };
    Ok(row.map(attempts).unwrap_or_default())
}

/// Sets the wrong sign-ins with `login`, and forgets those of other logins that were last tried before
/// `forget_before`.
pub async fn note(
    c: &mut Conn,
    login: &str,
    attempts: &Attempts,
    now: Timestamp,
    forget_before: Timestamp,
) -> Result<(), StoreError> {
    let login = index(c, login);
    sqlx::query(FORGET_OLD).bind(forget_before.micros()).execute(c.raw()).await?;
    sqlx::query(NOTE)
        .bind(login)
        .bind(attempts.failures)
        .bind(attempts.locked_until.map(Timestamp::micros))
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Forgets the wrong sign-ins with `login`: a right one came.
pub async fn forget(c: &mut Conn, login: &str) -> Result<(), StoreError> {
    let login = index(c, login);
    sqlx::query(FORGET).bind(login).execute(c.raw()).await?;
    Ok(())
}

/// People mistype passwords into the login field: what was typed is not kept.
fn index(c: &Conn, login: &str) -> Vec<u8> {
    c.sealer().index().exact("sign-in attempt", &[login.as_bytes()]).to_vec()
}
