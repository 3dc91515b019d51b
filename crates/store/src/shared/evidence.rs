//! Evidence: dated facts about holders, added and superseded, never edited.

use domain::colour::{EvidenceKind, EvidenceSource};
use domain::id::kind::{EvidenceId, HolderId, UnitId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::evidence::{DETAIL, Detail, EvidenceRow, Origin, Stated};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ADD, OF_HOLDER, SUPERSEDE, UNIT_NAME, DUE, PUT_DUE, DROP_DUE];

/// Adds a fact about a holder.
pub const ADD: &str = "\
    INSERT INTO evidence (id, holder_id, kind, source, source_id, detail, observed_at, until_at, added_at, staff_id, \
    unit_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/// All evidence about a holder, the newest first.
pub const OF_HOLDER: &str = "\
    SELECT id, kind, source, source_id, detail, observed_at, until_at, added_at, staff_id, unit_id, superseded_at \
    FROM evidence WHERE holder_id = $1 ORDER BY id DESC";

/// It counts no more, once.
pub const SUPERSEDE: &str = "\
    UPDATE evidence SET superseded_at = $3 \
    WHERE id = $1 AND holder_id = $2 AND superseded_at IS NULL";

/// The name of the unit that stated something.
pub const UNIT_NAME: &str = "SELECT name FROM unit WHERE id = $1";

/// Holders whose colours may have changed by themselves, the longest due first.
pub const DUE: &str =
    "SELECT holder_id FROM colour_due WHERE due_at <= $1 ORDER BY due_at, holder_id LIMIT $2";

/// When a holder's colour is to be decided again.
pub const PUT_DUE: &str = "\
    INSERT INTO colour_due (holder_id, due_at) VALUES ($1, $2) \
    ON CONFLICT (holder_id) DO UPDATE SET due_at = excluded.due_at";

/// Nothing about it changes by itself.
pub const DROP_DUE: &str = "DELETE FROM colour_due WHERE holder_id = $1";

/// Adds a fact about a holder.
pub async fn add(c: &mut Conn, row: &EvidenceRow) -> Result<(), StoreError> {
    let detail = c.sealer().seal(DETAIL(row.id.as_i64()), &Detail::of(&row.stated, ""));
    let source_id = match row.origin {
        Origin::Report(id) => id.as_i64(),
        Origin::Proposal(id) => id.as_i64(),
    };
    sqlx::query(ADD)
        .bind(row.id.as_i64())
        .bind(row.holder.as_i64())
        .bind(row.stated.kind().as_str())
        .bind(row.stated.source.as_str())
        .bind(source_id)
        .bind(detail)
        .bind(row.stated.at.micros())
        .bind(row.stated.until.map(Timestamp::micros))
        .bind(row.added_at.micros())
        .bind(row.by.0.as_i64())
        .bind(row.by.1.as_i64())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// All evidence about a holder, the newest first; what counts no more too.
pub async fn of_holder(c: &mut Conn, holder: HolderId) -> Result<Vec<EvidenceRow>, StoreError> {
    let rows = sqlx::query(OF_HOLDER).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| read(c, holder, row)).collect()
}

fn read(c: &Conn, holder: HolderId, row: &Row) -> Result<EvidenceRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("evidence", column, id);
    let (source_id, staff, unit): (Option<i64>, Option<i64>, Option<i64>) =
        (row.try_get(3)?, row.try_get(8)?, row.try_get(9)?);
    let superseded: Option<i64> = row.try_get(10)?;
    let (staff, unit) = staff.zip(unit).ok_or_else(|| wrong("staff_id"))?;
    let source_id = source_id.ok_or_else(|| wrong("source_id"))?;
    let detail = c.sealer().open(DETAIL(id), row.try_get(4)?)?;
    let times = [row.try_get(5)?, row.try_get(6)?];
    let (stated, _) =
        stated(detail, (row.try_get(1)?, row.try_get(2)?), times).ok_or_else(|| wrong("kind"))?;
    Ok(EvidenceRow {
        id: Id::from_i64(id),
        holder,
        origin: match stated.source {
            EvidenceSource::Report => Origin::Report(Id::from_i64(source_id)),
            _ => Origin::Proposal(Id::from_i64(source_id)),
        },
        stated,
        added_at: Timestamp::from_micros(row.try_get(7)?),
        by: (Id::from_i64(staff), Id::from_i64(unit)),
        superseded: superseded.map(Timestamp::from_micros),
    })
}

/// From what is sealed and what stands in the clear, which has to agree; with the note of a proposal. The times are that of
/// the fact, and until when it counts.
pub(super) fn stated(
    detail: Detail,
    (kind, source): (&str, &str),
    [at, until]: [Option<i64>; 2],
) -> Option<(Stated, String)> {
    let (fact, reference, threshold, note) = detail.parts();
    let (kind, source) = (EvidenceKind::from_name(kind)?, EvidenceSource::from_name(source)?);
    let (at, until) = (Timestamp::from_micros(at?), until.map(Timestamp::from_micros));
    (fact.kind() == kind).then_some((Stated { fact, reference, threshold, source, at, until }, note))
}

/// A piece of evidence about `holder` counts no more from `now` on. `false` if it did not count.
pub async fn supersede(
    c: &mut Conn,
    holder: HolderId,
    id: EvidenceId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(SUPERSEDE).bind(id.as_i64()).bind(holder.as_i64()).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// The name of the unit that stated something.
pub async fn unit_name(c: &mut Conn, unit: UnitId) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(UNIT_NAME).bind(unit.as_i64()).fetch_optional(c.raw()).await?)
}

/// Holders whose colours are to be decided again at `now`, the longest due first.
pub async fn due(c: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<HolderId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(DUE).bind(now.micros()).bind(limit).fetch_all(c.raw()).await?;
    Ok(ids.into_iter().map(Id::from_i64).collect())
}

/// When `holder`'s colour is to be decided again; never by itself where `at` is none.
pub async fn put_due(c: &mut Conn, holder: HolderId, at: Option<Timestamp>) -> Result<(), StoreError> {
    match at {
        Some(at) => sqlx::query(PUT_DUE).bind(holder.as_i64()).bind(at.micros()).execute(c.raw()).await?,
        None => sqlx::query(DROP_DUE).bind(holder.as_i64()).execute(c.raw()).await?,
    };
    Ok(())
}
