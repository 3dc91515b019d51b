//! The health declarations of holders: made anew at most once a day.
//!
//! The decision that matters: the day is the key of a row, so that of two requests at the same moment one is
//! refused by the database itself.

use domain::declaration::HealthAnswers;
use domain::id::kind::{DeclarationId, HolderId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::application::{ANSWERS, DeclarationRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[CHANGED, CHANGE, DECLARE, CURRENT];

/// When a holder declared anew on a day.
pub const CHANGED: &str = "SELECT made_at FROM health_change WHERE holder_id = $1 AND day = $2";

/// Takes the day for a new declaration.
pub const CHANGE: &str = "\
    INSERT INTO health_change (holder_id, day, made_at) VALUES ($1, $2, $3) ON CONFLICT (holder_id, day) DO NOTHING";

/// A declaration of a holder.
pub const DECLARE: &str = "\
    INSERT INTO declaration (id, holder_id, answers, made_at, consent) VALUES ($1, $2, $3, $4, $5)";

/// The newest declaration of a holder.
pub const CURRENT: &str = "\
    SELECT id, answers, made_at FROM declaration WHERE holder_id = $1 ORDER BY id DESC LIMIT 1";

/// When `holder` declared anew on `day` (days since 1970, Asia/Shanghai), if they did.
pub async fn changed(c: &mut Conn, holder: HolderId, day: i64) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> =
        sqlx::query_scalar(CHANGED).bind(holder.as_i64()).bind(day).fetch_optional(c.raw()).await?;
    Ok(at.map(Timestamp::from_micros))
}

/// Takes the day of `now` for a new declaration of `holder`; `false` if it is taken.
pub async fn take_day(c: &mut Conn, holder: HolderId, now: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query(CHANGE).bind(holder.as_i64()).bind(now.day()).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Adds a declaration of `holder`, who agreed to the text of version `consent`.
pub async fn declare(
    c: &mut Conn,
    id: DeclarationId,
    holder: HolderId,
    answers: &HealthAnswers,
    consent: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = c.sealer().seal(ANSWERS(id.as_i64()), answers);
    sqlx::query(DECLARE)
        .bind(id.as_i64())
        .bind(holder.as_i64())
        .bind(sealed)
        .bind(now.micros())
        .bind(consent.to_owned())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The newest declaration of `holder`.
pub async fn current(c: &mut Conn, holder: HolderId) -> Result<Option<DeclarationRow>, StoreError> {
    let row = sqlx::query(CURRENT).bind(holder.as_i64()).fetch_optional(c.raw()).await?;
    let Some(row) = row else { return Ok(None) };
    let id: i64 = row.try_get(0)?;
    Ok(Some(DeclarationRow {
        id: Id::from_i64(id),
        answers: c.sealer().open(ANSWERS(id), row.try_get(1)?)?,
        made_at: Timestamp::from_micros(row.try_get(2)?),
    }))
}
