//! Short codes: given out, looked up, taken back.
//!
//! The decision that matters: a code is never told apart from one that has ended, was replaced, or never was. All of
//! them are the same look-up that finds nothing.

use domain::Timestamp;
use domain::id::kind::DeviceSessionId;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::pass::SIGNED;
use crate::rows::short_code::{NewShortCode, ShortPass};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[GIVE, END_OF_PHONE, GIVEN_SINCE, FIND, BLANK, FORGET];

/// Adds a code unless another phone was just given the same one.
pub const GIVE: &str = "\
    INSERT INTO short_code (id, device_session_id, pass_id, lookup, made_at, expires_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (lookup) DO NOTHING";

/// Ends the codes of a phone.
pub const END_OF_PHONE: &str =
    "UPDATE short_code SET expires_at = $2 WHERE device_session_id = $1 AND expires_at > $2";

/// How many codes a phone was given since a time.
pub const GIVEN_SINCE: &str = "SELECT COUNT(*) FROM short_code WHERE device_session_id = $1 AND made_at > $2";

/// The pass behind a code that had not ended at a time.
pub const FIND: &str = "\
    SELECT pass.id, pass.signed, pass.withdrawn_at FROM short_code JOIN pass ON pass.id = short_code.pass_id \
    WHERE short_code.lookup = $1 AND short_code.expires_at > $2";

/// Takes code and pass out of what ended before a time.
pub const BLANK: &str =
    "UPDATE short_code SET lookup = NULL, pass_id = NULL WHERE expires_at <= $1 AND lookup IS NOT NULL";

/// Forgets what was made before a time.
pub const FORGET: &str = "DELETE FROM short_code WHERE made_at <= $1 AND lookup IS NULL";

/// Gives out a code; `false` says that another phone was just given the same: draw another.
pub async fn give(c: &mut Conn, new: &NewShortCode) -> Result<bool, StoreError> {
    let done = sqlx::query(GIVE)
        .bind(new.id.as_i64())
        .bind(new.device.as_i64())
        .bind(new.pass.as_i64())
        .bind(&new.lookup[..])
        .bind(new.made_at.micros())
        .bind(new.expires_at.micros())
        .execute(c.raw())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the codes that `device` shows.
pub async fn end_of_phone(c: &mut Conn, device: DeviceSessionId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(END_OF_PHONE).bind(device.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// How many codes `device` was given after `since`.
pub async fn given_since(c: &mut Conn, device: DeviceSessionId, since: Timestamp) -> Result<i64, StoreError> {
    let query = sqlx::query_scalar(GIVEN_SINCE).bind(device.as_i64()).bind(since.micros());
    Ok(query.fetch_one(c.raw()).await?)
}

/// The pass behind a code, if that had not ended at `at`.
pub async fn find(c: &mut Conn, lookup: &[u8; 16], at: Timestamp) -> Result<Option<ShortPass>, StoreError> {
    let query = sqlx::query_as(FIND).bind(&lookup[..]).bind(at.micros());
    let row: Option<(i64, Vec<u8>, Option<i64>)> = query.fetch_optional(c.raw()).await?;
    let open = |(id, sealed, withdrawn): (i64, Vec<u8>, Option<i64>)| {
        Ok(ShortPass {
            signed: c.sealer().open_bytes(SIGNED(id), &sealed)?.to_vec(),
            withdrawn: withdrawn.is_some(),
        })
    };
    row.map(open).transpose()
}

/// Takes code and pass out of what ended by `ended`, and forgets all that was made by `made`.
pub async fn forget(c: &mut Conn, ended: Timestamp, made: Timestamp) -> Result<(), StoreError> {
    for (statement, time) in [(BLANK, ended), (FORGET, made)] {
        sqlx::query(statement).bind(time.micros()).execute(c.raw()).await?;
    }
    Ok(())
}
