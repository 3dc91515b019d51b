//! Filing: one document or many thousand, in a few statements.
//!
//! A batch is safe to run twice: what is on file already with the same details is left alone, what is on file
//! with others is a conflict and is left alone too. Waiting applications are marked in the same transaction.

use std::collections::HashMap;

use domain::id::kind::FilingId;
use sqlx::Row as _;

use super::conn::Conn;
use super::{dialect, rematch};
use crate::error::StoreError;
use crate::rows::register::{Counts, Filed, Origin, Prepared};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    dialect::INSERT_FILINGS,
    dialect::INSERT_FILING_CANDIDATES,
    dialect::INSERT_APPLICATION_CANDIDATES,
    dialect::ON_FILE,
    COUNT,
];

/// How many filings count, and how many do not: read from the two partial indexes.
pub const COUNT: &str = "\
    SELECT (SELECT COUNT(*) FROM filing WHERE state = 'active'), \
           (SELECT COUNT(*) FROM filing WHERE state = 'withdrawn')";

/// Files one document.
pub async fn file(c: &mut Conn, row: &Prepared, origin: &Origin) -> Result<Filed, StoreError> {
    let outcomes = file_batch(c, std::slice::from_ref(row), origin).await?;
    Ok(outcomes[0])
}

/// Files many documents; the outcomes are in the order of `rows`. Of two rows with one document the first is
/// filed. Good batches have 10,000 to 50,000 rows: their candidate keys are sorted together, so that each page
/// of that index is written once a batch.
pub async fn file_batch(c: &mut Conn, rows: &[Prepared], origin: &Origin) -> Result<Vec<Filed>, StoreError> {
    let mut inserted = dialect::insert_filings(c, rows, origin).await?;
    inserted.sort_unstable();
    let is_new = |row: &Prepared| inserted.binary_search(&row.id.as_i64()).is_ok();
    index(c, rows.iter().filter(|row| is_new(row)), origin).await?;
    let old: Vec<&Prepared> = rows.iter().filter(|row| !is_new(row)).collect();
    let on_file = on_file(c, &old).await?;
    let outcome = |row: &Prepared| {
        if is_new(row) {
            return Ok(Filed::Inserted(row.id));
        }
        let (id, content) = on_file
            .get(&row.lookup)
            .ok_or_else(|| StoreError::inconsistent("filing", "lookup", row.id.as_i64()))?;
        Ok(if *content == row.content_hash { Filed::Same(*id) } else { Filed::Conflict(*id) })
    };
    rows.iter().map(outcome).collect()
}

/// Writes the candidate keys of new rows in the order of the index, and marks who waits for them.
async fn index(
    c: &mut Conn,
    rows: impl Iterator<Item = &Prepared>,
    origin: &Origin,
) -> Result<(), StoreError> {
    let mut pairs: Vec<(i64, i64)> =
        rows.flat_map(|row| row.candidates.iter().map(|key| (*key, row.id.as_i64()))).collect();
    pairs.sort_unstable();
    dialect::insert_pairs(c, dialect::INSERT_FILING_CANDIDATES, &pairs).await?;
    let mut keys: Vec<i64> = pairs.into_iter().map(|(key, _)| key).collect();
    keys.dedup();
    rematch::mark(c, &keys, origin.at).await?;
    Ok(())
}

type OnFile = HashMap<[u8; 16], (FilingId, [u8; 16])>;

async fn on_file(c: &mut Conn, rows: &[&Prepared]) -> Result<OnFile, StoreError> {
    let mut found = OnFile::with_capacity(rows.len());
    if rows.is_empty() {
        return Ok(found);
    }
    let lookups: Vec<&[u8]> = rows.iter().map(|row| &row.lookup[..]).collect();
    for row in sqlx::query(dialect::ON_FILE).bind(dialect::blobs(&lookups)).fetch_all(c.raw()).await? {
        let id: i64 = row.try_get(1)?;
        let bytes = |column: &'static str| {
            let value: Vec<u8> = row.try_get(column)?;
            <[u8; 16]>::try_from(value).map_err(|_| StoreError::inconsistent("filing", column, id))
        };
        found.insert(bytes("lookup")?, (FilingId::from_i64(id), bytes("content_hash")?));
    }
    Ok(found)
}

/// How many filings there are.
pub async fn count(c: &mut Conn) -> Result<Counts, StoreError> {
    let row = sqlx::query(COUNT).fetch_one(c.raw()).await?;
    Ok(Counts { active: row.try_get(0)?, withdrawn: row.try_get(1)? })
}
