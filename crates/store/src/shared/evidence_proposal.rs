//! What officers state by hand and take back. What makes a colour worse waits for a person of another unit.
//!
//! The decision that matters: the statement that decides says itself that nobody decides on what their own unit proposed.

use domain::id::kind::{EvidenceProposalId, HolderId, StaffId, UnitId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use super::evidence::stated;
use crate::error::StoreError;
use crate::rows::evidence::{Detail, NewProposal, PROPOSED, ProposalRow, ProposalStage};
use crate::rows::visit_case::Did;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ADD, ONE, WAITING, OF_UNIT, OF_HOLDER, DECIDE, RECALL, CHANGES, FORGET];

/// States or takes back.
pub const ADD: &str = "\
    INSERT INTO evidence_proposal (id, holder_id, kind, evidence_id, source, detail, observed_at, until_at, proposed_at, \
    staff_id, unit_id, stage) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

macro_rules! proposals {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.holder_id, p.kind, p.evidence_id, p.source, p.detail, p.observed_at, p.until_at, \
               p.stage, p.proposed_at, p.staff_id, COALESCE(s.name, c.name, ''), p.unit_id, COALESCE(u.name, ''), \
               p.decided_at, p.decided_by, COALESCE(d.name, ''), p.decided_unit, COALESCE(du.name, '') \
             FROM evidence_proposal p LEFT JOIN staff s ON s.id = p.staff_id \
             LEFT JOIN api_client c ON c.id = p.staff_id LEFT JOIN unit u ON u.id = p.unit_id \
             LEFT JOIN staff d ON d.id = p.decided_by LEFT JOIN unit du ON du.id = p.decided_unit ",
            $rest
        )
    };
}

/// One.
pub const ONE: &str = proposals!("WHERE p.id = $1");

/// Those of other units than this one that wait, the oldest first.
pub const WAITING: &str =
    proposals!("WHERE p.stage = 'waiting' AND p.unit_id <> $1 ORDER BY p.proposed_at, p.id LIMIT $2");

/// Those of a unit since a time, and those that wait, the newest first.
pub const OF_UNIT: &str = proposals!(
    "WHERE p.unit_id = $1 AND (p.stage = 'waiting' OR COALESCE(p.decided_at, p.proposed_at) >= $2) \
     ORDER BY p.id DESC LIMIT $3"
);

/// Those about a holder, the newest first.
pub const OF_HOLDER: &str = proposals!("WHERE p.holder_id = $1 ORDER BY p.id DESC");

/// Confirmed or refused, once, by somebody else of another unit.
pub const DECIDE: &str = "\
    UPDATE evidence_proposal SET stage = $2, decided_at = $3, decided_by = $4, decided_unit = $5 \
    WHERE id = $1 AND stage = 'waiting' AND staff_id <> $4 AND unit_id <> $5";

/// Recalled by its own unit.
pub const RECALL: &str = "\
    UPDATE evidence_proposal SET stage = 'recalled', decided_at = $2, decided_by = $3, decided_unit = $4 \
    WHERE id = $1 AND stage = 'waiting' AND unit_id = $4";

/// When a unit's proposals became changes, from one time to before another.
pub const CHANGES: &str = "\
    SELECT decided_at FROM evidence_proposal \
    WHERE unit_id = $1 AND stage = 'confirmed' AND decided_at >= $2 ORDER BY decided_at";

/// Forgets those from before a time that do not wait, and that no evidence comes from: they say who confirmed it.
pub const FORGET: &str = "\
    DELETE FROM evidence_proposal WHERE COALESCE(decided_at, proposed_at) < $1 AND stage <> 'waiting' \
      AND NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.source_id = evidence_proposal.id \
                      AND evidence.source <> 'report')";

/// States or takes back; what counts at once too, so that why stays on record.
pub async fn add(c: &mut Conn, new: &NewProposal) -> Result<(), StoreError> {
    let detail = c.sealer().seal(PROPOSED(new.id.as_i64()), &Detail::of(&new.stated, &new.note));
    sqlx::query(ADD)
        .bind(new.id.as_i64())
        .bind(new.holder.as_i64())
        .bind(new.stated.kind().as_str())
        .bind(new.taken_back.map(Id::as_i64))
        .bind(new.stated.source.as_str())
        .bind(detail)
        .bind(new.stated.at.micros())
        .bind(new.stated.until.map(Timestamp::micros))
        .bind(new.at.micros())
        .bind(new.by.0.as_i64())
        .bind(new.by.1.as_i64())
        .bind(new.stage.as_str())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// One.
pub async fn one(c: &mut Conn, id: EvidenceProposalId) -> Result<Option<ProposalRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| read(c, &row)).transpose()
}

/// Those of other units than `unit` that wait, the oldest first.
pub async fn waiting(c: &mut Conn, unit: UnitId, limit: i64) -> Result<Vec<ProposalRow>, StoreError> {
    let rows = sqlx::query(WAITING).bind(unit.as_i64()).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| read(c, row)).collect()
}

/// Those of `unit` that wait, or were decided since a time, the newest first.
pub async fn of_unit(
    c: &mut Conn,
    unit: UnitId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<ProposalRow>, StoreError> {
    let query = sqlx::query(OF_UNIT).bind(unit.as_i64()).bind(since.micros()).bind(limit);
    query.fetch_all(c.raw()).await?.iter().map(|row| read(c, row)).collect()
}

/// Those about `holder`, the newest first.
pub async fn of_holder(c: &mut Conn, holder: HolderId) -> Result<Vec<ProposalRow>, StoreError> {
    let rows = sqlx::query(OF_HOLDER).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| read(c, row)).collect()
}

/// Confirms or refuses; whether it waited, and was of another person and unit.
pub async fn decide(
    c: &mut Conn,
    id: EvidenceProposalId,
    (staff, unit): (StaffId, UnitId),
    stage: ProposalStage,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(DECIDE).bind(id.as_i64()).bind(stage.as_str()).bind(now.micros());
    Ok(query.bind(staff.as_i64()).bind(unit.as_i64()).execute(c.raw()).await?.rows_affected() == 1)
}

/// Recalls one of the own unit; whether it waited.
pub async fn recall(
    c: &mut Conn,
    id: EvidenceProposalId,
    (staff, unit): (StaffId, UnitId),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(RECALL).bind(id.as_i64()).bind(now.micros()).bind(staff.as_i64());
    Ok(query.bind(unit.as_i64()).execute(c.raw()).await?.rows_affected() == 1)
}

/// When proposals of `unit` became changes, since a time, in order.
pub async fn changes(c: &mut Conn, unit: UnitId, since: Timestamp) -> Result<Vec<Timestamp>, StoreError> {
    let query = sqlx::query_scalar(CHANGES).bind(unit.as_i64()).bind(since.micros());
    let times: Vec<i64> = query.fetch_all(c.raw()).await?;
    Ok(times.into_iter().map(Timestamp::from_micros).collect())
}

/// Forgets those that were decided before a time, and of which no evidence is left; gives how many.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

fn read(c: &Conn, row: &Row) -> Result<ProposalRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("evidence_proposal", column, id);
    let times = [row.try_get(6)?, row.try_get(7)?];
    let detail = c.sealer().open(PROPOSED(id), row.try_get(5)?)?;
    let (stated, note) =
        stated(detail, (row.try_get(2)?, row.try_get(4)?), times).ok_or_else(|| wrong("kind"))?;
    let taken_back: Option<i64> = row.try_get(3)?;
    let decided: Option<i64> = row.try_get(14)?;
    Ok(ProposalRow {
        id: Id::from_i64(id),
        holder: Id::from_i64(row.try_get(1)?),
        taken_back: taken_back.map(Id::from_i64),
        stated,
        note,
        stage: ProposalStage::from_name(row.try_get(8)?).ok_or_else(|| wrong("stage"))?,
        proposed: did(row, 9)?,
        decided: decided.map(|_| did(row, 14)).transpose()?,
    })
}

/// From when, who, their name, the unit and its name.
pub(super) fn did(row: &Row, first: usize) -> Result<Did, StoreError> {
    Ok(Did {
        at: Timestamp::from_micros(row.try_get(first)?),
        by: Id::from_i64(row.try_get(first + 1)?),
        name: row.try_get(first + 2)?,
        unit: Id::from_i64(row.try_get(first + 3)?),
        unit_name: row.try_get(first + 4)?,
    })
}
