//! Machine clients of the API.

use domain::id::kind::ApiClientId;
use domain::{Id, Timestamp};

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::staff::{ClientAccount, NewClient};

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[INSERT, LIST, DISABLE];

/// A new client.
pub const INSERT: &str = "\
    INSERT INTO api_client (id, name, unit_id, scope, token_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)";

/// Every client.
pub const LIST: &str = "\
    SELECT api_client.id, api_client.name, unit.name, api_client.scope, api_client.disabled_at, \
    api_client.created_at FROM api_client JOIN unit ON unit.id = api_client.unit_id ORDER BY api_client.name";

/// Ends a client's access.
pub const DISABLE: &str = "UPDATE api_client SET disabled_at = $2 WHERE name = $1 AND disabled_at IS NULL";

/// Adds a client. A name that exists already is refused as [`crate::Failure::Unique`].
pub async fn insert(c: &mut Conn, new: &NewClient, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .bind(new.id.as_i64())
        .bind(&new.name)
        .bind(new.unit_id.as_i64())
        .bind(&new.scope)
        .bind(&new.token_hash[..])
        .bind(now.micros())
        .execute(c.raw())
        .await?;
    Ok(())
}

/// Every client, by name.
pub async fn list(c: &mut Conn) -> Result<Vec<ClientAccount>, StoreError> {
    let rows: Vec<(i64, String, String, String, Option<i64>, i64)> =
        sqlx::query_as(LIST).fetch_all(c.raw()).await?;
    let client = |(id, name, unit, scope, disabled, created): (i64, _, _, _, Option<i64>, i64)| {
        let id: ApiClientId = Id::from_i64(id);
        let disabled_at = disabled.map(Timestamp::from_micros);
        ClientAccount { id, name, unit, scope, disabled_at, created_at: Timestamp::from_micros(created) }
    };
    Ok(rows.into_iter().map(client).collect())
}

/// Ends a client's access. False if no client of this name had any.
pub async fn disable(c: &mut Conn, name: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query(DISABLE).bind(name).bind(now.micros()).execute(c.raw()).await?;
    Ok(done.rows_affected() > 0)
}
