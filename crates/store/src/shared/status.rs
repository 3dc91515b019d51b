//! Status lists: which list a new pass goes to, and which indexes of a list are withdrawn.
//!
//! A list is for passes that end on one day, so that it retires as a whole. How full it is is counted by
//! sampling (one issue in [`COUNTED`](crate::rows::pass::COUNTED) adds that many), because a counter that every issue changes would make
//! them all wait for each other; at half of 2^20 entries the count is right to about one per cent.

use domain::Timestamp;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::pass::ListRow;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[OPEN, NEXT, INSERT, COUNT, ABOUT, WITHDRAWN, CURRENT];

/// A list of a day that has room.
pub const OPEN: &str =
    "SELECT id FROM status_list WHERE expiry_day = $1 AND allocated < $2 ORDER BY id DESC LIMIT 1";

/// The next list's id. Rows are never removed, so that no id comes twice.
pub const NEXT: &str = "SELECT COALESCE(MAX(id), 0) + 1 FROM status_list";

/// A new list.
pub const INSERT: &str = "INSERT INTO status_list (id, expiry_day, allocated, created_at, decoy_seed) \
    VALUES ($1, $2, 0, $3, $4) ON CONFLICT (id) DO NOTHING";

/// Counts what was allocated.
pub const COUNT: &str = "UPDATE status_list SET allocated = allocated + $2 WHERE id = $1";

/// What is known of a list.
pub const ABOUT: &str = "SELECT expiry_day, created_at, decoy_seed FROM status_list WHERE id = $1";

/// The lists whose passes may still be good on a day.
pub const CURRENT: &str =
    "SELECT id, expiry_day FROM status_list WHERE expiry_day >= $1 ORDER BY expiry_day, id";

/// The withdrawn indexes of a list.
pub const WITHDRAWN: &str =
    "SELECT list_index FROM pass WHERE list_id = $1 AND withdrawn_at IS NOT NULL ORDER BY list_index";

/// The list for passes that end on `expiry_day` (days since 1970, Asia/Shanghai): one of which less than
/// `full` indexes are taken, or a new one, whose decoys are drawn from `seed`.
pub async fn open(
    c: &mut Conn,
    expiry_day: i64,
    full: u32,
    now: Timestamp,
    seed: &[u8; 16],
) -> Result<i64, StoreError> {
    let found: Option<i64> =
        sqlx::query_scalar(OPEN).bind(expiry_day).bind(i64::from(full)).fetch_optional(c.raw()).await?;
    if let Some(id) = found {
        return Ok(id);
    }
    let id: i64 = sqlx::query_scalar(NEXT).fetch_one(c.raw()).await?;
    // Two at the same moment: PostgreSQL makes the second run again, and it then finds the first one's list.
    let insert = sqlx::query(INSERT).bind(id).bind(expiry_day).bind(now.micros());
    insert.bind(seed.as_slice()).execute(c.raw()).await?;
    Ok(id)
}

/// Counts `taken` more indexes of a list as taken.
pub async fn count(c: &mut Conn, list: i64, taken: u32) -> Result<(), StoreError> {
    sqlx::query(COUNT).bind(list).bind(i64::from(taken)).execute(c.raw()).await?;
    Ok(())
}

/// What is known of a list; `None` if there is no such list.
pub async fn about(c: &mut Conn, list: i64) -> Result<Option<ListRow>, StoreError> {
    let row: Option<(i64, i64, Option<Vec<u8>>)> =
        sqlx::query_as(ABOUT).bind(list).fetch_optional(c.raw()).await?;
    Ok(row.map(|(expiry_day, created, decoy_seed)| ListRow {
        expiry_day,
        created_at: Timestamp::from_micros(created),
        decoy_seed,
    }))
}

/// The lists of passes that end on `day` or later, with the day on which their last pass ends.
pub async fn current(c: &mut Conn, day: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    Ok(sqlx::query_as(CURRENT).bind(day).fetch_all(c.raw()).await?)
}

/// The withdrawn indexes of a list, in order.
pub async fn withdrawn(c: &mut Conn, list: i64) -> Result<Vec<u32>, StoreError> {
    let rows: Vec<i64> = sqlx::query_scalar(WITHDRAWN).bind(list).fetch_all(c.raw()).await?;
    let index =
        |row: i64| u32::try_from(row).map_err(|_| StoreError::inconsistent("pass", "list_index", list));
    rows.into_iter().map(index).collect()
}
