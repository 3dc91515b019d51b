//! Public figures: counts alone, and none of them scans the people.
//!
//! The decision that matters (decision 0040): decisions are counted once, when their day is over, and what was counted
//! stays as it is, whoever is deleted later.

use std::time::Duration;

use domain::Timestamp;
use domain::application::DUE;
use domain::colour::Colour;
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::evidence::ProposalStage;
use crate::rows::figures::{Decided, DecisionCount, ProposalCount};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[COUNT_DAY, COUNTS, FORGET, DECIDED, TOOK, LATE, PROPOSALS];

/// Counts the decisions of a day that was not counted. Those of people who were deleted say nothing any more.
pub const COUNT_DAY: &str = "\
    INSERT INTO decision_count (day, rule_set, colour, reasons, decisions) \
    SELECT CAST($1 AS BIGINT), rule_set, colour, reasons, COUNT(*) FROM decision \
    WHERE decided_at >= $2 AND decided_at < $3 AND reasons <> '[]' \
      AND NOT EXISTS (SELECT 1 FROM decision_count AS counted WHERE counted.day = CAST($1 AS BIGINT)) \
    GROUP BY rule_set, colour, reasons ON CONFLICT DO NOTHING";

/// What was counted of the days from one on, the last day first.
pub const COUNTS: &str = "\
    SELECT day, rule_set, colour, reasons, decisions FROM decision_count WHERE day >= $1 \
    ORDER BY day DESC, rule_set, colour, reasons";

/// Forgets what was counted of days before one.
pub const FORGET: &str = "DELETE FROM decision_count WHERE day < $1";

/// What was decided from one time to before another, and how much of it in time. One that was ever overdue was not in
/// time, even if its clock was stopped afterwards.
pub const DECIDED: &str = "\
    SELECT COUNT(*), COUNT(CASE WHEN overdue_at IS NULL AND (due_at IS NULL OR decided_at <= due_at) THEN 1 END) \
    FROM application WHERE decided_at >= $1 AND decided_at < $2 AND stage IN ('issued', 'refused')";

/// By how much one of these was decided after its due time; before it, where that is below zero. `$3` is its place, from
/// the fastest. Of one whose clock stood it is what was left on the clock.
pub const TOOK: &str = "\
    SELECT COALESCE(decided_at - due_at, 0 - clock_left, 0) AS behind FROM application \
    WHERE decided_at >= $1 AND decided_at < $2 AND stage IN ('issued', 'refused') \
    ORDER BY behind LIMIT 1 OFFSET $3";

/// What waits for us although its time has passed.
pub const LATE: &str =
    "SELECT COUNT(*) FROM application WHERE stage IN ('submitted', 'review') AND due_at <= $1";

/// How many proposals of evidence each unit has in each stage.
pub const PROPOSALS: &str = "\
    SELECT p.unit_id, COALESCE(u.name, ''), p.stage, COUNT(*) FROM evidence_proposal p \
    LEFT JOIN unit u ON u.id = p.unit_id GROUP BY p.unit_id, u.name, p.stage ORDER BY u.name, p.unit_id, p.stage";

/// Counts the decisions of a day that is over, unless it was counted.
pub async fn count_day(c: &mut Conn, day: i64) -> Result<(), StoreError> {
    let [from, until] = [day, day + 1].map(|day| Timestamp::of_day(day).micros());
    sqlx::query(COUNT_DAY).bind(day).bind(from).bind(until).execute(c.raw()).await?;
    Ok(())
}

/// What was counted of the days from `first` on, the last day first.
pub async fn counts(c: &mut Conn, first: i64) -> Result<Vec<DecisionCount>, StoreError> {
    sqlx::query(COUNTS).bind(first).fetch_all(c.raw()).await?.iter().map(count).collect()
}

fn count(row: &Row) -> Result<DecisionCount, StoreError> {
    let day: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("decision_count", column, day);
    Ok(DecisionCount {
        day,
        rule_set: row.try_get(1)?,
        colour: Colour::from_name(row.try_get(2)?).ok_or_else(|| wrong("colour"))?,
        reasons: serde_json::from_str(row.try_get(3)?).map_err(|_| wrong("reasons"))?,
        decisions: row.try_get(4)?,
    })
}

/// Forgets what was counted of days before `first`; gives how many rows.
pub async fn forget(c: &mut Conn, first: i64) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(first).execute(c.raw()).await?.rows_affected())
}

/// How many applications were decided from `from` to before `until`.
pub async fn decided(c: &mut Conn, [from, until]: [Timestamp; 2]) -> Result<Decided, StoreError> {
    let query = sqlx::query_as(DECIDED).bind(from.micros()).bind(until.micros());
    let (all, in_time) = query.fetch_one(c.raw()).await?;
    Ok(Decided { all, in_time })
}

/// How long the one took that stands at `place`, from 0, of those decided from `from` to before `until`, the fastest
/// first; nothing beyond the last. Only while the clock ran it took anything.
pub async fn took(
    c: &mut Conn,
    [from, until]: [Timestamp; 2],
    place: i64,
) -> Result<Option<Duration>, StoreError> {
    let query = sqlx::query_scalar(TOOK).bind(from.micros()).bind(until.micros()).bind(place);
    let behind: Option<i64> = query.fetch_optional(c.raw()).await?;
    let due = i64::try_from(DUE.as_micros()).unwrap_or(i64::MAX);
    Ok(behind.map(|behind| Duration::from_micros(u64::try_from(due.saturating_add(behind)).unwrap_or(0))))
}

/// How many wait for us at `now` although their time has passed.
pub async fn late(c: &mut Conn, now: Timestamp) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(LATE).bind(now.micros()).fetch_one(c.raw()).await?)
}

/// How many proposals of evidence each unit has in each stage.
pub async fn proposals(c: &mut Conn) -> Result<Vec<ProposalCount>, StoreError> {
    sqlx::query(PROPOSALS).fetch_all(c.raw()).await?.iter().map(proposal).collect()
}

fn proposal(row: &Row) -> Result<ProposalCount, StoreError> {
    let unit: i64 = row.try_get(0)?;
    let stage = ProposalStage::from_name(row.try_get(2)?);
    Ok(ProposalCount {
        unit: domain::Id::from_i64(unit),
        unit_name: row.try_get(1)?,
        stage: stage.ok_or_else(|| StoreError::inconsistent("evidence_proposal", "stage", unit))?,
        proposals: row.try_get(3)?,
    })
}
