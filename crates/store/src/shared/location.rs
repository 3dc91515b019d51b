//! Locations and the codes of their posters.

use domain::id::kind::LocationId;
use domain::location::{LocationCode, LocationKind, Poster, Stay};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::location::{CodeRow, LocationDetails, LocationRow, LocationState};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ADD, ONE, ADD_CODE, BY_CODE];

macro_rules! locations {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, name_other, kind, division, address, capacity, stay, entry_rule, checkpoint_id, state, \
             reason, made_at, made_by, decided_at, decided_by, version FROM location ",
            $rest
        )
    };
}
pub(super) use locations;

/// Registers a location.
pub const ADD: &str = "\
    INSERT INTO location (id, name, name_other, kind, division, address, capacity, stay, entry_rule, checkpoint_id, \
    state, reason, made_at, made_by, decided_at, decided_by, version) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

/// One location.
pub const ONE: &str = locations!("WHERE id = $1");

/// A new version of a poster or tablet.
pub const ADD_CODE: &str = "\
    INSERT INTO location_code (code, location_id, entrance_id, tablet, version, made_at, made_by, ends_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// What a code leads to.
pub const BY_CODE: &str = "\
    SELECT code, location_id, entrance_id, tablet, version, made_at, made_by, ends_at FROM location_code WHERE code = $1";

/// Registers a location, in whatever state `row` says.
pub async fn add(c: &mut Conn, row: &LocationRow) -> Result<(), StoreError> {
    let details = &row.details;
    sqlx::query(ADD)
        .bind(row.id.as_i64())
        .bind(&details.name)
        .bind(details.name_other.as_deref())
        .bind(details.kind.as_str())
        .bind(&details.division)
        .bind(&details.address)
        .bind(details.capacity.map(i64::from))
        .bind(i64::from(details.stay.minutes()))
        .bind(i64::from(details.entry_rule))
        .bind(row.checkpoint.map(Id::as_i64))
        .bind(row.state.as_str())
        .bind(row.reason.as_deref())
        .bind(row.made_at.micros())
        .bind(row.made_by.as_i64())
        .bind(row.decided_at.map(Timestamp::micros))
        .bind(row.decided_by.map(Id::as_i64))
        .bind(row.version)
        .execute(c.raw())
        .await?;
    Ok(())
}

/// One location, whatever its state.
pub async fn one(c: &mut Conn, id: LocationId) -> Result<Option<LocationRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.as_ref().map(location).transpose()
}

/// A new version of a poster or tablet. A code that is taken is a unique failure.
pub async fn add_code(c: &mut Conn, row: &CodeRow) -> Result<(), StoreError> {
    sqlx::query(ADD_CODE)
        .bind(row.code.to_string())
        .bind(row.location.as_i64())
        .bind(row.entrance.map(Id::as_i64))
        .bind(i64::from(row.tablet))
        .bind(i64::from(row.poster.version))
        .bind(row.poster.made.micros())
        .bind(row.made_by.as_i64())
        .bind(row.poster.ends.map(Timestamp::micros))
        .execute(c.raw())
        .await?;
    Ok(())
}

/// What a code leads to, ended or not.
pub async fn by_code(c: &mut Conn, code: LocationCode) -> Result<Option<CodeRow>, StoreError> {
    let row = sqlx::query(BY_CODE).bind(code.to_string()).fetch_optional(c.raw()).await?;
    row.as_ref().map(code_row).transpose()
}

/// Reads a row whose first columns are those of a code.
pub(super) fn code_row(row: &Row) -> Result<CodeRow, StoreError> {
    let location: i64 = row.try_get(1)?;
    let wrong = |column| StoreError::inconsistent("location_code", column, location);
    let code: String = row.try_get(0)?;
    Ok(CodeRow {
        code: code.parse().map_err(|_| wrong("code"))?,
        location: Id::from_i64(location),
        entrance: row.try_get::<Option<i64>, _>(2)?.map(Id::from_i64),
        tablet: row.try_get::<i64, _>(3)? != 0,
        poster: Poster {
            version: u32::try_from(row.try_get::<i64, _>(4)?).map_err(|_| wrong("version"))?,
            made: Timestamp::from_micros(row.try_get(5)?),
            ends: row.try_get::<Option<i64>, _>(7)?.map(Timestamp::from_micros),
        },
        made_by: Id::from_i64(row.try_get(6)?),
    })
}

/// Reads a row of `locations!`.
pub(super) fn location(row: &Row) -> Result<LocationRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("location", column, id);
    let (kind, state): (String, String) = (row.try_get(3)?, row.try_get(10)?);
    let capacity = row.try_get::<Option<i64>, _>(6)?.map(u32::try_from).transpose();
    let minutes = u16::try_from(row.try_get::<i64, _>(7)?).map_err(|_| wrong("stay"))?;
    Ok(LocationRow {
        id: Id::from_i64(id),
        details: LocationDetails {
            name: row.try_get(1)?,
            name_other: row.try_get(2)?,
            kind: LocationKind::from_name(&kind).ok_or_else(|| wrong("kind"))?,
            division: row.try_get(4)?,
            address: row.try_get(5)?,
            capacity: capacity.map_err(|_| wrong("capacity"))?,
            stay: Stay::from_minutes(minutes).map_err(|_| wrong("stay"))?,
            entry_rule: row.try_get::<i64, _>(8)? != 0,
        },
        checkpoint: row.try_get::<Option<i64>, _>(9)?.map(Id::from_i64),
        state: LocationState::from_name(&state).ok_or_else(|| wrong("state"))?,
        reason: row.try_get(11)?,
        made_at: Timestamp::from_micros(row.try_get(12)?),
        made_by: Id::from_i64(row.try_get(13)?),
        decided_at: row.try_get::<Option<i64>, _>(14)?.map(Timestamp::from_micros),
        decided_by: row.try_get::<Option<i64>, _>(15)?.map(Id::from_i64),
        version: row.try_get(16)?,
    })
}
