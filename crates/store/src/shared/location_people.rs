//! Who manages a location, and through which ways people come in.

use domain::id::kind::{LocationEntranceId, LocationId, StaffId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::location::{EntranceRow, ManagerRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    ADD_MANAGER,
    REMOVE_MANAGER,
    MANAGERS,
    MANAGES,
    MANAGER_BY_LOGIN,
    ADD_ENTRANCE,
    CLOSE_ENTRANCE,
    ENTRANCES,
    TOUCH,
    TOUCH_STAFF,
];

/// Somebody manages a location from now on.
pub const ADD_MANAGER: &str = "\
    INSERT INTO location_manager (staff_id, location_id, added_at, added_by) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (staff_id, location_id) DO NOTHING";

/// And no longer, unless nobody else does.
pub const REMOVE_MANAGER: &str = "\
    DELETE FROM location_manager WHERE staff_id = $1 AND location_id = $2 \
    AND (SELECT COUNT(*) FROM location_manager WHERE location_id = $2) > 1";

/// Who manages a location.
pub const MANAGERS: &str = "\
    SELECT staff.id, staff.login, staff.name FROM location_manager JOIN staff ON staff.id = location_manager.staff_id \
    WHERE location_manager.location_id = $1 ORDER BY location_manager.added_at, staff.id";

/// Whether somebody manages a location.
pub const MANAGES: &str = "SELECT COUNT(*) FROM location_manager WHERE staff_id = $1 AND location_id = $2";

/// Whoever signs in with this and may manage locations.
pub const MANAGER_BY_LOGIN: &str = "\
    SELECT id FROM staff WHERE login = $1 AND disabled_at IS NULL AND ',' || roles || ',' LIKE '%,location_manager,%'";

/// A way in.
pub const ADD_ENTRANCE: &str =
    "INSERT INTO location_entrance (id, location_id, name, made_at) VALUES ($1, $2, $3, $4)";

/// It is a way in no longer.
pub const CLOSE_ENTRANCE: &str =
    "UPDATE location_entrance SET closed_at = $3 WHERE id = $1 AND location_id = $2 AND closed_at IS NULL";

/// The ways into a location.
pub const ENTRANCES: &str =
    "SELECT id, name FROM location_entrance WHERE location_id = $1 AND closed_at IS NULL ORDER BY id";

/// Keeps others from changing who manages a location until this transaction ends.
pub const TOUCH: &str = "UPDATE location SET version = version WHERE id = $1";

/// Keeps others from adding locations of this manager's file until this transaction ends.
pub const TOUCH_STAFF: &str = "UPDATE staff SET created_at = created_at WHERE id = $1";

/// Of two transactions that touch a location, one is after the other.
pub async fn touch(c: &mut Conn, location: LocationId) -> Result<(), StoreError> {
    sqlx::query(TOUCH).bind(location.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Of two transactions that touch an account, one is after the other.
pub async fn touch_staff(c: &mut Conn, staff: StaffId) -> Result<(), StoreError> {
    sqlx::query(TOUCH_STAFF).bind(staff.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Makes somebody a manager; false if they are.
pub async fn add_manager(
    c: &mut Conn,
    staff: StaffId,
    location: LocationId,
    by: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(ADD_MANAGER).bind(staff.as_i64()).bind(location.as_i64());
    let done = query.bind(now.micros()).bind(by.as_i64()).execute(c.raw()).await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a location from a manager; false if they have it not, or nobody else has.
pub async fn remove_manager(c: &mut Conn, staff: StaffId, location: LocationId) -> Result<bool, StoreError> {
    let query = sqlx::query(REMOVE_MANAGER).bind(staff.as_i64()).bind(location.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() > 0)
}

/// Who manages a location, the first first.
pub async fn managers(c: &mut Conn, location: LocationId) -> Result<Vec<ManagerRow>, StoreError> {
    let rows = sqlx::query(MANAGERS).bind(location.as_i64()).fetch_all(c.raw()).await?;
    let read = |row: &super::Row| {
        Ok(ManagerRow { id: Id::from_i64(row.try_get(0)?), login: row.try_get(1)?, name: row.try_get(2)? })
    };
    rows.iter().map(read).collect()
}

/// Whether somebody manages a location.
pub async fn manages(c: &mut Conn, staff: StaffId, location: LocationId) -> Result<bool, StoreError> {
    let query = sqlx::query_scalar::<_, i64>(MANAGES).bind(staff.as_i64()).bind(location.as_i64());
    Ok(query.fetch_one(c.raw()).await? > 0)
}

/// Whoever signs in with this and may manage locations.
pub async fn manager_by_login(c: &mut Conn, login: &str) -> Result<Option<StaffId>, StoreError> {
    let id: Option<i64> = sqlx::query_scalar(MANAGER_BY_LOGIN).bind(login).fetch_optional(c.raw()).await?;
    Ok(id.map(StaffId::from_i64))
}

/// Adds a way in.
pub async fn add_entrance(
    c: &mut Conn,
    id: LocationEntranceId,
    location: LocationId,
    name: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(ADD_ENTRANCE).bind(id.as_i64()).bind(location.as_i64()).bind(name);
    query.bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Closes a way in; false if there is none that is open.
pub async fn close_entrance(
    c: &mut Conn,
    id: LocationEntranceId,
    location: LocationId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(CLOSE_ENTRANCE).bind(id.as_i64()).bind(location.as_i64()).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() > 0)
}

/// The open ways into a location, in the order in which they were added.
pub async fn entrances(c: &mut Conn, location: LocationId) -> Result<Vec<EntranceRow>, StoreError> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as(ENTRANCES).bind(location.as_i64()).fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(|(id, name)| EntranceRow { id: Id::from_i64(id), name }).collect())
}
