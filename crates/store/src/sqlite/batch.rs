//! Many rows in one statement on `SQLite`: one JSON argument, taken apart by `json_each`.

use std::fmt::Write as _;

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

/// Takes what devices send, unless it came before.
pub const INSERT_ITEMS: &str = "\
    INSERT INTO outbox_item (device_id, item_id, digest, kind, report_id, received_at) \
    SELECT value ->> 0, unhex(value ->> 1), unhex(value ->> 2), value ->> 3, value ->> 4, $2 FROM json_each($1) WHERE true \
    ON CONFLICT (device_id, item_id) DO NOTHING RETURNING device_id, item_id";

/// Reports come in.
pub const INSERT_REPORTS: &str = "\
    INSERT INTO temperature_report (id, holder_id, checkpoint_id, shift_id, device_id, staff_id, unit_id, exported, \
    report, taken_at, due_at, received_at, stage, version) \
    SELECT value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), value ->> 4, value ->> 5, value ->> 6, \
           value ->> 7, unhex(value ->> 8), value ->> 9, value ->> 10, $2, 'open', 0 FROM json_each($1)";

/// Whose passes these are.
pub const HOLDERS_OF_PASSES: &str =
    "SELECT cti, holder_id FROM pass WHERE cti IN (SELECT unhex(value) FROM json_each($1))";

macro_rules! visits {
    ($rows:expr) => {
        concat!("INSERT OR IGNORE INTO visit (slot, location_id, id, key_id, record) VALUES ", $rows)
    };
}
macro_rules! eight {
    ($one:expr) => {
        concat!($one, ",", $one, ",", $one, ",", $one, ",", $one, ",", $one, ",", $one, ",", $one)
    };
}

/// Writes sealed visits, so many at once, unless they came before.
pub const INSERT_64_VISITS: &str = visits!(eight!(eight!("(?, ?, ?, ?, ?)")));
/// The same, eight.
pub const INSERT_8_VISITS: &str = visits!(eight!("(?, ?, ?, ?, ?)"));
/// The same, one.
pub const INSERT_VISITS: &str = visits!("(?, ?, ?, ?, ?)");

/// What stands under the numbers of some visits.
pub const KNOWN_VISITS: &str = "\
    SELECT visit.slot, visit.location_id, visit.id, visit.record FROM json_each($1) AS one CROSS JOIN visit \
    ON visit.slot = one.value ->> 0 AND visit.location_id = one.value ->> 1 AND visit.id = unhex(one.value ->> 2)";

/// Adds to the counts of slots.
pub const COUNT_VISITS: &str = "\
    INSERT INTO visit_count (location_id, slot, entries, exits) \
    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($1) WHERE true \
    ON CONFLICT (location_id, slot) DO UPDATE \
    SET entries = visit_count.entries + excluded.entries, exits = visit_count.exits + excluded.exits";

/// The visits of one location in some slots.
pub const VISITS_OF_WINDOW: &str = "\
    SELECT slot, id, key_id, record FROM visit \
    WHERE slot IN (SELECT value FROM json_each($1)) AND location_id = $2 \
    ORDER BY slot, id";

/// Data keys by their ids.
pub const VISIT_KEYS: &str = "\
    SELECT id, minute, group_number, first_share, second_share FROM visit_key \
    WHERE id IN (SELECT unhex(value) FROM json_each($1)) ORDER BY minute, id";

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

/// Takes what devices send; gives device and id of what had not come before.
pub async fn insert_items(
    c: &mut Conn,
    items: &[ArrivedItem],
    now: Timestamp,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let mut json = String::with_capacity(2 + items.len() * 128);
    json.push('[');
    for row in items {
        write!(json, "[{},\"", row.device.as_i64()).expect("a string takes any text");
        hex(&mut json, &row.item.0);
        json.push_str("\",\"");
        hex(&mut json, &row.digest);
        write!(json, "\",\"{}\",", row.kind).expect("a string takes any text");
        match row.report {
            Some(report) => write!(json, "{}],", report.as_i64()).expect("a string takes any text"),
            None => json.push_str("null],"),
        }
    }
    let query = sqlx::query_as(INSERT_ITEMS).bind(close(json)).bind(now.micros());
    Ok(query.fetch_all(c.raw()).await?)
}

/// Puts reports into the queue; `sealed` is what each says.
pub async fn insert_reports(
    c: &mut Conn,
    rows: &[NewReport],
    sealed: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let number = |id: Option<i64>| id.map_or_else(|| "null".to_owned(), |id| id.to_string());
    let mut json =
        String::with_capacity(2 + sealed.iter().map(|report| 256 + 2 * report.len()).sum::<usize>());
    json.push('[');
    for (row, sealed) in rows.iter().zip(sealed) {
        let holder = number(row.holder.map(Id::as_i64));
        write!(json, "[{},{holder},{},", row.id.as_i64(), row.checkpoint.as_i64())
            .expect("a string takes any text");
        match row.shift {
            None => json.push_str("null"),
            Some(shift) => {
                json.push('"');
                hex(&mut json, &shift.0);
                json.push('"');
            }
        }
        let (device, staff, unit) =
            (number(row.device.map(Id::as_i64)), row.staff.as_i64(), row.unit.as_i64());
        write!(json, ",{device},{staff},{unit},{},\"", i64::from(row.exported))
            .expect("a string takes any text");
        hex(&mut json, sealed);
        write!(json, "\",{},{}],", row.taken_at.micros(), row.due_at.micros())
            .expect("a string takes any text");
    }
    sqlx::query(INSERT_REPORTS).bind(close(json)).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Writes sealed visits, unless they came before; gives slot, location and id of those that are new.
///
/// Values are bound and not taken out of JSON, and hardly any visit came before: only where fewer were written than there
/// are each is looked at. `RETURNING` would hand each row over from the database's own thread by itself, and wake this one
/// each time. A statement that could be aborted (`ON CONFLICT DO NOTHING` may be, by a column that is not null) would copy
/// each page that it touches, to be able to take back what it began; `OR IGNORE` never is.
pub async fn insert_visits(c: &mut Conn, rows: &[VisitRow]) -> Result<Vec<(i64, i64, Vec<u8>)>, StoreError> {
    const SIZES: [(usize, &str); 3] = [(64, INSERT_64_VISITS), (8, INSERT_8_VISITS), (1, INSERT_VISITS)];
    let (mut new, mut left) = (Vec::with_capacity(rows.len()), rows);
    while let Some((most, statement)) = SIZES.iter().find(|(most, _)| *most <= left.len()) {
        let (some, rest) = left.split_at(*most);
        let mut query = sqlx::query(*statement);
        for row in some {
            query = query.bind(row.slot.number()).bind(row.location.as_i64());
            query = query.bind(&row.id[..]).bind(&row.key[..]).bind(&row.record[..]);
        }
        if query.execute(c.raw()).await?.rows_affected() == some.len() as u64 {
            new.extend(some.iter().map(visit_key));
        } else {
            new.extend(written_visits(c, some).await?);
        }
        left = rest;
    }
    Ok(new)
}

fn visit_key(row: &VisitRow) -> (i64, i64, Vec<u8>) {
    (row.slot.number(), row.location.as_i64(), row.id.to_vec())
}

/// Of visits that were to be written those that were. No two records are the same: whose record stands under its number
/// has written it.
async fn written_visits(c: &mut Conn, rows: &[VisitRow]) -> Result<Vec<(i64, i64, Vec<u8>)>, StoreError> {
    let mut json = String::from("[");
    for row in rows {
        write!(json, "[{},{},\"", row.slot.number(), row.location.as_i64()).expect("a string takes any text");
        hex(&mut json, &row.id);
        json.push_str("\"],");
    }
    let query = sqlx::query_as(KNOWN_VISITS).bind(close(json));
    let there: Vec<(i64, i64, Vec<u8>, Vec<u8>)> = query.fetch_all(c.raw()).await?;
    let is_own = |row: &&VisitRow| {
        there.iter().any(|(slot, location, id, record)| {
            (*slot, *location) == (row.slot.number(), row.location.as_i64())
                && id[..] == row.id[..]
                && *record == row.record
        })
    };
    Ok(rows.iter().filter(is_own).map(visit_key).collect())
}

/// Adds to the counts of slots.
pub async fn count_visits(c: &mut Conn, counts: &[VisitCount]) -> Result<(), StoreError> {
    let mut json = String::with_capacity(2 + counts.len() * 48);
    json.push('[');
    for VisitCount { location, slot, entries, exits } in counts {
        write!(json, "[{},{},{entries},{exits}],", location.as_i64(), slot.number())
            .expect("a string takes any text");
    }
    sqlx::query(COUNT_VISITS).bind(close(json)).execute(c.raw()).await?;
    Ok(())
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
