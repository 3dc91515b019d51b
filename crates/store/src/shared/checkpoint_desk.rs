//! Checkpoints as administrators see them: who works there now, and what was counted since the morning.

use domain::id::kind::CheckpointId;
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::checkpoint::Counts;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[REOPEN, RUNNING, COUNTED];

/// Opens a checkpoint again.
pub const REOPEN: &str = "UPDATE checkpoint SET closed_at = NULL WHERE id = $1 AND closed_at IS NOT NULL";

/// How many shifts go on at each checkpoint.
pub const RUNNING: &str = "\
    SELECT checkpoint_id, COUNT(*) FROM shift WHERE until_at > $1 AND ended_at IS NULL GROUP BY checkpoint_id";

/// What the shifts counted that began since a time.
pub const COUNTED: &str = "\
    SELECT checkpoint_id, CAST(SUM(passes) AS BIGINT), CAST(SUM(checks) AS BIGINT), CAST(SUM(stops) AS BIGINT), \
    CAST(SUM(normal) AS BIGINT), CAST(SUM(abnormal) AS BIGINT) FROM shift WHERE begun_at >= $1 GROUP BY checkpoint_id";

/// Opens a checkpoint again; `false` if there is none that is closed.
pub async fn reopen(c: &mut Conn, id: CheckpointId) -> Result<bool, StoreError> {
    Ok(sqlx::query(REOPEN).bind(id.as_i64()).execute(c.raw()).await?.rows_affected() == 1)
}

/// How many shifts go on at each checkpoint at `now`; none where nobody works.
pub async fn running(c: &mut Conn, now: Timestamp) -> Result<Vec<(CheckpointId, i64)>, StoreError> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(RUNNING).bind(now.micros()).fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(|(id, shifts)| (Id::from_i64(id), shifts)).collect())
}

/// What the shifts at each checkpoint counted that began since `since`.
pub async fn counted(c: &mut Conn, since: Timestamp) -> Result<Vec<(CheckpointId, Counts)>, StoreError> {
    let rows = sqlx::query(COUNTED).bind(since.micros()).fetch_all(c.raw()).await?;
    let read = |row: &super::Row| {
        let counts = Counts {
            passes: row.try_get(1)?,
            checks: row.try_get(2)?,
            stops: row.try_get(3)?,
            normal: row.try_get(4)?,
            abnormal: row.try_get(5)?,
        };
        Ok((Id::from_i64(row.try_get(0)?), counts))
    };
    rows.iter().map(read).collect()
}
