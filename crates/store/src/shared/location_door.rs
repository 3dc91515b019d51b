//! What the staff at a door need: whether they may register people there, and the poster under which they do.

use domain::id::kind::{LocationId, StaffId};
use domain::location::LocationCode;

use super::conn::Conn;
use crate::error::StoreError;

/// Every statement of this file, for the test that prepares them.
pub const STATEMENTS: &[&str] = &[CODE];

/// The poster of a location that this member of staff manages: that of the whole place before those of its entrances.
pub const CODE: &str = "\
    SELECT c.code FROM location_code c JOIN location_manager m ON m.location_id = c.location_id \
    WHERE m.staff_id = $1 AND m.location_id = $2 AND c.tablet = 0 AND c.ends_at IS NULL \
    ORDER BY COALESCE(c.entrance_id, 0), c.version DESC LIMIT 1";

/// The current poster of a location; `None` if this member of staff does not manage it, or it has none.
pub async fn code(
    c: &mut Conn,
    staff: StaffId,
    location: LocationId,
) -> Result<Option<LocationCode>, StoreError> {
    let query = sqlx::query_scalar::<_, String>(CODE).bind(staff.as_i64()).bind(location.as_i64());
    let code = query.fetch_optional(c.raw()).await?;
    Ok(code.and_then(|code| code.parse().ok()))
}
