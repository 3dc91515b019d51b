//! Reads the record of accesses for auditors, newest first.

use domain::Timestamp;
use domain::id::kind::{AccessId, StaffId, UnitId};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::access::Access;
use crate::rows::audit::{NamedAccess, Which};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ALL, BY_STAFF, ABOUT];

macro_rules! named {
    ($condition:literal) => {
        concat!(
            "SELECT r.id, r.staff_id, r.unit_id, r.at, r.action, r.object_kind, r.object_id, \
             COALESCE(staff.login, ''), COALESCE(staff.name, api_client.name, ''), COALESCE(unit.name, '') \
             FROM access_record r LEFT JOIN staff ON staff.id = r.staff_id \
             LEFT JOIN api_client ON api_client.id = r.staff_id LEFT JOIN unit ON unit.id = r.unit_id \
             WHERE r.id < $1",
            $condition,
            " ORDER BY r.id DESC LIMIT $2"
        )
    };
}

/// The newest entries before a given one.
pub const ALL: &str = named!("");
/// Those of one member of staff.
pub const BY_STAFF: &str = named!(" AND r.staff_id = $3");
/// Those about one object.
pub const ABOUT: &str = named!(" AND r.object_kind = $3 AND r.object_id = $4");

/// The newest entries; `before` turns the page.
pub async fn list(
    c: &mut Conn,
    which: &Which,
    before: Option<AccessId>,
    limit: i64,
) -> Result<Vec<NamedAccess>, StoreError> {
    let before = before.map_or(i64::MAX, AccessId::as_i64);
    let rows = match which {
        Which::All => sqlx::query(ALL).bind(before).bind(limit).fetch_all(c.raw()).await?,
        Which::ByStaff(staff) => {
            sqlx::query(BY_STAFF).bind(before).bind(limit).bind(staff.as_i64()).fetch_all(c.raw()).await?
        }
        Which::About(kind, id) => {
            let query = sqlx::query(ABOUT).bind(before).bind(limit).bind(kind.clone()).bind(*id);
            query.fetch_all(c.raw()).await?
        }
    };
    rows.iter().map(named).collect()
}

fn named(row: &Row) -> Result<NamedAccess, StoreError> {
    let access = Access {
        id: AccessId::from_i64(row.try_get(0)?),
        staff: StaffId::from_i64(row.try_get(1)?),
        unit: UnitId::from_i64(row.try_get(2)?),
        at: Timestamp::from_micros(row.try_get(3)?),
        action: row.try_get(4)?,
        object_kind: row.try_get(5)?,
        object: row.try_get(6)?,
    };
    Ok(NamedAccess { access, login: row.try_get(7)?, name: row.try_get(8)?, unit: row.try_get(9)? })
}
