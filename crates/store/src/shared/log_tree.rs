//! The public log as a tree: leaves are given their places in it, and read by them.
//!
//! The decision that matters: **the row of `log_head` is the lock**. Whoever sequences writes it first, so that of two
//! servers one waits, or begins again, and no place is given twice; places, roots, edge and checkpoint are one
//! transaction.

use domain::id::kind::LogLeafId;
use transparency::{Frontier, Hash, Leaf};

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::log::LogHead;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[WAITS, LOCK, GIVE, ADD_ROOT, PUT, HEAD, LEAVES, ROOTS, PLACE];

/// Whether a leaf waits for its place.
pub const WAITS: &str = "SELECT id FROM log_leaf WHERE sequence IS NULL LIMIT 1";

/// Where the log stands, for nobody else until the transaction ends. `$1` is the edge of the empty tree.
pub const LOCK: &str = "\
    INSERT INTO log_head (id, frontier) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET frontier = log_head.frontier \
    RETURNING frontier, checkpoint";

/// Gives at most `$2` waiting leaves the places from `$1` on, in the order of their rows.
pub const GIVE: &str = "\
    UPDATE log_leaf SET sequence = $1 + waiting.place \
    FROM (SELECT id AS waiting_id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place FROM log_leaf \
          WHERE sequence IS NULL ORDER BY id LIMIT $2) AS waiting \
    WHERE log_leaf.id = waiting.waiting_id RETURNING sequence, kind, rule_set, commitment, recorded_at";

/// The root of a tile that is full now.
pub const ADD_ROOT: &str = "INSERT INTO log_tile_root (level, position, root) VALUES ($1, $2, $3)";

/// Where the log stands from now on.
pub const PUT: &str = "UPDATE log_head SET frontier = $1, checkpoint = $2 WHERE id = 1";

/// Where the log stands.
pub const HEAD: &str = "SELECT frontier, checkpoint FROM log_head WHERE id = 1";

/// The leaves from one place to before another.
pub const LEAVES: &str = "\
    SELECT sequence, kind, rule_set, commitment, recorded_at FROM log_leaf WHERE sequence >= $1 AND sequence < $2 \
    ORDER BY sequence";

/// The roots of the full tiles of a level from one position to before another.
pub const ROOTS: &str = "\
    SELECT root FROM log_tile_root WHERE level = $1 AND position >= $2 AND position < $3 ORDER BY position";

/// A leaf with its place.
pub const PLACE: &str = "\
    SELECT sequence, kind, rule_set, commitment, recorded_at FROM log_leaf WHERE id = $1 AND sequence IS NOT NULL";

type LeafRow = (i64, String, Option<String>, Vec<u8>, i64);

fn placed((place, kind, rule_set, commitment, at): LeafRow) -> Result<(u64, Leaf), StoreError> {
    let wrong = |column| StoreError::inconsistent("log_leaf", column, place);
    let commitment = commitment.try_into().map_err(|_| wrong("commitment"))?;
    let leaf = Leaf { kind, rule_set, time: at.div_euclid(1_000_000), commitment };
    Ok((u64::try_from(place).map_err(|_| wrong("sequence"))?, leaf))
}

fn head((frontier, checkpoint): (Vec<u8>, Option<String>)) -> Result<LogHead, StoreError> {
    let frontier = Frontier::from_bytes(&frontier);
    let frontier = frontier.map_err(|_| StoreError::inconsistent("log_head", "frontier", 1))?;
    Ok(LogHead { frontier, checkpoint })
}

/// A place or number for the database, which has no more of them than an `i64`.
fn number(place: u64) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

/// Whether a leaf waits for its place.
pub async fn waits(c: &mut Conn) -> Result<bool, StoreError> {
    let waiting: Option<i64> = sqlx::query_scalar(WAITS).fetch_optional(c.raw()).await?;
    Ok(waiting.is_some())
}

/// Where the log stands, for nobody else until this transaction ends.
pub async fn lock(c: &mut Conn) -> Result<LogHead, StoreError> {
    head(sqlx::query_as(LOCK).bind(Frontier::default().to_bytes()).fetch_one(c.raw()).await?)
}

/// Gives waiting leaves the places from `first` on, at most so many; gives them back in the order of their places.
pub async fn give(c: &mut Conn, first: u64, most: i64) -> Result<Vec<(u64, Leaf)>, StoreError> {
    let query = sqlx::query_as(GIVE).bind(number(first)).bind(most);
    let rows: Vec<LeafRow> = query.fetch_all(c.raw()).await?;
    let mut given = rows.into_iter().map(placed).collect::<Result<Vec<_>, _>>()?;
    given.sort_unstable_by_key(|(place, _)| *place);
    Ok(given)
}

/// Notes the root of a tile that is full now.
pub async fn add_root(c: &mut Conn, level: u8, position: u64, root: Hash) -> Result<(), StoreError> {
    let query = sqlx::query(ADD_ROOT).bind(i64::from(level)).bind(number(position)).bind(&root.0[..]);
    query.execute(c.raw()).await?;
    Ok(())
}

/// Where the log stands from now on.
pub async fn put(c: &mut Conn, head: &LogHead) -> Result<(), StoreError> {
    let query = sqlx::query(PUT).bind(head.frontier.to_bytes()).bind(head.checkpoint.as_deref());
    query.execute(c.raw()).await?;
    Ok(())
}

/// Where the log stands; nothing before it was first looked at.
pub async fn current(c: &mut Conn) -> Result<Option<LogHead>, StoreError> {
    let row: Option<(Vec<u8>, Option<String>)> = sqlx::query_as(HEAD).fetch_optional(c.raw()).await?;
    row.map(head).transpose()
}

/// The leaves from `first` to before `end`: fewer where the log is not so long.
pub async fn leaves(c: &mut Conn, first: u64, end: u64) -> Result<Vec<Leaf>, StoreError> {
    let query = sqlx::query_as(LEAVES).bind(number(first)).bind(number(end));
    let rows: Vec<LeafRow> = query.fetch_all(c.raw()).await?;
    rows.into_iter().map(|row| placed(row).map(|(_, leaf)| leaf)).collect()
}

/// The roots of the full tiles of a level from `first` to before `end`.
pub async fn roots(c: &mut Conn, level: u8, first: u64, end: u64) -> Result<Vec<Hash>, StoreError> {
    let query = sqlx::query_scalar(ROOTS).bind(i64::from(level)).bind(number(first)).bind(number(end));
    let rows: Vec<Vec<u8>> = query.fetch_all(c.raw()).await?;
    let wrong = || StoreError::inconsistent("log_tile_root", "root", number(first));
    rows.iter().map(|root| Hash::from_slice(root).ok_or_else(wrong)).collect()
}

/// A leaf and its place; nothing while it waits.
pub async fn place(c: &mut Conn, id: LogLeafId) -> Result<Option<(u64, Leaf)>, StoreError> {
    let row: Option<LeafRow> = sqlx::query_as(PLACE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(placed).transpose()
}
