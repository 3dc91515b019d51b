//! The public halves of the units' day keys. A list counts once an officer of its unit has confirmed it.

use domain::id::kind::{StaffId, UnitId, VisitKeyListId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::visit::{VisitDayKeyRow, VisitKeyListRow};
use crate::rows::visit_case::VisitKeyList;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[ADD, ADD_KEY, CONFIRM, WITHDRAW, LISTS, ONE, IN_FORCE, DAYS, SAME_UNIT, UNIT];

macro_rules! lists {
    ($rest:literal) => {
        concat!(
            "SELECT l.id, l.half, l.unit_id, u.name, l.fingerprint, l.added_at, l.added_by, l.confirmed_at, \
               l.confirmed_by, l.withdrawn_at, MIN(k.day), MAX(k.day), COUNT(*) \
             FROM visit_key_list l JOIN unit u ON u.id = l.unit_id JOIN visit_day_key k ON k.list_id = l.id ",
            $rest,
            " GROUP BY l.id, u.name ORDER BY l.id DESC"
        )
    };
}

/// A list that was handed in.
pub const ADD: &str = "\
    INSERT INTO visit_key_list (id, half, unit_id, fingerprint, added_at, added_by, confirmed_at, confirmed_by, \
    withdrawn_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// One of its keys.
pub const ADD_KEY: &str = "INSERT INTO visit_day_key (day, list_id, public_key) VALUES ($1, $2, $3)";

/// Lets a list count.
pub const CONFIRM: &str = "\
    UPDATE visit_key_list SET confirmed_at = $2, confirmed_by = $3 \
    WHERE id = $1 AND confirmed_at IS NULL AND withdrawn_at IS NULL AND added_by <> $3";

/// A list counts no more.
pub const WITHDRAW: &str =
    "UPDATE visit_key_list SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL";

/// The lists that reach a day or a later one.
pub const LISTS: &str =
    lists!("WHERE EXISTS (SELECT 1 FROM visit_day_key d WHERE d.list_id = l.id AND d.day >= $1)");

/// One list.
pub const ONE: &str = lists!("WHERE l.id = $1");

macro_rules! in_force {
    ($columns:literal, $days:literal, $order:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM visit_day_key k JOIN visit_key_list l ON l.id = k.list_id JOIN unit u ON u.id = l.unit_id WHERE ",
            $days,
            " AND l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL \
               AND NOT EXISTS (SELECT 1 FROM visit_day_key other \
                               JOIN visit_key_list newer ON newer.id = other.list_id \
                               WHERE other.day = k.day AND newer.half = l.half AND newer.confirmed_at IS NOT NULL \
                                 AND (newer.confirmed_at > l.confirmed_at \
                                      OR (newer.confirmed_at = l.confirmed_at AND newer.id > l.id))) ORDER BY ",
            $order
        )
    };
}

/// The key of each half for a day: that of the list confirmed last, of those that have the day. Where that one was
/// withdrawn there is none: an older list, which it replaced, does not come back by itself.
pub const IN_FORCE: &str = in_force!("l.half, u.name, k.day, k.public_key", "k.day = $1", "l.half");

/// Which halves have a key that counts for which days.
pub const DAYS: &str = in_force!("k.day, l.half", "k.day >= $1 AND k.day <= $2", "k.day, l.half");

/// A list that counts for the other half, of the same unit, with a day of this list.
pub const SAME_UNIT: &str = "\
    SELECT l.id FROM visit_key_list l JOIN visit_day_key k ON k.list_id = l.id \
    WHERE l.half <> $1 AND l.unit_id = $2 AND l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL \
      AND k.day >= $3 AND k.day <= $4 LIMIT 1";

/// The unit of a name; none is made.
pub const UNIT: &str = "SELECT id FROM unit WHERE name = $1";

/// Adds a list with the public key (uncompressed point) of each of its days.
pub async fn add(c: &mut Conn, row: &VisitKeyListRow, keys: &[(i64, Vec<u8>)]) -> Result<(), StoreError> {
    sqlx::query(ADD)
        .bind(row.id.as_i64())
        .bind(row.half)
        .bind(row.unit.as_i64())
        .bind(&row.fingerprint)
        .bind(row.added_at.micros())
        .bind(row.added_by.as_i64())
        .bind(row.confirmed_at.map(Timestamp::micros))
        .bind(row.confirmed_by.map(Id::as_i64))
        .bind(row.withdrawn_at.map(Timestamp::micros))
        .execute(c.raw())
        .await?;
    for (day, public) in keys {
        sqlx::query(ADD_KEY).bind(day).bind(row.id.as_i64()).bind(public).execute(c.raw()).await?;
    }
    Ok(())
}

/// Lets a list count, unless it does already, is withdrawn, or `by` handed it in.
pub async fn confirm(
    c: &mut Conn,
    id: VisitKeyListId,
    by: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(CONFIRM).bind(id.as_i64()).bind(now.micros()).bind(by.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Lets a list count no more; whether it was not withdrawn before.
pub async fn withdraw(c: &mut Conn, id: VisitKeyListId, now: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query(WITHDRAW).bind(id.as_i64()).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// The lists that reach `since` (days since 1970) or a later day, the newest first.
pub async fn lists(c: &mut Conn, since: i64) -> Result<Vec<VisitKeyList>, StoreError> {
    sqlx::query(LISTS).bind(since).fetch_all(c.raw()).await?.iter().map(list).collect()
}

/// One list.
pub async fn one(c: &mut Conn, id: VisitKeyListId) -> Result<Option<VisitKeyList>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.as_ref().map(list).transpose()
}

/// The key of each half that visits of a day (since 1970) are sealed to.
pub async fn in_force(c: &mut Conn, day: i64) -> Result<Vec<VisitDayKeyRow>, StoreError> {
    let rows: Vec<(i64, String, i64, Vec<u8>)> =
        sqlx::query_as(IN_FORCE).bind(day).fetch_all(c.raw()).await?;
    let read = |(half, unit, day, public_key)| VisitDayKeyRow { half, unit, day, public_key };
    Ok(rows.into_iter().map(read).collect())
}

/// The days from `first` to `last` that have a key that counts, each with its half.
pub async fn days(c: &mut Conn, first: i64, last: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(sqlx::query_as(DAYS).bind(first).bind(last).fetch_all(c.raw()).await?)
}

/// Whether a list of the same unit counts for the other half on a day between these.
pub async fn same_unit(
    c: &mut Conn,
    half: i64,
    unit: UnitId,
    (first, last): (i64, i64),
) -> Result<bool, StoreError> {
    let query = sqlx::query_scalar(SAME_UNIT).bind(half).bind(unit.as_i64()).bind(first).bind(last);
    let found: Option<i64> = query.fetch_optional(c.raw()).await?;
    Ok(found.is_some())
}

/// The unit of this name, if there is one.
pub async fn unit(c: &mut Conn, name: &str) -> Result<Option<UnitId>, StoreError> {
    let found: Option<i64> = sqlx::query_scalar(UNIT).bind(name).fetch_optional(c.raw()).await?;
    Ok(found.map(Id::from_i64))
}

fn list(row: &Row) -> Result<VisitKeyList, StoreError> {
    let time = |at| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(at)?.map(Timestamp::from_micros));
    let row_of_list = VisitKeyListRow {
        id: Id::from_i64(row.try_get(0)?),
        half: row.try_get(1)?,
        unit: Id::from_i64(row.try_get(2)?),
        fingerprint: row.try_get(4)?,
        added_at: Timestamp::from_micros(row.try_get(5)?),
        added_by: Id::from_i64(row.try_get(6)?),
        confirmed_at: time(7)?,
        confirmed_by: row.try_get::<Option<i64>, _>(8)?.map(Id::from_i64),
        withdrawn_at: time(9)?,
    };
    Ok(VisitKeyList {
        row: row_of_list,
        unit_name: row.try_get(3)?,
        first: row.try_get(10)?,
        last: row.try_get(11)?,
        days: row.try_get(12)?,
    })
}
