//! Many rows in one statement on `SQLite`: one JSON argument, taken apart by `json_each`.

use std::fmt::Write as _;

use domain::Id;
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::register::{Origin, Prepared};

/// Files the documents that are not on file; gives the ids of those.
pub const INSERT_FILINGS: &str = "\
    INSERT INTO filing (id, kind, lookup, details, content_hash, source, batch_id, unit_id, staff_id, \
                        client_id, filed_at, state, version) \
    SELECT value ->> 0, value ->> 1, unhex(value ->> 2), unhex(value ->> 3), unhex(value ->> 4), \
           $2, $3, $4, $5, $6, $7, 'active', 1 FROM json_each($1) WHERE true \
    ON CONFLICT (lookup) WHERE state = 'active' DO NOTHING RETURNING id";

/// What is on file for these documents.
pub const ON_FILE: &str = "\
    SELECT lookup, id, content_hash FROM filing \
    WHERE state = 'active' AND lookup IN (SELECT unhex(value) FROM json_each($1))";

/// Keys under which filings are found. Not `ON CONFLICT`: that keeps every page it changes a second time, in a
/// statement journal, lest a later row abort; `OR IGNORE` cannot abort.
pub const INSERT_FILING_CANDIDATES: &str = "\
    INSERT OR IGNORE INTO filing_candidate (key, filing_id) \
    SELECT value ->> 0, value ->> 1 FROM json_each($1)";

/// Keys under which applications wait.
pub const INSERT_APPLICATION_CANDIDATES: &str = "\
    INSERT OR IGNORE INTO application_candidate (key, application_id) \
    SELECT value ->> 0, value ->> 1 FROM json_each($1)";

/// A list of numbers as one argument.
pub fn list(numbers: &[i64]) -> String {
    let mut json = String::with_capacity(2 + numbers.len() * 21);
    json.push('[');
    for number in numbers {
        write!(json, "{number},").expect("a string takes any text");
    }
    close(json)
}

/// A list of byte strings as one argument.
pub fn blobs(values: &[&[u8]]) -> String {
    let mut json = String::from("[");
    for value in values {
        json.push('"');
        hex(&mut json, value);
        json.push_str("\",");
    }
    close(json)
}

/// Runs one of the statements above that insert pairs of numbers.
pub async fn insert_pairs(
    c: &mut Conn,
    statement: &'static str,
    pairs: &[(i64, i64)],
) -> Result<(), StoreError> {
    let mut json = String::with_capacity(2 + pairs.len() * 44);
    json.push('[');
    for (left, right) in pairs {
        write!(json, "[{left},{right}],").expect("a string takes any text");
    }
    sqlx::query(statement).bind(close(json)).execute(c.raw()).await?;
    Ok(())
}

/// Files the documents that are not on file; gives the ids of those.
pub async fn insert_filings(
    c: &mut Conn,
    rows: &[Prepared],
    origin: &Origin,
) -> Result<Vec<i64>, StoreError> {
    let mut json = String::with_capacity(rows.iter().map(|row| 160 + 2 * row.details.len()).sum());
    json.push('[');
    for row in rows {
        write!(json, "[{},\"{}\"", row.id.as_i64(), row.kind.as_str()).expect("a string takes any text");
        for value in [&row.lookup[..], &row.details, &row.content_hash] {
            json.push_str(",\"");
            hex(&mut json, value);
            json.push('"');
        }
        json.push_str("],");
    }
    let inserted = sqlx::query(INSERT_FILINGS)
        .bind(close(json))
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

fn close(mut json: String) -> String {
    if json.ends_with(',') {
        json.pop();
    }
    json.push(']');
    json
}

fn hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}
