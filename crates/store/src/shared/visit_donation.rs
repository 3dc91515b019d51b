//! What people give a case of their phone's diary: a code first, which the officer reads out to them.

use domain::id::kind::{StaffId, VisitCaseId, VisitDonationId};
use domain::{Id, Timestamp};

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::visit_case::{DonationRow, GIVEN, Remembered};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ADD, BY_CODE, GIVE, OF_CASE, FORGET];

/// A code for a case.
pub const ADD: &str = "\
    INSERT INTO visit_donation (id, case_id, code_hash, code_until, made_by) VALUES ($1, $2, $3, $4, $5)";

/// Which donation a code is for, while it counts.
pub const BY_CODE: &str = "\
    SELECT d.id FROM visit_donation d JOIN visit_case v ON v.id = d.case_id \
    WHERE d.code_hash = $1 AND d.code_until > $2 AND d.given_at IS NULL AND v.closed_at IS NULL";

/// Gives it, once.
pub const GIVE: &str =
    "UPDATE visit_donation SET content = $2, given_at = $3 WHERE id = $1 AND given_at IS NULL";

/// What was given to a case, and the codes that wait.
pub const OF_CASE: &str = "\
    SELECT id, code_until, given_at, content FROM visit_donation \
    WHERE case_id = $1 AND (given_at IS NOT NULL OR code_until > $2) ORDER BY id DESC";

/// Forgets codes that nobody used.
pub const FORGET: &str = "DELETE FROM visit_donation WHERE given_at IS NULL AND code_until < $1";

/// Adds a code, by its SHA-256.
pub async fn add(
    c: &mut Conn,
    id: VisitDonationId,
    case: VisitCaseId,
    hash: &[u8; 32],
    by: StaffId,
    until: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(ADD).bind(id.as_i64()).bind(case.as_i64()).bind(hash.to_vec());
    query.bind(until.micros()).bind(by.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// The donation that a code is for, if it counts.
pub async fn by_code(
    c: &mut Conn,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<VisitDonationId>, StoreError> {
    let query = sqlx::query_scalar(BY_CODE).bind(hash.to_vec()).bind(now.micros());
    let found: Option<i64> = query.fetch_optional(c.raw()).await?;
    Ok(found.map(Id::from_i64))
}

/// Gives it; whether nothing was given with this code before.
pub async fn give(
    c: &mut Conn,
    id: VisitDonationId,
    content: &[Remembered],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = c.sealer().seal(GIVEN(id.as_i64()), &content);
    let query = sqlx::query(GIVE).bind(id.as_i64()).bind(sealed).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// What was given to a case, and the codes that still count, the newest first.
pub async fn of_case(
    c: &mut Conn,
    case: VisitCaseId,
    now: Timestamp,
) -> Result<Vec<DonationRow>, StoreError> {
    type Columns = (i64, i64, Option<i64>, Option<Vec<u8>>);
    let query = sqlx::query_as(OF_CASE).bind(case.as_i64()).bind(now.micros());
    let rows: Vec<Columns> = query.fetch_all(c.raw()).await?;
    let read = |(id, until, at, content): Columns| {
        let content = content.map(|sealed| c.sealer().open(GIVEN(id), &sealed)).transpose()?;
        Ok(DonationRow {
            id: Id::from_i64(id),
            until: Timestamp::from_micros(until),
            given: at.map(Timestamp::from_micros).zip(content),
        })
    };
    rows.into_iter().map(read).collect()
}

/// Forgets codes that ended before `before` and that nobody used.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}
