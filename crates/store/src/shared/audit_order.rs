//! Orders by which an auditor is opened what one unit left in the public log, and those leaves.
//!
//! The decision that matters: the statement that grants says itself that it is somebody else, and of another unit than
//! the one that the order is about.

use domain::id::kind::{AuditOrderId, StaffId, UnitId};
use domain::{Id, Timestamp};
use sqlx::Row as _;
use transparency::Leaf;

use super::Row;
use super::conn::Conn;
use super::evidence_proposal::did;
use crate::error::StoreError;
use crate::rows::audit_order::{DecisionLeaf, NewDownload, NewOrder, OrderRow, SaltedLeaf, WORDS};
use crate::rows::visit_case::Did;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[ADD, ONE, ALL, DECIDE, DOWNLOADED, DOWNLOADS, DECISIONS, STOPS, WITHOUT_SALT, FORGET_DOWNLOADS, FORGET];

/// Asks.
pub const ADD: &str = "\
    INSERT INTO audit_order (id, unit_id, first_day, last_day, words, asked_at, asked_by, asked_unit) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

macro_rules! orders {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.unit_id, COALESCE(u.name, ''), o.first_day, o.last_day, o.words, o.granted, \
               o.asked_at, o.asked_by, COALESCE(a.name, ''), o.asked_unit, COALESCE(au.name, ''), \
               o.decided_at, o.decided_by, COALESCE(d.name, ''), o.decided_unit, COALESCE(du.name, '') \
             FROM audit_order o LEFT JOIN unit u ON u.id = o.unit_id \
             LEFT JOIN staff a ON a.id = o.asked_by LEFT JOIN unit au ON au.id = o.asked_unit \
             LEFT JOIN staff d ON d.id = o.decided_by LEFT JOIN unit du ON du.id = o.decided_unit ",
            $rest
        )
    };
}

/// One.
pub const ONE: &str = orders!("WHERE o.id = $1");

/// All: those that nobody has decided on first, then the newest.
pub const ALL: &str =
    orders!("ORDER BY CASE WHEN o.decided_at IS NULL THEN 0 ELSE 1 END, o.id DESC LIMIT $1");

/// Grants or refuses, once, by somebody else and of another unit than the one that it is about.
pub const DECIDE: &str = "\
    UPDATE audit_order SET decided_at = $2, decided_by = $3, decided_unit = $4, granted = $5 \
    WHERE id = $1 AND decided_at IS NULL AND asked_by <> $3 AND unit_id <> $4";

/// The file was handed out.
pub const DOWNLOADED: &str = "\
    INSERT INTO audit_download (id, order_id, at, staff_id, unit_id, leaves) VALUES ($1, $2, $3, $4, $5, $6)";

/// To whom the file of an order was handed out, the newest first.
pub const DOWNLOADS: &str = "\
    SELECT d.leaves, d.at, d.staff_id, COALESCE(s.name, ''), d.unit_id, COALESCE(u.name, '') FROM audit_download d \
    LEFT JOIN staff s ON s.id = d.staff_id LEFT JOIN unit u ON u.id = d.unit_id \
    WHERE d.order_id = $1 ORDER BY d.id DESC";

/// The decisions that a unit's evidence made from one time to before another, with their leaves.
pub const DECISIONS: &str = "\
    SELECT d.id, d.colour, d.reasons, d.rule_set, d.declaration_id, d.leaf_id, d.decided_at, d.until_at, d.since_at, \
      d.fired, d.unit_id, d.revoked_at, d.holder_id, l.sequence, l.kind, l.rule_set, l.commitment, l.recorded_at, l.salt \
    FROM decision d JOIN log_leaf l ON l.id = d.leaf_id \
    WHERE d.unit_id = $1 AND d.decided_at >= $2 AND d.decided_at < $3 \
      AND l.salt IS NOT NULL AND l.sequence IS NOT NULL ORDER BY l.sequence";

/// The leaves of stops of units, of whichever unit, from one time to before another.
pub const STOPS: &str = "\
    SELECT sequence, kind, rule_set, commitment, recorded_at, salt FROM log_leaf \
    WHERE kind = 'evidence_stop' AND recorded_at >= $1 AND recorded_at < $2 \
      AND salt IS NOT NULL AND sequence IS NOT NULL ORDER BY sequence";

/// How many leaves of decisions and stops, of whichever unit, have no salt any more.
pub const WITHOUT_SALT: &str = "\
    SELECT COUNT(*) FROM log_leaf WHERE salt IS NULL AND recorded_at >= $1 AND recorded_at < $2 \
      AND kind IN ('decision', 'evidence_stop')";

/// Forgets to whom files were handed out on orders from before a time.
pub const FORGET_DOWNLOADS: &str =
    "DELETE FROM audit_download WHERE order_id IN (SELECT id FROM audit_order WHERE asked_at < $1)";

/// Forgets orders from before a time.
pub const FORGET: &str = "DELETE FROM audit_order WHERE asked_at < $1";

/// Asks.
pub async fn add(c: &mut Conn, new: &NewOrder) -> Result<(), StoreError> {
    let words = c.sealer().seal(WORDS(new.id.as_i64()), &new.words);
    sqlx::query(ADD)
        .bind(new.id.as_i64())
        .bind(new.unit.as_i64())
        .bind(new.days[0])
        .bind(new.days[1])
        .bind(words)
        .bind(new.at.micros())
        .bind(new.by.0.as_i64())
        .bind(new.by.1.as_i64())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// One.
pub async fn one(c: &mut Conn, id: AuditOrderId) -> Result<Option<OrderRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| order(c, &row)).transpose()
}

/// At most so many: those that nobody has decided on first, then the newest.
pub async fn all(c: &mut Conn, limit: i64) -> Result<Vec<OrderRow>, StoreError> {
    let rows = sqlx::query(ALL).bind(limit).fetch_all(c.raw()).await?;
    rows.iter().map(|row| order(c, row)).collect()
}

/// Grants or refuses; whether it waited, was asked by somebody else, and is about another unit.
pub async fn decide(
    c: &mut Conn,
    id: AuditOrderId,
    (staff, unit): (StaffId, UnitId),
    granted: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(DECIDE).bind(id.as_i64()).bind(now.micros()).bind(staff.as_i64());
    let query = query.bind(unit.as_i64()).bind(i64::from(granted));
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Notes that the file was handed out.
pub async fn downloaded(c: &mut Conn, new: &NewDownload) -> Result<(), StoreError> {
    sqlx::query(DOWNLOADED)
        .bind(new.id.as_i64())
        .bind(new.order.as_i64())
        .bind(new.at.micros())
        .bind(new.by.0.as_i64())
        .bind(new.by.1.as_i64())
        .bind(new.leaves)
        .execute(c.raw())
        .await?;
    Ok(())
}

/// To whom the file of an order was handed out and how many leaves, the newest first.
pub async fn downloads(c: &mut Conn, id: AuditOrderId) -> Result<Vec<(Did, i64)>, StoreError> {
    let rows = sqlx::query(DOWNLOADS).bind(id.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| Ok((did(row, 1)?, row.try_get(0)?))).collect()
}

/// The decisions that `unit`'s evidence made from one time to before another, with their leaves, in the order of the log.
pub async fn decisions(
    c: &mut Conn,
    unit: UnitId,
    [from, until]: [Timestamp; 2],
) -> Result<Vec<DecisionLeaf>, StoreError> {
    let query = sqlx::query(DECISIONS).bind(unit.as_i64()).bind(from.micros()).bind(until.micros());
    let rows = query.fetch_all(c.raw()).await?;
    let one = |row: &Row| {
        let decision = super::decision::read(Id::from_i64(row.try_get(12)?), row)?;
        Ok(DecisionLeaf { decision, leaf: salted(row, 13)? })
    };
    rows.iter().map(one).collect()
}

/// The leaves of stops of units, of whichever unit, from one time to before another, in the order of the log.
pub async fn stops(c: &mut Conn, [from, until]: [Timestamp; 2]) -> Result<Vec<SaltedLeaf>, StoreError> {
    let rows = sqlx::query(STOPS).bind(from.micros()).bind(until.micros()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| salted(row, 0)).collect()
}

/// How many leaves of decisions and stops, of whichever unit, from one time to before another have no salt any more.
pub async fn without_salt(c: &mut Conn, [from, until]: [Timestamp; 2]) -> Result<i64, StoreError> {
    let query = sqlx::query_scalar(WITHOUT_SALT).bind(from.micros()).bind(until.micros());
    Ok(query.fetch_one(c.raw()).await?)
}

/// Forgets orders that were asked for before a time; gives how many.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    sqlx::query(FORGET_DOWNLOADS).bind(before.micros()).execute(c.raw()).await?;
    Ok(sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

/// Place, kind, rule set, commitment, time and salt from the column `first` on.
fn salted(row: &Row, first: usize) -> Result<SaltedLeaf, StoreError> {
    let place: i64 = row.try_get(first)?;
    let wrong = |column| StoreError::inconsistent("log_leaf", column, place);
    let bytes = |at| row.try_get::<Vec<u8>, _>(first + at);
    let at: i64 = row.try_get(first + 4)?;
    Ok(SaltedLeaf {
        place: u64::try_from(place).map_err(|_| wrong("sequence"))?,
        leaf: Leaf {
            kind: row.try_get(first + 1)?,
            rule_set: row.try_get(first + 2)?,
            time: at.div_euclid(1_000_000),
            commitment: bytes(3)?.try_into().map_err(|_| wrong("commitment"))?,
        },
        salt: bytes(5)?.try_into().map_err(|_| wrong("salt"))?,
    })
}

fn order(c: &Conn, row: &Row) -> Result<OrderRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let granted: Option<i64> = row.try_get(6)?;
    Ok(OrderRow {
        id: Id::from_i64(id),
        unit: Id::from_i64(row.try_get(1)?),
        unit_name: row.try_get(2)?,
        days: [row.try_get(3)?, row.try_get(4)?],
        words: c.sealer().open(WORDS(id), row.try_get(5)?)?,
        asked: did(row, 7)?,
        decided: granted.map(|granted| Ok::<_, StoreError>((did(row, 12)?, granted == 1))).transpose()?,
    })
}
