//! Many rows in one statement on PostgreSQL: one array a column, put together by `UNNEST`.

use domain::Id;
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::register::{Origin, Prepared};

/// Files the documents that are not on file; gives the ids of those.
pub const INSERT_FILINGS: &str = "\
    INSERT INTO filing (id, kind, lookup, details, content_hash, source, batch_id, unit_id, staff_id, \
                        client_id, filed_at, state, version) \
    SELECT id, kind, lookup, details, content_hash, $6, $7, $8, $9, $10, $11, 'active', 1 \
    FROM UNNEST($1::BIGINT[], $2::TEXT[], $3::BYTEA[], $4::BYTEA[], $5::BYTEA[]) \
         AS new (id, kind, lookup, details, content_hash) \
    ON CONFLICT (lookup) WHERE state = 'active' DO NOTHING RETURNING id";

/// What is on file for these documents.
pub const ON_FILE: &str =
    "SELECT lookup, id, content_hash FROM filing WHERE state = 'active' AND lookup = ANY($1)";

/// Keys under which filings are found.
pub const INSERT_FILING_CANDIDATES: &str = "\
    INSERT INTO filing_candidate (key, filing_id) \
    SELECT * FROM UNNEST($1::BIGINT[], $2::BIGINT[]) ON CONFLICT DO NOTHING";

/// Keys under which applications wait.
pub const INSERT_APPLICATION_CANDIDATES: &str = "\
    INSERT INTO application_candidate (key, application_id) \
    SELECT * FROM UNNEST($1::BIGINT[], $2::BIGINT[]) ON CONFLICT DO NOTHING";

/// A list of numbers as one argument.
pub fn list(numbers: &[i64]) -> Vec<i64> {
    numbers.to_vec()
}

/// A list of byte strings as one argument.
pub fn blobs(values: &[&[u8]]) -> Vec<Vec<u8>> {
    values.iter().map(|value| value.to_vec()).collect()
}

/// Runs one of the statements above that insert pairs of numbers.
pub async fn insert_pairs(
    c: &mut Conn,
    statement: &'static str,
    pairs: &[(i64, i64)],
) -> Result<(), StoreError> {
    let (left, right): (Vec<i64>, Vec<i64>) = pairs.iter().copied().unzip();
    sqlx::query(statement).bind(left).bind(right).execute(c.raw()).await?;
    Ok(())
}

/// Files the documents that are not on file; gives the ids of those.
pub async fn insert_filings(
    c: &mut Conn,
    rows: &[Prepared],
    origin: &Origin,
) -> Result<Vec<i64>, StoreError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id.as_i64()).collect();
    let kinds: Vec<&str> = rows.iter().map(|row| row.kind.as_str()).collect();
    let lookups: Vec<&[u8]> = rows.iter().map(|row| &row.lookup[..]).collect();
    let details: Vec<&[u8]> = rows.iter().map(|row| &row.details[..]).collect();
    let hashes: Vec<&[u8]> = rows.iter().map(|row| &row.content_hash[..]).collect();
    let inserted = sqlx::query(INSERT_FILINGS)
        .bind(ids)
        .bind(kinds)
        .bind(lookups)
        .bind(details)
        .bind(hashes)
        .bind(origin.source.as_str())
        .bind(origin.batch.map(Id::as_i64))
        .bind(origin.actor.unit.as_i64())
        .bind(origin.actor.staff.map(Id::as_i64))
        .bind(origin.actor.client.map(Id::as_i64))
        .bind(origin.at.micros())
        .fetch_all(c.raw())
        .await?;
    inserted.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
