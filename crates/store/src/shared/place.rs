//! What a scan of a poster needs to know of the entrance at which it hangs.

use domain::id::kind::LocationEntranceId;

use super::conn::Conn;
use crate::error::StoreError;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[ENTRANCE];

/// An entrance that is open.
pub const ENTRANCE: &str = "SELECT name FROM location_entrance WHERE id = $1 AND closed_at IS NULL";

/// What an entrance is called; `None` if it is closed.
pub async fn entrance(c: &mut Conn, id: LocationEntranceId) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(ENTRANCE).bind(id.as_i64()).fetch_optional(c.raw()).await?)
}
