//! Cases, for which visits may be opened.

use domain::id::kind::{StaffId, UnitId, VisitCaseId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use super::location_registry::having;
use crate::error::StoreError;
use crate::rows::visit_case::{CaseRow, Did, FoundLocation, REFERENCE};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ADD, ONE, OF_UNIT, CLOSE, FIND_LOCATIONS, LOCATION, OLD, FORGET];

macro_rules! cases {
    ($rest:literal) => {
        concat!(
            "SELECT v.id, v.reference, v.made_at, v.staff_id, COALESCE(s.name, ''), v.unit_id, \
               COALESCE(u.name, ''), v.closed_at \
             FROM visit_case v LEFT JOIN staff s ON s.id = v.staff_id LEFT JOIN unit u ON u.id = v.unit_id ",
            $rest
        )
    };
}

/// Registers a case.
pub const ADD: &str =
    "INSERT INTO visit_case (id, reference, made_at, staff_id, unit_id) VALUES ($1, $2, $3, $4, $5)";

/// One case.
pub const ONE: &str = cases!("WHERE v.id = $1");

/// The cases of a unit, those that go on first, the newest first.
pub const OF_UNIT: &str = cases!(
    "WHERE v.unit_id = $1 ORDER BY CASE WHEN v.closed_at IS NULL THEN 0 ELSE 1 END, v.id DESC LIMIT $2"
);

/// Closes a case.
pub const CLOSE: &str =
    "UPDATE visit_case SET closed_at = $2, closed_by = $3 WHERE id = $1 AND closed_at IS NULL";

/// Locations by a part of a name; `$1` is in small letters.
pub const FIND_LOCATIONS: &str = "\
    SELECT id, name, name_other, address FROM location \
    WHERE LOWER(name) LIKE $1 ESCAPE '!' OR LOWER(COALESCE(name_other, '')) LIKE $1 ESCAPE '!' \
    ORDER BY name, id LIMIT $2";

/// A location as officers choose among them.
pub const LOCATION: &str = "SELECT id, name, name_other, address FROM location WHERE id = $1";

/// Cases that were made before a time and have no task that is younger.
pub const OLD: &str = "\
    SELECT v.id FROM visit_case v WHERE v.made_at < $1 \
      AND NOT EXISTS (SELECT 1 FROM visit_opening o WHERE o.case_id = v.id AND o.asked_at >= $1) \
    ORDER BY v.id LIMIT $2";

/// What stands of a case, in the order in which it can go. `$1` is the case.
pub const FORGET_ALL: &[&str] = &[
    "DELETE FROM visit_task WHERE opening_id IN (SELECT id FROM visit_opening WHERE case_id = $1)",
    "DELETE FROM visit_opening WHERE case_id = $1",
    "DELETE FROM visit_donation WHERE case_id = $1",
    FORGET,
];

/// Forgets a case that nothing hangs on.
pub const FORGET: &str = "DELETE FROM visit_case WHERE id = $1";

/// Registers a case.
pub async fn add(
    c: &mut Conn,
    id: VisitCaseId,
    reference: &str,
    (by, unit): (StaffId, UnitId),
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = c.sealer().seal(REFERENCE(id.as_i64()), &reference);
    let query = sqlx::query(ADD).bind(id.as_i64()).bind(sealed).bind(now.micros());
    query.bind(by.as_i64()).bind(unit.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// One case.
pub async fn one(c: &mut Conn, id: VisitCaseId) -> Result<Option<CaseRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| case(c, &row)).transpose()
}

/// The cases of a unit, those that go on first, at most `limit`.
pub async fn of_unit(c: &mut Conn, unit: UnitId, limit: i64) -> Result<Vec<CaseRow>, StoreError> {
    let rows = sqlx::query(OF_UNIT).bind(unit.as_i64()).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| case(c, row)).collect()
}

/// Closes a case; whether it was open.
pub async fn close(c: &mut Conn, id: VisitCaseId, by: StaffId, now: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query(CLOSE).bind(id.as_i64()).bind(now.micros()).bind(by.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Locations whose name has this part, at most `limit`.
pub async fn find_locations(c: &mut Conn, part: &str, limit: i64) -> Result<Vec<FoundLocation>, StoreError> {
    let query = sqlx::query_as(FIND_LOCATIONS).bind(having(part)).bind(limit);
    Ok(query.fetch_all(c.raw()).await?.into_iter().map(found).collect())
}

/// One location as officers choose among them.
pub async fn location(
    c: &mut Conn,
    id: domain::id::kind::LocationId,
) -> Result<Option<FoundLocation>, StoreError> {
    Ok(sqlx::query_as(LOCATION).bind(id.as_i64()).fetch_optional(c.raw()).await?.map(found))
}

fn found((id, name, name_other, address): (i64, String, Option<String>, String)) -> FoundLocation {
    FoundLocation { id: Id::from_i64(id), name, name_other, address }
}

/// Forgets up to `limit` cases that were made before `before` and opened nothing since, with all that hangs on them.
pub async fn forget(c: &mut Conn, before: Timestamp, limit: i64) -> Result<u64, StoreError> {
    let query = sqlx::query_scalar(OLD).bind(before.micros()).bind(limit);
    let ids: Vec<i64> = query.fetch_all(c.raw()).await?;
    for id in &ids {
        for statement in FORGET_ALL {
            sqlx::query(*statement).bind(id).execute(c.raw()).await?;
        }
    }
    Ok(ids.len() as u64)
}

fn case(c: &Conn, row: &Row) -> Result<CaseRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    Ok(CaseRow {
        id: Id::from_i64(id),
        reference: c.sealer().open(REFERENCE(id), row.try_get(1)?)?,
        made: Did {
            at: Timestamp::from_micros(row.try_get(2)?),
            by: Id::from_i64(row.try_get(3)?),
            name: row.try_get(4)?,
            unit: Id::from_i64(row.try_get(5)?),
            unit_name: row.try_get(6)?,
        },
        closed_at: row.try_get::<Option<i64>, _>(7)?.map(Timestamp::from_micros),
    })
}
