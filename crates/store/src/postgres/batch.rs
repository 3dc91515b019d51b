//! Many rows in one statement on PostgreSQL: one array a column, put together by `UNNEST`.

use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::checkpoint::ArrivedItem;
use crate::rows::register::{Origin, Prepared};
use crate::rows::report::NewReport;
use crate::rows::visit::{VisitCount, VisitRow};

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

/// Takes what devices send, unless it came before.
pub const INSERT_ITEMS: &str = "\
    INSERT INTO outbox_item (device_id, item_id, digest, kind, report_id, received_at) \
    SELECT device, item, digest, kind, report, $6 \
    FROM UNNEST($1::BIGINT[], $2::BYTEA[], $3::BYTEA[], $4::TEXT[], $5::BIGINT[]) \
         AS new (device, item, digest, kind, report) \
    ON CONFLICT (device_id, item_id) DO NOTHING RETURNING device_id, item_id";

/// Reports come in.
pub const INSERT_REPORTS: &str = "\
    INSERT INTO temperature_report (id, holder_id, checkpoint_id, shift_id, device_id, staff_id, unit_id, exported, \
    report, taken_at, due_at, received_at, stage, version) \
    SELECT new.*, $12, 'open', 0 \
    FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BYTEA[], $5::BIGINT[], $6::BIGINT[], $7::BIGINT[], \
                $8::BIGINT[], $9::BYTEA[], $10::BIGINT[], $11::BIGINT[]) AS new";

/// Whose passes these are.
pub const HOLDERS_OF_PASSES: &str = "SELECT cti, holder_id FROM pass WHERE cti = ANY($1)";

/// Writes sealed visits, unless they came before.
pub const INSERT_VISITS: &str = "\
    INSERT INTO visit (slot, location_id, id, key_id, record) \
    SELECT * FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BYTEA[], $4::BYTEA[], $5::BYTEA[]) \
    ON CONFLICT (slot, location_id, id) DO NOTHING \
    RETURNING slot, location_id, id";

/// Adds to the counts of slots.
pub const COUNT_VISITS: &str = "\
    INSERT INTO visit_count (location_id, slot, entries, exits) \
    SELECT * FROM UNNEST($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BIGINT[]) \
    ON CONFLICT (location_id, slot) DO UPDATE \
    SET entries = visit_count.entries + excluded.entries, exits = visit_count.exits + excluded.exits";

/// The visits of one location in some slots.
pub const VISITS_OF_WINDOW: &str =
    "SELECT slot, id, key_id, record FROM visit WHERE slot = ANY($1) AND location_id = $2 ORDER BY slot, id";

/// Data keys by their ids.
pub const VISIT_KEYS: &str = "\
    SELECT id, minute, group_number, first_share, second_share FROM visit_key WHERE id = ANY($1) \
    ORDER BY minute, id";

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

/// Takes what devices send; gives device and id of what had not come before.
pub async fn insert_items(
    c: &mut Conn,
    items: &[ArrivedItem],
    now: Timestamp,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let devices: Vec<i64> = items.iter().map(|row| row.device.as_i64()).collect();
    let ids: Vec<&[u8]> = items.iter().map(|row| &row.item.0[..]).collect();
    let digests: Vec<&[u8]> = items.iter().map(|row| &row.digest[..]).collect();
    let kinds: Vec<&str> = items.iter().map(|row| row.kind).collect();
    let reports: Vec<Option<i64>> = items.iter().map(|row| row.report.map(Id::as_i64)).collect();
    let query = sqlx::query_as(INSERT_ITEMS).bind(devices).bind(ids).bind(digests).bind(kinds).bind(reports);
    Ok(query.bind(now.micros()).fetch_all(c.raw()).await?)
}

/// Puts reports into the queue; `sealed` is what each says.
pub async fn insert_reports(
    c: &mut Conn,
    rows: &[NewReport],
    sealed: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let column = |of: fn(&NewReport) -> i64| rows.iter().map(of).collect::<Vec<i64>>();
    let maybe = |of: fn(&NewReport) -> Option<i64>| rows.iter().map(of).collect::<Vec<Option<i64>>>();
    let shifts: Vec<Option<Vec<u8>>> = rows.iter().map(|row| row.shift.map(|id| id.0.to_vec())).collect();
    sqlx::query(INSERT_REPORTS)
        .bind(column(|row| row.id.as_i64()))
        .bind(maybe(|row| row.holder.map(Id::as_i64)))
        .bind(column(|row| row.checkpoint.as_i64()))
        .bind(shifts)
        .bind(maybe(|row| row.device.map(Id::as_i64)))
        .bind(column(|row| row.staff.as_i64()))
        .bind(column(|row| row.unit.as_i64()))
        .bind(column(|row| i64::from(row.exported)))
        .bind(sealed)
        .bind(column(|row| row.taken_at.micros()))
        .bind(column(|row| row.due_at.micros()))
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Writes sealed visits; gives the ids of what had not come before.
pub async fn insert_visits(c: &mut Conn, rows: &[VisitRow]) -> Result<Vec<(i64, i64, Vec<u8>)>, StoreError> {
    let slots: Vec<i64> = rows.iter().map(|row| row.slot.number()).collect();
    let locations: Vec<i64> = rows.iter().map(|row| row.location.as_i64()).collect();
    let bytes = |of: fn(&VisitRow) -> &[u8]| rows.iter().map(of).collect::<Vec<&[u8]>>();
    let query = sqlx::query_as(INSERT_VISITS).bind(slots).bind(locations);
    let query = query.bind(bytes(|row| &row.id)).bind(bytes(|row| &row.key)).bind(bytes(|row| &row.record));
    Ok(query.fetch_all(c.raw()).await?)
}

/// Adds to the counts of slots.
pub async fn count_visits(c: &mut Conn, counts: &[VisitCount]) -> Result<(), StoreError> {
    let column = |of: fn(&VisitCount) -> i64| counts.iter().map(of).collect::<Vec<i64>>();
    sqlx::query(COUNT_VISITS)
        .bind(column(|row| row.location.as_i64()))
        .bind(column(|row| row.slot.number()))
        .bind(column(|row| row.entries))
        .bind(column(|row| row.exits))
        .execute(c.raw())
        .await?;
    Ok(())
}
