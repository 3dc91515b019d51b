//! Phones: what a device session holds beside its token, and how its content moves to another phone.
//!
//! The decision that matters: a recovery code is used up by the statement that finds it, so that of two phones
//! which send the same code one gets the application and the other nothing.

use domain::id::kind::{ApplicationId, DeviceSessionId, HolderId};
use domain::{Id, Timestamp};
use sqlx::Row as _;
use zeroize::Zeroizing;

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::application::{DRAFT, DeviceState, RECOVERY_CODE};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    DEVICE_STATE,
    SAVE_DRAFT,
    SENT,
    SHOW_RECOVERY,
    NOTED_RECOVERY,
    FORGET_RECOVERY,
    FORGET_DRAFTS,
    END_CORRECTION,
    OPEN_FOR,
    MOVE_AWAY,
    MOVE_HOLDER_AWAY,
    CLOSE_HOLDER,
    MOVE_HERE,
    RECOVERY_INSERT,
    RECOVERY_TAKE,
    RECOVERY_DELETE,
    OFFLINE_UNTIL,
    WANT_OFFLINE,
];

/// What a phone's session holds.
pub const DEVICE_STATE: &str = "\
    SELECT draft, application_id, holder_id, moved_at, recovery_code FROM device_session WHERE id = $1";

/// Keeps what was typed.
pub const SAVE_DRAFT: &str = "UPDATE device_session SET draft = $2, seen_at = $3 WHERE id = $1";

/// The draft was sent as this application.
pub const SENT: &str = "\
    UPDATE device_session SET draft = NULL, application_id = $2, moved_at = NULL, seen_at = $3 WHERE id = $1";

/// A new recovery code, to be shown until its owner has noted it.
pub const SHOW_RECOVERY: &str =
    "UPDATE device_session SET recovery_code = $2, recovery_until = $3 WHERE id = $1";

/// Its owner has noted it.
pub const NOTED_RECOVERY: &str =
    "UPDATE device_session SET recovery_code = NULL, recovery_until = NULL WHERE id = $1";

/// Nobody noted it in time.
pub const FORGET_RECOVERY: &str =
    "UPDATE device_session SET recovery_code = NULL, recovery_until = NULL WHERE recovery_until <= $1";

/// Drafts that nobody went on with.
pub const FORGET_DRAFTS: &str =
    "UPDATE device_session SET draft = NULL WHERE draft IS NOT NULL AND seen_at <= $1";

/// The application of a phone has ended: what was being corrected in it can no longer be sent.
pub const END_CORRECTION: &str =
    "UPDATE device_session SET draft = NULL WHERE id = $1 AND application_id = $2";

/// A phone may show the code that its own application led to.
pub const OPEN_FOR: &str = "UPDATE device_session SET holder_id = $3 WHERE id = $1 AND application_id = $2";

/// Phones that hold an application, other than one, hold it no longer, nor what was being corrected in it.
pub const MOVE_AWAY: &str = "\
    UPDATE device_session SET application_id = NULL, holder_id = NULL, draft = NULL, recovery_code = NULL, \
      recovery_until = NULL, moved_at = $3 WHERE application_id = $1 AND id <> $2";

/// Phones that show a holder's code, other than one, show it no longer. Of what else they hold only what led to
/// that holder, or is to change what stands of them, goes.
pub const MOVE_HOLDER_AWAY: &str = "\
    UPDATE device_session SET holder_id = NULL, application_id = NULL, draft = NULL, recovery_code = NULL, \
      recovery_until = NULL, moved_at = $3 \
    WHERE holder_id = $1 AND id <> $2 AND (application_id IS NULL \
      OR application_id IN (SELECT id FROM application WHERE holder_id = $1 OR changes_holder = $1))";

/// The phones of [`MOVE_HOLDER_AWAY`] that hold somebody else's application keep that.
pub const CLOSE_HOLDER: &str =
    "UPDATE device_session SET holder_id = NULL, moved_at = $3 WHERE holder_id = $1 AND id <> $2";

/// A phone takes over an application and its holder.
pub const MOVE_HERE: &str = "\
    UPDATE device_session SET application_id = $2, holder_id = $3, draft = NULL, moved_at = NULL WHERE id = $1";

/// Keeps the hash of a recovery code.
pub const RECOVERY_INSERT: &str =
    "INSERT INTO recovery (code_hash, application_id, created_at) VALUES ($1, $2, $3)";

/// Uses a recovery code up.
pub const RECOVERY_TAKE: &str = "DELETE FROM recovery WHERE code_hash = $1 RETURNING application_id";

/// Recovery codes of an application that no longer work.
pub const RECOVERY_DELETE: &str = "DELETE FROM recovery WHERE application_id = $1";

/// Until when a phone wants to do without the internet.
pub const OFFLINE_UNTIL: &str = "SELECT offline_until FROM device_session WHERE id = $1";

/// Says until when a phone wants to do without the internet.
pub const WANT_OFFLINE: &str = "UPDATE device_session SET offline_until = $2 WHERE id = $1";

/// What a phone's session holds.
pub async fn device_state(c: &mut Conn, id: DeviceSessionId) -> Result<Option<DeviceState>, StoreError> {
    let row = sqlx::query(DEVICE_STATE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    let Some(row) = row else { return Ok(None) };
    let sealed = |column| row.try_get::<Option<&[u8]>, _>(column);
    let draft = sealed("draft")?.map(|d| c.sealer().open_bytes(DRAFT(id.as_i64()), d)).transpose()?;
    let code =
        sealed("recovery_code")?.map(|s| c.sealer().open(RECOVERY_CODE(id.as_i64()), s)).transpose()?;
    Ok(Some(DeviceState {
        draft,
        application: row.try_get::<Option<i64>, _>("application_id")?.map(Id::from_i64),
        holder: row.try_get::<Option<i64>, _>("holder_id")?.map(Id::from_i64),
        moved_at: row.try_get::<Option<i64>, _>("moved_at")?.map(Timestamp::from_micros),
        recovery_code: code,
    }))
}

/// Keeps what was typed and not yet sent; `None` throws it away.
pub async fn save_draft(
    c: &mut Conn,
    id: DeviceSessionId,
    draft: Option<&Zeroizing<Vec<u8>>>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = draft.map(|plain| c.sealer().seal_bytes(DRAFT(id.as_i64()), plain));
    sqlx::query(SAVE_DRAFT).bind(id.as_i64()).bind(sealed).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// The draft of a phone was sent as this application.
pub async fn sent(
    c: &mut Conn,
    id: DeviceSessionId,
    application: ApplicationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(SENT).bind(id.as_i64()).bind(application.as_i64()).bind(now.micros());
    query.execute(c.raw()).await?;
    Ok(())
}

/// Makes `code_hash` the only recovery code of an application, and keeps `code`, sealed, for the phone to show
/// until `until` or until its owner has noted it.
pub async fn new_recovery(
    c: &mut Conn,
    application: ApplicationId,
    device: DeviceSessionId,
    (code, code_hash): (&String, &[u8; 32]),
    now: Timestamp,
    until: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(RECOVERY_DELETE).bind(application.as_i64()).execute(c.raw()).await?;
    sqlx::query(RECOVERY_INSERT)
        .bind(&code_hash[..])
        .bind(application.as_i64())
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    let sealed = c.sealer().seal(RECOVERY_CODE(device.as_i64()), code);
    let query = sqlx::query(SHOW_RECOVERY).bind(device.as_i64()).bind(sealed).bind(until.micros());
    query.execute(c.raw()).await?;
    Ok(())
}

/// The owner of a phone has noted the recovery code.
pub async fn noted_recovery(c: &mut Conn, device: DeviceSessionId) -> Result<(), StoreError> {
    sqlx::query(NOTED_RECOVERY).bind(device.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Removes recovery codes that nobody noted by `now`, and drafts that nobody went on with since `idle_since`.
pub async fn forget_old(c: &mut Conn, now: Timestamp, idle_since: Timestamp) -> Result<u64, StoreError> {
    let codes = sqlx::query(FORGET_RECOVERY).bind(now.micros()).execute(c.raw()).await?;
    let drafts = sqlx::query(FORGET_DRAFTS).bind(idle_since.micros()).execute(c.raw()).await?;
    Ok(codes.rows_affected() + drafts.rows_affected())
}

/// Takes a holder from every phone but `keep`; says whether there was any.
pub async fn move_holder_away(
    c: &mut Conn,
    holder: HolderId,
    keep: DeviceSessionId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut any = false;
    for statement in [MOVE_HOLDER_AWAY, CLOSE_HOLDER] {
        let query = sqlx::query(statement).bind(holder.as_i64()).bind(keep.as_i64()).bind(now.micros());
        any |= query.execute(c.raw()).await?.rows_affected() > 0;
    }
    Ok(any)
}

/// Lets a phone show the code of `holder`, if it still holds the `application` that led to it; says whether it
/// does.
pub async fn open_for(
    c: &mut Conn,
    device: DeviceSessionId,
    application: ApplicationId,
    holder: HolderId,
) -> Result<bool, StoreError> {
    let query = sqlx::query(OPEN_FOR).bind(device.as_i64()).bind(application.as_i64()).bind(holder.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Forgets what a phone was correcting in an application that has ended.
pub async fn end_correction(
    c: &mut Conn,
    device: DeviceSessionId,
    application: ApplicationId,
) -> Result<(), StoreError> {
    sqlx::query(END_CORRECTION).bind(device.as_i64()).bind(application.as_i64()).execute(c.raw()).await?;
    Ok(())
}

/// Moves an application, and its holder if there is one, from whatever phone has it to `device`; says whether
/// another phone had either.
pub async fn move_to(
    c: &mut Conn,
    application: ApplicationId,
    holder: Option<HolderId>,
    device: DeviceSessionId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(MOVE_AWAY).bind(application.as_i64()).bind(device.as_i64()).bind(now.micros());
    let mut elsewhere = query.execute(c.raw()).await?.rows_affected() > 0;
    if let Some(holder) = holder {
        elsewhere |= move_holder_away(c, holder, device, now).await?;
    }
    sqlx::query(MOVE_HERE)
        .bind(device.as_i64())
        .bind(application.as_i64())
        .bind(holder.map(Id::as_i64))
        .execute(c.raw())
        .await?;
    Ok(elsewhere)
}

/// Uses a recovery code up; gives the application that it opens.
pub async fn take_recovery(c: &mut Conn, code_hash: &[u8; 32]) -> Result<Option<ApplicationId>, StoreError> {
    let row = sqlx::query(RECOVERY_TAKE).bind(&code_hash[..]).fetch_optional(c.raw()).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.map(ApplicationId::from_i64))
}

/// Until when a phone wants to do without the internet, if it does.
pub async fn offline_until(c: &mut Conn, device: DeviceSessionId) -> Result<Option<Timestamp>, StoreError> {
    let until: Option<Option<i64>> =
        sqlx::query_scalar(OFFLINE_UNTIL).bind(device.as_i64()).fetch_optional(c.raw()).await?;
    Ok(until.flatten().map(Timestamp::from_micros))
}

/// Says until when a phone wants to do without the internet; `None`: not any more.
pub async fn want_offline(
    c: &mut Conn,
    device: DeviceSessionId,
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    let query = sqlx::query(WANT_OFFLINE).bind(device.as_i64()).bind(until.map(Timestamp::micros));
    query.execute(c.raw()).await?;
    Ok(())
}
