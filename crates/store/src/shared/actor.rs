//! Who did something to a filing, by name: for the pages that show its history.

use super::conn::Conn;
use crate::error::StoreError;
use crate::rows::actor::ActorName;
use crate::rows::register::Actor;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[NAMES];

/// The names of a unit, a member of staff and a machine client.
pub const NAMES: &str = "\
    SELECT (SELECT name FROM unit WHERE id = $1), (SELECT name FROM staff WHERE id = $2), \
           (SELECT name FROM api_client WHERE id = $3)";

/// The names of an actor; what is not known (an import from the command line) is `None`.
pub async fn name(c: &mut Conn, actor: &Actor) -> Result<ActorName, StoreError> {
    let (unit, staff, client): (Option<String>, Option<String>, Option<String>) = sqlx::query_as(NAMES)
        .bind(actor.unit.as_i64())
        .bind(actor.staff.map(domain::Id::as_i64))
        .bind(actor.client.map(domain::Id::as_i64))
        .fetch_one(c.raw())
        .await?;
    Ok(ActorName { unit, person: staff.or(client) })
}
