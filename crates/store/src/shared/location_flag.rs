//! What managers and administrators should look at. Nothing here is about a holder, and it changes nothing.

use domain::id::kind::{LocationFlagId, StaffId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::location::{LocationFlagKind, LocationFlagRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[RAISE, OF_MANAGER, ALL, SEEN, CHECKED, COUNT_OF_MANAGER, FORGET];

/// Raises one, once for a location, kind and hour; then it only says how much it has become.
pub const RAISE: &str = "\
    INSERT INTO location_flag (id, location_id, kind, hour, number, made_at) VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT (location_id, kind, hour) DO UPDATE SET number = excluded.number \
    WHERE excluded.number > location_flag.number";

macro_rules! flags {
    ($rest:literal) => {
        concat!(
            "SELECT flag.id, flag.location_id, flag.kind, flag.hour, flag.number, flag.made_at, flag.seen_at, \
             flag.checked_at, location.name FROM location_flag AS flag \
             JOIN location ON location.id = flag.location_id ",
            $rest
        )
    };
}

/// Those of a manager's locations, the newest first.
pub const OF_MANAGER: &str = flags!(
    "JOIN location_manager AS manager ON manager.location_id = flag.location_id WHERE manager.staff_id = $1 \
     ORDER BY flag.made_at DESC, flag.id DESC LIMIT $2"
);

/// How many of them no manager has looked at.
pub const COUNT_OF_MANAGER: &str = "\
    SELECT COUNT(*) FROM location_flag AS flag \
    JOIN location_manager AS manager ON manager.location_id = flag.location_id \
    WHERE manager.staff_id = $1 AND flag.seen_at IS NULL";

/// All, the newest first.
pub const ALL: &str = flags!("ORDER BY flag.made_at DESC, flag.id DESC LIMIT $1");

/// One of its managers has looked at it.
pub const SEEN: &str = "\
    UPDATE location_flag SET seen_at = $2, seen_by = $3 WHERE id = $1 AND seen_at IS NULL AND location_id IN \
    (SELECT location_id FROM location_manager WHERE staff_id = $3)";

/// An administrator has.
pub const CHECKED: &str =
    "UPDATE location_flag SET checked_at = $2, checked_by = $3 WHERE id = $1 AND checked_at IS NULL";

/// Those that were raised long ago.
pub const FORGET: &str = "DELETE FROM location_flag WHERE made_at < $1";

/// Raises a flag; false if the hour has one of the kind at this location, and of as much.
pub async fn raise(c: &mut Conn, flag: &LocationFlagRow) -> Result<bool, StoreError> {
    let done = sqlx::query(RAISE)
        .bind(flag.id.as_i64())
        .bind(flag.location.as_i64())
        .bind(flag.kind.as_str())
        .bind(flag.hour)
        .bind(flag.number)
        .bind(flag.made_at.micros())
        .execute(c.raw())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The flags of a manager's locations with the locations' names, the newest first.
pub async fn of_manager(
    c: &mut Conn,
    staff: StaffId,
    limit: i64,
) -> Result<Vec<(LocationFlagRow, String)>, StoreError> {
    let query = sqlx::query(OF_MANAGER).bind(staff.as_i64()).bind(limit);
    query.fetch_all(c.raw()).await?.iter().map(flag).collect()
}

/// How many of them no manager has looked at.
pub async fn unseen(c: &mut Conn, staff: StaffId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(COUNT_OF_MANAGER).bind(staff.as_i64()).fetch_one(c.raw()).await?)
}

/// Every flag with its location's name, the newest first.
pub async fn all(c: &mut Conn, limit: i64) -> Result<Vec<(LocationFlagRow, String)>, StoreError> {
    sqlx::query(ALL).bind(limit).fetch_all(c.raw()).await?.iter().map(flag).collect()
}

/// Notes that a manager has looked at a flag; false if one did before, or it is of no location of theirs.
pub async fn seen(
    c: &mut Conn,
    id: LocationFlagId,
    staff: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(SEEN).bind(id.as_i64()).bind(now.micros()).bind(staff.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() > 0)
}

/// Notes that an administrator has looked at it; false if one did before.
pub async fn checked(
    c: &mut Conn,
    id: LocationFlagId,
    staff: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(CHECKED).bind(id.as_i64()).bind(now.micros()).bind(staff.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() > 0)
}

/// Forgets what was noticed before `before`. Gives how many.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

fn flag(row: &Row) -> Result<(LocationFlagRow, String), StoreError> {
    let id: i64 = row.try_get(0)?;
    let kind: String = row.try_get(2)?;
    let kind = LocationFlagKind::from_name(&kind)
        .ok_or_else(|| StoreError::inconsistent("location_flag", "kind", id))?;
    let time = |at| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(at)?.map(Timestamp::from_micros));
    let flag = LocationFlagRow {
        id: Id::from_i64(id),
        location: Id::from_i64(row.try_get(1)?),
        kind,
        hour: row.try_get(3)?,
        number: row.try_get(4)?,
        made_at: Timestamp::from_micros(row.try_get(5)?),
        seen_at: time(6)?,
        checked_at: time(7)?,
    };
    Ok((flag, row.try_get(8)?))
}
