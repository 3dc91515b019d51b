//! Import runs: what was sent, how far it is, and the sealed report of rows that could not be taken.

use domain::Timestamp;
use domain::id::kind::{ImportBatchId, StaffId, UnitId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::import::{FILE_NAME, Import, ImportState, NewImport, Progress, REPORT};
use crate::rows::register::Source;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[START, ADVANCE, FINISH, GET, OF_UNIT, SAME_FILE, READ_REPORT];

macro_rules! columns {
    () => {
        "id, file_name, source, unit_id, staff_id, state, rows_total, rows_read, inserted, unchanged, \
         conflicts, refused, started_at, updated_at"
    };
}

/// Begins a run.
pub const START: &str = "\
    INSERT INTO import_batch (id, file_name, content_hash, source, unit_id, staff_id, state, rows_total, \
        rows_read, inserted, unchanged, conflicts, refused, started_at, updated_at) \
    VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, 0, 0, 0, 0, 0, $8, $8)";

/// Adds what a batch did.
pub const ADVANCE: &str = "\
    UPDATE import_batch SET rows_read = rows_read + $2, inserted = inserted + $3, unchanged = unchanged + $4, \
        conflicts = conflicts + $5, refused = refused + $6, updated_at = $7 WHERE id = $1";

/// Ends a run.
pub const FINISH: &str = "\
    UPDATE import_batch SET state = $2, report = $3, rows_total = rows_read, updated_at = $4 WHERE id = $1";

/// One run.
pub const GET: &str = concat!("SELECT ", columns!(), " FROM import_batch WHERE id = $1");

/// A unit's runs, newest first.
pub const OF_UNIT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM import_batch WHERE unit_id = $1 ORDER BY started_at DESC, id DESC LIMIT $2"
);

/// A unit's runs of one file, newest first.
pub const SAME_FILE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM import_batch WHERE unit_id = $1 AND content_hash = $2 ORDER BY started_at DESC, id DESC LIMIT 1"
);

/// The sealed report.
pub const READ_REPORT: &str = "SELECT report FROM import_batch WHERE id = $1 AND report IS NOT NULL";

/// Begins a run.
pub async fn start(c: &mut Conn, import: &NewImport) -> Result<(), StoreError> {
    let name = c.sealer().seal(FILE_NAME(import.id.as_i64()), &import.file_name);
    sqlx::query(START)
        .bind(import.id.as_i64())
        .bind(name)
        .bind(&import.content_hash[..])
        .bind(import.source.as_str())
        .bind(import.unit.as_i64())
        .bind(import.staff.map(StaffId::as_i64))
        .bind(import.rows_total)
        .bind(import.at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Adds what one batch did, in the transaction that did it.
pub async fn advance(
    c: &mut Conn,
    id: ImportBatchId,
    done: Progress,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(ADVANCE)
        .bind(id.as_i64())
        .bind(done.rows_read)
        .bind(done.inserted)
        .bind(done.unchanged)
        .bind(done.conflicts)
        .bind(done.refused)
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Ends a run with its report of rows that could not be taken. The report is the caller's record; sealed.
pub async fn finish<R: Serialize + Sync>(
    c: &mut Conn,
    id: ImportBatchId,
    state: ImportState,
    report: &R,
    now: Timestamp,
) -> Result<(), StoreError> {
    let report = c.sealer().seal(REPORT(id.as_i64()), report);
    let query = sqlx::query(FINISH).bind(id.as_i64()).bind(state.as_str()).bind(report).bind(now.micros());
    query.execute(c.raw()).await?;
    Ok(())
}

/// One run.
pub async fn get(c: &mut Conn, id: ImportBatchId) -> Result<Option<Import>, StoreError> {
    let row = sqlx::query(GET).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| import(c, &row)).transpose()
}

/// The runs of a unit, newest first.
pub async fn of_unit(c: &mut Conn, unit: UnitId, limit: i64) -> Result<Vec<Import>, StoreError> {
    let rows = sqlx::query(OF_UNIT).bind(unit.as_i64()).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| import(c, row)).collect()
}

/// The newest run of the same file by the same unit.
pub async fn same_file(c: &mut Conn, unit: UnitId, hash: [u8; 16]) -> Result<Option<Import>, StoreError> {
    let query = sqlx::query(SAME_FILE).bind(unit.as_i64()).bind(hash.to_vec());
    let row = query.fetch_optional(c.raw()).await?;
    row.map(|row| import(c, &row)).transpose()
}

/// The report of a run that has ended.
pub async fn report<R: DeserializeOwned>(c: &mut Conn, id: ImportBatchId) -> Result<Option<R>, StoreError> {
    let row = sqlx::query(READ_REPORT).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| Ok(c.sealer().open(REPORT(id.as_i64()), row.try_get(0)?)?)).transpose()
}

fn import(c: &Conn, row: &Row) -> Result<Import, StoreError> {
    let id: i64 = row.try_get("id")?;
    let wrong = |column| StoreError::inconsistent("import_batch", column, id);
    Ok(Import {
        id: ImportBatchId::from_i64(id),
        file_name: c.sealer().open(FILE_NAME(id), row.try_get("file_name")?)?,
        source: Source::from_name(row.try_get("source")?).ok_or_else(|| wrong("source"))?,
        unit: UnitId::from_i64(row.try_get("unit_id")?),
        staff: row.try_get::<Option<i64>, _>("staff_id")?.map(StaffId::from_i64),
        state: ImportState::from_name(row.try_get("state")?).ok_or_else(|| wrong("state"))?,
        rows_total: row.try_get("rows_total")?,
        progress: Progress {
            rows_read: row.try_get("rows_read")?,
            inserted: row.try_get("inserted")?,
            unchanged: row.try_get("unchanged")?,
            conflicts: row.try_get("conflicts")?,
            refused: row.try_get("refused")?,
        },
        started_at: Timestamp::from_micros(row.try_get("started_at")?),
        updated_at: Timestamp::from_micros(row.try_get("updated_at")?),
    })
}
