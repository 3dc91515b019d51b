//! The units' public day keys: which of them visits are sealed to.
//!
//! The decision that matters: a list counts from its confirmation by an officer of its unit on, and until it is withdrawn;
//! of several lists that have a day the one that was confirmed last counts.

use domain::id::kind::{StaffId, VisitKeyListId};
use domain::{Id, Timestamp};

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::visit::{VisitDayKeyRow, VisitKeyListRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ADD, ADD_KEY, CONFIRM, IN_FORCE, DAYS];

/// A list that was handed in.
pub const ADD: &str = "\
    INSERT INTO visit_key_list (id, half, unit_id, fingerprint, added_at, added_by, confirmed_at, confirmed_by, withdrawn_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// The key of one day.
pub const ADD_KEY: &str = "INSERT INTO visit_day_key (day, list_id, public_key) VALUES ($1, $2, $3)";

/// From now on a list counts. Whoever handed it in does not confirm it.
pub const CONFIRM: &str = "\
    UPDATE visit_key_list SET confirmed_at = $3, confirmed_by = $2 \
    WHERE id = $1 AND confirmed_at IS NULL AND withdrawn_at IS NULL AND added_by <> $2";

/// The keys of a day, those that were confirmed last first.
pub const IN_FORCE: &str = "\
    SELECT visit_key_list.half, unit.name, visit_day_key.day, visit_day_key.public_key FROM visit_day_key \
    JOIN visit_key_list ON visit_key_list.id = visit_day_key.list_id JOIN unit ON unit.id = visit_key_list.unit_id \
    WHERE visit_day_key.day = $1 AND visit_key_list.confirmed_at IS NOT NULL AND visit_key_list.withdrawn_at IS NULL \
    ORDER BY visit_key_list.half, visit_key_list.confirmed_at DESC, visit_key_list.id DESC";

/// Which halves have a key for which days.
pub const DAYS: &str = "\
    SELECT DISTINCT visit_day_key.day, visit_key_list.half FROM visit_day_key \
    JOIN visit_key_list ON visit_key_list.id = visit_day_key.list_id \
    WHERE visit_day_key.day >= $1 AND visit_day_key.day <= $2 AND visit_key_list.confirmed_at IS NOT NULL \
    AND visit_key_list.withdrawn_at IS NULL ORDER BY visit_day_key.day, visit_key_list.half";

/// Adds a list with its keys, each a day and the point of its key.
pub async fn add(c: &mut Conn, list: &VisitKeyListRow, keys: &[(i64, Vec<u8>)]) -> Result<(), StoreError> {
    sqlx::query(ADD)
        .bind(list.id.as_i64())
        .bind(list.half)
        .bind(list.unit.as_i64())
        .bind(&list.fingerprint)
        .bind(list.added_at.micros())
        .bind(list.added_by.as_i64())
        .bind(list.confirmed_at.map(Timestamp::micros))
        .bind(list.confirmed_by.map(Id::as_i64))
        .bind(list.withdrawn_at.map(Timestamp::micros))
        .execute(c.raw())
        .await?;
    for (day, public) in keys {
        sqlx::query(ADD_KEY).bind(day).bind(list.id.as_i64()).bind(public).execute(c.raw()).await?;
    }
    Ok(())
}

/// An officer has compared the fingerprint; `false` where there is nothing to confirm, or not by them.
pub async fn confirm(
    c: &mut Conn,
    id: VisitKeyListId,
    by: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(CONFIRM).bind(id.as_i64()).bind(by.as_i64()).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// The key of each half for this day: two, one or none.
pub async fn in_force(c: &mut Conn, day: i64) -> Result<Vec<VisitDayKeyRow>, StoreError> {
    let rows: Vec<(i64, String, i64, Vec<u8>)> =
        sqlx::query_as(IN_FORCE).bind(day).fetch_all(c.raw()).await?;
    let mut keys: Vec<VisitDayKeyRow> = rows
        .into_iter()
        .map(|(half, unit, day, public_key)| VisitDayKeyRow { half, unit, day, public_key })
        .collect();
    keys.dedup_by_key(|key| key.half);
    Ok(keys)
}

/// The days from `first` to `last` that have a key, each with its half.
pub async fn days(c: &mut Conn, first: i64, last: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(sqlx::query_as(DAYS).bind(first).bind(last).fetch_all(c.raw()).await?)
}
