//! Posters and tablets: their versions, what stands on them, and which browser is a tablet.

use domain::Timestamp;
use domain::id::kind::{LocationId, StaffId};
use domain::location::LocationCode;
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use super::location::code_row;
use crate::error::StoreError;
use crate::rows::location::{CodeRow, PosterRow, Spot};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    OF_LOCATION,
    END,
    END_OLD,
    POSTERS_OF_LOCATION,
    POSTERS_OF_MANAGER,
    COUNT_POSTERS,
    ADD_TABLET,
    TABLET,
    FORGET_TABLETS,
];

/// Every version of every poster and tablet of a location, the newest first.
pub const OF_LOCATION: &str = "\
    SELECT code, location_id, entrance_id, tablet, version, made_at, made_by, ends_at FROM location_code \
    WHERE location_id = $1 ORDER BY version DESC, code";

/// The versions of one poster or tablet that still count end then, or when they end already.
pub const END: &str = "\
    UPDATE location_code SET ends_at = $4 WHERE location_id = $1 AND entrance_id IS NOT DISTINCT FROM $2 AND tablet = $3 \
    AND (ends_at IS NULL OR ends_at > $4)";

/// Ends the older codes of a spot at once; the newest stays.
pub const END_OLD: &str = "\
    UPDATE location_code SET ends_at = $4 WHERE location_id = $1 AND entrance_id IS NOT DISTINCT FROM $2 AND tablet = $3 \
    AND ends_at > $4";

macro_rules! posters {
    ($what:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM location_code AS code JOIN location ON location.id = code.location_id \
             LEFT JOIN location_entrance AS entrance ON entrance.id = code.entrance_id ",
            $rest
        )
    };
}
macro_rules! printed {
    ($rest:literal) => {
        posters!(
            "code.code, code.location_id, code.entrance_id, code.tablet, code.version, code.made_at, code.made_by, \
             code.ends_at, location.name, location.name_other, location.division, location.address, entrance.name",
            $rest
        )
    };
}

/// The posters of a location that are the newest of their kind.
pub const POSTERS_OF_LOCATION: &str = printed!(
    "WHERE code.location_id = $1 AND code.tablet = 0 AND code.ends_at IS NULL ORDER BY COALESCE(code.entrance_id, 0)"
);

/// The same of all approved locations of a manager.
pub const POSTERS_OF_MANAGER: &str = printed!(
    "JOIN location_manager AS manager ON manager.location_id = location.id \
     WHERE manager.staff_id = $1 AND location.state = 'approved' AND code.tablet = 0 AND code.ends_at IS NULL \
     ORDER BY code.location_id, COALESCE(code.entrance_id, 0) LIMIT $2 OFFSET $3"
);

/// How many those are.
pub const COUNT_POSTERS: &str = posters!(
    "COUNT(*)",
    "JOIN location_manager AS manager ON manager.location_id = location.id \
     WHERE manager.staff_id = $1 AND location.state = 'approved' AND code.tablet = 0 AND code.ends_at IS NULL"
);

/// A browser shows the code of a tablet.
pub const ADD_TABLET: &str =
    "INSERT INTO location_tablet (token_hash, code, made_at, made_by) VALUES ($1, $2, $3, $4)";

/// What the browser with this token shows.
pub const TABLET: &str = "SELECT code FROM location_tablet WHERE token_hash = $1";

/// Browsers that show a code which has ended.
pub const FORGET_TABLETS: &str = "\
    DELETE FROM location_tablet WHERE code IN \
    (SELECT code FROM location_code WHERE location_id = $1 AND ends_at IS NOT NULL AND ends_at <= $2)";

/// Every version of every poster and tablet of a location, the newest first.
pub async fn of_location(c: &mut Conn, location: LocationId) -> Result<Vec<CodeRow>, StoreError> {
    let rows = sqlx::query(OF_LOCATION).bind(location.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(code_row).collect()
}

/// Ends every version of a poster or tablet at `at`; one that ends earlier stays as it is.
pub async fn end(c: &mut Conn, spot: Spot, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(END)
        .bind(spot.location.as_i64())
        .bind(spot.entrance.map(domain::Id::as_i64))
        .bind(i64::from(spot.tablet))
        .bind(at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Ends the older codes of a spot at `at`; the newest stays.
pub async fn end_old(c: &mut Conn, spot: Spot, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(END_OLD)
        .bind(spot.location.as_i64())
        .bind(spot.entrance.map(domain::Id::as_i64))
        .bind(i64::from(spot.tablet))
        .bind(at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The newest posters of a location, that of the whole location first.
pub async fn posters(c: &mut Conn, location: LocationId) -> Result<Vec<PosterRow>, StoreError> {
    let rows = sqlx::query(POSTERS_OF_LOCATION).bind(location.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(poster).collect()
}

/// Some of the newest posters of a manager's approved locations, in an order that does not change.
pub async fn posters_of_manager(
    c: &mut Conn,
    staff: StaffId,
    limit: i64,
    offset: i64,
) -> Result<Vec<PosterRow>, StoreError> {
    let query = sqlx::query(POSTERS_OF_MANAGER).bind(staff.as_i64()).bind(limit).bind(offset);
    query.fetch_all(c.raw()).await?.iter().map(poster).collect()
}

/// How many posters those are in all.
pub async fn count_posters(c: &mut Conn, staff: StaffId) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(COUNT_POSTERS).bind(staff.as_i64()).fetch_one(c.raw()).await?)
}

fn poster(row: &Row) -> Result<PosterRow, StoreError> {
    Ok(PosterRow {
        code: code_row(row)?,
        name: row.try_get(8)?,
        name_other: row.try_get(9)?,
        division: row.try_get(10)?,
        address: row.try_get(11)?,
        entrance: row.try_get(12)?,
    })
}

/// A browser shows the code of a tablet from now on.
pub async fn add_tablet(
    c: &mut Conn,
    token_hash: &[u8; 32],
    code: LocationCode,
    by: StaffId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(ADD_TABLET).bind(token_hash.to_vec()).bind(code.to_string());
    query.bind(now.micros()).bind(by.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// The code of the tablet that has this token.
pub async fn tablet(c: &mut Conn, token_hash: &[u8; 32]) -> Result<Option<LocationCode>, StoreError> {
    let code: Option<String> =
        sqlx::query_scalar(TABLET).bind(token_hash.to_vec()).fetch_optional(c.raw()).await?;
    let wrong = |_| StoreError::inconsistent("location_tablet", "code", 0);
    code.map(|code| code.parse().map_err(wrong)).transpose()
}

/// Forgets the browsers of a location whose code has ended.
pub async fn forget_tablets(c: &mut Conn, location: LocationId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(FORGET_TABLETS).bind(location.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}
