//! Openings of the visits of one location and window: asked for, decided, opened by one unit and by the other.
//!
//! The decision that matters: every step is only taken from the step before it, and what is opened first is kept only
//! until the opening is done.

use domain::id::kind::{StaffId, UnitId, VisitCaseId, VisitOpeningId};
use domain::location::Slot;
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use super::{Row, batch};
use crate::error::StoreError;
use crate::rows::visit::VisitKeyRow;
use crate::rows::visit_case::{
    Did, FIRST_OPENED, FirstOpened, NewOpening, Opened, OpeningRow, Party, REASON,
};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[ADD, ONE, OF_CASE, WAITING, DECIDE, OPEN_FIRST, FIRST, FINISH, DROP, STALE, batch::VISIT_KEYS];

macro_rules! openings {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.case_id, v.unit_id, v.closed_at, o.location_id, l.name, l.name_other, l.address, \
               o.first_slot, o.last_slot, o.reason, o.asked_at, o.asked_by, COALESCE(a.name, ''), o.asked_unit, \
               COALESCE(au.name, ''), o.decided_at, o.decided_by, COALESCE(d.name, ''), o.decided_unit, \
               COALESCE(du.name, ''), o.approved, o.first_half, o.first_at, o.first_by, o.opened_at, o.opened_by, \
               o.visits, o.records, o.unit_one, COALESCE(one.name, ''), o.unit_two, COALESCE(two.name, '') \
             FROM visit_opening o JOIN visit_case v ON v.id = o.case_id JOIN location l ON l.id = o.location_id \
             LEFT JOIN staff a ON a.id = o.asked_by LEFT JOIN unit au ON au.id = o.asked_unit \
             LEFT JOIN staff d ON d.id = o.decided_by LEFT JOIN unit du ON du.id = o.decided_unit \
             LEFT JOIN unit one ON one.id = o.unit_one LEFT JOIN unit two ON two.id = o.unit_two ",
            $rest
        )
    };
}

/// Asks for an opening.
pub const ADD: &str = "\
    INSERT INTO visit_opening (id, case_id, location_id, first_slot, last_slot, reason, asked_at, asked_by, asked_unit) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// One opening.
pub const ONE: &str = openings!("WHERE o.id = $1");

/// The openings of a case, the newest first.
pub const OF_CASE: &str = openings!("WHERE o.case_id = $1 ORDER BY o.id DESC");

/// Openings that are not refused and not done, the oldest first.
pub const WAITING: &str = openings!(
    "WHERE o.opened_at IS NULL AND (o.approved IS NULL OR o.approved = 1) AND v.closed_at IS NULL \
     ORDER BY o.id LIMIT $1"
);

/// Approves or refuses, once, by another unit.
pub const DECIDE: &str = "\
    UPDATE visit_opening SET decided_at = $2, decided_by = $3, decided_unit = $4, approved = $5, unit_one = $6, \
    unit_two = $7 WHERE id = $1 AND decided_at IS NULL AND asked_by <> $3 AND asked_unit <> $4";

/// One unit's shares are opened. That unit may hand them in again until the other has opened its own.
pub const OPEN_FIRST: &str = "\
    UPDATE visit_opening SET first_half = $2, first_opened = $3, first_at = $4, first_by = $5 \
    WHERE id = $1 AND approved = 1 AND opened_at IS NULL AND (first_half IS NULL OR first_half = $2)";

/// What is opened first, as long as it is kept.
pub const FIRST: &str = "SELECT first_opened FROM visit_opening WHERE id = $1 AND opened_at IS NULL";

/// The opening is done: the opened shares are forgotten.
pub const FINISH: &str = "\
    UPDATE visit_opening SET first_opened = NULL, opened_at = $2, opened_by = $3, visits = $4, records = $5 \
    WHERE id = $1 AND approved = 1 AND opened_at IS NULL AND (first_by IS NULL OR first_by <> $3)";

/// The opened shares of a case's openings are forgotten.
pub const DROP: &str = "\
    UPDATE visit_opening SET first_half = NULL, first_opened = NULL, first_at = NULL, first_by = NULL \
    WHERE case_id = $1 AND opened_at IS NULL";

/// Opened shares are forgotten to which the other unit did not come in time.
pub const STALE: &str = "\
    UPDATE visit_opening SET first_half = NULL, first_opened = NULL, first_at = NULL, first_by = NULL \
    WHERE first_at < $1 AND opened_at IS NULL";

/// Asks for an opening.
pub async fn add(c: &mut Conn, new: &NewOpening) -> Result<(), StoreError> {
    let sealed = c.sealer().seal(REASON(new.id.as_i64()), &new.reason);
    sqlx::query(ADD)
        .bind(new.id.as_i64())
        .bind(new.case.as_i64())
        .bind(new.location.as_i64())
        .bind(new.first.number())
        .bind(new.last.number())
        .bind(sealed)
        .bind(new.at.micros())
        .bind(new.by.0.as_i64())
        .bind(new.by.1.as_i64())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// One opening.
pub async fn one(c: &mut Conn, id: VisitOpeningId) -> Result<Option<OpeningRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| opening(c, &row)).transpose()
}

/// The openings of a case, the newest first.
pub async fn of_case(c: &mut Conn, id: VisitCaseId) -> Result<Vec<OpeningRow>, StoreError> {
    let rows = sqlx::query(OF_CASE).bind(id.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| opening(c, row)).collect()
}

/// Openings of open cases that are not refused and not done, the oldest first.
pub async fn waiting(c: &mut Conn, limit: i64) -> Result<Vec<OpeningRow>, StoreError> {
    let rows = sqlx::query(WAITING).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| opening(c, row)).collect()
}

/// Approves or refuses; whether it was not decided, and neither by who asked nor in their unit. `parties` are the units
/// that hold the halves of the window's keys.
pub async fn decide(
    c: &mut Conn,
    id: VisitOpeningId,
    (by, unit): (StaffId, UnitId),
    (approved, parties): (bool, Option<[UnitId; 2]>),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(DECIDE).bind(id.as_i64()).bind(now.micros()).bind(by.as_i64());
    let query = query.bind(unit.as_i64()).bind(i64::from(approved));
    let query =
        query.bind(parties.map(|units| units[0].as_i64())).bind(parties.map(|units| units[1].as_i64()));
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Keeps the shares of one half that its unit has opened, a line each; whether they were still asked for.
pub async fn open_first(
    c: &mut Conn,
    id: VisitOpeningId,
    half: i64,
    shares: &[u8],
    by: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = c.sealer().seal_bytes(FIRST_OPENED(id.as_i64()), shares);
    let query = sqlx::query(OPEN_FIRST).bind(id.as_i64()).bind(half).bind(sealed);
    let query = query.bind(now.micros()).bind(by.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// The opened shares of the half that was opened first, a line each, until the opening is done.
pub async fn first(
    c: &mut Conn,
    id: VisitOpeningId,
) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, StoreError> {
    let row = sqlx::query(FIRST).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    let Some(sealed) = row.map(|row| row.try_get::<Option<Vec<u8>>, _>(0)).transpose()?.flatten() else {
        return Ok(None);
    };
    Ok(Some(c.sealer().open_bytes(FIRST_OPENED(id.as_i64()), &sealed)?))
}

/// Ends an opening, by another officer than the one who opened first; whether it was not ended.
pub async fn finish(
    c: &mut Conn,
    id: VisitOpeningId,
    by: Option<StaffId>,
    (visits, records): (i64, i64),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(FINISH).bind(id.as_i64()).bind(now.micros()).bind(by.map(Id::as_i64));
    let query = query.bind(visits).bind(records);
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Forgets the opened shares of a case: it is closed.
pub async fn drop_first(c: &mut Conn, case: VisitCaseId) -> Result<(), StoreError> {
    sqlx::query(DROP).bind(case.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Forgets opened shares from before `before`; gives of how many openings.
pub async fn forget_first(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(STALE).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

/// The data keys of these ids, in their wrapped shares.
pub async fn keys(c: &mut Conn, ids: &[&[u8]]) -> Result<Vec<VisitKeyRow>, StoreError> {
    let rows = sqlx::query(batch::VISIT_KEYS).bind(batch::blobs(ids)).fetch_all(c.raw()).await?;
    let read = |row: &Row| {
        let id: Vec<u8> = row.try_get(0)?;
        Ok(VisitKeyRow {
            id: id.try_into().map_err(|_| StoreError::inconsistent("visit_key", "id", 0))?,
            minute: row.try_get(1)?,
            group: row.try_get(2)?,
            shares: [row.try_get(3)?, row.try_get(4)?],
        })
    };
    rows.iter().map(read).collect()
}

fn opening(c: &Conn, row: &Row) -> Result<OpeningRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let number = |at| row.try_get::<Option<i64>, _>(at);
    let did = |from: usize| {
        let (Some(at), Some(by), Some(unit)) = (number(from)?, number(from + 1)?, number(from + 3)?) else {
            return Ok::<_, StoreError>(None);
        };
        Ok(Some(Did {
            at: Timestamp::from_micros(at),
            by: Id::from_i64(by),
            name: row.try_get(from + 2)?,
            unit: Id::from_i64(unit),
            unit_name: row.try_get(from + 4)?,
        }))
    };
    let opened_first = match (number(22)?, number(23)?, number(24)?) {
        (Some(half), Some(at), Some(by)) => {
            Some(FirstOpened { half, at: Timestamp::from_micros(at), by: Id::from_i64(by) })
        }
        _ => None,
    };
    let opened = match number(25)? {
        Some(at) => Some(Opened {
            at: Timestamp::from_micros(at),
            by: number(26)?.map(Id::from_i64),
            visits: number(27)?.unwrap_or_default(),
            records: number(28)?.unwrap_or_default(),
        }),
        None => None,
    };
    let approved = number(21)? == Some(1);
    let parties = match number(29)?.zip(number(31)?) {
        Some((one, two)) => Some([
            Party { unit: Id::from_i64(one), name: row.try_get(30)? },
            Party { unit: Id::from_i64(two), name: row.try_get(32)? },
        ]),
        None => None,
    };
    Ok(OpeningRow {
        id: Id::from_i64(id),
        case: Id::from_i64(row.try_get(1)?),
        case_unit: Id::from_i64(row.try_get(2)?),
        case_closed: number(3)?.is_some(),
        location: Id::from_i64(row.try_get(4)?),
        name: row.try_get(5)?,
        name_other: row.try_get(6)?,
        address: row.try_get(7)?,
        first: Slot::from_number(row.try_get(8)?),
        last: Slot::from_number(row.try_get(9)?),
        reason: c.sealer().open(REASON(id), row.try_get(10)?)?,
        asked: did(11)?.ok_or_else(|| StoreError::inconsistent("visit_opening", "asked_by", id))?,
        decided: did(16)?.map(|did| (did, approved)),
        parties,
        opened_first,
        opened,
    })
}
