//! Correction and withdrawal: the old version is kept, with who changed it, when and why.

use domain::id::kind::FilingId;
use domain::matching::DocumentDetails;
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use super::{Row, dialect, lookup, rematch};
use crate::error::StoreError;
use crate::rows::register::{
    Change, Changed, Filing, FilingState, OLD_DETAILS, OldVersion, Prepared, REASON, Revision, candidate_keys,
};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[KEEP, REPLACE, WITHDRAW, TAKEN, FORGET, HISTORY];

/// Keeps the version that a change ends.
pub const KEEP: &str = "\
    INSERT INTO filing_history (filing_id, version, id, details, change, reason, changed_at, unit_id, \
                                staff_id, client_id) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// Puts other details in its place.
pub const REPLACE: &str = "\
    UPDATE filing SET kind = $2, lookup = $3, details = $4, content_hash = $5, version = version + 1 \
    WHERE id = $1 AND version = $6 AND state = 'active'";

/// Takes it back.
pub const WITHDRAW: &str = "\
    UPDATE filing SET state = 'withdrawn', version = version + 1 \
    WHERE id = $1 AND version = $2 AND state = 'active'";

/// Another filing that counts for the same document.
pub const TAKEN: &str = "SELECT id FROM filing WHERE lookup = $1 AND state = 'active' AND id <> $2";

/// It is no longer found by its old keys.
pub const FORGET: &str =
    concat!("DELETE FROM filing_candidate WHERE key ", among_1!(), " AND filing_id = $2");

/// The versions that changes ended, oldest first.
pub const HISTORY: &str = "\
    SELECT id, version, details, change, reason, changed_at, unit_id, staff_id, client_id \
    FROM filing_history WHERE filing_id = $1 ORDER BY version";

/// Puts other details in the place of a filing's. `row` must have been prepared with the filing's id.
pub async fn correct(c: &mut Conn, row: &Prepared, revision: &Revision) -> Result<Changed, StoreError> {
    let old = match current(c, row.id, revision).await? {
        Ok(old) => old,
        Err(outcome) => return Ok(outcome),
    };
    let taken = sqlx::query(TAKEN).bind(&row.lookup[..]).bind(row.id.as_i64());
    if let Some(other) = taken.fetch_optional(c.raw()).await? {
        return Ok(Changed::Taken(FilingId::from_i64(other.try_get(0)?)));
    }
    keep(c, &old, Change::Correction, revision).await?;
    sqlx::query(REPLACE)
        .bind(row.id.as_i64())
        .bind(row.kind.as_str())
        .bind(&row.lookup[..])
        .bind(&row.details[..])
        .bind(&row.content_hash[..])
        .bind(old.version)
        .execute(c.raw())
        .await?;
    forget(c, &old, revision.at).await?;
    let pairs: Vec<(i64, i64)> = row.candidates.iter().map(|key| (*key, row.id.as_i64())).collect();
    dialect::insert_pairs(c, dialect::INSERT_FILING_CANDIDATES, &pairs).await?;
    rematch::mark(c, &row.candidates, revision.at).await?;
    Ok(Changed::Now(old.version + 1))
}

/// Takes a filing back: it is no longer matched, its document may be filed again. Applications that found it are
/// marked for another look.
pub async fn withdraw(c: &mut Conn, id: FilingId, revision: &Revision) -> Result<Changed, StoreError> {
    let old = match current(c, id, revision).await? {
        Ok(old) => old,
        Err(outcome) => return Ok(outcome),
    };
    keep(c, &old, Change::Withdrawal, revision).await?;
    sqlx::query(WITHDRAW).bind(id.as_i64()).bind(old.version).execute(c.raw()).await?;
    forget(c, &old, revision.at).await?;
    Ok(Changed::Now(old.version + 1))
}

/// The versions of a filing that changes ended, oldest first.
pub async fn history(c: &mut Conn, id: FilingId) -> Result<Vec<OldVersion>, StoreError> {
    let rows = sqlx::query(HISTORY).bind(id.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| old_version(c, row)).collect()
}

/// The filing, if it is what the change was made against.
async fn current(
    c: &mut Conn,
    id: FilingId,
    revision: &Revision,
) -> Result<Result<Filing, Changed>, StoreError> {
    Ok(match lookup::by_id(c, id).await? {
        None => Err(Changed::Unknown),
        Some(old) if old.state == FilingState::Active && old.version == revision.expected_version => Ok(old),
        Some(_) => Err(Changed::Stale),
    })
}

async fn keep(c: &mut Conn, old: &Filing, change: Change, revision: &Revision) -> Result<(), StoreError> {
    let id = revision.id.as_i64();
    let details = c.sealer().seal(OLD_DETAILS(id), &old.details);
    let reason = c.sealer().seal(REASON(id), &revision.reason);
    sqlx::query(KEEP)
        .bind(old.id.as_i64())
        .bind(old.version)
        .bind(id)
        .bind(details)
        .bind(change.as_str())
        .bind(reason)
        .bind(revision.at.micros())
        .bind(revision.actor.unit.as_i64())
        .bind(revision.actor.staff.map(Id::as_i64))
        .bind(revision.actor.client.map(Id::as_i64))
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The old version is no longer found, and whoever found it looks again.
async fn forget(c: &mut Conn, old: &Filing, now: Timestamp) -> Result<(), StoreError> {
    let keys = candidate_keys(c.sealer(), &old.details);
    sqlx::query(FORGET).bind(dialect::list(&keys)).bind(old.id.as_i64()).execute(c.raw()).await?;
    rematch::mark(c, &keys, now).await?;
    Ok(())
}

fn old_version(c: &Conn, row: &Row) -> Result<OldVersion, StoreError> {
    let id: i64 = row.try_get("id")?;
    let wrong = || StoreError::inconsistent("filing_history", "change", id);
    let details: DocumentDetails = c.sealer().open(OLD_DETAILS(id), row.try_get("details")?)?;
    Ok(OldVersion {
        version: row.try_get("version")?,
        details,
        change: Change::from_name(row.try_get("change")?).ok_or_else(wrong)?,
        reason: c.sealer().open(REASON(id), row.try_get("reason")?)?,
        actor: lookup::actor(row)?,
        at: Timestamp::from_micros(row.try_get("changed_at")?),
    })
}
