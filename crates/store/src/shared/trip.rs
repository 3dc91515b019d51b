//! The trips that holders declare.

use domain::id::kind::{HolderId, PartnerId, TripId};
use domain::trip::Trip;
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::partner::{TRIP, TripRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[DECLARE, HELD, COUNT, REMOVE, OLD];

/// A trip is declared.
pub const DECLARE: &str =
    "INSERT INTO trip (id, holder_id, trip, partner_id, consent, made_at) VALUES ($1, $2, $3, $4, $5, $6)";

/// The trips of a holder.
pub const HELD: &str = "\
    SELECT trip.id, trip.trip, partner.name, trip.consent, trip.made_at FROM trip \
    LEFT JOIN partner ON partner.id = trip.partner_id WHERE trip.holder_id = $1 ORDER BY trip.id DESC";

/// How many trips a holder has declared.
pub const COUNT: &str = "SELECT COUNT(*) FROM trip WHERE holder_id = $1";

/// Removes a trip of a holder.
pub const REMOVE: &str = "DELETE FROM trip WHERE id = $1 AND holder_id = $2";

/// Forgets trips that were declared before a time.
pub const OLD: &str = "DELETE FROM trip WHERE made_at < $1";

/// Declares a trip of `holder`; `partner` did it for them.
pub async fn declare(
    c: &mut Conn,
    id: TripId,
    holder: HolderId,
    trip: &Trip,
    partner: Option<PartnerId>,
    consent: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = c.sealer().seal(TRIP(id.as_i64()), trip);
    sqlx::query(DECLARE)
        .bind(id.as_i64())
        .bind(holder.as_i64())
        .bind(sealed)
        .bind(partner.map(Id::as_i64))
        .bind(consent.to_owned())
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The trips of `holder`, the one declared last first.
pub async fn held(c: &mut Conn, holder: HolderId) -> Result<Vec<TripRow>, StoreError> {
    let rows = sqlx::query(HELD).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    let mut trips = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: i64 = row.try_get(0)?;
        trips.push(TripRow {
            id: Id::from_i64(id),
            trip: c.sealer().open(TRIP(id), row.try_get(1)?)?,
            partner: row.try_get(2)?,
            consent: row.try_get(3)?,
            made_at: Timestamp::from_micros(row.try_get(4)?),
        });
    }
    Ok(trips)
}

/// How many trips `holder` has declared that are not forgotten.
pub async fn count(c: &mut Conn, holder: HolderId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(COUNT).bind(holder.as_i64()).fetch_one(c.raw()).await?)
}

/// Removes a trip of `holder`; `false` if there is no such trip of theirs.
pub async fn remove(c: &mut Conn, id: TripId, holder: HolderId) -> Result<bool, StoreError> {
    let query = sqlx::query(REMOVE).bind(id.as_i64()).bind(holder.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Forgets trips that were declared before `before`.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(OLD).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}
