//! Passes: written once, withdrawn at most once.
//!
//! The decision that matters: the signed bytes are kept (sealed), so that renewing reads one row and signs
//! nothing, and a printed pass that is shown again is the same one.

use domain::declaration::Colour;
use domain::id::kind::{DeviceSessionId, HolderId};
use domain::{Id, Timestamp};

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::pass::{NewPass, PassKind, PassRow, SIGNED, WithdrawnFor};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    INSERT,
    LATEST_OF_DEVICE,
    LATEST_OF_HOLDER,
    AHEAD,
    ASKED,
    ASKED_AHEAD,
    WITHDRAW,
    WITHDRAW_OF_DEVICE,
    WITHDRAW_OTHER_KEYS,
    WITHDRAW_AHEAD,
    RETIRE,
    super::batch::HOLDERS_OF_PASSES,
];

/// Adds a pass unless its index is taken.
pub const INSERT: &str = "\
    INSERT INTO pass (id, cti, holder_id, decision_id, kind, device_session_id, device_key, list_id, list_index, \
    signed, issued_at, expires_at, for_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
    ON CONFLICT (list_id, list_index) DO NOTHING";

/// The newest live pass of a phone for a holder that is for no day ahead, beside the holder's newest decision.
pub const LATEST_OF_DEVICE: &str = "\
    SELECT pass.id, pass.device_key, pass.signed, pass.issued_at, pass.expires_at, pass.withdrawn_at, \
    pass.withdrawn_for, decision.id, decision.colour, decision.reasons, decision.decided_at, pass.for_day \
    FROM pass JOIN decision ON decision.id = \
    (SELECT MAX(newest.id) FROM decision AS newest WHERE newest.holder_id = pass.holder_id) \
    WHERE pass.device_session_id = $1 AND pass.kind = 'live' AND pass.holder_id = $2 AND pass.for_day IS NULL \
    ORDER BY pass.id DESC LIMIT 1";

/// The newest printed pass of a holder, beside the holder's newest decision.
pub const LATEST_OF_HOLDER: &str = "\
    SELECT pass.id, pass.device_key, pass.signed, pass.issued_at, pass.expires_at, pass.withdrawn_at, \
    pass.withdrawn_for, decision.id, decision.colour, decision.reasons, decision.decided_at, pass.for_day \
    FROM pass JOIN decision ON decision.id = \
    (SELECT MAX(newest.id) FROM decision AS newest WHERE newest.holder_id = pass.holder_id) \
    WHERE pass.holder_id = $1 AND pass.kind = 'printed' ORDER BY pass.id DESC LIMIT 1";

/// The passes ahead of a phone for a holder that have not ended and are not withdrawn.
pub const AHEAD: &str = "\
    SELECT pass.id, pass.device_key, pass.signed, pass.issued_at, pass.expires_at, pass.withdrawn_at, \
    pass.withdrawn_for, decision.id, decision.colour, decision.reasons, decision.decided_at, pass.for_day \
    FROM pass JOIN decision ON decision.id = \
    (SELECT MAX(newest.id) FROM decision AS newest WHERE newest.holder_id = pass.holder_id) \
    WHERE pass.device_session_id = $1 AND pass.kind = 'live' AND pass.holder_id = $2 \
      AND pass.for_day IS NOT NULL AND pass.expires_at > $3 AND pass.withdrawn_at IS NULL \
    ORDER BY pass.for_day, pass.id";

/// How many passes a phone was given since a time, those ahead apart.
pub const ASKED: &str = "\
    SELECT COUNT(*) FROM pass WHERE device_session_id = $1 AND kind = $2 AND issued_at > $3 AND for_day IS NULL";

/// How many passes ahead a phone was given that have not ended, withdrawn ones too.
pub const ASKED_AHEAD: &str = "\
    SELECT COUNT(*) FROM pass WHERE device_session_id = $1 AND for_day IS NOT NULL AND expires_at > $2";

/// Withdraws a holder's passes of a kind that have not ended.
pub const WITHDRAW: &str = "\
    UPDATE pass SET withdrawn_at = $3, withdrawn_for = $4 \
    WHERE holder_id = $1 AND kind = $2 AND expires_at > $3 AND withdrawn_at IS NULL RETURNING list_id";

/// Withdraws the live passes of a phone that have not ended.
pub const WITHDRAW_OF_DEVICE: &str = "\
    UPDATE pass SET withdrawn_at = $2, withdrawn_for = $3 \
    WHERE device_session_id = $1 AND kind = 'live' AND expires_at > $2 AND withdrawn_at IS NULL \
    RETURNING list_id";

/// Withdraws the live passes of a phone that are bound to another key than this one, and have not ended.
pub const WITHDRAW_OTHER_KEYS: &str = "\
    UPDATE pass SET withdrawn_at = $2, withdrawn_for = $3 \
    WHERE device_session_id = $1 AND kind = 'live' AND expires_at > $2 AND withdrawn_at IS NULL \
      AND device_key <> $4 RETURNING list_id";

/// Withdraws the passes ahead of a phone that have not ended.
pub const WITHDRAW_AHEAD: &str = "\
    UPDATE pass SET withdrawn_at = $2, withdrawn_for = $3 \
    WHERE device_session_id = $1 AND for_day IS NOT NULL AND expires_at > $2 AND withdrawn_at IS NULL \
    RETURNING list_id";

/// Forgets passes that ended before a time: their lists are not asked for any more.
pub const RETIRE: &str = "DELETE FROM pass WHERE expires_at < $1";

/// Adds a pass; `false` says that its index is taken: draw another.
pub async fn insert(c: &mut Conn, new: &NewPass) -> Result<bool, StoreError> {
    let sealed = c.sealer().seal_bytes(SIGNED(new.id.as_i64()), &new.signed);
    let done = sqlx::query(INSERT)
        .bind(new.id.as_i64())
        .bind(&new.cti[..])
        .bind(new.holder.as_i64())
        .bind(new.decision.as_i64())
        .bind(new.kind().as_str())
        .bind(new.device.as_i64())
        .bind(new.device_key.as_ref().map(|key| &key[..]))
        .bind(new.list)
        .bind(i64::from(new.index))
        .bind(sealed)
        .bind(new.issued_at.micros())
        .bind(new.expires_at.micros())
        .bind(new.for_day)
        .execute(c.raw())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest live pass that `device` was given for `holder`, those ahead apart.
pub async fn latest_live(
    c: &mut Conn,
    device: DeviceSessionId,
    holder: HolderId,
) -> Result<Option<PassRow>, StoreError> {
    let query = sqlx::query_as(LATEST_OF_DEVICE).bind(device.as_i64()).bind(holder.as_i64());
    let row = query.fetch_optional(c.raw()).await?;
    row.map(|row| read(c, row)).transpose()
}

/// The passes ahead that `device` holds for `holder` at `now`, day by day.
pub async fn ahead(
    c: &mut Conn,
    device: DeviceSessionId,
    holder: HolderId,
    now: Timestamp,
) -> Result<Vec<PassRow>, StoreError> {
    let query = sqlx::query_as(AHEAD).bind(device.as_i64()).bind(holder.as_i64()).bind(now.micros());
    let rows = query.fetch_all(c.raw()).await?;
    rows.into_iter().map(|row| read(c, row)).collect()
}

/// The newest printed pass of `holder`.
pub async fn latest_printed(c: &mut Conn, holder: HolderId) -> Result<Option<PassRow>, StoreError> {
    let row = sqlx::query_as(LATEST_OF_HOLDER).bind(holder.as_i64()).fetch_optional(c.raw()).await?;
    row.map(|row| read(c, row)).transpose()
}

type Row = (
    i64,
    Option<Vec<u8>>,
    Vec<u8>,
    i64,
    i64,
    Option<i64>,
    Option<String>,
    i64,
    String,
    String,
    i64,
    Option<i64>,
);

fn read(c: &Conn, row: Row) -> Result<PassRow, StoreError> {
    let (id, device_key, sealed, issued_at, expires_at, withdrawn_at, withdrawn_for, ..) = row;
    let (decision, colour, reasons, decided_at, for_day) = (row.7, row.8, row.9, row.10, row.11);
    let wrong = |column| StoreError::inconsistent("pass", column, id);
    let withdrawn = match (withdrawn_at, withdrawn_for) {
        (None, None) => None,
        (Some(at), Some(why)) => {
            let why = WithdrawnFor::from_name(&why).ok_or_else(|| wrong("withdrawn_for"))?;
            Some((Timestamp::from_micros(at), why))
        }
        _ => return Err(wrong("withdrawn_at")),
    };
    let wrong_decision = |column| StoreError::inconsistent("decision", column, decision);
    Ok(PassRow {
        id: Id::from_i64(id),
        device_key,
        for_day,
        signed: c.sealer().open_bytes(SIGNED(id), &sealed)?.to_vec(),
        issued_at: Timestamp::from_micros(issued_at),
        expires_at: Timestamp::from_micros(expires_at),
        withdrawn,
        decision: Id::from_i64(decision),
        colour: Colour::from_name(&colour).ok_or_else(|| wrong_decision("colour"))?,
        reasons: serde_json::from_str(&reasons).map_err(|_| wrong_decision("reasons"))?,
        decided_at: Timestamp::from_micros(decided_at),
    })
}

/// How many passes of `kind` this phone was given since `since`, those ahead apart.
pub async fn asked(
    c: &mut Conn,
    device: DeviceSessionId,
    kind: PassKind,
    since: Timestamp,
) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(ASKED)
        .bind(device.as_i64())
        .bind(kind.as_str())
        .bind(since.micros())
        .fetch_one(c.raw())
        .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// How many passes ahead this phone was given that end after `now`, withdrawn ones too.
pub async fn asked_ahead(c: &mut Conn, device: DeviceSessionId, now: Timestamp) -> Result<u64, StoreError> {
    let query = sqlx::query_scalar(ASKED_AHEAD).bind(device.as_i64()).bind(now.micros());
    let count: i64 = query.fetch_one(c.raw()).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Withdraws every pass of `kind` of `holder` that has not ended. Gives the lists that have changed.
pub async fn withdraw(
    c: &mut Conn,
    holder: HolderId,
    kind: PassKind,
    why: WithdrawnFor,
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let lists = sqlx::query_scalar(WITHDRAW)
        .bind(holder.as_i64())
        .bind(kind.as_str())
        .bind(now.micros())
        .bind(why.as_str())
        .fetch_all(c.raw())
        .await?;
    Ok(lists)
}

/// Withdraws every live pass of `device` that has not ended. Gives the lists that have changed.
pub async fn withdraw_of_device(
    c: &mut Conn,
    device: DeviceSessionId,
    why: WithdrawnFor,
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let lists = sqlx::query_scalar(WITHDRAW_OF_DEVICE)
        .bind(device.as_i64())
        .bind(now.micros())
        .bind(why.as_str())
        .fetch_all(c.raw())
        .await?;
    Ok(lists)
}

/// Withdraws the live passes of `device` that are bound to another key than `key` (SEC 1, compressed). Gives the
/// lists that have changed.
pub async fn withdraw_other_keys(
    c: &mut Conn,
    device: DeviceSessionId,
    key: &[u8; 33],
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let lists = sqlx::query_scalar(WITHDRAW_OTHER_KEYS)
        .bind(device.as_i64())
        .bind(now.micros())
        .bind(WithdrawnFor::NewKey.as_str())
        .bind(&key[..])
        .fetch_all(c.raw())
        .await?;
    Ok(lists)
}

/// Withdraws the passes ahead of `device`: they are not wanted any more. Gives the lists that have changed.
pub async fn withdraw_ahead(
    c: &mut Conn,
    device: DeviceSessionId,
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let lists = sqlx::query_scalar(WITHDRAW_AHEAD)
        .bind(device.as_i64())
        .bind(now.micros())
        .bind(WithdrawnFor::NotWanted.as_str())
        .fetch_all(c.raw())
        .await?;
    Ok(lists)
}

/// Forgets passes that ended before `before`. Gives how many.
pub async fn retire(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(RETIRE).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

/// Whose passes these are (claim 7), of those that are known and not forgotten.
pub async fn holders(c: &mut Conn, passes: &[&[u8]]) -> Result<Vec<(Vec<u8>, HolderId)>, StoreError> {
    if passes.is_empty() {
        return Ok(Vec::new());
    }
    let query = sqlx::query_as(super::batch::HOLDERS_OF_PASSES).bind(super::batch::blobs(passes));
    let rows: Vec<(Vec<u8>, i64)> = query.fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(|(pass, holder)| (pass, Id::from_i64(holder))).collect())
}
