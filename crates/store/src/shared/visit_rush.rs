//! How busy an hour is at a location, beside others. Never about a holder.

use domain::Id;
use domain::id::kind::LocationId;
use domain::location::Slot;

use super::conn::Conn;
use crate::error::StoreError;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[BUSY, ENTRIES, FIRST];

/// The locations to which so many came from one slot to another.
pub const BUSY: &str = "\
    SELECT location_id, CAST(SUM(entries) AS BIGINT) FROM visit_count WHERE slot >= $1 AND slot <= $2 \
    GROUP BY location_id HAVING SUM(entries) >= $3 ORDER BY location_id";

/// How many came to a location from one slot to another.
pub const ENTRIES: &str = "\
    SELECT CAST(COALESCE(SUM(entries), 0) AS BIGINT) FROM visit_count \
    WHERE location_id = $1 AND slot >= $2 AND slot <= $3";

/// Since when anybody is counted at a location.
pub const FIRST: &str = "SELECT MIN(slot) FROM visit_count WHERE location_id = $1";

/// The locations to which at least so many came in these slots, and how many.
pub async fn busy(
    c: &mut Conn,
    first: Slot,
    last: Slot,
    number: i64,
) -> Result<Vec<(LocationId, i64)>, StoreError> {
    let query = sqlx::query_as(BUSY).bind(first.number()).bind(last.number()).bind(number);
    let rows: Vec<(i64, i64)> = query.fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(|(location, entries)| (Id::from_i64(location), entries)).collect())
}

/// How many came to a location in these slots.
pub async fn entries(c: &mut Conn, location: LocationId, first: Slot, last: Slot) -> Result<i64, StoreError> {
    let query = sqlx::query_scalar(ENTRIES).bind(location.as_i64()).bind(first.number()).bind(last.number());
    Ok(query.fetch_one(c.raw()).await?)
}

/// The first slot in which anybody was counted at a location.
pub async fn first(c: &mut Conn, location: LocationId) -> Result<Option<Slot>, StoreError> {
    let first: Option<i64> = sqlx::query_scalar(FIRST).bind(location.as_i64()).fetch_one(c.raw()).await?;
    Ok(first.map(Slot::from_number))
}
