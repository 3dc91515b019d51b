//! Notices to a holder: shown on top of their code until they say that they have read them.

use domain::id::kind::{HolderId, NoticeId};
use domain::{Id, Timestamp};

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::notice::{NoticeKind, NoticeRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[TELL, UNSEEN, SEEN];

/// Adds a notice.
pub const TELL: &str = "INSERT INTO notice (id, holder_id, kind, at) VALUES ($1, $2, $3, $4)";

/// Those that a holder has not seen, the newest first.
pub const UNSEEN: &str =
    "SELECT id, kind, at FROM notice WHERE holder_id = $1 AND seen_at IS NULL ORDER BY id DESC LIMIT 5";

/// Those up to one that was on the page have been seen.
pub const SEEN: &str = "UPDATE notice SET seen_at = $3 WHERE holder_id = $1 AND id <= $2 AND seen_at IS NULL";

/// Tells `holder` something.
pub async fn tell(
    c: &mut Conn,
    id: NoticeId,
    holder: HolderId,
    kind: NoticeKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(TELL)
        .bind(id.as_i64())
        .bind(holder.as_i64())
        .bind(kind.as_str())
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// What `holder` has not seen yet, the newest first, at most five.
pub async fn unseen(c: &mut Conn, holder: HolderId) -> Result<Vec<NoticeRow>, StoreError> {
    let rows: Vec<(i64, String, i64)> =
        sqlx::query_as(UNSEEN).bind(holder.as_i64()).fetch_all(c.raw()).await?;
    rows.into_iter()
        .map(|(id, kind, at)| {
            let kind = NoticeKind::from_name(&kind);
            let kind = kind.ok_or_else(|| StoreError::inconsistent("notice", "kind", id))?;
            Ok(NoticeRow { id: Id::from_i64(id), kind, at: Timestamp::from_micros(at) })
        })
        .collect()
}

/// `holder` has seen the notices up to `last`.
pub async fn seen(c: &mut Conn, holder: HolderId, last: NoticeId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(SEEN).bind(holder.as_i64()).bind(last.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}
