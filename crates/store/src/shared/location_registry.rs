//! The registry of locations: what managers change, what reviewers decide.

use domain::Timestamp;
use domain::id::kind::{CheckpointId, LocationId, StaffId};

use super::conn::Conn;
use super::location::{location, locations};
use crate::error::StoreError;
use crate::rows::location::{LocationDetails, LocationRow, LocationState};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[CHANGE, SET_STATE, DECIDE, OWN, COUNT_OWN, ALL_OWN, WAITING, COUNT_WAITING, OF_CHECKPOINT, CHECKPOINTS];

/// What its manager says of it, if nobody changed it since.
pub const CHANGE: &str = "\
    UPDATE location SET name = $3, name_other = $4, kind = $5, division = $6, address = $7, capacity = $8, stay = $9, \
    entry_rule = $10, state = $11, reason = $12, version = version + 1 WHERE id = $1 AND version = $2";

/// Another state, if nobody changed it since.
pub const SET_STATE: &str =
    "UPDATE location SET state = $3, reason = $4, version = version + 1 WHERE id = $1 AND version = $2";

/// A reviewer's decision on what waits, if nobody changed it since.
pub const DECIDE: &str = "\
    UPDATE location SET state = $3, reason = $4, decided_at = $5, decided_by = $6, version = version + 1 \
    WHERE id = $1 AND version = $2 AND state = 'waiting'";

/// Those of a manager, the newest first.
pub const OWN: &str = locations!(
    "JOIN location_manager ON location_id = id WHERE staff_id = $1 AND (lower(name) LIKE $2 ESCAPE '!' \
     OR lower(COALESCE(name_other, '')) LIKE $2 ESCAPE '!' OR lower(address) LIKE $2 ESCAPE '!') ORDER BY id DESC LIMIT $3 OFFSET $4"
);

/// How many those are.
pub const COUNT_OWN: &str = "\
    SELECT COUNT(*) FROM location JOIN location_manager ON location_id = id WHERE staff_id = $1 \
    AND (lower(name) LIKE $2 ESCAPE '!' OR lower(COALESCE(name_other, '')) LIKE $2 ESCAPE '!' \
    OR lower(address) LIKE $2 ESCAPE '!')";

/// All of a manager that are not closed, to compare a file with.
pub const ALL_OWN: &str = locations!(
    "JOIN location_manager ON location_id = id WHERE staff_id = $1 AND state <> 'closed' ORDER BY id"
);

/// What waits for a reviewer, the oldest first.
pub const WAITING: &str = locations!("WHERE state = 'waiting' ORDER BY made_at, id LIMIT $1");

/// How many wait.
pub const COUNT_WAITING: &str = "SELECT COUNT(*) FROM location WHERE state = 'waiting'";

/// Where people register at a checkpoint by themselves.
pub const OF_CHECKPOINT: &str = locations!("WHERE checkpoint_id = $1");

/// The locations of checkpoints, and how many registered there since a slot.
pub const CHECKPOINTS: &str = "\
    SELECT location.checkpoint_id, location.id, CAST(COALESCE(SUM(visit_count.entries), 0) AS BIGINT) \
    FROM location LEFT JOIN visit_count ON visit_count.location_id = location.id AND visit_count.slot >= $1 \
    WHERE location.checkpoint_id IS NOT NULL GROUP BY location.checkpoint_id, location.id";

/// Changes what its manager says of a location; false if somebody else changed it first.
pub async fn change(
    c: &mut Conn,
    id: LocationId,
    version: i64,
    details: &LocationDetails,
    state: LocationState,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(CHANGE)
        .bind(id.as_i64())
        .bind(version)
        .bind(&details.name)
        .bind(details.name_other.as_deref())
        .bind(details.kind.as_str())
        .bind(&details.division)
        .bind(&details.address)
        .bind(details.capacity.map(i64::from))
        .bind(i64::from(details.stay.minutes()))
        .bind(i64::from(details.entry_rule))
        .bind(state.as_str())
        .bind(reason)
        .execute(c.raw())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Gives a location another state; false if somebody else changed it first.
pub async fn set_state(
    c: &mut Conn,
    id: LocationId,
    version: i64,
    state: LocationState,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let query = sqlx::query(SET_STATE).bind(id.as_i64()).bind(version).bind(state.as_str()).bind(reason);
    Ok(query.execute(c.raw()).await?.rows_affected() > 0)
}

/// Decides on what waits: `Ok` approves, `Err` refuses for this reason. False if it waits no more, or was changed.
pub async fn decide(
    c: &mut Conn,
    id: LocationId,
    version: i64,
    decision: Result<(), &str>,
    by: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let state = if decision.is_ok() { LocationState::Approved } else { LocationState::Refused };
    let query = sqlx::query(DECIDE).bind(id.as_i64()).bind(version).bind(state.as_str());
    let query = query.bind(decision.err()).bind(now.micros()).bind(by.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() > 0)
}

/// What SQL's `LIKE … ESCAPE '!'` compares with: small letters that have this text somewhere, each sign meant as itself.
pub(super) fn having(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// One page of a manager's locations whose name or address has this text, and how many there are in all.
pub async fn own(
    c: &mut Conn,
    staff: StaffId,
    text: &str,
    limit: i64,
    offset: i64,
) -> Result<(Vec<LocationRow>, i64), StoreError> {
    let pattern = having(text);
    let all: i64 =
        sqlx::query_scalar(COUNT_OWN).bind(staff.as_i64()).bind(&pattern).fetch_one(c.raw()).await?;
    let query = sqlx::query(OWN).bind(staff.as_i64()).bind(&pattern).bind(limit).bind(offset);
    let rows = query.fetch_all(c.raw()).await?;
    Ok((rows.iter().map(location).collect::<Result<_, _>>()?, all))
}

/// All of a manager that are not closed.
pub async fn all_own(c: &mut Conn, staff: StaffId) -> Result<Vec<LocationRow>, StoreError> {
    sqlx::query(ALL_OWN).bind(staff.as_i64()).fetch_all(c.raw()).await?.iter().map(location).collect()
}

/// What waits for a reviewer, the oldest first, and how many wait in all.
pub async fn waiting(c: &mut Conn, limit: i64) -> Result<(Vec<LocationRow>, i64), StoreError> {
    let all: i64 = sqlx::query_scalar(COUNT_WAITING).fetch_one(c.raw()).await?;
    let rows = sqlx::query(WAITING).bind(limit).fetch_all(c.raw()).await?;
    Ok((rows.iter().map(location).collect::<Result<_, _>>()?, all))
}

/// Where people register at a checkpoint by themselves.
pub async fn of_checkpoint(c: &mut Conn, id: CheckpointId) -> Result<Option<LocationRow>, StoreError> {
    let row = sqlx::query(OF_CHECKPOINT).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.as_ref().map(location).transpose()
}

/// Each checkpoint that has a location, with it, and how many registered there from this slot on.
pub async fn checkpoints(
    c: &mut Conn,
    since: domain::location::Slot,
) -> Result<Vec<(CheckpointId, LocationId, i64)>, StoreError> {
    let rows: Vec<(i64, i64, i64)> =
        sqlx::query_as(CHECKPOINTS).bind(since.number()).fetch_all(c.raw()).await?;
    let read = |(checkpoint, location, entries)| {
        (CheckpointId::from_i64(checkpoint), LocationId::from_i64(location), entries)
    };
    Ok(rows.into_iter().map(read).collect())
}
