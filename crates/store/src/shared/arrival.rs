//! What devices send: that each item counts once, and what came back with other content.

use std::collections::HashSet;

use domain::checkpoint::ClientId;
use domain::id::kind::{InspectorDeviceId, OutboxConflictId, StaffId, TemperatureReportId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use super::{Row, batch};
use crate::error::StoreError;
use crate::rows::checkpoint::{ArrivedItem, CONFLICT, ConflictRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    batch::INSERT_ITEMS,
    CAME,
    CONFLICT_ADD,
    CONFLICTS,
    CONFLICT_ONE,
    CONFLICTS_OF,
    CONFLICT_SEEN,
    FORGET,
    FORGET_CONFLICTS,
];

/// What came under an id.
pub const CAME: &str = "SELECT digest, report_id FROM outbox_item WHERE device_id = $1 AND item_id = $2";

/// Keeps what came later under the same id, once.
pub const CONFLICT_ADD: &str = "\
    INSERT INTO outbox_conflict (id, device_id, item_id, digest, content, received_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (device_id, item_id, digest) DO NOTHING";

macro_rules! conflicts {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.device_id, c.item_id, c.digest, c.content, c.received_at, c.seen_at, i.report_id \
             FROM outbox_conflict c \
             LEFT JOIN outbox_item i ON i.device_id = c.device_id AND i.item_id = c.item_id ",
            $rest
        )
    };
}

/// The conflicts that came last.
pub const CONFLICTS: &str = conflicts!("ORDER BY c.received_at DESC, c.id DESC LIMIT $1");

/// One conflict.
pub const CONFLICT_ONE: &str = conflicts!("WHERE c.id = $1");

/// What came later under the id of a report.
pub const CONFLICTS_OF: &str = conflicts!("WHERE i.report_id = $1 ORDER BY c.received_at, c.id");

/// An administrator has looked at it.
pub const CONFLICT_SEEN: &str =
    "UPDATE outbox_conflict SET seen_at = $2, seen_by = $3 WHERE id = $1 AND seen_at IS NULL";

/// Forgets the ids of items that came before a time.
pub const FORGET: &str = "DELETE FROM outbox_item WHERE received_at < $1";

/// Forgets conflicts that came before a time.
pub const FORGET_CONFLICTS: &str = "DELETE FROM outbox_conflict WHERE received_at < $1";

/// Takes items, one statement for all; no two of them have the same device and id. Gives those that had not come before.
pub async fn take(
    c: &mut Conn,
    items: &[ArrivedItem],
    now: Timestamp,
) -> Result<HashSet<(InspectorDeviceId, ClientId)>, StoreError> {
    let taken = batch::insert_items(c, items, now).await?;
    let key = |(device, item): (i64, Vec<u8>)| {
        let item = <[u8; 16]>::try_from(item)
            .map_err(|_| StoreError::inconsistent("outbox_item", "item_id", device))?;
        Ok((Id::from_i64(device), ClientId(item)))
    };
    taken.into_iter().map(key).collect()
}

/// The keyed digest of what came under this id, and the report that it became.
pub async fn came(
    c: &mut Conn,
    device: InspectorDeviceId,
    item: ClientId,
) -> Result<Option<(Vec<u8>, Option<TemperatureReportId>)>, StoreError> {
    let query = sqlx::query(CAME).bind(device.as_i64()).bind(item.0.to_vec());
    let Some(row) = query.fetch_optional(c.raw()).await? else { return Ok(None) };
    Ok(Some((row.try_get(0)?, row.try_get::<Option<i64>, _>(1)?.map(Id::from_i64))))
}

/// Keeps what came later under an id that had come before with other content; `false` if that is kept already.
pub async fn conflict(c: &mut Conn, row: &ConflictRow) -> Result<bool, StoreError> {
    let sealed = c.sealer().seal_bytes(CONFLICT(row.id.as_i64()), &row.content);
    let done = sqlx::query(CONFLICT_ADD)
        .bind(row.id.as_i64())
        .bind(row.device.as_i64())
        .bind(row.item.0.to_vec())
        .bind(&row.digest[..])
        .bind(sealed)
        .bind(row.received_at.micros())
        .execute(c.raw())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The conflicts that came last, at most `most`.
pub async fn conflicts(c: &mut Conn, most: i64) -> Result<Vec<ConflictRow>, StoreError> {
    let rows = sqlx::query(CONFLICTS).bind(most).fetch_all(c.raw()).await?;
    rows.iter().map(|row| read(c, row)).collect()
}

/// One conflict.
pub async fn one_conflict(c: &mut Conn, id: OutboxConflictId) -> Result<Option<ConflictRow>, StoreError> {
    let row = sqlx::query(CONFLICT_ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| read(c, &row)).transpose()
}

/// What came later under the id of a report with other content, the oldest first.
pub async fn conflicts_of(c: &mut Conn, report: TemperatureReportId) -> Result<Vec<ConflictRow>, StoreError> {
    let rows = sqlx::query(CONFLICTS_OF).bind(report.as_i64()).fetch_all(c.raw()).await?;
    rows.iter().map(|row| read(c, row)).collect()
}

fn read(c: &Conn, row: &Row) -> Result<ConflictRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("outbox_conflict", column, id);
    let (item, digest): (Vec<u8>, Vec<u8>) = (row.try_get(2)?, row.try_get(3)?);
    Ok(ConflictRow {
        id: Id::from_i64(id),
        device: Id::from_i64(row.try_get(1)?),
        item: ClientId(item.try_into().map_err(|_| wrong("item_id"))?),
        digest: digest.try_into().map_err(|_| wrong("digest"))?,
        content: c.sealer().open_bytes(CONFLICT(id), row.try_get(4)?)?.to_vec(),
        received_at: Timestamp::from_micros(row.try_get(5)?),
        seen_at: row.try_get::<Option<i64>, _>(6)?.map(Timestamp::from_micros),
        report: row.try_get::<Option<i64>, _>(7)?.map(Id::from_i64),
    })
}

/// An administrator has looked at a conflict; `false` if it was looked at before.
pub async fn conflict_seen(
    c: &mut Conn,
    id: OutboxConflictId,
    by: StaffId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(CONFLICT_SEEN).bind(id.as_i64()).bind(now.micros()).bind(by.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Forgets the ids of items, and conflicts, that came before `before`. Gives how many.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    let items = sqlx::query(FORGET).bind(before.micros()).execute(c.raw()).await?.rows_affected();
    let conflicts = sqlx::query(FORGET_CONFLICTS).bind(before.micros()).execute(c.raw()).await?;
    Ok(items + conflicts.rows_affected())
}
