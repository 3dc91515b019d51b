//! Sealed visits: written many at a time, read by location and window alone.
//!
//! The decision that matters: no statement here takes a holder, and none gives one. Who it was stands in the record.

use std::collections::HashSet;

use domain::id::kind::LocationId;
use domain::location::Slot;
use sqlx::Row as _;

use super::conn::Conn;
use super::{Row, batch};
use crate::error::StoreError;
use crate::rows::visit::{VisitCount, VisitKeyRow, VisitRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    ADD_KEY,
    batch::INSERT_VISITS,
    batch::COUNT_VISITS,
    batch::VISITS_OF_WINDOW,
    COUNTS,
    OLDEST,
    FORGET,
    FORGET_KEYS,
    FORGET_COUNTS,
];

/// A data key, before the first visit that it seals.
pub const ADD_KEY: &str = "\
    INSERT INTO visit_key (id, minute, group_number, first_share, second_share) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (id) DO NOTHING";

/// How many came and went at a location, from one slot to another.
pub const COUNTS: &str = "\
    SELECT slot, entries, exits FROM visit_count WHERE location_id = $1 AND slot >= $2 AND slot <= $3 ORDER BY slot";

/// The oldest slot that has a visit.
pub const OLDEST: &str = "SELECT MIN(slot) FROM visit";

/// Forgets the visits of a slot and of all before it.
pub const FORGET: &str = "DELETE FROM visit WHERE slot <= $1";

/// Forgets data keys of the minutes before one.
pub const FORGET_KEYS: &str = "DELETE FROM visit_key WHERE minute < $1";

/// Forgets how many came and went before a slot.
pub const FORGET_COUNTS: &str = "DELETE FROM visit_count WHERE slot < $1";

/// Adds a data key; one that is there stays.
pub async fn add_key(c: &mut Conn, key: &VisitKeyRow) -> Result<(), StoreError> {
    sqlx::query(ADD_KEY)
        .bind(key.id.to_vec())
        .bind(key.minute)
        .bind(key.group)
        .bind(&key.shares[0])
        .bind(&key.shares[1])
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Writes visits, each engine in its fastest way; what came before under the same slot, location and id stays. Gives slot, location
/// and id of those that are new. No two records are ever the same: what comes again is sealed anew.
pub async fn insert(
    c: &mut Conn,
    rows: &[VisitRow],
) -> Result<HashSet<(Slot, LocationId, [u8; 16])>, StoreError> {
    let new = batch::insert_visits(c, rows).await?;
    let read = |(slot, location, id): (i64, i64, Vec<u8>)| {
        let id = id.try_into().map_err(|_| StoreError::inconsistent("visit", "id", location))?;
        Ok((Slot::from_number(slot), LocationId::from_i64(location), id))
    };
    new.into_iter().map(read).collect()
}

/// Adds to the counts of slots, each engine in its fastest way; no two of them have the same location and slot.
pub async fn count(c: &mut Conn, counts: &[VisitCount]) -> Result<(), StoreError> {
    batch::count_visits(c, counts).await
}

/// The visits of one location from one slot to another, both belonging to it.
pub async fn window(
    c: &mut Conn,
    location: LocationId,
    first: Slot,
    last: Slot,
) -> Result<Vec<VisitRow>, StoreError> {
    let slots: Vec<i64> = (first.number()..=last.number()).collect();
    let query = sqlx::query(batch::VISITS_OF_WINDOW).bind(batch::list(&slots)).bind(location.as_i64());
    query.fetch_all(c.raw()).await?.iter().map(|row| visit(row, location)).collect()
}

fn visit(row: &Row, location: LocationId) -> Result<VisitRow, StoreError> {
    let wrong = |column| StoreError::inconsistent("visit", column, location.as_i64());
    let bytes = |at, column| {
        let bytes: Vec<u8> = row.try_get(at)?;
        bytes.try_into().map_err(|_| wrong(column))
    };
    Ok(VisitRow {
        location,
        slot: Slot::from_number(row.try_get(0)?),
        id: bytes(1, "id")?,
        key: bytes(2, "key_id")?,
        record: row.try_get(3)?,
    })
}

/// How many came and went at a location from one slot to another; slots without anybody are left out.
pub async fn counts(
    c: &mut Conn,
    location: LocationId,
    first: Slot,
    last: Slot,
) -> Result<Vec<VisitCount>, StoreError> {
    let query = sqlx::query_as(COUNTS).bind(location.as_i64()).bind(first.number()).bind(last.number());
    let rows: Vec<(i64, i64, i64)> = query.fetch_all(c.raw()).await?;
    let read =
        |(slot, entries, exits)| VisitCount { location, slot: Slot::from_number(slot), entries, exits };
    Ok(rows.into_iter().map(read).collect())
}

/// The oldest slot that has a visit.
pub async fn oldest(c: &mut Conn) -> Result<Option<Slot>, StoreError> {
    let oldest: Option<i64> = sqlx::query_scalar(OLDEST).fetch_one(c.raw()).await?;
    Ok(oldest.map(Slot::from_number))
}

/// Forgets the visits of a slot, and of all before it; gives how many.
pub async fn forget(c: &mut Conn, slot: Slot) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET).bind(slot.number()).execute(c.raw()).await?.rows_affected())
}

/// Forgets the data keys of the minutes before one, since 1970; gives how many.
pub async fn forget_keys(c: &mut Conn, minute: i64) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET_KEYS).bind(minute).execute(c.raw()).await?.rows_affected())
}

/// Forgets the counts of the slots before one; gives how many.
pub async fn forget_counts(c: &mut Conn, slot: Slot) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET_COUNTS).bind(slot.number()).execute(c.raw()).await?.rows_affected())
}
