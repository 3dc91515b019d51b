//! People to be contacted because a visit of theirs was opened, and whether they were told.

use domain::id::kind::{HolderId, StaffId, UnitId, VisitTaskId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::review::ClaimedBy;
use crate::rows::visit_case::{HeldOpening, NewTask, SEEN, TASK_NOTE, TaskOutcome, TaskRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[ADD, ONE, OF_UNIT, OF_CASE, TAKE, RELEASE, FINISH, TO_TELL, TOLD, LATE, HELD, COUNT];

macro_rules! tasks {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.opening_id, o.case_id, v.unit_id, l.name, l.name_other, t.holder_id, t.seen, t.made_at, \
               t.officer_id, COALESCE(s.name, ''), t.lease_until, t.outcome, t.note, t.done_at, t.told_at \
             FROM visit_task t JOIN visit_opening o ON o.id = t.opening_id JOIN visit_case v ON v.id = o.case_id \
             JOIN location l ON l.id = o.location_id LEFT JOIN staff s ON s.id = t.officer_id ",
            $rest
        )
    };
}

/// One task.
pub const ONE: &str = tasks!("WHERE t.id = $1");

/// What is to be done for the cases of a unit, the oldest first.
pub const OF_UNIT: &str =
    tasks!("WHERE v.unit_id = $1 AND t.done_at IS NULL ORDER BY t.made_at, t.id LIMIT $2");

/// All tasks of a case.
pub const OF_CASE: &str = tasks!("WHERE o.case_id = $1 ORDER BY t.made_at, t.id LIMIT $2");

/// Takes a task that is free, or prolongs one's own.
pub const TAKE: &str = "\
    UPDATE visit_task SET officer_id = $2, lease_until = $4 \
    WHERE id = $1 AND done_at IS NULL AND (officer_id IS NULL OR officer_id = $2 OR lease_until <= $3)";

/// Gives one's own back.
pub const RELEASE: &str = "\
    UPDATE visit_task SET officer_id = NULL, lease_until = NULL WHERE id = $1 AND officer_id = $2 AND done_at IS NULL";

/// Ends one's own.
pub const FINISH: &str = "\
    UPDATE visit_task SET outcome = $4, note = $5, done_at = $3 \
    WHERE id = $1 AND officer_id = $2 AND lease_until > $3 AND done_at IS NULL";

/// People who are to be told now: whose task is done, or was made before a time.
pub const TO_TELL: &str = "\
    SELECT id, holder_id FROM visit_task WHERE told_at IS NULL AND (made_at < $1 OR done_at IS NOT NULL) \
    ORDER BY made_at, id LIMIT $2";

/// The person was told.
pub const TOLD: &str = "UPDATE visit_task SET told_at = $2 WHERE id = $1 AND told_at IS NULL";

/// How many have not been told whose task was made before a time.
pub const LATE: &str = "SELECT COUNT(*) FROM visit_task WHERE told_at IS NULL AND made_at < $1";

/// What a holder is told of it.
pub const HELD: &str = "\
    SELECT t.made_at, u.name, t.told_at, t.outcome FROM visit_task t JOIN visit_opening o ON o.id = t.opening_id \
    JOIN unit u ON u.id = o.asked_unit WHERE t.holder_id = $1 ORDER BY t.id DESC";

/// How many are to be done for the cases of a unit.
pub const COUNT: &str = "\
    SELECT COUNT(*) FROM visit_task t JOIN visit_opening o ON o.id = t.opening_id \
    JOIN visit_case v ON v.id = o.case_id WHERE v.unit_id = $1 AND t.done_at IS NULL";

/// Adds a task, unless the person has one because of this opening, or there is no such holder (any more).
pub const ADD: &str = "\
    INSERT INTO visit_task (id, opening_id, holder_id, seen, made_at) \
    SELECT $1, $2, $3, $4, $5 FROM holder WHERE holder.id = $3 AND holder.erased_at IS NULL \
    ON CONFLICT (opening_id, holder_id) DO NOTHING";

/// Adds a task; whether it is new. Whoever had their data deleted gets none: nobody is there to be contacted, and what
/// refers to them would keep their row.
pub async fn add(c: &mut Conn, new: &NewTask) -> Result<bool, StoreError> {
    let seen = c.sealer().seal(SEEN(new.id.as_i64()), &new.seen);
    let query = sqlx::query(ADD).bind(new.id.as_i64()).bind(new.opening.as_i64());
    let query = query.bind(new.holder.as_i64()).bind(seen).bind(new.at.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// One task.
pub async fn one(c: &mut Conn, id: VisitTaskId) -> Result<Option<TaskRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| task(c, &row)).transpose()
}

/// What is to be done for the cases of a unit, the oldest first, at most `limit`.
pub async fn of_unit(c: &mut Conn, unit: UnitId, limit: i64) -> Result<Vec<TaskRow>, StoreError> {
    let rows = sqlx::query(OF_UNIT).bind(unit.as_i64()).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| task(c, row)).collect()
}

/// The tasks of a case, the oldest first, at most `limit`.
pub async fn of_case(
    c: &mut Conn,
    case: domain::id::kind::VisitCaseId,
    limit: i64,
) -> Result<Vec<TaskRow>, StoreError> {
    let rows = sqlx::query(OF_CASE).bind(case.as_i64()).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| task(c, row)).collect()
}

/// Takes a task, or prolongs one's own, until `until`; whether it was free.
pub async fn take(
    c: &mut Conn,
    id: VisitTaskId,
    officer: StaffId,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(TAKE).bind(id.as_i64()).bind(officer.as_i64());
    let query = query.bind(now.micros()).bind(until.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Gives one's own back.
pub async fn release(c: &mut Conn, id: VisitTaskId, officer: StaffId) -> Result<bool, StoreError> {
    let query = sqlx::query(RELEASE).bind(id.as_i64()).bind(officer.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Ends one's own, with what became of it.
pub async fn finish(
    c: &mut Conn,
    id: VisitTaskId,
    officer: StaffId,
    (outcome, note): (TaskOutcome, Option<&str>),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let note = note.map(|note| c.sealer().seal(TASK_NOTE(id.as_i64()), &note));
    let query = sqlx::query(FINISH).bind(id.as_i64()).bind(officer.as_i64()).bind(now.micros());
    Ok(query.bind(outcome.as_str()).bind(note).execute(c.raw()).await?.rows_affected() == 1)
}

/// Tasks whose people are to be told now: those that are done, and those made before `before`; at most `limit`.
pub async fn to_tell(
    c: &mut Conn,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(VisitTaskId, HolderId)>, StoreError> {
    let query = sqlx::query_as(TO_TELL).bind(before.micros()).bind(limit);
    let rows: Vec<(i64, i64)> = query.fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(|(id, holder)| (Id::from_i64(id), Id::from_i64(holder))).collect())
}

/// The person was told; whether they had not been.
pub async fn told(c: &mut Conn, id: VisitTaskId, now: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query(TOLD).bind(id.as_i64()).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// How many have not been told, of tasks made before `before`.
pub async fn late(c: &mut Conn, before: Timestamp) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(LATE).bind(before.micros()).fetch_one(c.raw()).await?)
}

/// How many are to be done for the cases of a unit.
pub async fn count(c: &mut Conn, unit: UnitId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(COUNT).bind(unit.as_i64()).fetch_one(c.raw()).await?)
}

/// What is kept of the openings of a holder's visits, the newest first.
pub async fn held(c: &mut Conn, holder: HolderId) -> Result<Vec<HeldOpening>, StoreError> {
    type Columns = (i64, String, Option<i64>, Option<String>);
    let rows: Vec<Columns> = sqlx::query_as(HELD).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    let read = |(at, unit, told_at, outcome): Columns| HeldOpening {
        at: Timestamp::from_micros(at),
        unit,
        told_at: told_at.map(Timestamp::from_micros),
        outcome: outcome.as_deref().and_then(TaskOutcome::from_name),
    };
    Ok(rows.into_iter().map(read).collect())
}

fn task(c: &Conn, row: &Row) -> Result<TaskRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let time = |at| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(at)?.map(Timestamp::from_micros));
    let claimed = match (row.try_get::<Option<i64>, _>(9)?, time(11)?) {
        (Some(staff), Some(until)) => {
            Some(ClaimedBy { staff: Id::from_i64(staff), name: row.try_get(10)?, until })
        }
        _ => None,
    };
    let outcome: Option<String> = row.try_get(12)?;
    let wrong = || StoreError::inconsistent("visit_task", "outcome", id);
    let outcome = outcome.map(|name| TaskOutcome::from_name(&name).ok_or_else(wrong)).transpose()?;
    let note: Option<Vec<u8>> = row.try_get(13)?;
    Ok(TaskRow {
        id: Id::from_i64(id),
        opening: Id::from_i64(row.try_get(1)?),
        case: Id::from_i64(row.try_get(2)?),
        case_unit: Id::from_i64(row.try_get(3)?),
        location: row.try_get(4)?,
        location_other: row.try_get(5)?,
        holder: Id::from_i64(row.try_get(6)?),
        seen: c.sealer().open(SEEN(id), row.try_get(7)?)?,
        made_at: Timestamp::from_micros(row.try_get(8)?),
        claimed,
        done: time(14)?.zip(outcome),
        note: note.map(|sealed| c.sealer().open(TASK_NOTE(id), &sealed)).transpose()?,
        told_at: time(15)?,
    })
}
