//! What people are asked to allow partners, and what they allowed.
//!
//! The decision that matters: a grant hangs on the phone on which it was given, and reaches no further than that phone
//! does. Whoever may use it is asked in the same statement that reads it.

use domain::id::kind::{DeviceSessionId, GrantId, HolderId, PartnerId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::partner::{EntryRow, GrantRow, HeldGrant, NewGrant, PASSED};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[
    ENTER,
    ENTRY,
    ANSWER,
    FORGET_ENTRIES,
    GIVE,
    IN_FORCE,
    BIND,
    END,
    LEADS_TO,
    OF_DEVICE,
    OF_MOVED,
    OVER,
    HELD,
    OLD,
];

/// A person is to be asked.
pub const ENTER: &str = "\
    INSERT INTO partner_entry (id, token_hash, partner_id, passed, functions, days, expires_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// What a person is asked, as long as it can be answered.
pub const ENTRY: &str = "\
    SELECT id, partner_id, passed, functions, days, expires_at FROM partner_entry \
    WHERE token_hash = $1 AND expires_at > $2";

/// A person has answered.
pub const ANSWER: &str = "DELETE FROM partner_entry WHERE id = $1";

/// Forgets what nobody answered.
pub const FORGET_ENTRIES: &str = "DELETE FROM partner_entry WHERE expires_at <= $1";

/// A person allows it.
pub const GIVE: &str = "\
    INSERT INTO partner_grant (id, partner_id, device_session_id, lookup, functions, text_version, given_at, until_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// A grant of a partner that is in force, beside what its phone holds.
pub const IN_FORCE: &str = "\
    SELECT g.id, g.device_session_id, g.holder_id, d.holder_id, d.application_id, g.functions, g.until_at, g.lookup \
    FROM partner_grant g JOIN device_session d ON d.id = g.device_session_id \
    WHERE g.id = $1 AND g.partner_id = $2 AND g.ended_at IS NULL AND g.until_at > $3";

/// A grant is about a holder, if the document that was passed on leads to them.
pub const BIND: &str = "\
    UPDATE partner_grant SET holder_id = $2 WHERE id = $1 AND holder_id IS NULL AND EXISTS \
    (SELECT 1 FROM holder_document WHERE holder_document.lookup = partner_grant.lookup \
     AND holder_document.holder_id = $2)";

/// Ends a grant of a phone, or of a holder.
pub const END: &str = "\
    UPDATE partner_grant SET ended_at = $4 \
    WHERE id = $1 AND (device_session_id = $2 OR holder_id = $3) AND ended_at IS NULL";

/// Whether a document leads to a holder.
pub const LEADS_TO: &str = "SELECT holder_id FROM holder_document WHERE lookup = $1 AND holder_id = $2";

/// The grants of a phone that have not been ended.
pub const OF_DEVICE: &str =
    "SELECT id FROM partner_grant WHERE device_session_id = $1 AND ended_at IS NULL ORDER BY id";

/// The grants about a holder on phones other than one, also those that were never used.
pub const OF_MOVED: &str = "\
    SELECT id, device_session_id FROM partner_grant \
    WHERE (holder_id = $1 OR (holder_id IS NULL AND EXISTS (SELECT 1 FROM holder_document \
        WHERE holder_document.lookup = partner_grant.lookup AND holder_document.holder_id = $1))) \
      AND device_session_id <> $2 AND ended_at IS NULL ORDER BY id";

/// Some of the grants whose time is over and that have not been ended.
pub const OVER: &str = "\
    SELECT id, device_session_id, holder_id FROM partner_grant \
    WHERE ended_at IS NULL AND until_at <= $1 ORDER BY until_at LIMIT $2";

/// The grants of a phone and of a holder.
pub const HELD: &str = "\
    SELECT g.id, p.name, p.return_address, g.functions, g.text_version, g.given_at, g.until_at, g.ended_at \
    FROM partner_grant g JOIN partner p ON p.id = g.partner_id \
    WHERE g.device_session_id = $1 OR g.holder_id = $2 ORDER BY g.id DESC";

/// Forgets grants that ended before a time.
pub const OLD: &str = "DELETE FROM partner_grant WHERE ended_at < $1 OR until_at < $1";

/// Keeps what a partner passes on of a person, sealed, until that person answers.
pub async fn enter(c: &mut Conn, row: &EntryRow, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    let sealed = c.sealer().seal_bytes(PASSED(row.id.as_i64()), &row.passed);
    sqlx::query(ENTER)
        .bind(row.id.as_i64())
        .bind(&token_hash[..])
        .bind(row.partner.as_i64())
        .bind(sealed)
        .bind(row.functions.to_string())
        .bind(row.days)
        .bind(row.expires_at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// What a person is asked behind this link, as long as it can be answered.
pub async fn entry(
    c: &mut Conn,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<EntryRow>, StoreError> {
    let query = sqlx::query(ENTRY).bind(&token_hash[..]).bind(now.micros());
    let Some(row) = query.fetch_optional(c.raw()).await? else { return Ok(None) };
    let id: i64 = row.try_get(0)?;
    let functions: String = row.try_get(3)?;
    Ok(Some(EntryRow {
        id: Id::from_i64(id),
        partner: Id::from_i64(row.try_get(1)?),
        passed: c.sealer().open_bytes(PASSED(id), row.try_get(2)?)?,
        functions: functions
            .parse()
            .map_err(|_| StoreError::inconsistent("partner_entry", "functions", id))?,
        days: row.try_get(4)?,
        expires_at: Timestamp::from_micros(row.try_get(5)?),
    }))
}

/// The person has answered: nothing of what was passed on stays. `false` if it was answered before.
pub async fn answer(c: &mut Conn, id: GrantId) -> Result<bool, StoreError> {
    Ok(sqlx::query(ANSWER).bind(id.as_i64()).execute(c.raw()).await?.rows_affected() == 1)
}

/// Forgets what nobody answered by `now`.
pub async fn forget_entries(c: &mut Conn, now: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET_ENTRIES).bind(now.micros()).execute(c.raw()).await?.rows_affected())
}

/// A person allows it.
pub async fn give(c: &mut Conn, new: &NewGrant) -> Result<(), StoreError> {
    sqlx::query(GIVE)
        .bind(new.id.as_i64())
        .bind(new.partner.as_i64())
        .bind(new.device.as_i64())
        .bind(&new.lookup[..])
        .bind(new.functions.to_string())
        .bind(&new.text_version)
        .bind(new.given_at.micros())
        .bind(new.until.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// A grant of `partner` that is in force, and what its phone holds now.
pub async fn in_force(
    c: &mut Conn,
    id: GrantId,
    partner: PartnerId,
    now: Timestamp,
) -> Result<Option<GrantRow>, StoreError> {
    let query = sqlx::query(IN_FORCE).bind(id.as_i64()).bind(partner.as_i64()).bind(now.micros());
    let Some(row) = query.fetch_optional(c.raw()).await? else { return Ok(None) };
    let number = |index: usize| row.try_get::<Option<i64>, _>(index);
    Ok(Some(GrantRow {
        id,
        device: Id::from_i64(row.try_get(1)?),
        holder: number(2)?.map(Id::from_i64),
        shown: number(3)?.map(Id::from_i64),
        application: number(4)?.map(Id::from_i64),
        functions: functions(&row, 5, id.as_i64())?,
        until: Timestamp::from_micros(row.try_get(6)?),
        lookup: row.try_get(7)?,
    }))
}

/// Notes that a grant is about `holder`; `false` if the document that was passed on does not lead to them.
pub async fn bind(c: &mut Conn, id: GrantId, holder: HolderId) -> Result<bool, StoreError> {
    let query = sqlx::query(BIND).bind(id.as_i64()).bind(holder.as_i64());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Ends a grant of this phone, or of this holder; `false` if there is none to end.
pub async fn end(
    c: &mut Conn,
    id: GrantId,
    device: DeviceSessionId,
    holder: Option<HolderId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(END).bind(id.as_i64()).bind(device.as_i64()).bind(holder.map(Id::as_i64));
    Ok(query.bind(now.micros()).execute(c.raw()).await?.rows_affected() == 1)
}

/// Whether the document of this blind index leads to `holder`.
pub async fn leads_to(c: &mut Conn, lookup: &[u8; 16], holder: HolderId) -> Result<bool, StoreError> {
    let query = sqlx::query_scalar(LEADS_TO).bind(&lookup[..]).bind(holder.as_i64());
    let found: Option<i64> = query.fetch_optional(c.raw()).await?;
    Ok(found.is_some())
}

/// The grants of a phone that have not been ended.
pub async fn of_device(c: &mut Conn, device: DeviceSessionId) -> Result<Vec<GrantId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar(OF_DEVICE).bind(device.as_i64()).fetch_all(c.raw()).await?;
    Ok(ids.into_iter().map(Id::from_i64).collect())
}

/// The grants about `holder` on phones other than `device` that have not been ended, each with its phone.
pub async fn of_moved(
    c: &mut Conn,
    holder: HolderId,
    device: DeviceSessionId,
) -> Result<Vec<(GrantId, DeviceSessionId)>, StoreError> {
    let query = sqlx::query_as(OF_MOVED).bind(holder.as_i64()).bind(device.as_i64());
    let rows: Vec<(i64, i64)> = query.fetch_all(c.raw()).await?;
    Ok(rows.into_iter().map(|(id, phone)| (Id::from_i64(id), Id::from_i64(phone))).collect())
}

/// At most `most` grants whose time was over by `now` and that have not been ended, each with its phone and holder.
pub async fn over(
    c: &mut Conn,
    now: Timestamp,
    most: i64,
) -> Result<Vec<(GrantId, DeviceSessionId, Option<HolderId>)>, StoreError> {
    let query = sqlx::query_as(OVER).bind(now.micros()).bind(most);
    let rows: Vec<(i64, i64, Option<i64>)> = query.fetch_all(c.raw()).await?;
    let grant = |(id, phone, holder): (i64, i64, Option<i64>)| {
        (Id::from_i64(id), Id::from_i64(phone), holder.map(Id::from_i64))
    };
    Ok(rows.into_iter().map(grant).collect())
}

/// The grants of a phone and of a holder, the newest first.
pub async fn held(
    c: &mut Conn,
    device: DeviceSessionId,
    holder: Option<HolderId>,
) -> Result<Vec<HeldGrant>, StoreError> {
    let query = sqlx::query(HELD).bind(device.as_i64()).bind(holder.map(Id::as_i64));
    let grant = |row: &Row| {
        let id: i64 = row.try_get(0)?;
        Ok(HeldGrant {
            id: Id::from_i64(id),
            partner: row.try_get(1)?,
            return_address: row.try_get(2)?,
            functions: functions(row, 3, id)?,
            text_version: row.try_get(4)?,
            given_at: Timestamp::from_micros(row.try_get(5)?),
            until: Timestamp::from_micros(row.try_get(6)?),
            ended_at: row.try_get::<Option<i64>, _>(7)?.map(Timestamp::from_micros),
        })
    };
    query.fetch_all(c.raw()).await?.iter().map(grant).collect()
}

/// Forgets grants that ended before `before`.
pub async fn forget(c: &mut Conn, before: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(OLD).bind(before.micros()).execute(c.raw()).await?.rows_affected())
}

fn functions(row: &Row, index: usize, id: i64) -> Result<domain::partner::Functions, StoreError> {
    let names: String = row.try_get(index)?;
    names.parse().map_err(|_| StoreError::inconsistent("partner_grant", "functions", id))
}
