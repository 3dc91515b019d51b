//! One-time codes that were asked for, and how often.
//!
//! The decision that matters: a try is counted by the statement that also says whether it may be made, so that many
//! tries at once are still no more than the limit.

use domain::contact::Contact;
use domain::id::kind::{ContactCodeId, DeviceSessionId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::contact::{ASKED_ADDRESS, AskedCode, ContactLimit, Purpose, lookup};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[ASK, LATEST, ASKED_SINCE, TRY, USE, LIMIT, LIMIT_SET, FORGET_CODES, FORGET_LIMITS];

/// Keeps a code that was asked for.
pub const ASK: &str = "\
    INSERT INTO contact_code (id, device_session_id, purpose, application_id, address, lookup, code, tries, sent_at, \
                              expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// The newest code that a phone asked for.
pub const LATEST: &str = "\
    SELECT id, application_id, address, code, tries, sent_at, expires_at, used_at FROM contact_code \
    WHERE device_session_id = $1 AND purpose = $2 ORDER BY id DESC LIMIT 1";

/// How many codes a phone asked for since a time.
pub const ASKED_SINCE: &str =
    "SELECT COUNT(*) FROM contact_code WHERE device_session_id = $1 AND sent_at > $2";

/// Counts a try, if one may be made.
pub const TRY: &str = "\
    UPDATE contact_code SET tries = tries + 1 \
    WHERE id = $1 AND used_at IS NULL AND tries < $2 AND expires_at > $3 RETURNING tries";

/// A code works once.
pub const USE: &str = "UPDATE contact_code SET used_at = $2 WHERE id = $1 AND used_at IS NULL";

/// How often a contact was sent to and mistyped.
pub const LIMIT: &str = "SELECT sent, wrong FROM contact_limit WHERE lookup = $1";

/// Sets that.
pub const LIMIT_SET: &str = "\
    INSERT INTO contact_limit (lookup, sent, wrong, at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (lookup) DO UPDATE SET sent = excluded.sent, wrong = excluded.wrong, at = excluded.at";

/// Forgets codes that have long ended.
pub const FORGET_CODES: &str = "DELETE FROM contact_code WHERE expires_at < $1";

/// Forgets contacts to which nothing was sent lately.
pub const FORGET_LIMITS: &str = "DELETE FROM contact_limit WHERE at < $1";

/// Keeps a code that was asked for.
pub async fn ask(c: &mut Conn, asked: &AskedCode) -> Result<(), StoreError> {
    let address = c.sealer().seal(ASKED_ADDRESS(asked.id.as_i64()), &asked.contact);
    let index = lookup(c.sealer(), &asked.contact);
    sqlx::query(ASK)
        .bind(asked.id.as_i64())
        .bind(asked.device.as_i64())
        .bind(asked.purpose.as_str())
        .bind(asked.application.map(Id::as_i64))
        .bind(address)
        .bind(&index[..])
        .bind(&asked.code[..])
        .bind(asked.tries)
        .bind(asked.sent_at.micros())
        .bind(asked.expires_at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The newest code that a phone asked for, for this purpose, whatever became of it.
pub async fn latest(
    c: &mut Conn,
    device: DeviceSessionId,
    purpose: Purpose,
) -> Result<Option<AskedCode>, StoreError> {
    let query = sqlx::query(LATEST).bind(device.as_i64()).bind(purpose.as_str());
    let Some(row) = query.fetch_optional(c.raw()).await? else { return Ok(None) };
    let id: i64 = row.try_get(0)?;
    let code: Vec<u8> = row.try_get(3)?;
    Ok(Some(AskedCode {
        id: Id::from_i64(id),
        device,
        purpose,
        application: row.try_get::<Option<i64>, _>(1)?.map(Id::from_i64),
        contact: c.sealer().open(ASKED_ADDRESS(id), row.try_get(2)?)?,
        code: code.try_into().map_err(|_| StoreError::inconsistent("contact_code", "code", id))?,
        tries: row.try_get(4)?,
        sent_at: Timestamp::from_micros(row.try_get(5)?),
        expires_at: Timestamp::from_micros(row.try_get(6)?),
        used_at: row.try_get::<Option<i64>, _>(7)?.map(Timestamp::from_micros),
    }))
}

/// How many codes a phone asked for since `since`, for any purpose.
pub async fn asked_since(c: &mut Conn, device: DeviceSessionId, since: Timestamp) -> Result<i64, StoreError> {
    let query = sqlx::query(ASKED_SINCE).bind(device.as_i64()).bind(since.micros());
    Ok(query.fetch_one(c.raw()).await?.try_get(0)?)
}

/// Counts a try at a code; `false` if it was used, has ended, or was tried `most` times already.
pub async fn try_once(
    c: &mut Conn,
    id: ContactCodeId,
    most: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(TRY).bind(id.as_i64()).bind(most).bind(now.micros());
    Ok(query.fetch_optional(c.raw()).await?.is_some())
}

/// Uses a code up; `false` if it was used already.
pub async fn use_up(c: &mut Conn, id: ContactCodeId, now: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query(USE).bind(id.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(done.rows_affected() == 1)
}

/// When codes were sent to a contact and typed wrongly, as far as it is still kept.
pub async fn limit(c: &mut Conn, contact: &Contact) -> Result<ContactLimit, StoreError> {
    let index = lookup(c.sealer(), contact);
    let row: Option<(String, String)> =
        sqlx::query_as(LIMIT).bind(&index[..]).fetch_optional(c.raw()).await?;
    let Some((sent, wrong)) = row else { return Ok(ContactLimit::default()) };
    Ok(ContactLimit { sent: times(&sent)?, wrong: times(&wrong)? })
}

/// Sets that, at `now`.
pub async fn set_limit(
    c: &mut Conn,
    contact: &Contact,
    limit: &ContactLimit,
    now: Timestamp,
) -> Result<(), StoreError> {
    let index = lookup(c.sealer(), contact);
    sqlx::query(LIMIT_SET)
        .bind(&index[..])
        .bind(json(&limit.sent))
        .bind(json(&limit.wrong))
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Forgets codes and limits that are older than `before`.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<(), StoreError> {
    for statement in [FORGET_CODES, FORGET_LIMITS] {
        sqlx::query(statement).bind(before.micros()).execute(c.raw()).await?;
    }
    Ok(())
}

fn json(times: &[Timestamp]) -> String {
    let micros: Vec<i64> = times.iter().map(|at| at.micros()).collect();
    serde_json::to_string(&micros).expect("numbers are JSON")
}

fn times(text: &str) -> Result<Vec<Timestamp>, StoreError> {
    let micros: Vec<i64> =
        serde_json::from_str(text).map_err(|_| StoreError::inconsistent("contact_limit", "times", 0))?;
    Ok(micros.into_iter().map(Timestamp::from_micros).collect())
}
