//! Partners, their keys, and the nonces of what they signed.

use domain::id::kind::{PartnerId, PartnerKeyId};
use domain::{Id, Timestamp};
use sqlx::Row as _;

use super::Row;
use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::partner::{PartnerKeyRow, PartnerRow};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] =
    &[INSERT, LIST, ONE, CHANGE, SUSPEND, ADD_KEY, KEYS, WITHDRAW_KEY, SIGNER, NONCE, FORGET_NONCES];

/// A new partner.
pub const INSERT: &str = "\
    INSERT INTO partner (id, name, unit_id, return_address, functions, created_at) VALUES ($1, $2, $3, $4, $5, $6)";

/// Every partner.
pub const LIST: &str = "\
    SELECT id, name, unit_id, return_address, functions, suspended_at, created_at FROM partner ORDER BY name";

/// One partner.
pub const ONE: &str = "\
    SELECT id, name, unit_id, return_address, functions, suspended_at, created_at FROM partner WHERE id = $1";

/// Changes where a partner's people are sent back to, and what it may be allowed.
pub const CHANGE: &str = "UPDATE partner SET return_address = $2, functions = $3 WHERE id = $1";

/// Suspends a partner, or lets it go on.
pub const SUSPEND: &str = "UPDATE partner SET suspended_at = $2 WHERE id = $1";

/// Adds a key.
pub const ADD_KEY: &str = "\
    INSERT INTO partner_key (id, partner_id, key_id, algorithm, public_key, added_at) \
    VALUES ($1, $2, $3, $4, $5, $6)";

/// The keys of a partner.
pub const KEYS: &str = "\
    SELECT id, partner_id, key_id, algorithm, public_key, added_at, withdrawn_at FROM partner_key \
    WHERE partner_id = $1 ORDER BY id";

/// Withdraws a key.
pub const WITHDRAW_KEY: &str = "\
    UPDATE partner_key SET withdrawn_at = $3 WHERE partner_id = $1 AND key_id = $2 AND withdrawn_at IS NULL";

/// The key of this name that counts.
pub const SIGNER: &str = "\
    SELECT id, partner_id, key_id, algorithm, public_key, added_at, withdrawn_at FROM partner_key \
    WHERE key_id = $1 AND withdrawn_at IS NULL";

/// Takes a nonce.
pub const NONCE: &str = "\
    INSERT INTO partner_nonce (key_id, nonce, until_at) VALUES ($1, $2, $3) ON CONFLICT (key_id, nonce) DO NOTHING";

/// Forgets nonces whose signatures are too old by themselves.
pub const FORGET_NONCES: &str = "DELETE FROM partner_nonce WHERE until_at < $1";

/// Adds a partner. A name that exists already is refused as [`crate::Failure::Unique`].
pub async fn insert(c: &mut Conn, row: &PartnerRow) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .bind(row.id.as_i64())
        .bind(&row.name)
        .bind(row.unit.as_i64())
        .bind(&row.return_address)
        .bind(row.functions.to_string())
        .bind(row.created_at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Every partner, by name.
pub async fn list(c: &mut Conn) -> Result<Vec<PartnerRow>, StoreError> {
    sqlx::query(LIST).fetch_all(c.raw()).await?.iter().map(partner).collect()
}

/// One partner.
pub async fn one(c: &mut Conn, id: PartnerId) -> Result<Option<PartnerRow>, StoreError> {
    let row = sqlx::query(ONE).bind(id.as_i64()).fetch_optional(c.raw()).await?;
    row.as_ref().map(partner).transpose()
}

/// Changes where a partner's people are sent back to, and what it may be allowed.
pub async fn change(c: &mut Conn, row: &PartnerRow) -> Result<(), StoreError> {
    let query = sqlx::query(CHANGE).bind(row.id.as_i64()).bind(&row.return_address);
    query.bind(row.functions.to_string()).execute(c.raw()).await?;
    Ok(())
}

/// Suspends a partner from `at` on; `None` lets it go on.
pub async fn suspend(c: &mut Conn, id: PartnerId, at: Option<Timestamp>) -> Result<(), StoreError> {
    sqlx::query(SUSPEND).bind(id.as_i64()).bind(at.map(Timestamp::micros)).execute(c.raw()).await?;
    Ok(())
}

/// Adds a key. One that anybody has already is refused as [`crate::Failure::Unique`].
pub async fn add_key(c: &mut Conn, row: &PartnerKeyRow) -> Result<(), StoreError> {
    sqlx::query(ADD_KEY)
        .bind(row.id.as_i64())
        .bind(row.partner.as_i64())
        .bind(&row.key_id)
        .bind(&row.algorithm)
        .bind(&row.public)
        .bind(row.added_at.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// The keys of a partner, the oldest first.
pub async fn keys(c: &mut Conn, partner: PartnerId) -> Result<Vec<PartnerKeyRow>, StoreError> {
    sqlx::query(KEYS).bind(partner.as_i64()).fetch_all(c.raw()).await?.iter().map(key).collect()
}

/// Withdraws a key of a partner; `false` if it has none of this name that counts.
pub async fn withdraw_key(
    c: &mut Conn,
    partner: PartnerId,
    key_id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(WITHDRAW_KEY).bind(partner.as_i64()).bind(key_id.to_owned()).bind(now.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// The key of this name that counts, whoever has it.
pub async fn signer(c: &mut Conn, key_id: &str) -> Result<Option<PartnerKeyRow>, StoreError> {
    let row = sqlx::query(SIGNER).bind(key_id.to_owned()).fetch_optional(c.raw()).await?;
    row.as_ref().map(key).transpose()
}

/// Takes a nonce of a key until `until`; `false` if it was taken already.
pub async fn take_nonce(
    c: &mut Conn,
    key: PartnerKeyId,
    nonce: &str,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let query = sqlx::query(NONCE).bind(key.as_i64()).bind(nonce.to_owned()).bind(until.micros());
    Ok(query.execute(c.raw()).await?.rows_affected() == 1)
}

/// Forgets nonces that are over by `now`.
pub async fn forget_nonces(c: &mut Conn, now: Timestamp) -> Result<u64, StoreError> {
    Ok(sqlx::query(FORGET_NONCES).bind(now.micros()).execute(c.raw()).await?.rows_affected())
}

fn partner(row: &Row) -> Result<PartnerRow, StoreError> {
    let id: i64 = row.try_get(0)?;
    let functions: String = row.try_get(4)?;
    Ok(PartnerRow {
        id: Id::from_i64(id),
        name: row.try_get(1)?,
        unit: Id::from_i64(row.try_get(2)?),
        return_address: row.try_get(3)?,
        functions: functions.parse().map_err(|_| StoreError::inconsistent("partner", "functions", id))?,
        suspended_at: row.try_get::<Option<i64>, _>(5)?.map(Timestamp::from_micros),
        created_at: Timestamp::from_micros(row.try_get(6)?),
    })
}

fn key(row: &Row) -> Result<PartnerKeyRow, StoreError> {
    Ok(PartnerKeyRow {
        id: Id::from_i64(row.try_get(0)?),
        partner: Id::from_i64(row.try_get(1)?),
        key_id: row.try_get(2)?,
        algorithm: row.try_get(3)?,
        public: row.try_get(4)?,
        added_at: Timestamp::from_micros(row.try_get(5)?),
        withdrawn_at: row.try_get::<Option<i64>, _>(6)?.map(Timestamp::from_micros),
    })
}
