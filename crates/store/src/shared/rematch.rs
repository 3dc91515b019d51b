//! Applications that wait for a filing: found by the candidate keys of a new filing, matched again by a job.
//!
//! A filing, its correction and its withdrawal mark waiting applications in their own transaction, and so does the
//! code that is issued for a document. On PostgreSQL a filing and an application that
//! are written at the same moment may each not see the other; so **whoever lets an application wait also calls
//! [`plan`] for a minute later**, when the other transaction has ended, and nothing is ever missed.

use domain::Timestamp;
use domain::id::kind::ApplicationId;
use sqlx::Row as _;

use super::conn::Conn;
use super::dialect;
use crate::error::StoreError;
use crate::rows::rematch::Leased;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ANY_WAITING, MARK, PLAN, CLAIM, DONE, AGAIN, STOP_WAITING, UNPLAN];

/// Whether any application waits: an import of a million rows need not look for each key.
pub const ANY_WAITING: &str = "SELECT application_id FROM application_candidate LIMIT 1";

/// Marks every waiting application that shares a key.
pub const MARK: &str = concat!(
    "INSERT INTO rematch (application_id, due_at, lease_until, attempts, marks) ",
    "SELECT DISTINCT application_id, CAST($2 AS BIGINT), 0, 0, 1 FROM application_candidate WHERE key ",
    among_1!(),
    " ON CONFLICT (application_id) DO UPDATE SET marks = rematch.marks + 1, attempts = 0, \
      due_at = CASE WHEN rematch.due_at < excluded.due_at THEN rematch.due_at ELSE excluded.due_at END"
);

/// Plans a match of one application; an earlier plan stays.
pub const PLAN: &str = "\
    INSERT INTO rematch (application_id, due_at, lease_until, attempts, marks) VALUES ($1, $2, 0, 0, 1) \
    ON CONFLICT (application_id) DO UPDATE SET marks = rematch.marks + 1, \
      due_at = CASE WHEN rematch.due_at < excluded.due_at THEN rematch.due_at ELSE excluded.due_at END";

/// Leases the most overdue.
pub const CLAIM: &str = "\
    UPDATE rematch SET lease_until = $2, attempts = attempts + 1 WHERE application_id IN \
    (SELECT application_id FROM rematch WHERE due_at <= $1 AND lease_until <= $1 ORDER BY due_at LIMIT $3) \
    RETURNING application_id, marks, attempts";

/// Ends a match that nothing has overtaken.
pub const DONE: &str = "DELETE FROM rematch WHERE application_id = $1 AND marks = $2";

/// Frees one that a new filing, or a failure, asks for again.
pub const AGAIN: &str = "UPDATE rematch SET lease_until = 0, due_at = $2 WHERE application_id = $1";

/// The application waits no longer.
pub const STOP_WAITING: &str = "DELETE FROM application_candidate WHERE application_id = $1";

/// Nor need it be matched.
pub const UNPLAN: &str = "DELETE FROM rematch WHERE application_id = $1";

/// Lets an application wait under its candidate keys (`register::candidate_keys` of what was typed).
pub async fn wait(c: &mut Conn, application: ApplicationId, keys: &[i64]) -> Result<(), StoreError> {
    let pairs: Vec<(i64, i64)> = keys.iter().map(|key| (*key, application.as_i64())).collect();
    dialect::insert_pairs(c, dialect::INSERT_APPLICATION_CANDIDATES, &pairs).await
}

/// The application waits no longer: it was decided, withdrawn or changed.
pub async fn stop_waiting(c: &mut Conn, application: ApplicationId) -> Result<(), StoreError> {
    for statement in [STOP_WAITING, UNPLAN] {
        sqlx::query(statement).bind(application.as_i64()).execute(c.raw()).await?;
    }
    Ok(())
}

/// Plans a match at `due_at`, or leaves an earlier plan.
pub async fn plan(c: &mut Conn, application: ApplicationId, due_at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(PLAN).bind(application.as_i64()).bind(due_at.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Marks the applications that wait under any of `keys` for a match at `now`; says how many.
pub async fn mark(c: &mut Conn, keys: &[i64], now: Timestamp) -> Result<u64, StoreError> {
    if keys.is_empty() || sqlx::query(ANY_WAITING).fetch_optional(c.raw()).await?.is_none() {
        return Ok(0);
    }
    let marked = sqlx::query(MARK).bind(dialect::list(keys)).bind(now.micros()).execute(c.raw()).await?;
    Ok(marked.rows_affected())
}

/// Leases up to `limit` planned matches until `lease_until`; one whose lease ran out is given again.
pub async fn claim(
    c: &mut Conn,
    now: Timestamp,
    lease_until: Timestamp,
    limit: i64,
) -> Result<Vec<Leased>, StoreError> {
    let query = sqlx::query(CLAIM).bind(now.micros()).bind(lease_until.micros()).bind(limit);
    let leased = query.fetch_all(c.raw()).await?;
    leased
        .iter()
        .map(|row| {
            let application = ApplicationId::from_i64(row.try_get(0)?);
            Ok(Leased { application, marks: row.try_get(1)?, attempts: row.try_get(2)? })
        })
        .collect()
}

/// Ends a leased match, in the transaction that wrote its outcome. If a filing arrived meanwhile it is due
/// again at `now` instead.
pub async fn done(c: &mut Conn, leased: Leased, now: Timestamp) -> Result<(), StoreError> {
    let query = sqlx::query(DONE).bind(leased.application.as_i64()).bind(leased.marks);
    if query.execute(c.raw()).await?.rows_affected() == 0 {
        again(c, leased.application, now).await?;
    }
    Ok(())
}

/// Frees a leased match and plans it for `due_at`.
pub async fn again(c: &mut Conn, application: ApplicationId, due_at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(AGAIN).bind(application.as_i64()).bind(due_at.micros()).execute(c.raw()).await?;
    Ok(())
}
