//! Messages on their way: written with what they tell of, leased, tried again, ended.
//!
//! The decision that matters: a message is written in the transaction of its cause and sent by a job afterwards. It
//! may be sent twice, when a server stops between sending and noting that; it is never lost.

use domain::contact::Channel;
use domain::id::kind::{ApplicationId, HolderId, OutboxId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::outbox::{
    CONTENT, FailureClass, MessageContent, MessageKind, OutboxCounts, OutboxRow, OutboxState,
};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    INSERT,
    ANY_DUE,
    CLAIM,
    SENT,
    AGAIN,
    GIVE_BACK,
    DEAD,
    EXPIRE,
    LIST,
    LIST_ANY,
    COUNTS,
    REVIVE,
    DISCARD,
    FORGET,
    FORGET_TOLD,
    TELL_ONCE,
    PASSES_ENDING,
    COLOURS_ENDING,
    CODES_ENDING,
];

/// Adds a message.
pub const INSERT: &str = "\
    INSERT INTO outbox (id, kind, channel, content, state, attempts, next_at, lease_until, expires_at, created_at, \
                        ended_at, application_id) VALUES ($1, $2, $3, $4, $5, 0, $6, 0, $7, $6, $8, $9)";

/// Whether there is any whose turn has come.
pub const ANY_DUE: &str = "\
    SELECT id FROM outbox WHERE state = 'waiting' AND channel = $1 AND next_at <= $2 AND lease_until <= $2 LIMIT 1";

/// Leases those whose turn has come.
pub const CLAIM: &str = "\
    UPDATE outbox SET lease_until = $3, attempts = attempts + 1 WHERE id IN \
    (SELECT id FROM outbox WHERE state = 'waiting' AND channel = $1 AND next_at <= $2 AND lease_until <= $2 \
       AND expires_at > $2 ORDER BY next_at LIMIT $4) AND state = 'waiting' AND lease_until <= $2 \
    RETURNING id, kind, channel, content, state, attempts, next_at, expires_at, failure, created_at";

/// It was sent: of what it said nothing is kept.
pub const SENT: &str = "\
    UPDATE outbox SET state = 'sent', content = NULL, lease_until = 0, failure = NULL, ended_at = $2 WHERE id = $1";

/// It is tried again later.
pub const AGAIN: &str = "UPDATE outbox SET lease_until = 0, next_at = $2, failure = $3 WHERE id = $1";

/// It was not tried after all.
pub const GIVE_BACK: &str =
    "UPDATE outbox SET lease_until = 0, next_at = $2, attempts = attempts - 1 WHERE id = $1";

/// It is not tried again.
pub const DEAD: &str = "\
    UPDATE outbox SET state = 'dead', lease_until = 0, failure = $3, ended_at = $2 WHERE id = $1";

/// Those that nobody could send in time.
pub const EXPIRE: &str = "\
    UPDATE outbox SET state = 'dead', failure = 'expired', ended_at = $1 \
    WHERE state = 'waiting' AND expires_at <= $1 AND lease_until <= $1";

/// Those in a state, the newest first.
pub const LIST: &str = "\
    SELECT id, kind, channel, content, state, attempts, next_at, expires_at, failure, created_at FROM outbox \
    WHERE state = $1 ORDER BY id DESC LIMIT $2";

/// Those that are meant for somebody, the newest first.
pub const LIST_ANY: &str = "\
    SELECT id, kind, channel, content, state, attempts, next_at, expires_at, failure, created_at FROM outbox \
    WHERE state <> 'decoy' ORDER BY id DESC LIMIT $1";

/// How many are in a state.
pub const COUNTS: &str =
    "SELECT state, COUNT(*) FROM outbox WHERE state IN ('waiting', 'dead') GROUP BY state";

/// A dead one is tried again.
pub const REVIVE: &str = "\
    UPDATE outbox SET state = 'waiting', attempts = 0, next_at = $2, lease_until = 0, expires_at = $3, ended_at = NULL \
    WHERE id = $1 AND state = 'dead' AND content IS NOT NULL AND kind <> 'one_time_code'";

/// A dead one is thrown away.
pub const DISCARD: &str = "DELETE FROM outbox WHERE id = $1 AND state = 'dead'";

/// Those that ended before a time; decoys, which only had to be written, before another.
pub const FORGET: &str = "DELETE FROM outbox WHERE ended_at < $1 OR (state = 'decoy' AND ended_at < $2)";

/// What was told before a time.
pub const FORGET_TOLD: &str = "DELETE FROM told WHERE at < $1";

/// Notes that something is being told about a row.
pub const TELL_ONCE: &str =
    "INSERT INTO told (kind, about, at) VALUES ($1, $2, $3) ON CONFLICT (kind, about) DO NOTHING";

/// Printed passes that end soon and whose holders were not told yet.
pub const PASSES_ENDING: &str = "\
    SELECT id, holder_id, expires_at FROM pass \
    WHERE kind = 'printed' AND withdrawn_at IS NULL AND expires_at > $1 AND expires_at <= $2 \
      AND NOT EXISTS (SELECT 1 FROM told WHERE told.kind = 'pass_ending' AND told.about = pass.id) \
    ORDER BY expires_at LIMIT $3";

/// Green colours that end soon and whose holders were not told yet. One that only gets better needs no warning.
pub const COLOURS_ENDING: &str = "\
    SELECT id, holder_id, until_at FROM decision \
    WHERE until_at > $1 AND until_at <= $2 AND colour = 'green' \
      AND NOT EXISTS (SELECT 1 FROM decision later WHERE later.holder_id = decision.holder_id AND later.id > decision.id) \
      AND NOT EXISTS (SELECT 1 FROM told WHERE told.kind = 'colour_ending' AND told.about = decision.id) \
    ORDER BY until_at LIMIT $3";

/// Holders for whom no pass was issued between two times and who hold none: their codes are erased at a time that is
/// told once for each last use.
pub const CODES_ENDING: &str = "\
    SELECT id, COALESCE(used_at, created_at) FROM holder \
    WHERE COALESCE(used_at, created_at) > $1 AND COALESCE(used_at, created_at) <= $2 AND erased_at IS NULL \
      AND NOT EXISTS (SELECT 1 FROM pass WHERE pass.holder_id = holder.id AND pass.expires_at > $2) \
      AND NOT EXISTS (SELECT 1 FROM told WHERE told.kind = 'code_ending' AND told.about = holder.id) \
    ORDER BY COALESCE(used_at, created_at) LIMIT $3";

/// Adds a message about `about` in the state `state`, to be sent from `now` on.
pub async fn insert(
    c: &mut Conn,
    id: OutboxId,
    kind: MessageKind,
    content: &MessageContent,
    about: Option<ApplicationId>,
    state: OutboxState,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    let sealed = c.sealer().seal(CONTENT(id.as_i64()), content);
    let ended = (state != OutboxState::Waiting).then(|| now.micros());
    sqlx::query(INSERT)
        .bind(id.as_i64())
        .bind(kind.as_str())
        .bind(content.to.channel().as_str())
        .bind(sealed)
        .bind(state.as_str())
        .bind(now.micros())
        .bind(expires_at.micros())
        .bind(ended)
        .bind(about.map(Id::as_i64))
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Whether there is any message of this channel to claim: spares a transaction that writes.
pub async fn any_due(c: &mut Conn, channel: Channel, now: Timestamp) -> Result<bool, StoreError> {
    let query = sqlx::query(ANY_DUE).bind(channel.as_str()).bind(now.micros());
    Ok(query.fetch_optional(c.raw()).await?.is_some())
}

/// Ends the messages that nobody could send in time; says how many.
pub async fn expire(c: &mut Conn, now: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(EXPIRE).bind(now.micros()).execute(c.raw()).await?.rows_affected())
}

/// Leases up to `limit` messages of a channel until `lease_until`; one whose lease ran out is given again.
pub async fn claim(
    c: &mut Conn,
    channel: Channel,
    now: Timestamp,
    lease_until: Timestamp,
    limit: i64,
) -> Result<Vec<OutboxRow>, StoreError> {
    let query =
        sqlx::query(CLAIM).bind(channel.as_str()).bind(now.micros()).bind(lease_until.micros()).bind(limit);
    let rows = query.fetch_all(c.raw()).await?;
    rows.iter().map(|row| read(c, row)).collect()
}

/// A message was sent.
pub async fn sent(c: &mut Conn, id: OutboxId, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(SENT).bind(id.as_i64()).bind(now.micros()).execute(c.raw()).await?;
    Ok(())
}

/// A message is tried again at `next_at`.
pub async fn again(
    c: &mut Conn,
    id: OutboxId,
    next_at: Timestamp,
    why: FailureClass,
) -> Result<(), StoreError> {
    let query = sqlx::query(AGAIN).bind(id.as_i64()).bind(next_at.micros()).bind(why.as_str());
    query.execute(c.raw()).await?;
    Ok(())
}

/// A leased message was not tried: the attempt is not counted.
pub async fn give_back(c: &mut Conn, id: OutboxId, next_at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(GIVE_BACK).bind(id.as_i64()).bind(next_at.micros()).execute(c.raw()).await?;
    Ok(())
}

/// A message is not tried again.
pub async fn dead(c: &mut Conn, id: OutboxId, now: Timestamp, why: FailureClass) -> Result<(), StoreError> {
    sqlx::query(DEAD).bind(id.as_i64()).bind(now.micros()).bind(why.as_str()).execute(c.raw()).await?;
    Ok(())
}

/// Messages in a state (in any, but for decoys, where none is named), the newest first.
pub async fn list(
    c: &mut Conn,
    state: Option<OutboxState>,
    limit: i64,
) -> Result<Vec<OutboxRow>, StoreError> {
    let rows = match state {
        Some(state) => sqlx::query(LIST).bind(state.as_str()).bind(limit).fetch_all(c.raw()).await?,
        None => sqlx::query(LIST_ANY).bind(limit).fetch_all(c.raw()).await?,
    };
    rows.iter().map(|row| read(c, row)).collect()
}

/// How many wait, and how many are dead.
pub async fn counts(c: &mut Conn) -> Result<OutboxCounts, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(COUNTS).fetch_all(c.raw()).await?;
    let of = |state: OutboxState| rows.iter().find(|(name, _)| name == state.as_str()).map_or(0, |(_, n)| *n);
    Ok(OutboxCounts { waiting: of(OutboxState::Waiting), dead: of(OutboxState::Dead) })
}

/// A dead message is tried again until `expires_at`; `false` if there is none that may be.
pub async fn revive(
    c: &mut Conn,
    id: OutboxId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(REVIVE).bind(id.as_i64()).bind(now.micros()).bind(expires_at.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Throws a dead message away; `false` if there is none.
pub async fn discard(c: &mut Conn, id: OutboxId) -> Result<bool, StoreError> {
    Ok(sqlx::query(DISCARD).bind(id.as_i64()).execute(c.raw()).await?.rows_affected() == 1)
}

/// Forgets messages that ended before `ended_before`, decoys from before `decoys_before`, and what was told before
/// `told_before`.
pub async fn forget(
    c: &mut Conn,
    ended_before: Timestamp,
    decoys_before: Timestamp,
    told_before: Timestamp,
) -> Result<(), StoreError> {
    let query = sqlx::query(FORGET).bind(ended_before.micros()).bind(decoys_before.micros());
    query.execute(c.raw()).await?;
    sqlx::query(FORGET_TOLD).bind(told_before.micros()).execute(c.raw()).await?;
    Ok(())
}

/// Says whether `about` is told under `kind` for the first time, and notes it.
pub async fn tell_once(
    c: &mut Conn,
    kind: &'static str,
    about: i64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(TELL_ONCE).bind(kind).bind(about).bind(now.micros()).execute(c.raw()).await?;
    Ok(done.rows_affected() == 1)
}

/// What ends between `now` and `soon`: under which name it is told once, the row, whose, and when it ends.
pub async fn ending(
    c: &mut Conn,
    now: Timestamp,
    soon: Timestamp,
    limit: i64,
) -> Result<Vec<(&'static str, i64, HolderId, Timestamp)>, StoreError> {
    let mut all = Vec::new();
    for (name, statement) in [("pass_ending", PASSES_ENDING), ("colour_ending", COLOURS_ENDING)] {
        let query = sqlx::query_as(statement).bind(now.micros()).bind(soon.micros()).bind(limit);
        let rows: Vec<(i64, i64, i64)> = query.fetch_all(c.raw()).await?;
        all.extend(
            rows.into_iter()
                .map(|(id, holder, end)| (name, id, Id::from_i64(holder), Timestamp::from_micros(end))),
        );
    }
    Ok(all)
}

/// Holders whose code nobody has used between the times `after` and `until`, who hold no pass, and who were not told
/// yet; with when it was used last.
pub async fn codes_ending(
    c: &mut Conn,
    after: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<(HolderId, Timestamp)>, StoreError> {
    let query = sqlx::query_as(CODES_ENDING).bind(after.micros()).bind(until.micros()).bind(limit);
    let rows: Vec<(i64, i64)> = query.fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(|(id, used)| (Id::from_i64(id), Timestamp::from_micros(used))).collect())
}

fn read(c: &Conn, row: &Row) -> Result<OutboxRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let wrong = |column| StoreError::inconsistent("outbox", column, id);
    let text = |at: usize| row.try_get::<String, _>(at);
    let content: Option<&[u8]> = row.try_get(3)?;
    let failure: Option<String> = row.try_get(8)?;
    Ok(OutboxRow {
        id: Id::from_i64(id),
        kind: MessageKind::from_name(&text(1)?).ok_or_else(|| wrong("kind"))?,
        channel: Channel::from_name(&text(2)?).ok_or_else(|| wrong("channel"))?,
        content: content.map(|sealed| c.sealer().open(CONTENT(id), sealed)).transpose()?,
        state: OutboxState::from_name(&text(4)?).ok_or_else(|| wrong("state"))?,
        attempts: row.try_get(5)?,
        next_at: Timestamp::from_micros(row.try_get(6)?),
        expires_at: Timestamp::from_micros(row.try_get(7)?),
        failure: failure
            .map(|name| FailureClass::from_name(&name).ok_or_else(|| wrong("failure")))
            .transpose()?,
        created_at: Timestamp::from_micros(row.try_get(9)?),
    })
}
