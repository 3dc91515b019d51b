//! Answers of the API by idempotency key: a request that is sent twice is done once.

use domain::Timestamp;
use domain::id::kind::ApiClientId;
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::idempotency::Answer;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[FIND, KEEP, FORGET];

/// The answer that was given under a key.
pub const FIND: &str = "\
    SELECT request_hash, status, body FROM idempotent_answer WHERE client_id = $1 AND idempotency_key = $2";

/// Keeps an answer, unless another request with the key was faster.
pub const KEEP: &str = "\
    INSERT INTO idempotent_answer (client_id, idempotency_key, request_hash, status, body, answered_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";

/// Forgets old answers.
pub const FORGET: &str = "DELETE FROM idempotent_answer WHERE answered_at < $1";

/// The answer that this client got under `key`.
pub async fn find(c: &mut Conn, client: ApiClientId, key: &str) -> Result<Option<Answer>, StoreError> {
    let query = sqlx::query(FIND).bind(client.as_i64()).bind(key.to_owned());
    let row = query.fetch_optional(c.raw()).await?;
    row.map(|row| {
        let hash: Vec<u8> = row.try_get(0)?;
        let request_hash = hash
            .try_into()
            .map_err(|_| StoreError::inconsistent("idempotent_answer", "request_hash", client.as_i64()))?;
        Ok(Answer { request_hash, status: row.try_get(1)?, body: row.try_get(2)? })
    })
    .transpose()
}

/// Keeps an answer in the transaction of what was done; `false` if another request with this key was faster, and
/// the transaction must not be committed.
pub async fn keep(
    c: &mut Conn,
    client: ApiClientId,
    key: &str,
    answer: &Answer,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let kept = sqlx::query(KEEP)
        .bind(client.as_i64())
        .bind(key.to_owned())
        .bind(&answer.request_hash[..])
        .bind(answer.status)
        .bind(answer.body.as_str())
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(kept.rows_affected() == 1)
}

/// Forgets answers given before `before`; says how many.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}
