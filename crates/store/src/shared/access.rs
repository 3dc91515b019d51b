//! The record of who opened whose data when: only added to, never changed.

use domain::Timestamp;
use domain::id::kind::{AccessId, StaffId, UnitId};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::access::Access;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[APPEND, BY_OBJECT, BY_STAFF, TIMES_BY_STAFF, TIMES_BY_STAFF_ABOUT, TIMES_ABOUT];

/// Adds an entry.
pub const APPEND: &str = "\
    INSERT INTO access_record (id, staff_id, unit_id, at, action, object_kind, object_id) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// The newest entries about one object, before a given entry.
pub const BY_OBJECT: &str = "\
    SELECT id, staff_id, unit_id, at, action, object_kind, object_id FROM access_record \
    WHERE object_kind = $1 AND object_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4";

/// The newest entries of one member of staff, before a given entry.
pub const BY_STAFF: &str = "\
    SELECT id, staff_id, unit_id, at, action, object_kind, object_id FROM access_record \
    WHERE staff_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

/// How often a member of staff did something since a time.
pub const TIMES_BY_STAFF: &str =
    "SELECT COUNT(*) FROM access_record WHERE staff_id = $1 AND action = $2 AND at > $3";

/// How often a member of staff did anything to an object since a time.
pub const TIMES_BY_STAFF_ABOUT: &str = "\
    SELECT COUNT(*) FROM access_record WHERE staff_id = $1 AND object_kind = $2 AND object_id = $3 AND at > $4";

/// How often something was done to an object since a time.
pub const TIMES_ABOUT: &str = "\
    SELECT COUNT(*) FROM access_record WHERE object_kind = $1 AND object_id = $2 AND action = $3 AND at > $4";

/// Adds an entry, in the transaction that reads what it is about.
pub async fn append(c: &mut Conn, entry: &Access) -> Result<(), StoreError> {
    sqlx::query(APPEND)
        .bind(entry.id.as_i64())
        .bind(entry.staff.as_i64())
        .bind(entry.unit.as_i64())
        .bind(entry.at.micros())
        .bind(entry.action.as_str())
        .bind(entry.object_kind.as_str())
        .bind(entry.object)
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The newest entries about one object; `before` turns the page.
pub async fn by_object(
    c: &mut Conn,
    object_kind: &str,
    object: i64,
    before: Option<AccessId>,
    limit: i64,
) -> Result<Vec<Access>, StoreError> {
    let before = before.map_or(i64::MAX, AccessId::as_i64);
    let query = sqlx::query(BY_OBJECT).bind(object_kind.to_owned()).bind(object).bind(before).bind(limit);
    query.fetch_all(c.raw()).await?.iter().map(entry).collect()
}

/// The newest entries of one member of staff; `before` turns the page.
pub async fn by_staff(
    c: &mut Conn,
    staff: StaffId,
    before: Option<AccessId>,
    limit: i64,
) -> Result<Vec<Access>, StoreError> {
    let before = before.map_or(i64::MAX, AccessId::as_i64);
    let query = sqlx::query(BY_STAFF).bind(staff.as_i64()).bind(before).bind(limit);
    query.fetch_all(c.raw()).await?.iter().map(entry).collect()
}

/// How often `staff` did `action` since `since`.
pub async fn times_by_staff(
    c: &mut Conn,
    staff: StaffId,
    action: &str,
    since: Timestamp,
) -> Result<i64, StoreError> {
    let query = sqlx::query_scalar(TIMES_BY_STAFF).bind(staff.as_i64()).bind(action.to_owned());
    Ok(query.bind(since.micros()).fetch_one(c.raw()).await?)
}

/// How often a member of staff did anything to an object since a time.
pub async fn times_by_staff_about(
    c: &mut Conn,
    staff: StaffId,
    object_kind: &str,
    object: i64,
    since: Timestamp,
) -> Result<i64, StoreError> {
    let query = sqlx::query_scalar(TIMES_BY_STAFF_ABOUT).bind(staff.as_i64()).bind(object_kind.to_owned());
    Ok(query.bind(object).bind(since.micros()).fetch_one(c.raw()).await?)
}

/// How often `action` was done to an object since `since`.
pub async fn times_about(
    c: &mut Conn,
    object_kind: &str,
    object: i64,
    action: &str,
    since: Timestamp,
) -> Result<i64, StoreError> {
    let query = sqlx::query_scalar(TIMES_ABOUT).bind(object_kind.to_owned()).bind(object);
    Ok(query.bind(action.to_owned()).bind(since.micros()).fetch_one(c.raw()).await?)
}

fn entry(row: &Row) -> Result<Access, StoreError> {
    Ok(Access {
        id: AccessId::from_i64(row.try_get(0)?),
        staff: StaffId::from_i64(row.try_get(1)?),
        unit: UnitId::from_i64(row.try_get(2)?),
        at: Timestamp::from_micros(row.try_get(3)?),
        action: row.try_get(4)?,
        object_kind: row.try_get(5)?,
        object: row.try_get(6)?,
    })
}
